"""Power teams: the rate inside contact spheres against outside them, the pairs that lead, and the two matrices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.population import to_date
from analysis.teams import OTHER, UNKNOWN, Teams
from analysis.teams_circles import Circles
from charts import marks
from charts.chapter_pairs import grid_of, square
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, corner, label, name, on

TOP = 12  # pairs in the figure
MATRIX = 40  # professions in one matrix
COUNTED = 24  # professions up to which a cell carries its count, so that a telephone shows them apart
ROW = 36  # px a pair
LONG = 22  # letters of a profession
NOT_RECORDED, NO_LIST = "not recorded", "in no list"


def job(text: str, longest: int = LONG) -> str:
    """A profession as the figures write it: without its branch, cut where it is long."""
    plain = text.rpartition(">")[2].strip() if text else NOT_RECORDED
    return name(plain if len(plain) <= longest else plain[: longest - 1] + "…")


def sphere(text: str) -> str:
    return {UNKNOWN: NOT_RECORDED, OTHER: NO_LIST}.get(text, text)


def rate(value: float | None, locale: str = formats.DEFAULT) -> str:
    """A yearly rate with the digits that it deserves."""
    if value is None or formats.missing(value):
        return formats.NONE
    return formats.number(value, locale, 1 if value >= 0.95 else 2)


def headline(t: Teams | None, locale: str = formats.DEFAULT) -> str:
    """The page's title as a finding."""
    if t is None or t.sphere is None or formats.missing(t.sphere.low95):
        return "Power teams"
    r = t.sphere
    ends, times = formats.span(r.low95, r.high95, formats.times, locale), formats.times(r.value, locale)
    if r.low95 <= 1 <= r.high95:
        return f"Members who serve the same clients may refer to one another {times} as often, but {ends} fits"
    return f"Members who serve the same clients refer to one another {times} as often as others do"


def subline(t: Teams, locale: str = formats.DEFAULT) -> str:
    said = [formats.period(to_date(t.start), to_date(t.end), locale), formats.count(t.members, "member", locale),
            f"{formats.count(t.referrals, 'referral', locale)} between them"]  # fmt: skip
    if t.groups > 1:
        said.insert(1, formats.count(t.groups, "group", locale))
    return " · ".join(said)


@drawn
def spheres(t: Teams, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Two bars from zero: pairs that share a sphere, pairs that do not."""
    r = t.sphere
    if r is None:
        return None
    figure = canvas(of, 150, bargap=0.35, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    rates = pd.DataFrame([(r.same, *r.same95), (r.apart, *r.apart95)], columns=["value", "low", "high"])
    whiskers = {**marks.error(rates["value"], rates["low"], rates["high"], of.ink), "thickness": 2}
    figure.add_trace(
        go.Bar(x=rates["value"], y=[1, 0], orientation="h", hoverinfo="skip", error_x=whiskers,
               marker={"color": [of.first, of.wrong], "cornerradius": 3})
    )  # fmt: skip
    ends = rates["high"].fillna(rates["value"])
    for y, value, end, n in zip((1, 0), rates["value"], ends, (r.n_same, r.n_apart), strict=True):
        said = f"{rate(value, locale)} a year, {formats.count(n, 'pair', locale)}"
        label(figure, end, y, said, of.ink, xanchor="left", xshift=8)
    figure.update_yaxes(tickvals=[1, 0], ticktext=["same clients", "other clients"], showgrid=False)
    figure.update_xaxes(visible=False, range=[0, float(ends.max()) * 1.9])
    return Drawing(figure, spheres_sentence(t, locale))


def spheres_sentence(t: Teams, locale: str = formats.DEFAULT) -> str:
    r = t.sphere
    if r is None:
        return "No two members are known to serve the same clients, or all do."
    same, apart = rate(r.same, locale), rate(r.apart, locale)
    said = f"A pair of seats that serves the same clients sees {same} referrals a year each way, any other {apart}"
    n = f"{formats.count(r.referrals, 'referral', locale)}, {formats.count(r.members, 'member', locale)}"
    if formats.missing(r.low95):
        return f"{said} ({n}: too few to say more)."
    ends = formats.span(r.low95, r.high95, formats.times, locale)
    return f"{said}: {formats.times(r.value, locale)} as many (95 %: {ends}; {n})."


@drawn
def leading(t: Teams, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """The pairs of professions with the highest rates, drawn towards the chapter's, each with its range."""
    shown = _leaders(t)
    y = list(range(len(shown) - 1, -1, -1))
    figure = canvas(of, ROW * len(shown) + 84)
    told = [f"{job(r.giver)} → {job(r.taker)}: {formats.count(r.referrals, 'referral', locale)}, "
            f"{formats.number(r.years, locale, 1)} years" for r in shown.itertuples()]  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=shown["rate"], y=y, mode="markers", customdata=told, hovertemplate="%{customdata}<extra></extra>",
            error_x=marks.error(shown["rate"], shown["low95"], shown["high95"], of.first),
            marker={"color": of.first, "size": 10, "line": {"color": of.ground, "width": 1}},
        )
    )  # fmt: skip
    for at, n in zip(y, shown["referrals"], strict=True):
        label(figure, 1, at, formats.number(int(n), locale), of.soft, xref="paper", xanchor="right")
    marks.level(figure, t.rate, of, axis="x")
    corner(figure, "n", of.soft, x=1)
    corner(figure, f"┊ chapter {rate(t.rate, locale)} a year", of.soft)
    figure.update_yaxes(tickvals=y, showgrid=False, tickfont={"size": 11},
                        ticktext=[f"{job(r.giver)}<br>→ {job(r.taker)}" for r in shown.itertuples()])  # fmt: skip
    top = float(shown["high95"].max()) if len(shown) else 1.0
    figure.update_xaxes(range=[0, top * 1.18], nticks=5)
    return Drawing(figure, leading_sentence(t, shown, locale))


def leading_sentence(t: Teams, shown: pd.DataFrame, locale: str = formats.DEFAULT) -> str:
    clear = int((t.pairs["low95"] > t.rate).sum())
    if shown.empty:
        return "No referral went between two recorded professions in this period."
    best = shown.iloc[0]
    ends = formats.span(best["low95"], best["high95"], rate, locale)
    said = (
        f"{job(best['giver'])} feeds {job(best['taker'])} most: {rate(best['rate'], locale)} a year "
        f"(95 %: {ends}; {formats.count(int(best['referrals']), 'referral', locale)})"
    )
    pairs = formats.count(len(t.pairs), "pair", locale)
    return f"{said}; {formats.number(clear, locale)} of {pairs} of professions are clearly above the chapter’s rate."


@drawn
def matrix(t: Teams, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Professions against professions, those of one sphere side by side; not recorded stays a row of its own."""
    jobs = t.professions.assign(last=t.professions["profession"] == UNKNOWN)
    busy = t.pairs.groupby("giver")["referrals"].sum().add(t.pairs.groupby("taker")["referrals"].sum(), fill_value=0)
    jobs = jobs.assign(n=jobs["profession"].map(busy).fillna(0)).sort_values("n", ascending=False, kind="stable")
    jobs = jobs.head(MATRIX).sort_values(["last", "sphere", "profession"], kind="stable")
    return _matrix(t.pairs, list(jobs["profession"]), [job(p, 17) for p in jobs["profession"]], of,
                   matrix_sentence(t, locale))  # fmt: skip


def matrix_sentence(t: Teams, locale: str = formats.DEFAULT) -> str:
    jobs = int((t.professions["profession"] != UNKNOWN).sum())
    used = int((t.pairs["referrals"] > 0).sum())
    said = (
        f"{formats.number(used, locale)} of {formats.number(len(t.pairs), locale)} ways between "
        f"{formats.count(jobs, 'profession', locale)} were used"
    )
    unknown = t.professions.loc[t.professions["profession"] == UNKNOWN, "seats"].sum()
    if unknown:
        said += f"; of {formats.count(int(unknown), 'member', locale)} the profession is not recorded"
    return said + "."


@drawn
def sphere_matrix(t: Teams, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Contact spheres against one another."""
    here = t.professions.groupby("sphere")["seats"].sum()
    keys = sorted(here.index, key=lambda s: (s == UNKNOWN, s == OTHER, s))
    texts = [f"{sphere(k)} ({formats.number(int(here[k]), locale)})" for k in keys]
    return _matrix(t.spheres, keys, texts, of, sphere_sentence(t, locale), cell=34)


def sphere_sentence(t: Teams, locale: str = formats.DEFAULT) -> str:
    s = t.spheres[(t.spheres["giver"] != UNKNOWN) & (t.spheres["taker"] != UNKNOWN) & (t.spheres["referrals"] > 0)]
    if s.empty:
        return "No referral went between recorded spheres in this period."
    best = s.iloc[0]
    ends = formats.span(best["low95"], best["high95"], rate, locale)
    where = (
        f"inside {sphere(best['giver'])}"
        if best["giver"] == best["taker"]
        else f"from {sphere(best['giver'])} to {sphere(best['taker'])}"
    )
    return (
        f"Most goes {where}: {rate(best['rate'], locale)} referrals a year for a pair of seats (95 %: {ends}; "
        f"{formats.count(int(best['referrals']), 'referral', locale)})."
    )


@drawn
def _matrix(rates: pd.DataFrame, keys: list[str], texts: list[str], of: Look, sentence: str, cell: int = 0) -> Drawing:
    """The darker, the higher the rate; the number is the count of referrals."""
    shown, counts = (grid_of(rates, keys, what) for what in ("rate", "referrals"))
    figure = square(texts, 0, of)
    if cell:
        figure.update_layout(height=cell * len(keys) + 190)
    top = float(max(np.quantile(shown, 0.995), 1e-9)) if shown.size else 1.0
    said = [[f"{a} → {b}: {counts[i, j]:.0f} referrals" for j, b in enumerate(texts)] for i, a in enumerate(texts)]
    power = 1.0 if cell else 0.5  # among many cells one referral must be told from none
    z, most = np.where(counts > 0, shown, 0.0) ** power, top**power
    figure.add_trace(
        go.Heatmap(z=z, x=list(range(len(keys))), y=list(range(len(keys))), zmin=0, zmax=most, xgap=1,
                   ygap=1, colorscale=[[0, of.ground], [1, of.first]], showscale=False, customdata=said,
                   hovertemplate="%{customdata}<extra></extra>")
    )  # fmt: skip
    if len(keys) <= COUNTED:
        at = [(int(i), int(j)) for i, j in np.argwhere(counts > 0)]
        figure.add_trace(go.Scatter(x=[j for _, j in at], y=[i for i, _ in at], mode="text", hoverinfo="skip",
                                    text=[f"{counts[i, j]:.0f}" for i, j in at],
                                    textfont={"size": 11 if cell else 9,
                                              "color": [on(of, z[i, j] / most) for i, j in at]}))  # fmt: skip
    return Drawing(figure, sentence)


@drawn
def circles(c: Circles, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """The surplus of inner referrals over the band that the same search finds in chance."""
    figure = canvas(of, 130, margin={"l": 8, "r": 8, "t": 8, "b": 24})
    figure.add_shape(type="rect", x0=c.low, x1=c.high, y0=0, y1=0.8, line_width=0, fillcolor=of.line)
    label(figure, (c.low + c.high) / 2, 0.4, "chance", of.soft)
    figure.add_trace(go.Scatter(x=[c.surplus], y=[1.2], mode="markers", hoverinfo="skip",
                                marker={"color": of.first, "size": 13}))  # fmt: skip
    label(figure, c.surplus, 1.2, "here", of.ink, yshift=18)
    figure.update_yaxes(visible=False, range=[-0.1, 2])
    figure.update_xaxes(range=[0, max(c.high, c.surplus) * 1.25], tickformat=".0%", nticks=5)
    return Drawing(figure, circles_sentence(c, locale))


def circles_sentence(c: Circles, locale: str = formats.DEFAULT) -> str:
    n = f"{formats.count(len(c.members), 'member', locale)}, {formats.count(c.referrals, 'referral', locale)}"
    if not c.beyond_chance:
        return f"The referrals fall into no circles beyond what chance gives ({n})."
    inside = formats.percent(c.inside, locale)
    return (
        f"The referrals fall into {formats.count(c.circles, 'circle', locale)}: {inside} stay inside one, "
        f"{formats.percent(c.surplus, locale)} more than volumes imply, where chance gives "
        f"{formats.span(c.low, c.high, formats.percent, locale)} ({n})."
    )


def rows(t: Teams) -> list[str]:
    """The referrals behind the pairs of the figure."""
    return [i for ids in _leaders(t)["ids"] for i in ids]


def _leaders(t: Teams) -> pd.DataFrame:
    shown = t.pairs[(t.pairs["giver"] != UNKNOWN) & (t.pairs["taker"] != UNKNOWN)]
    return shown[shown["referrals"] > 0].head(TOP)
