"""Returns against chance, who stands between others, and what chains were worth."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.chapter_exchange import Share
from analysis.network_between import Between
from analysis.network_money import ChainMoney
from analysis.network_returns import LEAST, Returns
from charts import marks
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, label, name

TOP = 12  # members in the figure of those between others
ROW = 24  # px
STEP_NAMES = ("first referrals", "came from them", "and from those", "a step on", "later still")


def span(share: Share, locale: str = formats.DEFAULT) -> str:
    """The interval in words, or why there is none."""
    if formats.missing(share.low95):
        return "too few members for a range"
    return f"95 %: {formats.span(share.low95, share.high95, formats.percent, locale)}"


@drawn
def returns(r: Returns, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """The share of pairs that give both ways over the band that chance alone gives."""
    figure = canvas(of, 190, margin={"l": 8, "r": 8, "t": 12, "b": 28})
    figure.add_shape(type="rect", x0=r.low, x1=r.high, y0=0.15, y1=0.85, line_width=0, fillcolor=faded(of.wrong, 0.3))
    figure.add_shape(type="line", x0=r.expected, x1=r.expected, y0=0.15, y1=0.85, line={"color": of.wrong, "width": 2})
    label(figure, r.expected, 0.1, f"by chance {formats.percent(r.expected, locale)}", of.soft, yanchor="top")
    s = r.share
    if not formats.missing(s.low95):
        figure.add_trace(go.Scatter(x=[s.low95, s.high95], y=[1.3, 1.3], mode="lines", hoverinfo="skip",
                                    line={"color": faded(of.first, 0.35), "width": 9}))  # fmt: skip
    figure.add_trace(go.Scatter(x=[s.value], y=[1.3], mode="markers", hoverinfo="skip",
                                marker={"color": of.first, "size": 13}))  # fmt: skip
    label(figure, s.value, 1.3, f"here {formats.percent(s.value, locale)}", of.ink, yshift=20)
    top = max(s.value if formats.missing(s.high95) else s.high95, r.high, 0.1) * 1.15
    figure.update_yaxes(visible=False, range=[-0.35, 1.9])
    figure.update_xaxes(range=[0, min(1.0, top)], tickformat=".0%", nticks=5)
    return Drawing(figure, returns_sentence(r, locale))


def returns_sentence(r: Returns, locale: str = formats.DEFAULT) -> str:
    pairs = formats.count(r.share.n, "pair", locale)
    share = f"{formats.percent(r.share.value, locale)}; {span(r.share, locale)}"
    said = f"{formats.number(r.both, locale)} of {pairs} that refer do so both ways ({share})"
    if r.share.n < LEAST:
        return f"{said}: too few pairs to judge."
    by_chance = f"{formats.percent(r.expected, locale)} ({formats.span(r.low, r.high, formats.percent, locale)})"
    if r.share.value > r.high:
        return f"{said}, more than the {by_chance} that the same giving and receiving would bring about at random."
    if r.share.value < r.low:
        return f"{said}, fewer than the {by_chance} that the same giving and receiving would bring about at random."
    return f"{said}; the same giving and receiving at random would bring about {by_chance}: no more than chance."


@drawn
def between(b: Between, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """The members through whom most ways lead, each with its range; the small mark is the share as counted."""
    shown = b.members.head(TOP)
    y = list(range(len(shown) - 1, -1, -1))
    figure = canvas(of, ROW * len(shown) + 78)
    figure.add_trace(
        go.Scatter(
            x=shown["share"], y=y, mode="markers", hovertemplate="%{customdata}<extra></extra>",
            customdata=[_between_told(r, locale) for r in shown.itertuples()],
            error_x=marks.error(shown["share"], shown["low95"], shown["high95"], of.first),
            marker={"color": of.first, "size": 9, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    figure.add_trace(go.Scatter(x=shown["raw"], y=y, mode="markers", hoverinfo="skip",
                                marker={"symbol": "line-ns-open", "size": 8, "color": of.soft,
                                        "line": {"width": 1.5}}))  # fmt: skip
    level = float(b.members["raw"].mean())
    marks.level(figure, level, of, axis="x")
    marks.key(figure, [("● drawn to the chapter", of.first), ("| as counted", of.soft), ("┊ mean", of.soft)], wide=34)
    figure.update_yaxes(tickvals=y, ticktext=short_names(list(shown["name"]), 17), showgrid=False)
    top = float(max(shown["high95"].max(), shown["raw"].max())) * 1.06
    figure.update_xaxes(range=[0, top], tickformat=".0%", nticks=5)
    return Drawing(figure, between_sentence(b, locale))


def _between_told(row, locale: str) -> str:
    ends = formats.span(row.low95, row.high95, _one_digit, locale)
    return f"{name(row.name)}: {_one_digit(row.share, locale)} ({ends}); as counted {_one_digit(row.raw, locale)}"


def _one_digit(value: float | None, locale: str = formats.DEFAULT) -> str:
    return formats.percent(value, locale, 1)


def between_sentence(b: Between, locale: str = formats.DEFAULT) -> str:
    level = float(b.members["raw"].mean())
    clear = b.members[b.members["low95"] > level]
    n = f"{formats.count(b.n, 'member', locale)}, {formats.count(b.referrals, 'referral', locale)}"
    if clear.empty:
        first = b.members.iloc[0]
        ends = formats.span(first["low95"], first["high95"], _one_digit, locale)
        return (
            f"Nobody clearly stands between the others: the most, {first['name']}, is on "
            f"{_one_digit(first['share'], locale)} of the ways (95 %: {ends}; {n})."
        )
    names = list(clear["name"].head(3))
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    more = f" and {len(clear) - 3} more" if len(clear) > 3 else ""
    return (
        f"{who}{more} clearly stand{'s' if len(clear) == 1 else ''} between others more than the average member ({n})."
    )


def between_table(b: Between) -> pd.DataFrame:
    m = b.members
    return pd.DataFrame({"Member": m["name"], "On so many ways": m["share"], "95 % from": m["low95"], "to": m["high95"],
                         "As counted": m["raw"]})  # fmt: skip


@drawn
def money(m: ChainMoney, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Two bars from zero: the money of first referrals, and of all that came from them, with its range."""
    values = pd.Series([m.first, m.later])
    ends = pd.Series([m.first, m.later if formats.missing(m.high95) else m.first * m.high95])
    low = pd.Series([m.first, m.later if formats.missing(m.low95) else m.first * m.low95])
    figure = canvas(of, 120, bargap=0.35, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    whiskers = {**marks.error(values, low, ends, of.ink), "thickness": 2}
    figure.add_trace(
        go.Bar(x=values, y=[1, 0], orientation="h", hoverinfo="skip", error_x=whiskers,
               marker={"color": [of.wrong, of.first], "cornerradius": 3})
    )  # fmt: skip
    for y, value, end in zip((1, 0), values, ends, strict=True):
        said = formats.money(value, m.currency, locale, short=True)
        label(figure, end, y, said, of.ink, xanchor="left", xshift=8)
    figure.update_yaxes(tickvals=[1, 0], ticktext=["first referrals", "came from them"], showgrid=False)
    figure.update_xaxes(visible=False, range=[0, float(ends.max()) * 1.3])
    return Drawing(figure, money_sentence(m, locale))


def money_table(m: ChainMoney) -> pd.DataFrame:
    """Money and won referrals by step."""
    steps = [STEP_NAMES[int(k)] for k in m.steps["step"]]
    return pd.DataFrame({"Step": steps, "Value": m.steps["value"].round(2), "Won": m.steps["n"],
                         "Currency": m.currency or "not named"})  # fmt: skip


def money_sentence(m: ChainMoney, locale: str = formats.DEFAULT) -> str:
    """Each 100 of first money, and what came after it through chains."""
    n = f"{formats.count(m.chains, 'chain', locale)}, {formats.number(m.longer, locale)} of two steps or more"
    hundred, later = (formats.money(v, m.currency, locale) for v in (100, 100 * m.ratio))
    ends = f"; {n}"
    if not formats.missing(m.low95):
        low, high = (formats.money(100 * v, m.currency, locale) for v in (m.low95, m.high95))
        ends = f" (95 %: {low} to {high}; {n})"
    return f"Each {hundred} of business from first referrals was followed by {later} from referrals they led to{ends}."


def money_how(m: ChainMoney, locale: str = formats.DEFAULT) -> str:
    without = formats.money(100 * m.without_largest, m.currency, locale)
    return (
        f"Amounts of won referrals over all that is known, by the step at which they stand. Without the chain that "
        f"brought most, {without} for each {formats.money(100, m.currency, locale)}. Young chains may still grow."
    )
