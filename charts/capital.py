"""Investing before asking (D3, D4): asks by the balance before them, referrals by how many points were true."""

from __future__ import annotations

import pandas as pd

import formats
from analysis.result import Result
from charts import marks, words
from charts.arms import Arms, slopes
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look, canvas, corner, faded

ASKS = Arms("asks after giving", "the other asks")
FEWEST_ASKS = 3  # of each kind for a line of one's own: asks are rare
THRESHOLD = 7  # "most of thirteen"


def asks(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """D3: success by balance, the difference, a line an asker."""
    drawn = (
        by_balance(result, of, locale),
        interval(result, of, locale),
        slopes(result, ASKS, of, locale, who="asker", won="asks that succeeded", fewest=FEWEST_ASKS),
    )
    return [drawing for drawing in drawn if drawing]


@drawn
def by_balance(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Share of asks that succeed, by given less taken before; with its interval and how many asks there were."""
    bins = marks.kept(result.data.get("bins"), "level", "balance", "asks", "share").sort_values("level")
    if bins.empty:
        return None
    figure = canvas(of, 320)
    places = list(range(len(bins)))
    for mine, colour in ((bins["level"] <= 0, of.second), (bins["level"] > 0, of.first)):
        part = bins[mine]
        said = [f"balance {r.balance}: {r.succeeded} of {formats.count(int(r.asks), 'ask', locale)} succeeded"
                for r in part.itertuples()]  # fmt: skip
        at = [place for place, keep in zip(places, mine, strict=True) if keep]
        marks.whiskers(figure, at, part["share"], part["low"], part["high"], said, colour, of, size=12)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%", nticks=6)
    figure.update_xaxes(range=[-0.5, len(bins) - 0.5], tickvals=places, ticktext=list(bins["balance"]))
    marks.below(figure, places, [formats.count(int(n), "ask", locale) for n in bins["asks"]], of,
                "given less taken with the one asked, year before")  # fmt: skip
    corner(figure, "asks that succeeded, and their 95 % ranges", of.soft)
    return Drawing(figure, _balance_sentence(result, bins, locale))


def _balance_sentence(result: Result, bins: pd.DataFrame, locale: str) -> str:
    rich, poor = (words.estimate(result, f"success_{kind}_balance") for kind in ("with", "without"))
    total = formats.count(int(bins["asks"].sum()), "ask", locale)
    if rich is None or poor is None:
        return f"Share of {total} that succeeded, by what the asker had given the one asked in the year before."
    return (
        f"Of {total}, {formats.percent(rich.value, locale)} succeeded where the asker had given more than taken in the "
        f"year before, {formats.percent(poor.value, locale)} where not."
    )


def depth(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """D4: referrals by points, and the ratio."""
    drawn = [by_points(result, of, locale), interval(result, of, locale)]
    return [drawing for drawing in drawn if drawing]


@drawn
def by_points(result: Result, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """What the half-year after a rating brought, by the number of points; the author's threshold as a line."""
    dose = marks.kept(result.data.get("dose"), "points", "assessments", "value")
    if len(dose) < 2:
        return None
    lowest = dose["points"].astype(str).str.extract(r"(\d+)", expand=False).astype(int)
    dose = dose.assign(lowest=lowest).sort_values("lowest").reset_index(drop=True)
    figure = canvas(of, 320)
    for mine, colour in ((dose["lowest"] < THRESHOLD, of.second), (dose["lowest"] >= THRESHOLD, of.first)):
        part = dose[mine]
        said = [f"{r.points} points: {formats.times(r.value, locale)}, "
                f"{formats.count(int(r.assessments), 'rating', locale)}" for r in part.itertuples()]  # fmt: skip
        marks.whiskers(figure, list(part.index), part["value"], part["low"], part["high"], said, colour, of, size=12)
    below = int((dose["lowest"] < THRESHOLD).sum())
    if 0 < below < len(dose):
        figure.add_vline(x=below - 0.5, line={"color": faded(of.wrong, 0.9), "width": 1, "dash": "dash"}, layer="below")
    figure.update_yaxes(**marks.ratio_axis(dose["value"], locale))
    marks.level(figure, 1.0, of)
    figure.update_xaxes(range=[-0.5, len(dose) - 0.5], tickvals=list(dose.index), ticktext=list(dose["points"]))
    marks.below(figure, list(dose.index), [formats.number(n, locale) for n in dose["assessments"]], of,
                "points that are true, and ratings with them")  # fmt: skip
    base = dose.loc[dose["value"] == 1.0, "points"]
    marks.key(figure, [("● 6 or fewer", of.second), ("● 7 or more", of.first),
                       *([(f"{base.iloc[0]} points = 1×", of.soft)] if len(base) else [])])  # fmt: skip
    told = ", ".join(f"{formats.times(r.value, locale)} at {r.points}" for r in dose.itertuples())
    return Drawing(figure, f"Referrals in the half-year after a rating, by points of thirteen that are true: {told}.")
