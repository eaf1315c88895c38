"""Two arms side by side: slopes within each receiver, curves over time, and count beside money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.result import Result
from charts import marks, words
from charts.curves import cumulative, curve, said
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, faded, label, name

FEWEST = 5  # referrals in each arm below which a member's own slope is only noise
MOST = 60  # slopes drawn, of those with most referrals; the sentence counts all


@dataclass(frozen=True)
class Clickable(Drawing):
    """A drawing whose marks carry what a click on them narrows the page to."""


@dataclass(frozen=True)
class Arms:
    """What the two arms are called: arm 1 is the one that the claim speaks of, arm 0 the other."""

    one: str
    zero: str

    def of(self, arm: object) -> str:
        return self.one if int(arm) == 1 else self.zero  # type: ignore[call-overload]


@drawn
def slopes(
    result: Result, arms: Arms, of: Look, locale: str = formats.DEFAULT, *,
    who: str = "receiver", won: str = "won within 180 days", fewest: int = FEWEST,
    chosen: frozenset[str] = frozenset(),
) -> Drawing | None:  # fmt: skip
    """A thin line a receiver from arm 0 to arm 1, the within-receiver difference thick, the pooled one greyed.

    who: the one within whom is compared; won: what the shares are of; fewest: rows of each arm for a line of one's own;
    chosen: receivers to whom the page is narrowed.
    """
    members = result.data.get("members", pd.DataFrame())
    within, one, zero = (words.estimate(result, key) for key in _RATES[result.claim])
    if within is None or one is None or zero is None or members.empty:
        return None
    apart, rates = within.value or 0.0, (zero.value or 0.0, one.value or 0.0)
    figure = canvas(of, 320)
    kept = members[(members.n1 >= fewest) & (members.n0 >= fewest)]
    for row in kept.iloc[(kept.n1 + kept.n0).to_numpy().argsort(kind="stable")[::-1][:MOST]].itertuples():
        low, high = row.won0 / row.n0, row.won1 / row.n1
        told = (
            f"{name(row.name)}: {arms.zero} {row.won0:.0f} of {row.n0:.0f}, {arms.one} {row.won1:.0f} of {row.n1:.0f}"
        )
        person = str(getattr(row, "person_id", ""))
        marks.pair(figure, low, high, told, of, mark=f"receiver:{person}", lit=person in chosen)
    middle = sum(rates) / 2
    ends = [middle - apart / 2, middle + apart / 2]
    _slope(figure, list(rates), of.wrong, "dash", 3, "pooled", above=rates[1] > ends[1])
    _slope(figure, ends, of.ink, "solid", 4, f"same {who}", above=rates[1] <= ends[1])
    figure.update_xaxes(range=[-0.2, 1.55], tickvals=[0, 1], ticktext=[arms.zero, arms.one])
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    corner(figure, won, of.soft)
    up = int((kept.won1 / kept.n1 > kept.won0 / kept.n0).sum())
    sentence = (
        f"Within the same {who} {formats.points(apart, locale)} for {arms.one} against {arms.zero}; pooled over "
        f"everybody {formats.points(rates[1] - rates[0], locale)}. "
        f"{up} of the {len(kept)} members with {fewest} or more of each stand higher for {arms.one}."
    )
    return Clickable(figure, sentence)


def _slope(figure: go.Figure, ends: list[float], colour: str, dash: str, width: int, text: str, *, above: bool) -> None:
    figure.add_trace(
        go.Scatter(
            x=[0, 1],
            y=ends,
            mode="lines+markers",
            name=text,
            hovertemplate=f"{text}: %{{y:.1%}}<extra></extra>",
            marker={"size": 9},
            line={"color": colour, "dash": dash, "width": width},
        )
    )
    label(figure, 1.04, ends[1], text, colour, xanchor="left", yanchor="bottom" if above else "top")


_RATES = {
    "L5": ("close_rate_difference", "close_rate_networked", "close_rate_linear"),
    "S4": ("close_rate_difference", "close_rate_partner", "close_rate_customer"),
    "D3": ("success_difference", "success_with_balance", "success_without_balance"),
}


@drawn
def curves(
    result: Result, arms: Arms, value: str, event: str, of: Look, locale: str = formats.DEFAULT
) -> Drawing | None:
    """Chance of `event` by day, what is open counted as open; the numbers still followed stand below."""
    return curves_of(result.data.get("curves"), arms, value, event, of, locale)


@drawn
def curves_of(
    found: pd.DataFrame | None, arms: Arms, value: str, event: str, of: Look, locale: str = formats.DEFAULT
) -> Drawing | None:
    """As `curves`, of a frame with arm, day, the value, and at_risk, low and high where they are known."""
    frame = marks.kept(found, "arm", "day", value)
    looks = {1: (of.first, "solid"), 0: (of.second, "dash")}
    made = [curve(arms.of(arm), *looks[arm], frame[frame.arm.astype(int) == arm], value) for arm in (1, 0)]
    made = [c for c in made if len(c.frame)]
    if not made:
        return None
    lead = f"{event[0].upper()}{event[1:]}"
    sentence = f"{lead}: {said(made, locale)}; what is still open counts as open."
    return Drawing(cumulative(made, event, of), sentence)


@drawn
def count_and_money(result: Result, arms: Arms, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Won referrals beside their money, because in practice the two disagree; bars start at zero."""
    frame = marks.kept(result.data.get("money"), "arm", "n", "sum")
    if frame.empty:
        return None
    frame = frame.assign(arm=frame.arm.astype(int)).sort_values("arm").drop_duplicates("arm")
    currency = str(frame["currency"].iloc[0]) if "currency" in frame else None
    named = [arms.of(arm) for arm in frame.arm]
    colours = [of.first if arm else of.second for arm in frame.arm]
    figure = canvas(of, 150, bargap=0.35, xaxis2={"domain": [0.54, 1.0], "visible": False, "fixedrange": True})
    _bars(figure, "x", named, frame.n, [formats.number(v, locale) for v in frame.n], colours)
    _bars(
        figure,
        "x2",
        named,
        frame["sum"],
        [formats.money(v, currency, locale, short=True) for v in frame["sum"]],
        colours,
    )
    figure.update_layout(xaxis={"domain": [0.0, 0.46], "visible": False, "range": [0, frame.n.max() * 1.35]})
    figure.update_layout(xaxis2={"range": [0, frame["sum"].max() * 1.7]})
    corner(figure, "won, with an amount", of.soft)
    corner(figure, "their money", of.soft, x=0.54)
    return Drawing(figure, _money_sentence(frame, arms, currency, locale))


def _bars(figure: go.Figure, axis: str, named: list[str], length: pd.Series, text: list[str], colours: list) -> None:
    figure.add_trace(
        go.Bar(
            x=length,
            y=named,
            orientation="h",
            xaxis=axis,
            text=text,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{text}<extra></extra>",
            marker={"color": [faded(c, 0.85) for c in colours], "cornerradius": 3},
        )
    )


def _money_sentence(frame: pd.DataFrame, arms: Arms, currency: str | None, locale: str) -> str:
    rows: Mapping[int, pd.Series] = {int(row.arm): row for _, row in frame.iterrows()}
    if set(rows) != {0, 1}:
        only = rows[next(iter(rows))]
        return f"Only {arms.of(only.arm)} have amounts: {formats.money(only['sum'], currency, locale)}."
    one, zero = rows[1], rows[0]
    agree = (one.n >= zero.n) == (one["sum"] >= zero["sum"])
    more_n, more_money = (
        (arms.one if one.n >= zero.n else arms.zero),
        (arms.one if one["sum"] >= zero["sum"] else arms.zero),
    )
    lead = (
        f"Count and money agree: {more_n} lead in both"
        if agree
        else f"Count and money disagree: more come from {more_n}, more money from {more_money}"
    )
    medians = ", ".join(f"{formats.money(rows[arm]['median'], currency, locale)} ({arms.of(arm)})" for arm in (1, 0))
    return f"{lead}. Median won referral: {medians}." + _largest(rows, arms, locale)


def _largest(rows: Mapping[int, pd.Series], arms: Arms, locale: str) -> str:
    for arm in (1, 0):
        share = rows[arm]["largest"] / rows[arm]["sum"] if rows[arm]["sum"] else 0
        if share > 0.2:
            return f" One single referral is {formats.percent(share, locale)} of the money of the {arms.of(arm)}."
    return ""
