"""At least a year: do two people refer each other more once they have known one another for a year?"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.claims.base import Claim, Gate, Measured, event_gates, not_recorded, wrong_ratios
from analysis.estimators import Codes, contrast
from analysis.intervals import NOTHING, Figure, Floats, two_way
from analysis.pair_panel import PairMonths, YoungDrift, pair_months, young_drift
from analysis.panel import Fit, NotIdentifiedError, fe_poisson_by
from analysis.population import Log, Mask, View, months
from analysis.relations import first_known, together
from analysis.settings import Settings

AGES = ((0, 3), (3, 6), (6, 12), (12, 24), (24, None))  # months of acquaintance
IDENTIFICATION = (
    "For one pair, a further year of acquaintance is also a further calendar year. The two are told apart by how pairs "
    "that met in later years fare in their first half-year, which assumes that those who meet do not change over the "
    "years."
)


class Acquaintance(Claim):
    """D5: referrals per pair-month at an acquaintance of at least a year, over those before; same ordered pair, net of
    the drift of pairs that have just met.

    Two people are known to know one another from the earliest of joint membership, a contact and an assessment; pairs
    whose first trace is a referral do not enter.

    data: "curve" (months: "0 to 3" … "24 and more", from, pair_months, referrals, value, low, high: against the first
    three months, same pairs, net of drift), "rows", "wrong".
    """

    id = "D5"
    title = "Sources come into their own once you have known each other for a year"
    work = "How to Get More Out of the Time You Already Spend Networking"
    grade = "A"
    needs = ("known",)
    unit = "referrals"
    estimates: ClassVar = {
        "ratio_after_a_year": "referrals per pair-month at an acquaintance of at least a year over those before, same "
        "pair, net of drift",
        "ratio_same_pair": "the misleading way: the same before the drift is taken out",
        "ratio_cross_section": "the misleading way: all pairs of at least a year against all younger ones",
        "drift_ratio": "pairs that met in one year against pairs that met the year before, in their first half-year",
    }

    def on(self, view: View, detail: bool, wider: Log | None) -> Measured:
        if len(view.group_rows) and not len(first_known(view)):
            return not_recorded(self.id, view, ["known"])
        settings, panel = view.settings, pair_months(view)
        drift = young_drift(view, panel)
        mine = panel
        if view.log.receiver:
            mine = panel.only(panel.ids[panel.to] == view.log.receiver if len(panel.to) else panel.to > 0)
        old = (mine.age >= settings.capital_known_days).astype(float)
        figure = NOTHING
        plain, kept = fit(view, mine, old, 0.0)
        if drift.fit:
            figure, kept = net_of(view, mine, old, drift)
        tell = kept & _crossing(mine, old)
        events = [int(mine.received[tell & (old == k)].sum()) for k in (1, 0)]
        counted = {"referrals": sum(events), "pairs": len(np.unique(mine.pair[tell])),
                   "members": len(np.unique(mine.to[tell])), "events": sum(events)}  # fmt: skip
        estimates = [figure.estimate("ratio_after_a_year", "ratio", 0.0, counted),
                     plain.estimate("ratio_same_pair", "ratio", 0.0, counted)]  # fmt: skip
        cross = _cross_section(mine, old)
        slope = drift.fit.figure() if drift.fit else NOTHING
        estimates += [cross.estimate("ratio_cross_section", "ratio", 0.0, {"pair_months": len(old)}),
                      slope.estimate("drift_ratio", "ratio per year", 0.0, {"events": drift.events,
                                                                            "members": drift.clusters})]  # fmt: skip
        data = {"wrong": _wrong(plain, cross)}
        if detail:
            data |= {"curve": curve(mine, drift), "rows": _rows(view, mine, old, tell)}
        recent = tell & (mine.month >= mine.month.max(initial=0) - 11)
        return Measured(
            self.id, view.day, figure, theta0=0.0, delta=float(np.log(settings.margin_ratio)),
            estimates=tuple(estimates), n=sum(events), unit=self.unit,
            per_month=float(mine.received[recent].sum()) / 12,
            gates=(*event_gates(figure if drift.fit else plain, sum(events), min(events), sum(events), settings),
                   *_drift_gates(drift, settings)),
            cluster_unit="sources" if view.log.receiver else "members", basis={"known": "recorded"},
            warnings=(IDENTIFICATION, *view.warnings, *_caveats(drift)), data=data,
        )  # fmt: skip


def fit(view: View, panel: PairMonths, old: Floats, drift: float) -> tuple[Figure, Mask]:
    """Effect of age with an effect of each ordered pair, the drift in the offset; clustered by receiver, source and
    pair, of one receiver by source."""
    nothing = NOTHING, np.zeros(len(old), dtype=bool)
    alive = np.bincount(panel.pair, panel.received)[panel.pair] > 0 if len(old) else np.zeros(0, dtype=bool)
    if not alive.any():
        return nothing
    some = panel.only(alive)
    clusters = [some.by] if view.log.receiver else [some.to, some.by, some.pair]
    fits = _poisson(some, old[alive], drift, clusters)
    if not fits:
        return nothing
    kept = np.zeros(len(old), dtype=bool)
    kept[np.flatnonzero(alive)[fits[0].kept]] = True
    figures = [f.figure() for f in fits]
    if view.log.receiver:
        return replace(figures[0], left_out={"source": figures[0].left_out["member"]}), kept
    return two_way((figures[0], figures[1], figures[2])), kept


def _poisson(panel: PairMonths, x: Floats, drift: float, clusters: list[Codes]) -> list[Fit]:
    """One fit a clustering; none where the ages cannot be told apart."""
    years = panel.calendar - panel.calendar.mean()
    try:
        return fe_poisson_by(panel.received, np.column_stack([x, panel.season]), panel.pair,
                             panel.exposure * np.exp(drift * years), clusters)  # fmt: skip
    except (NotIdentifiedError, ValueError, np.linalg.LinAlgError):
        return []


def net_of(view: View, panel: PairMonths, old: Floats, drift: YoungDrift) -> tuple[Figure, Mask]:
    """θ at the drift; what the drift's own error moves it by is added to its variance."""
    figure, kept = fit(view, panel, old, drift.value)
    if not figure.usable or drift.fit is None:
        return NOTHING, kept
    some = panel.only(kept)
    moved = _poisson(some, old[kept], drift.value + drift.se, [some.to])
    if not moved:
        return NOTHING, kept
    shift = float(moved[0].beta[0]) - figure.theta
    between = None if figure.variance_between is None else figure.variance_between + shift**2
    return replace(figure, se=float(np.hypot(figure.se, shift)), df=min(figure.df, drift.fit.df),
                   variance_between=between), kept  # fmt: skip


def _crossing(panel: PairMonths, old: Floats) -> Mask:
    """Cells of pairs that were seen both before and after: they alone tell what a year does."""
    if not len(old):
        return np.zeros(0, dtype=bool)
    n, ones = np.bincount(panel.pair), np.bincount(panel.pair, old)
    return np.asarray(((ones > 0) & (ones < n))[panel.pair])


def _drift_gates(drift: YoungDrift, settings: Settings) -> tuple[Gate, ...]:
    return (
        Gate("referrals of pairs in their first half-year", drift.events, settings.capital_young_events,
             max(0, settings.capital_young_events - drift.events)),
        Gate("members whose acquaintances began here", drift.clusters, settings.capital_young_clusters,
             clusters=max(0, settings.capital_young_clusters - drift.clusters)),
        Gate("calendar months with such pairs", drift.months, settings.capital_young_months),
    )  # fmt: skip


def _caveats(drift: YoungDrift) -> tuple[str, ...]:
    if drift.fit is not None:
        return ()
    return (f"The trend of pairs that have just met cannot be told yet: {drift.events} referrals of {drift.clusters} "
            f"newcomers in {drift.months} months are too few.",)  # fmt: skip


def _cross_section(panel: PairMonths, old: Floats) -> Figure:
    if not len(old):
        return NOTHING
    n = len(panel.ids)
    y1, d1, y0, d0 = (np.bincount(panel.to[old == k], v[old == k], n) for k in (1, 0)
                      for v in (panel.received, panel.exposure))  # fmt: skip
    return contrast(y1, d1, y0, d0, kind="ratio")


def curve(panel: PairMonths, drift: YoungDrift) -> pd.DataFrame:
    """The same pairs at every age against their first three months, net of drift where it is known (95 %)."""
    month = panel.age / 30.4375
    level = np.searchsorted([low for low, _ in AGES], month, side="right") - 1
    rows, slope, spread = [], drift.value if drift.fit else 0.0, drift.se**2 if drift.fit else 0.0
    seen = [k for k in range(1, len(AGES)) if (level == k).any()]
    found = None
    if seen and (level == 0).any():
        x = np.column_stack([(level == k).astype(float) for k in seen])
        alive = np.bincount(panel.pair, panel.received)[panel.pair] > 0
        if alive.any():
            found = next(iter(_poisson(panel.only(alive), x[alive], slope, [panel.to[alive]])), None)
    base = float(panel.age[level == 0].mean()) if (level == 0).any() else 0.0
    for k, (low, high) in enumerate(AGES):
        mine = level == k
        value: tuple[float, ...] = (1.0, 1.0, 1.0) if k == 0 else (np.nan,) * 3
        if found and k in seen:
            j = seen.index(k)
            ahead = (float(panel.age[mine].mean()) - base) / 365.25
            se = float(np.sqrt(found.cov3[j, j] + spread * ahead**2))
            figure = Figure(float(found.beta[j]), se, found.df, "exp", found.gstar, len(found.clusters))
            value = (float(np.exp(figure.theta)), *(float(v) for v in np.exp(figure.bounds(0.95))))
        name = f"{low} to {high}" if high else f"{low} and more"
        rows.append((name, low, int(mine.sum()), int(panel.received[mine].sum()), *value))
    return pd.DataFrame(rows, columns=["months", "from", "pair_months", "referrals", "value", "low", "high"])


def _rows(view: View, panel: PairMonths, old: Floats, tell: Mask) -> pd.DataFrame:
    """The referrals behind the figure; arm 1: at an acquaintance of at least a year."""
    rows, pairs, n = view.group_rows, together(view), max(len(panel.ids), 1)
    giver, taker = (pairs.code(rows[c].to_numpy(dtype=object)) for c in ("source_id", "receiver_id"))
    width = int(panel.month.max(initial=0)) + 2
    key, arm = (panel.by * n + panel.to)[tell] * width + panel.month[tell], old[tell]
    wanted = (giver * n + taker) * width + np.minimum(months(rows["given"].to_numpy()), width - 1)
    order = np.argsort(key)
    at = np.minimum(np.searchsorted(key[order], wanted), max(len(key) - 1, 0))
    hit = key[order][at] == wanted if len(key) else np.zeros(len(rows), dtype=bool)
    return pd.DataFrame({"referral_id": rows["referral_id"].to_numpy()[hit], "arm": arm[order][at[hit]].astype(int)})


def _wrong(plain: Figure, cross: Figure) -> pd.DataFrame:
    return wrong_ratios((
        ("the same pair, trend left in", plain,
         "If the whole group refers more each year, every acquaintance seems to ripen."),
        ("old acquaintances against new ones", cross,
         "Pairs that suit one another stay in touch; those that do not are no longer there to be counted."),
    ))  # fmt: skip
