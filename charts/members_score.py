"""Scores beside the bands of the rubric: members in one figure, and one member's points line by line."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.members_roll import Roll
from charts import members as words
from charts.chapter_members import CLOSE, MANY, MOST, ROW, short_names
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

BAR = 50  # px a line of a scorecard
WIDE = 42  # letters of thresholds that a telephone shows in a line


def colours(of: Look) -> dict[str, str]:
    """The lights in our palette; the word and the shape tell them too."""
    return {"green": of.third, "amber": of.second, "red": of.fourth, "grey": of.wrong}


@drawn
def scores(roll: Roll, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Each member by name: the score, its range, and where 80 of 100 half-years at the same pace would end."""
    shown = roll.members.head(MOST)
    figure = canvas(of, (ROW if len(shown) <= MANY else CLOSE) * len(shown) + 90)
    y = list(range(len(shown) - 1, -1, -1))
    _bands(figure, roll, of, locale)
    for low, high, width, opacity in (("luck_low", "luck_high", 9, of.band * 1.4), ("low", "high", 4, 0.9)):
        ends: list[float | None] = []
        rows: list[float | None] = []
        for place, a, b in zip(y, shown[low], shown[high], strict=True):
            ends += [a, b, None]
            rows += [place, place, None]
        figure.add_trace(go.Scatter(x=ends, y=rows, mode="lines", hoverinfo="skip", opacity=opacity,
                                    line={"color": of.soft if low == "low" else of.first, "width": width}))  # fmt: skip
    tint = colours(of)
    for light, sign in words.LIGHTS.items():
        mine = (shown["light"] == light).to_numpy()
        if not mine.any():
            continue
        said = [_hover(row, locale) for row in shown[mine].to_dict("records")]
        figure.add_trace(
            go.Scatter(
                x=shown.loc[mine, "low"], y=[at for at, keep in zip(y, mine, strict=True) if keep], mode="markers",
                customdata=said, hovertemplate="%{customdata}<extra></extra>",
                marker={"color": tint[light], "symbol": sign.symbol, "size": 9,
                        "line": {"color": of.ground, "width": 1}},
            )
        )  # fmt: skip
    figure.update_yaxes(tickvals=y, ticktext=short_names(list(shown["name"])), range=[-0.8, len(shown) - 0.2],
                        showgrid=False, tickfont={"size": 12 if len(shown) <= MANY else 10})  # fmt: skip
    figure.update_xaxes(range=[0, roll.rubric.most * 1.01], tickvals=[least for _, least in roll.rubric.bands] + [100])
    return Drawing(figure, f"{words.headline(roll, locale)}. {words.luck_sentence(roll, locale)}.")


def _bands(figure: go.Figure, roll: Roll, of: Look, locale: str) -> None:
    """The bands behind the members, each with its word above it."""
    top, tint = roll.rubric.most * 1.01, colours(of)
    for light, least in roll.rubric.bands:
        figure.add_vrect(x0=least, x1=top, fillcolor=faded(tint[light], 0.08), line_width=0, layer="below")
        figure.add_annotation(x=(least + top) / 2, y=1, yref="paper", yanchor="bottom", yshift=4, showarrow=False,
                              text=words.LIGHTS[light].word, font={"size": 12, "color": of.ink})  # fmt: skip
        top = least


def _hover(row: dict, locale: str) -> str:
    light, score = words.light(row["light"], row["light_high"]), words.score(row["low"], row["high"], locale)
    said = f"{name(row['name'])}: {light}, {score}"
    if formats.missing(row["chance"]):
        return said
    return f"{said}<br>another light by luck: {formats.percent(row['chance'], locale)}"


@drawn
def points(roll: Roll, person: str, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """One member's points line by line: sure, possible, and what the line could give."""
    rows = roll.part(roll.lines, person)
    lines = [roll.rubric.lines[k] for k in rows["line"]]
    figure = canvas(of, BAR * len(lines) + 60, barmode="overlay", bargap=0.62, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    y = list(range(len(lines) - 1, -1, -1))
    most = [line.most for line in lines]
    figure.add_trace(go.Bar(x=most, y=y, orientation="h", hoverinfo="skip", marker={"color": faded(of.wrong, 0.16)}))
    maybe = go.Bar(
        x=rows["high"] - rows["low"], base=rows["low"], y=y, orientation="h", hoverinfo="skip",
        marker={"color": of.ground, "line": {"color": of.soft, "width": 1},
                "pattern": {"shape": "/", "fgcolor": of.soft, "size": 5, "solidity": 0.25}},
    )  # fmt: skip
    if (rows["high"] > rows["low"]).any():
        figure.add_trace(maybe)
    said = [f"{line.name}: {words.recorded(line, r.count_, r.weeks, r.value, locale)}"
            for line, r in zip(lines, rows.itertuples(), strict=True)]  # fmt: skip
    figure.add_trace(go.Bar(x=rows["low"], y=y, orientation="h", customdata=said, marker={"color": of.first},
                            hovertemplate="%{customdata}<extra></extra>"))  # fmt: skip
    known = [words.short(line, r.count_, r.value, locale) for line, r in zip(lines, rows.itertuples(), strict=True)]
    for place, line, low, high, done in zip(y, lines, rows["low"], rows["high"], known, strict=True):
        text = f"{words.score(low, high, locale)} of {formats.number(line.most, locale)} · {done}"
        if low != high and done != "not recorded":
            text += " so far known"
        figure.add_annotation(x=line.most, y=place, xanchor="left", xshift=6, showarrow=False, text=text,
                              font={"size": 12, "color": of.ink})  # fmt: skip
        figure.add_annotation(x=0, y=place, xanchor="left", yanchor="top", yshift=-9, showarrow=False,
                              text=_wrapped(words.brief(line, locale)), align="left",
                              font={"size": 11, "color": of.soft})  # fmt: skip
    figure.update_yaxes(tickvals=y, ticktext=[_short(line.name) for line in lines], showgrid=False,
                        range=[-0.75, len(lines) - 0.5])  # fmt: skip
    figure.update_xaxes(range=[0, max(most) * 2.1], visible=False)
    mine = roll.of(person).iloc[0]
    return Drawing(figure, sentence(mine, roll, locale))


def sentence(mine: pd.Series, roll: Roll, locale: str = formats.DEFAULT) -> str:
    """One member's score in words."""
    light = words.light(mine["light"], mine["light_high"])
    score = words.score(mine["low"], mine["high"], locale)
    return f"{light}, {score} of {formats.number(roll.rubric.most, locale)} points by the {roll.rubric.name} rubric"


def _wrapped(text: str) -> str:
    """In two lines where a telephone has no room for one."""
    if len(text) <= WIDE:
        return text
    parts = text.split(" · ")
    half = (len(parts) + 1) // 2
    return f"{' · '.join(parts[:half])} ·<br>{' · '.join(parts[half:])}"


def _short(text: str) -> str:
    return text.partition(" (")[0].replace("Sponsor of a new member", "Sponsor")
