"""What can be counted on: earlier ranges and what came, the coming quarter, members' ranges, new sources, the pace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.repeatability import Repeatability
from analysis.repeatability_total import Total
from charts import marks
from charts.chapter_members import short_names
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, label, name

MOST = 40  # members in a figure; the table has all
ROW = 20  # px a member
FEW = 4  # ranges, below which they cannot be judged
QUARTERS = 24  # drawn; the table has all
YEAR = 12  # months
REFERRALS, SOURCES = "referral", "first-time source"


@dataclass(frozen=True)
class Serie:
    """Quarters that were forecast (origin, low, high, y), those that were not (origin, y), and the coming one (origin,
    low, high), empty where there is none."""

    past: pd.DataFrame
    plain: pd.DataFrame
    coming: pd.DataFrame


def quarter(origin: int, locale: str = formats.DEFAULT) -> str:
    """ "Jul 2026 – Sep 2026"."""
    return formats.period(_day(origin), _day(origin + 3), locale)


def _day(month: int) -> date:
    """First day of a month counted from January 1970."""
    return date(1970 + month // YEAR, month % YEAR + 1, 1)


def whole(value: float, locale: str = formats.DEFAULT) -> str:
    return formats.number(value, locale)


def span(row: pd.Series, noun: str, locale: str = formats.DEFAULT) -> str:
    """ "143 to 236 referrals", "no referral", "up to 3 referrals"."""
    low, high = float(row["low"]), float(row["high"])
    if high < 1:
        return f"no {noun}"
    if low < 1:
        return f"up to {formats.count(int(high), noun, locale)}"
    if low == high:
        return f"about {formats.count(int(high), noun, locale)}"
    return f"{whole(low, locale)} to {formats.count(int(high), noun, locale)}"


def headline(view: Repeatability, who: str, locale: str = formats.DEFAULT) -> str:
    """The page's title: the coming quarter as a range. who: "the chapter", or a name."""
    coming = view.received.coming if view.received else None
    if coming is None:
        return "What the next quarter brings cannot be told yet"
    row = coming.iloc[0]
    when = "This quarter" if row["y"] > 0 else "Next quarter"
    said = f"{when} should bring {who} {span(row, REFERRALS, locale)}"
    if row["y"] > row["high"]:
        return f"{said}; {whole(row['y'], locale)} have come already"
    return f"{said}, {whole(row['y'], locale)} of them so far" if row["y"] > 0 else said


def subline(view: Repeatability, locale: str = formats.DEFAULT) -> str:
    """Which quarter, what the range rests on, and how long the log is."""
    coming = view.received.coming if view.received else None
    months = f"{formats.count(view.months, 'month', locale)} wholly imported"
    if coming is None:
        return f"A range needs the twelve months before the quarter, each wholly imported; {months} so far."
    row = coming.iloc[0]
    rests = f"from {formats.count(int(row['before']), REFERRALS, locale)} in the twelve months before"
    people = f", {formats.count(int(row['members']), 'member', locale)} now" if view.listed else ""
    return f"{quarter(int(row['origin']), locale)} · a range that should hold 8 times of 10, {rests}{people} · {months}"


def kept(total: Total, locale: str = formats.DEFAULT) -> str:
    """How many of the earlier ranges held what came, and what luck would make of the promise."""
    n, hits = len(total.past), total.hits
    if not n:
        return "No earlier quarter has twelve imported months before it: how good such ranges are cannot be told yet."
    said = f"Of the {formats.count(n, 'earlier range', locale)} {whole(hits, locale)} held what came"
    if n < FEW:
        return f"{said}: too few to judge."
    low, high = total.luck()
    bounds = whole(low, locale) if low == high else f"{whole(low, locale)} to {whole(high, locale)}"
    if hits < low:
        return f"{said}, fewer than luck explains ({bounds} would fit 8 of 10): take the range as too narrow."
    if hits > high:
        return f"{said}, more than luck explains ({bounds} would fit 8 of 10): the range is wider than it need be."
    return f"{said}: in line with 8 of 10 ({bounds} would be)."


@drawn
def total(of_total: Total, noun: str, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """The quarters of the chapter, or of the chosen people; None without any."""
    past, coming = of_total.past, of_total.coming
    rest = of_total.quarters[~of_total.quarters["origin"].isin(past["origin"])]
    if coming is not None:
        rest = rest[rest["origin"] < int(coming["origin"].iloc[0])]
    shown = Serie(past, rest, past.head(0) if coming is None else coming)
    figure = ranges(shown, noun, of, locale)
    return None if figure is None else Drawing(figure, kept(of_total, locale))


@drawn
def own(view: Repeatability, person: str, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """One member's quarters with the range that each was forecast, and the coming one."""
    past = view.history[view.history["person_id"] == person]
    coming = view.members[view.members["person_id"] == person]
    coming = coming.assign(origin=_coming_origin(view))
    figure = ranges(Serie(past, past.head(0), coming), REFERRALS, of, locale)
    return None if figure is None else Drawing(figure, own_sentence(past, coming, locale))


def own_sentence(past: pd.DataFrame, coming: pd.DataFrame, locale: str = formats.DEFAULT) -> str:
    said = []
    if len(coming):
        row = coming.iloc[0]
        said.append(
            f"The coming quarter should bring {span(row, REFERRALS, locale)}, judged by "
            f"{whole(row['x'], locale)} in {formats.count(int(row['exposure']), 'month', locale)} and drawn towards "
            "the group"
        )
    hits = int(past["y"].between(past["low"], past["high"]).sum())
    if len(past):
        said.append(f"{whole(hits, locale)} of {formats.count(len(past), 'earlier range', locale)} held what came")
    return "; ".join(said) + "." if said else "Too short a time in the group for a range."


def _coming_origin(view: Repeatability) -> int:
    assert view.start is not None
    return (view.start.year - 1970) * YEAR + view.start.month - 1


def ranges(serie: Serie, noun: str, of: Look, locale: str = formats.DEFAULT) -> go.Figure | None:
    """A bar a quarter from the low to the high end of its range, a mark where it came to lie; hits and misses differ
    in shape, and the coming quarter is written out."""
    past, plain = serie.past.tail(QUARTERS), serie.plain.tail(max(0, QUARTERS - len(serie.past)))
    if past.empty and plain.empty and serie.coming.empty:
        return None
    figure = canvas(of, 320, bargap=0.35)
    hit = past["y"].between(past["low"], past["high"])
    told = [f"{quarter(int(r.origin), locale)}: {whole(r.y, locale)} came, "
            f"{whole(r.low, locale)} to {whole(r.high, locale)} was the range" for r in past.itertuples()]  # fmt: skip
    _bars(figure, past, told, faded(of.first, of.band * 1.5))
    for mine, colour, symbol in ((hit, of.first, "circle"), (~hit, of.second, "diamond")):
        said = [text for text, one in zip(told, mine, strict=True) if one]
        _dots(figure, past[mine], said, colour, symbol, of)
    said = [f"{quarter(int(r.origin), locale)}: {whole(r.y, locale)} came" for r in plain.itertuples()]
    _dots(figure, plain, said, of.soft, "circle-open", of)
    parts = []
    if len(past):
        parts = [("▮ range", of.first), ("● inside", of.first), ("◆ outside", of.second)]
    if len(plain):
        parts.append(("○ no range yet", of.soft))
    if len(serie.coming):
        row = serie.coming.iloc[0]
        words = f"{quarter(int(row['origin']), locale)}: {span(row, noun, locale)}"
        _bars(figure, serie.coming, [words], faded(of.third, 0.45), of.third)
        label(figure, int(row["origin"]), float(row["high"]),
              f"coming<br>{whole(row['low'], locale)}–{whole(row['high'], locale)}", of.third, yanchor="bottom",
              yshift=3, bgcolor=faded(of.ground, 0.7))  # fmt: skip
    marks.key(figure, parts)
    _axes(figure, pd.concat([past, plain, serie.coming]), locale)
    return figure


def _bars(figure: go.Figure, rows: pd.DataFrame, told: list[str], fill: str, edge: str | None = None) -> None:
    """Ranges; one of a single number keeps a sliver that can be seen."""
    figure.add_trace(
        go.Bar(
            x=rows["origin"], y=(rows["high"] - rows["low"]).clip(lower=0.15), base=rows["low"], width=1.9,
            customdata=told, hovertemplate="%{customdata}<extra></extra>",
            marker={"color": fill, "line": {"color": edge or fill, "width": 1.5 if edge else 0}, "cornerradius": 3},
        )
    )  # fmt: skip


def _dots(figure: go.Figure, rows: pd.DataFrame, told: list[str], colour: str, symbol: str, of: Look) -> None:
    figure.add_trace(
        go.Scatter(
            x=rows["origin"], y=rows["y"], mode="markers", customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
            marker={"color": colour, "size": 9, "symbol": symbol, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip


def _axes(figure: go.Figure, shown: pd.DataFrame, locale: str) -> None:
    first, last = int(shown["origin"].min()), int(shown["origin"].max())
    top = float(max(shown["high"].max() if "high" in shown else 0, shown["y"].max() if "y" in shown else 0, 3))
    years = [m for m in range(first, last + 1) if m % YEAR == 0] or [first]
    figure.update_xaxes(range=[first - 2.2, last + 2.8], tickvals=years, ticklabeloverflow="allow",
                        ticktext=[str(1970 + m // YEAR) for m in years])  # fmt: skip
    figure.update_yaxes(range=[0, top * 1.18], nticks=6)


@drawn
def members(view: Repeatability, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Each present member's coming quarter; at the right what it rests on. A click narrows to the member."""
    shown = view.members.head(MOST)
    y = list(range(len(shown)))
    figure = canvas(of, ROW * len(shown) + 84, margin={"l": 8, "r": 62, "t": 46, "b": 8})
    ids = [f"receiver:{person}" for person in shown["person_id"]]
    said = [f"{name(r.name)}: {span(pd.Series({'low': r.low, 'high': r.high}), REFERRALS, locale)}, from "
            f"{whole(r.x, locale)} in {formats.count(int(r.exposure), 'month', locale)}"
            for r in shown[["name", "low", "high", "x", "exposure"]].itertuples(index=False)]  # fmt: skip
    figure.add_trace(
        go.Bar(
            x=(shown["high"] - shown["low"]).clip(lower=0.1), base=shown["low"], y=y, orientation="h", width=0.5,
            customdata=ids, hovertext=said, hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": faded(of.first, of.band * 1.8), "cornerradius": 4},
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=shown["mean"], y=y, mode="markers", customdata=ids, hovertext=said,
            hovertemplate="%{hovertext}<extra></extra>",
            marker={"color": of.first, "size": 9, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    for place, row in zip(y, shown.itertuples(), strict=True):
        label(figure, 1, place, f"{row.x:.0f} / {row.exposure:.0f}", of.soft, xref="paper", xanchor="left", xshift=10)
    label(figure, 1, 1, "had / months", of.soft, xref="paper", yref="paper", xanchor="right", xshift=60,
          yanchor="bottom", yshift=4)  # fmt: skip
    marks.key(figure, [("▬ range", of.first), ("● expected", of.first)])
    figure.update_layout(margin={"t": 46})
    figure.update_yaxes(tickvals=y, ticktext=short_names(list(shown["name"])), range=[len(shown) - 0.4, -0.6],
                        showgrid=False)  # fmt: skip
    top = max(3.0, float(shown["high"].max()))
    figure.update_xaxes(range=[-0.025 * top, top * 1.03], nticks=6, showgrid=True)
    return Drawing(figure, members_sentence(view, locale))


def members_sentence(view: Repeatability, locale: str = formats.DEFAULT) -> str:
    sure, n = int((view.members["low"] >= 1).sum()), len(view.members)
    if n == 1:
        return f"{view.members['name'].iloc[0]}: {span(view.members.iloc[0], REFERRALS, locale)} in the coming quarter."
    return (
        f"{whole(sure, locale)} of {formats.count(n, 'member', locale)} can count on at least one referral in the "
        "coming quarter."
    )


def trust_sentence(view: Repeatability, locale: str = formats.DEFAULT) -> str:
    """How members' earlier ranges turned out, over members and quarters."""
    e = view.trust
    if e is None or e.value is None:
        return "No member's quarter has a year before it yet: how good these ranges are cannot be told."
    n = e.n["member_quarters"]
    hits = e.n["hits"] / n
    said = (
        f"{formats.percent(hits, locale)} of {formats.count(n, 'earlier member-quarter', locale)} fell inside their "
        f"range; {formats.percent(hits - e.value, locale)} would if the ranges were exact"
    )
    if formats.missing(e.low95):
        return said + " (too few members for an interval)."
    return f"{said} (difference 95 %: {formats.span(e.low95, e.high95, formats.points, locale)})."


@drawn
def trust(view: Repeatability, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """By quarter, the share of members whose range held what came, beside what whole numbers promise."""
    rows = view.history
    if rows["origin"].nunique() < 2:
        return None
    by = rows.assign(hit=rows["y"].between(rows["low"], rows["high"])).groupby("origin").agg(
        share=("hit", "mean"), mass=("mass", "mean"), n=("hit", "size")).reset_index()  # fmt: skip
    by = by.tail(QUARTERS)
    figure = canvas(of, 230)
    marks.line(figure, by["origin"], by["mass"], of.wrong, "dot", width=1.5)
    said = [f"{quarter(int(r.origin), locale)}: {formats.percent(r.share, locale)} of "
            f"{formats.count(int(r.n), 'member', locale)}" for r in by.itertuples()]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=by["origin"], y=by["share"], mode="lines+markers", customdata=said,
            hovertemplate="%{customdata}<extra></extra>", line={"color": of.first, "width": 1.5},
            marker={"color": of.first, "size": 9, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    marks.key(figure, [("● members inside their range", of.first), ("··· promised", of.soft)])
    _axes(figure, by.assign(y=1.0), locale)
    figure.update_yaxes(range=[0, 1.04], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    return Drawing(figure, trust_sentence(view, locale))


def sources_sentence(found: Total, locale: str = formats.DEFAULT) -> str:
    """How many first-time sources a quarter brings."""
    seen = found.quarters["y"]
    usual = f"A typical quarter brought {formats.count(float(seen.median()), SOURCES, locale)}" if len(seen) else ""
    if found.coming is None:
        return f"{usual}; the next cannot be told yet" if usual else "How many new sources come cannot be told yet"
    row = found.coming.iloc[0]
    if not usual:
        return f"Next quarter should bring {span(row, SOURCES, locale)}"
    low, high = whole(row["low"], locale), whole(row["high"], locale)
    return f"{usual}; the next should bring {low} to {high}"


def unknown_sentence(view: Repeatability, locale: str = formats.DEFAULT) -> str:
    return f"{formats.percent(view.unknown, locale)} of the referrals name no giver and are not among these."
