"""What became of two kinds of referrals: how soon they close, how many are won, and for how much.

Arms and population are those of the claims about closing (L5, S4). No verdict rests on this, so it may be narrowed to
whatever a reader clicks on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis import money, survival
from analysis.claims import closing, presence, sources
from analysis.claims.top_two import DRAWS, seed
from analysis.estimators import Codes, compact, share
from analysis.intervals import Floats, effective
from analysis.population import View, prepare, to_day
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import Settings

ROOM, KIND = "room", "kind"  # networked against linear; partners against customers
ARMS: Mapping[str, Callable[[View], closing.Arms]] = {ROOM: presence.arms, KIND: sources.arms}
SHOWN_DAYS = 365
CHUNK = 100  # draws at a time: each takes a number for every amount


@dataclass(frozen=True)
class Outcomes:
    """curves: arm, day, cif, at_risk, low, high (95 %): share won by day, what is open counted as open.
    money: arm, n, sum, median, mean, largest, currency, low, high (95 % of the median), low50, high50 (quartiles).
    amounts: arm, amount, referral_id. parts: what (referrals, won, money); one, zero: what each arm brought; share,
    low, high: the part of arm 1, 95 % range. rows: referral_id, arm of the mature ones. n: referrals by arm in the
    curves. unknown: referrals that cannot be told apart. missing: fields that are not recorded at all.
    """

    curves: pd.DataFrame = field(default_factory=pd.DataFrame)
    money: pd.DataFrame = field(default_factory=pd.DataFrame)
    amounts: pd.DataFrame = field(default_factory=pd.DataFrame)
    parts: pd.DataFrame = field(default_factory=pd.DataFrame)
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    n: Mapping[int, int] = field(default_factory=dict)
    unknown: int = 0
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not any(self.n.values())


def build(frames: Frames, scope: Scope, contrast: str, day: int | None, settings: Settings) -> Outcomes:
    """contrast: ROOM or KIND. day: the as-of day of the whole log (exclusive), which narrowed frames do not know."""
    log = prepare(replace(frames, receiver=scope.receiver or frames.receiver), settings)
    if day is None or log.rows.empty:
        return Outcomes()
    view = log.at(day)
    arms = ARMS[contrast](view)
    since = closing.recorded_since(view, arms)
    if missing := tuple(r.field for r in since if r.never):
        return Outcomes(missing=missing, unknown=len(view.rows))
    started = view.given >= to_day(scope.start) if scope.start else np.ones(len(view.rows), dtype=bool)
    judged = np.where(started, closing.settled(view, arms, since)[1], -1)
    t, event, fine = closing.times(view)
    # Presence is recorded from some day on; the kind of a source is known for all its referrals at once.
    inside = since[0].inside(view) if contrast == ROOM else arms.enters
    timed = np.where(started & fine & inside & ~arms.unknown, arms.arm, -1)
    value = money.of(view, judged >= 0)
    keep = judged >= 0
    return Outcomes(
        curves=curves(view, t, event, timed),
        money=amounts_by_arm(view, value, judged),
        amounts=pd.DataFrame({"arm": judged, "amount": value.raw, "referral_id": view.rows["referral_id"]})[
            value.raw > 0
        ].reset_index(drop=True),
        parts=parts(view, value, judged),
        rows=pd.DataFrame({"referral_id": view.rows["referral_id"][keep].to_numpy(), "arm": judged[keep]}),
        n={k: int((timed == k).sum()) for k in (1, 0)},
        unknown=int((started & (timed < 0)).sum()),
        notes=value.warnings,
    )


def clusters(view: View, rows: np.ndarray) -> tuple[Codes, int]:
    """Receivers are the sample; where there is only one, the sources are."""
    for column in ("receiver_id", "source_id"):
        codes, g = compact(pd.factorize(view.rows[column], sort=True)[0][rows].astype(np.int64))
        if g > 1:
            break
    return codes, g


def curves(view: View, t: Codes, event: Codes, arm: Codes) -> pd.DataFrame:
    """As the claims draw them, with the 95 % range of every day (leaving out one receiver at a time, logit scale)."""
    keep = arm >= 0
    if not keep.any():
        return pd.DataFrame(columns=["arm", "day", "cif", "at_risk", "low", "high"])
    frame = closing.curves(t[keep], event[keep], arm[keep], last=SHOWN_DAYS, least=view.settings.gate_at_risk)
    parts = []
    for k, part in frame.groupby("arm", sort=False):
        codes, g = clusters(view, arm == k)
        low, high = band(t[arm == k], event[arm == k], codes, g, len(part))
        parts.append(part.assign(low=low, high=high))
    return pd.concat(parts, ignore_index=True) if parts else frame.assign(low=np.nan, high=np.nan)


def band(t: Codes, event: Codes, cluster: Codes, g: int, days: int) -> tuple[Floats, Floats]:
    """95 % range of the cumulative incidence on days 0 … days − 1; NaN where one cluster is all there is."""
    nothing = np.full(days, np.nan)
    if g < 2 or days < 1:
        return nothing, nothing
    by_cluster = survival.count(t, event, days - 1, cluster, g)
    whole = survival.total(by_cluster)
    theta, without = survival.incidence(whole), survival.incidence(whole.minus(by_cluster))
    se = np.sqrt((g - 1) / g * np.sum((without - theta) ** 2, axis=0))
    df = max(1.0, effective(np.bincount(cluster, minlength=g).astype(float)) - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centre, reach = special.logit(theta), stats.t.ppf(0.975, df) * se / (theta * (1 - theta))
        low, high = special.expit(centre - reach), special.expit(centre + reach)
    inside = (theta > 0) & (theta < 1)
    return np.where(inside, low, theta), np.where(inside, high, theta)


def parts(view: View, value: money.Money, arm: Codes) -> pd.DataFrame:
    """What part of the referrals, of the won ones and of their money is arm 1's."""
    rows = arm >= 0
    codes, g = clusters(view, rows)
    out = []
    for what, each in (("referrals", np.ones(len(arm))), ("won", view.won.astype(float)), ("money", value.raw)):
        one, zero = (float(each[arm == k].sum()) for k in (1, 0))
        if one + zero > 0:
            mine = np.bincount(codes, (each * (arm == 1))[rows], g)
            figure = share(mine, np.bincount(codes, each[rows], g))
            low, high = figure.bounds(0.95) if (np.bincount(codes, each[rows], g) > 0).sum() > 1 else (np.nan, np.nan)
            out.append((what, one, zero, figure.theta, low, high))
    return pd.DataFrame(out, columns=["what", "one", "zero", "share", "low", "high"])


def amounts_by_arm(view: View, value: money.Money, arm: Codes) -> pd.DataFrame:
    """The claims' table of won amounts, with the quartiles and the 95 % range of the median."""
    table, ends = money.table(value, arm), []
    for k in table["arm"]:
        rows = (arm == k) & (value.raw > 0)
        amounts = value.raw[rows]
        quartiles = np.quantile(amounts, [0.25, 0.75]) if len(amounts) else (np.nan, np.nan)
        ends.append((*median_range(view, rows, amounts, f"median{k}"), *quartiles))
    return table.assign(**dict(zip(("low", "high", "low50", "high50"), np.transpose(ends), strict=True)))


def median_range(view: View, rows: np.ndarray, amounts: Floats, name: str) -> tuple[float, float]:
    """Percentiles of the median when receivers are drawn anew (medians have no jackknife); NaN without two of them."""
    codes, g = clusters(view, rows)
    if g < 2:
        return float("nan"), float("nan")
    order = np.argsort(amounts, kind="stable")
    ordered, owner = amounts[order], codes[order]
    rng = np.random.Generator(np.random.PCG64(seed(name, view)))
    weights = rng.multinomial(g, [1 / g] * g, size=DRAWS)
    medians = []
    for start in range(0, DRAWS, CHUNK):
        running = np.cumsum(weights[start : start + CHUNK, owner], axis=1)
        half = running[:, -1:] / 2
        low, high = (running < half).sum(axis=1), (running <= half).sum(axis=1)
        last = len(ordered) - 1
        medians.append((ordered[np.minimum(low, last)] + ordered[np.minimum(high, last)]) / 2)
    drawn = np.quantile(np.concatenate(medians), [0.025, 0.975])
    return float(drawn[0]), float(drawn[1])
