"""What a member can expect to receive next quarter, and how earlier forecasts of that kind have turned out.

Every quarter is forecast from the twelve months before it: a Gamma prior over members by moments, each member's own
receipts, and a negative binomial that allows for bursts. Forecasts are scored on the quarter that followed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd
from scipy import stats

from analysis.estimators import Codes, compact, pairs, share
from analysis.intervals import NOTHING, Figure, Floats, two_way
from analysis.population import Mask, View, month_start, months, quarter_start
from analysis.tenure_panel import whole_months

TRAIN, TARGET, LEAST = 12, 3, 6  # months: seen, forecast, and of the seen ones active at least
LOW, HIGH = 0.1, 0.9  # the 80 % interval
LABELS = ("member", "quarter")


@dataclass(frozen=True)
class Activity:
    """Units are members of a group, sorted; columns are calendar months from `first` (since January 1970).

    whole: the group's month is wholly covered; active: so, and the unit a member on all its days; received: receipts
    in active months; unit_of_row, month_of_row: place of each row of the view, −1 where it has none.
    """

    person: np.ndarray
    group: np.ndarray
    first: int
    whole: Mask
    active: Mask
    received: Floats
    unit_of_row: Codes
    month_of_row: Codes


def activity(view: View) -> Activity:
    """The member-months of the view, made once a day."""
    if "activity" not in view.shared:
        view.shared["activity"] = _activity(view)
    return cast(Activity, view.shared["activity"])


def _activity(view: View) -> Activity:
    spells = view.spells
    covered = {group: whole_months(view, group) for group in sorted(set(spells["group_id"]))}
    every = np.concatenate([*covered.values(), np.empty(0, np.int64)])
    first, width = (int(every.min()), int(every.max() - every.min()) + 1) if len(every) else (0, 0)
    units = spells[["person_id", "group_id"]].drop_duplicates().sort_values(["person_id", "group_id"], kind="stable")
    keys = pd.MultiIndex.from_frame(units)
    whole, active = np.zeros((len(units), width), dtype=bool), np.zeros((len(units), width), dtype=bool)
    for group, found in covered.items():
        mine = np.flatnonzero((units["group_id"] == group).to_numpy())
        whole[np.ix_(mine, found - first)] = True
    start, end = month_start(first + np.arange(width)), month_start(first + np.arange(width) + 1)
    of_spell = keys.get_indexer(pd.MultiIndex.from_frame(spells[["person_id", "group_id"]]))
    inside = (spells["joined"].to_numpy()[:, None] <= start) & (spells["left"].to_numpy()[:, None] >= end)
    np.logical_or.at(active, of_spell, inside)
    active &= whole
    rows = view.rows[["receiver_id", "group_id"]].set_axis(["person_id", "group_id"], axis=1)
    unit = keys.get_indexer(pd.MultiIndex.from_frame(rows)) if len(rows) else np.empty(0, np.int64)
    month = months(view.given) - first
    held = (unit >= 0) & (month >= 0) & (month < width)
    held[held] = active[unit[held], month[held]]
    cell = unit[held] * max(width, 1) + month[held]
    received = np.bincount(cell, minlength=len(units) * width).astype(float).reshape(len(units), width)
    return Activity(units["person_id"].to_numpy(), units["group_id"].to_numpy(), first, whole, active, received,
                    np.where(held, unit, -1), np.where(held, month, -1))  # fmt: skip


@dataclass(frozen=True)
class Prior:
    """Gamma prior of a member's monthly rate: shape a, rate b; dispersion of months within members (at least 1)."""

    a: float
    b: float
    dispersion: float = 1.0


def prior(x: Floats, exposure: Floats, dispersion: float = 1.0) -> Prior | None:
    """By moments from receipts and months of all members; None where nobody received anything."""
    total, m = float(exposure.sum()), float(x.sum() / exposure.sum()) if exposure.sum() > 0 else 0.0
    if m <= 0:
        return None
    spread = (float(np.sum((x - m * exposure) ** 2)) - m * total) / float(np.sum(exposure**2))
    s2 = max(spread, 1e-4 * m**2)
    return Prior(m**2 / s2, m / s2, dispersion)


def predict(x: Floats, exposure: Floats, of: Prior) -> pd.DataFrame:
    """mean, low, high of the next quarter's receipts, and the mass that the interval itself holds."""
    b = of.b + exposure
    mean = TARGET * (of.a + x) / b
    variance = mean * (1 + TARGET / b) + (of.dispersion - 1) * mean
    size = mean**2 / (variance - mean)
    chance = size / (size + mean)
    low, high = (stats.nbinom.ppf(level, size, chance) for level in (LOW, HIGH))
    mass = stats.nbinom.cdf(high, size, chance) - stats.nbinom.cdf(low - 1, size, chance)
    return pd.DataFrame({"mean": mean, "low": low, "high": high, "mass": mass})


def within_dispersion(counts: Floats, active: Mask) -> float:
    """X²/df of monthly counts around each member's own mean, members with any; at least 1."""
    x, e = (counts * active).sum(axis=1), active.sum(axis=1)
    some = x >= 1
    if not some.any() or (df := float((e[some] - 1).sum())) <= 0:
        return 1.0
    mean = (x[some] / e[some])[:, None]
    return max(1.0, float((((counts[some] - mean) ** 2 / mean) * active[some]).sum()) / df)


COLUMNS = ["unit", "origin", "x", "exposure", "mean", "low", "high", "mass", "y", "top"]


def forecasts(view: View) -> pd.DataFrame:
    """One row a member and quarter: unit (of `activity`), origin (first month of the quarter), x received in the
    exposure (months) before, mean, low, high, mass of the forecast, y received, top: among the third with most of x.

    Quarters are calendar quarters. A quarter enters for a member who was active throughout it and in six of the twelve
    months before, all fifteen being wholly covered.
    """
    if "forecasts" not in view.shared:
        view.shared["forecasts"] = _forecasts(view)
    return cast(pd.DataFrame, view.shared["forecasts"])


def _forecasts(view: View) -> pd.DataFrame:
    panel, parts = activity(view), []
    names = np.array([view.log.names.get(p, p).encode() for p in panel.person], dtype=object)
    width = panel.active.shape[1]
    for start in range(TRAIN, width - TARGET + 1):
        if (panel.first + start) % TARGET:
            continue
        past, target = slice(start - TRAIN, start), slice(start, start + TARGET)
        enters = panel.whole[:, start - TRAIN : start + TARGET].all(axis=1) & panel.active[:, target].all(axis=1)
        enters &= panel.active[:, past].sum(axis=1) >= LEAST
        unit = np.flatnonzero(enters)
        made = _quarter(panel.received[unit, past], panel.active[unit, past])
        if made is None:
            continue
        frame = made.assign(unit=unit, origin=panel.first + start, y=panel.received[unit, target].sum(axis=1))
        rank = np.lexsort((names[unit], -frame["x"].to_numpy()))
        frame["top"] = np.isin(np.arange(len(unit)), rank[: len(unit) // 3])
        parts.append(frame[COLUMNS])
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS).astype({"top": bool})


def _quarter(counts: Floats, active: Mask) -> pd.DataFrame | None:
    x, exposure = counts.sum(axis=1), active.sum(axis=1).astype(float)
    of = prior(x, exposure, within_dispersion(counts, active)) if len(x) else None
    return None if of is None else predict(x, exposure, of).assign(x=x, exposure=exposure)


def upcoming(view: View) -> pd.DataFrame:
    """person_id, name, mean, low, high: what each present member can expect in the quarter that begins at or before the
    day, or nothing where the year before is not wholly covered."""
    panel = activity(view)
    start = int(months(np.array([quarter_start(view.day)]))[0]) - panel.first
    columns = ["person_id", "name", "mean", "low", "high"]
    if start < TRAIN or start > panel.active.shape[1]:
        return pd.DataFrame(columns=columns)
    past = slice(start - TRAIN, start)
    enters = (
        panel.whole[:, past].all(axis=1) & (panel.active[:, past].sum(axis=1) >= LEAST) & panel.active[:, start - 1]
    )
    made = _quarter(panel.received[enters, past], panel.active[enters, past])
    if made is None:
        return pd.DataFrame(columns=columns)
    person = panel.person[enters]
    return made.assign(person_id=person, name=[view.log.names.get(p, p) for p in person])[columns]


def by_member_and_quarter(y: Floats, d: Floats, member: Codes, quarter: Codes, link: str) -> Figure:
    """Σy/Σd clustered by member and by quarter. link "exp": its logarithm, as a ratio; else as `share`."""
    if not len(y):
        return NOTHING
    figures = []
    for codes, label in ((member, LABELS[0]), (quarter, LABELS[1]), (pairs(member, quarter), "pair")):
        of, g = compact(codes)
        plain = share(np.bincount(of, y, g), np.bincount(of, d, g), "identity" if link == "exp" else link, label)
        figures.append(plain)
    both = two_way((figures[0], figures[1], figures[2]), LABELS)
    return as_ratio(both) if link == "exp" else both


def as_ratio(figure: Figure) -> Figure:
    """A positive figure on the logarithmic scale, its error by the delta method."""
    if not figure.usable or figure.theta <= 0:
        return NOTHING
    with np.errstate(divide="ignore"):
        left_out = {label: np.log(values) for label, values in figure.left_out.items()}
    return replace(figure, theta=float(np.log(figure.theta)), se=figure.se / figure.theta, link="exp",
                   left_out=left_out, variance_between=None)  # fmt: skip


def calibration(made: pd.DataFrame, member: Codes) -> Figure:
    """Share of quarters inside their interval less what the intervals themselves promise (not .80: counts are whole
    numbers, so an exact 80 % interval holds more)."""
    if not len(made):
        return NOTHING
    hit = ((made["y"] >= made["low"]) & (made["y"] <= made["high"])).to_numpy(dtype=float)
    extra = hit - made["mass"].to_numpy(dtype=float)
    return by_member_and_quarter(extra, np.ones(len(made)), member, made["origin"].to_numpy(np.int64), "identity")


def level_ratio(made: pd.DataFrame, member: Codes) -> Figure:
    """What came over what was forecast, as a logarithm."""
    y, mean = made["y"].to_numpy(dtype=float), made["mean"].to_numpy(dtype=float)
    return by_member_and_quarter(y, mean, member, made["origin"].to_numpy(np.int64), "exp")


def members(view: View, made: pd.DataFrame) -> Codes:
    """Codes of the persons behind the forecasts, in the byte order of their ids."""
    person = pd.factorize(activity(view).person, sort=True)[0].astype(np.int64)
    return person[made["unit"].to_numpy(dtype=np.int64)]


def rows_behind(view: View, made: pd.DataFrame) -> pd.DataFrame:
    """referral_id, arm (1) of the receipts that the forecasts were scored on."""
    panel = activity(view)
    quarter = panel.first + panel.month_of_row - (panel.first + panel.month_of_row) % TARGET
    keys = set(zip(made["unit"], made["origin"], strict=True))
    at = np.flatnonzero(panel.unit_of_row >= 0)
    behind = [i for i in at if (panel.unit_of_row[i], quarter[i]) in keys]
    return pd.DataFrame({"referral_id": view.rows["referral_id"].to_numpy()[behind], "arm": 1})
