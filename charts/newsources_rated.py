"""Ratings of sources and what followed: the share that referred by what was said, and a dot a rating."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.newsources_rated import Answers
from charts import marks
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, label, name

FIELDS = {"comfort": "Comfort with referring", "perceived_value": "Value that they see in it"}
DOTS = 600  # drawn at most


@drawn
def rated(answers: Answers, field: str, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Share that referred, by what was said; below it a dot a rating: filled where a referral followed."""
    bands = answers.bands[answers.bands["n"] > 0]
    if bands.empty:
        return None
    figure = canvas(of, 380)
    told = bands[bands["share"].notna()]
    places = {"0–3": 1.5, "4–6": 5.0, "7–10": 8.5}
    said = [f"{r.band}: {formats.percent(r.share, locale)} referred (95 %: "
            f"{formats.span(r.low, r.high, formats.percent, locale)}), {formats.count(int(r.n), 'rating', locale)}"
            for r in told.itertuples()]  # fmt: skip
    marks.whiskers(figure, told["band"].map(places), told["share"], told["low"], told["high"], said, of.second, of,
                   size=12, symbol="diamond")  # fmt: skip
    for row in bands.itertuples():
        share = formats.percent(row.share, locale) if np.isfinite(row.share) else "too few"
        label(figure, places[row.band], 1, f"<b>{share}</b><br>of {formats.number(row.n, locale)}", of.ink,
              yref="paper", yanchor="top")  # fmt: skip
    _dots(figure, answers, of, locale)
    top = max([0.2, *told["high"].dropna()]) * 1.35  # room for what is written above the ranges
    across = {"domain": [0.36, 1.0], "range": [0, top], "tickformat": ".0%", "nticks": 5}
    figure.update_layout(yaxis=across, yaxis2={"domain": [0.0, 0.26], "range": [-0.6, 1.6], "fixedrange": True,
                                               "tickvals": [0, 1], "ticktext": ["none", "came"], "showgrid": False,
                                               "anchor": "x"})  # fmt: skip
    for edge in (3.5, 6.5):
        figure.add_shape(type="line", x0=edge, x1=edge, y0=0, y1=1, yref="paper", layer="below",
                         line={"color": of.line, "width": 1})  # fmt: skip
    figure.update_xaxes(range=[-0.7, 10.7], tickvals=list(range(11)), title=f"{FIELDS[field].lower()}, 0 to 10",
                        anchor="y2")  # fmt: skip
    marks.key(figure, [("◆ share that referred", of.second), ("● a rating, referral came", of.first),
                       ("○ none", of.soft)])  # fmt: skip
    return Drawing(figure, rated_sentence(answers, locale))


def _dots(figure: go.Figure, answers: Answers, of: Look, locale: str) -> None:
    dots = answers.dots.sort_values(["source_id", "rating"], kind="stable").head(DOTS)
    rng = np.random.default_rng(1)
    x = dots["rating"] + rng.uniform(-0.3, 0.3, len(dots))
    came = dots["days"].notna().to_numpy()
    y = came + rng.uniform(-0.35, 0.35, len(dots))
    said = [f"{name(r.source)}, rated {r.rating:.0f} by {name(r.assessor)}: "
            + (f"referred after {formats.count(int(r.days), 'day', locale)}" if pd.notna(r.days) else "none so far")
            for r in dots.itertuples()]  # fmt: skip
    for mine, colour, symbol in ((came, of.first, "circle"), (~came, of.soft, "circle-open")):
        figure.add_trace(
            go.Scatter(
                x=x[mine], y=y[mine], mode="markers", yaxis="y2",
                customdata=[f"source:{s}" for s in dots["source_id"][mine]],
                hovertext=[text for text, one in zip(said, mine, strict=True) if one],
                hovertemplate="%{hovertext}<extra></extra>",
                marker={"color": colour, "size": 6, "symbol": symbol, "opacity": 0.7},
            )
        )  # fmt: skip


def rated_sentence(answers: Answers, locale: str = formats.DEFAULT) -> str:
    """Low against high, both with n and range, never more than the ranges allow."""
    bands = answers.bands.set_index("band")
    low, high = bands.loc["0–3"], bands.loc["7–10"]

    def told(row: pd.Series) -> str:
        spread = formats.span(row["low"], row["high"], formats.percent, locale)
        return f"{formats.percent(row['share'], locale)} (95 %: {spread}; n = {formats.number(row['n'], locale)})"

    if not np.isfinite(low["share"]) or not np.isfinite(high["share"]):
        n = formats.count(int(bands["n"].sum()), "rating", locale)
        return f"Too few ratings are followed for {answers.days} days to compare low with high ones ({n})."
    apart = high["low"] > low["high"]
    reverse = low["low"] > high["high"]
    lead = ("Low raters refer less often" if apart else "Low raters refer more often" if reverse else
            "Whether low raters refer less often cannot be told yet")  # fmt: skip
    return (
        f"{lead}: within {answers.days} days {told(low)} of those rated 0 to 3 referred, {told(high)} of those rated 7 "
        "to 10."
    )


def low_sentence(answers: Answers, locale: str = formats.DEFAULT) -> str:
    n = len(answers.low)
    if not n:
        return "Nobody is rated 0 to 3 now."
    return (
        f"{formats.count(n, 'source', locale)} rated 0 to 3 at the latest rating; "
        f"{formats.number(answers.silent, locale)} of them have never referred."
    )
