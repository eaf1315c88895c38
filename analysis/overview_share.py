"""How much rests on few sources: the share of the first, of the first three, and how many make half; for referrals
and for each currency, with and without the largest single slip.

The interval of the first source's share takes the receivers as the sample (of one receiver, the months): what members
like these would show. `luck` is what the first of as many equal sources would show by chance alone, since somebody is
always first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.overview_change import REFERRALS
from analysis.overview_log import Ground, Log, Period, open_log
from analysis.overview_rows import THANKS
from analysis.population import months as month_of
from analysis.result import Frames
from analysis.scope import Scope
from analysis.settings import DEFAULT, Settings

CLUSTERS = 5  # receivers or months, below which no interval is given
DRAWS = 999


@dataclass(frozen=True)
class Share:
    """One measure. what: REFERRALS or a currency. first, first3: shares of the total; half: how many sources make at
    least half of it. sources: table source, amount, n, share, the largest first. low95, high95: of the first's share,
    None with too few receivers. luck: mean share of the first among equals (referrals only). unnamed: share of the
    total whose source nobody named. no_amount: won referrals without an amount. largest: the largest slip's share of
    the total; without_largest: the same figures without it (money with at least two slips)."""

    what: str
    total: float
    n: int
    first: float
    first3: float
    half: int | None
    sources: pd.DataFrame = field(repr=False, compare=False)
    low95: float | None = None
    high95: float | None = None
    luck: float | None = None
    unnamed: float = 0.0
    no_amount: int = 0
    largest: float | None = None
    without_largest: Share | None = None


def build(
    frames: Frames, scope: Scope, ground: Ground | None = None, months: tuple[str, ...] = (),
    settings: Settings = DEFAULT,
) -> tuple[Share, ...]:  # fmt: skip
    """Referrals first, then the currencies, the most used first; a measure without any named source is left out."""
    opened = open_log(frames, scope, ground, months, settings)
    if opened is None:
        return ()
    log, window, _ = opened
    found = [_share(REFERRALS, log.given(window.spans).assign(amount=1.0, day=lambda r: r.given))]
    found += [_money(log, window, currency) for currency in log.currencies]
    return tuple(share for share in found if share is not None)


def _money(log: Log, window: Period, currency: str) -> Share | None:
    rows = log.earned(window.spans, currency)
    rows = rows[rows.amount > 0]  # a correction is no slip of its own
    if rows.empty:
        return None
    unknown = int(log.won(window.spans).amount.isna().sum()) if log.basis != THANKS else 0
    rest = rows.drop(index=rows.amount.idxmax())
    without = _share(currency, rest) if len(rest) else None
    return _share(currency, rows, no_amount=unknown, without=without)


def _share(what: str, rows: pd.DataFrame, no_amount: int = 0, without: Share | None = None) -> Share | None:
    named = rows[rows.source.notna()]
    total = float(rows.amount.sum())
    if named.empty or total <= 0:
        return None
    by = named.groupby("source").amount.agg(["sum", "size"]).set_axis(["amount", "n"], axis=1).reset_index()
    order = np.lexsort((by.source.to_numpy(str), -by.amount.to_numpy(float)))
    by = by.iloc[order].reset_index(drop=True).assign(share=lambda t: t.amount / total)
    reached = np.flatnonzero(np.cumsum(by.amount) >= total / 2 - 1e-9)
    low, high = _interval(rows, by.source[0])
    money = what != REFERRALS
    return Share(
        what, total, len(rows), float(by.share[0]), float(by.share[:3].sum()),
        int(reached[0]) + 1 if len(reached) else None, by, low, high, None if money else _luck(len(named), len(by)),
        1 - float(named.amount.sum()) / total, no_amount,
        float(rows.amount.max()) / total if money and len(rows) > 1 else None, without,
    )  # fmt: skip


def _interval(rows: pd.DataFrame, source: str) -> tuple[float | None, float | None]:
    """95 % of one source's share, with whoever receives as the sample."""
    alone = rows.receiver.nunique() < 2
    unit = pd.Series(month_of(rows.day.to_numpy(float)), index=rows.index) if alone else rows.receiver.fillna("?")
    own = rows.amount.where(rows.source == source, 0.0)
    by = pd.DataFrame({"own": own, "all": rows.amount}).groupby(unit.to_numpy()).sum()
    if len(by) < CLUSTERS:
        return None, None
    figure = estimators.share(by["own"].to_numpy(float), by["all"].to_numpy(float))
    low, high = figure.bounds(0.95)
    return (float(low), float(high)) if np.isfinite([low, high]).all() else (None, None)


def _luck(n: int, sources: int) -> float | None:
    """Mean share of the first of `sources` equal ones among n referrals."""
    if sources < 2:
        return None
    rng = np.random.Generator(np.random.PCG64(n * 100_003 + sources))
    rows = max(1, 2_000_000 // sources)  # so many draws at once
    parts = [rng.multinomial(n, np.full(sources, 1 / sources), size=min(rows, DRAWS - start)).max(axis=1)
             for start in range(0, DRAWS, rows)]  # fmt: skip
    return float(np.concatenate(parts).mean() / n)
