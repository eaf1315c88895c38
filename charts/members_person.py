"""One member's exchange: what he gives and receives beside the others, tiers, partners, and what membership brought."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

import formats
from analysis.members_person import THANKS, Person, Received
from analysis.members_roll import Roll
from charts.chapter import rate
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, faded, name

YEAR = 365.25
WAYS = (("gave", "gives"), ("received", "receives"))
FEW = 5  # amounts, below which they are listed as a handful


@drawn
def exchange(roll: Roll, person: str, of: Look, locale: str = formats.DEFAULT) -> Drawing | None:
    """Given and received a week with their ranges; every other member as a faint tick."""
    mine = roll.of(person).iloc[0]
    have = [(key, does) for key, does in WAYS if not formats.missing(mine[f"{key}_rate"])]
    if not have:
        return None
    figure = canvas(of, 62 * len(have) + 60, margin={"l": 8, "r": 8, "t": 8, "b": 8})
    others = roll.members[roll.members["person_id"] != person]
    top = 0.0
    for place, (key, does) in enumerate(reversed(have)):
        rest = others[f"{key}_rate"].dropna()
        value, low, high = (float(mine[f"{key}_{end}"]) for end in ("rate", "low", "high"))
        figure.add_trace(go.Scatter(x=rest, y=[place] * len(rest), mode="markers", hoverinfo="skip",
                                    marker={"symbol": "line-ns-open", "size": 14, "color": of.wrong,
                                            "line": {"width": 1.2}}))  # fmt: skip
        figure.add_trace(go.Scatter(x=[low, high], y=[place, place], mode="lines", hoverinfo="skip",
                                    line={"color": faded(of.first, 0.4), "width": 8}))  # fmt: skip
        said = (
            f"{name(mine['name'])} {does} {rate(value, locale)} a week (95 %: {formats.span(low, high, rate, locale)})"
        )
        figure.add_trace(go.Scatter(x=[value], y=[place], mode="markers", customdata=[said],
                                    hovertemplate="%{customdata}<extra></extra>",
                                    marker={"color": of.first, "size": 12,
                                            "line": {"color": of.ground, "width": 1.5}}))  # fmt: skip
        top = max(top, high, float(rest.max()) if len(rest) else 0.0)
    figure.update_yaxes(tickvals=list(range(len(have))), ticktext=[does for _, does in reversed(have)],
                        range=[-0.6, len(have) - 0.4], showgrid=False)  # fmt: skip
    figure.update_xaxes(range=[0, top * 1.04 or 1], nticks=5, title="a week · ticks: the other members")
    return Drawing(figure, exchange_sentence(roll, person, locale))


def exchange_sentence(roll: Roll, person: str, locale: str = formats.DEFAULT) -> str:
    """Both rates with their ranges and n."""
    mine = roll.of(person).iloc[0]
    said = []
    for key, does in WAYS:
        if formats.missing(mine[f"{key}_rate"]):
            continue
        span = formats.span(mine[f"{key}_low"], mine[f"{key}_high"], rate, locale)
        said.append(f"{does} {rate(mine[f'{key}_rate'], locale)} a week (95 %: {span}; "
                    f"{formats.number(mine[key], locale)} in all)")  # fmt: skip
    text = " and ".join(said)
    return f"{text[:1].upper()}{text[1:]}"


def counts_sentence(roll: Roll, person: str, locale: str = formats.DEFAULT) -> str:
    """Counts alone, where no weeks of exposure are recorded."""
    mine = roll.of(person).iloc[0]
    said = [f"{'gave' if key == 'gave' else 'received'} {formats.count(mine[key], 'referral', locale)}"
            for key, _ in WAYS if not formats.missing(mine[key])]  # fmt: skip
    when = formats.period(roll.start, roll.end, locale)
    return f"{' and '.join(said).capitalize()} in {when}" if said else f"No referral is recorded for {when}"


def tiers_sentence(p: Person, locale: str = formats.DEFAULT) -> str:
    """ "Gave 12 inside and 8 outside; received …", with what has no tier."""
    said = []
    for row in p.tiers.itertuples():
        known = row.inside + row.outside
        if known:
            inside, outside = (formats.number(n, locale) for n in (row.inside, row.outside))
            part = f"{row.way} {inside} inside and {outside} outside"
            said.append(part + (f" ({formats.number(row.unknown, locale)} without a tier)" if row.unknown else ""))
        elif row.unknown:
            said.append(f"{row.way} {formats.number(row.unknown, locale)} without a tier")
    text = "; ".join(said)
    when = formats.period(p.start, p.end, locale)
    return f"{text[:1].upper()}{text[1:]} in {when}." if said else f"No referral in {when}."


def partners_table(p: Person) -> pd.DataFrame:
    t = p.partners
    return pd.DataFrame({"With": t["name"], "Gave": t["gave"], "Received": t["got"], "One-to-ones": t["met"]})


def partners_sentence(p: Person, locale: str = formats.DEFAULT) -> str:
    t = p.partners
    both = int(((t["gave"] > 0) & (t["got"] > 0)).sum())
    gave, got = int((t["gave"] > 0).sum()), int((t["got"] > 0).sum())
    who = formats.count(gave, "person", locale, "people")
    return (f"Gave to {who}, received from {formats.number(got, locale)}, both ways with "
            f"{formats.number(both, locale)}; met {formats.number(int((t['met'] > 0).sum()), locale)} "
            "one-to-one")  # fmt: skip


def tenure_sentence(p: Person, locale: str = formats.DEFAULT) -> str:
    """Since when, and until when it is paid for."""
    if p.joined is None or p.years is None:
        said = "Joining not recorded"
    else:
        years = formats.number(p.years, locale, 1)
        said = f"Member since {formats.day(p.joined, locale)} ({'1 year' if years == '1.0' else f'{years} years'})"
    return f"{said} · renewal due {formats.day(p.renews, locale)}" if p.renews else said


def money_sentence(m: Received, start: date, end: date, locale: str = formats.DEFAULT) -> str:
    """What was earned, from how many amounts, with its range and without the largest."""
    total = formats.money(m.total, m.currency, locale)
    what = "own thanks for closed business" if m.basis == THANKS else "won referral"
    n = formats.count(m.n, what, locale, "own thanks for closed business" if m.basis == THANKS else None)
    said = f"{total} from {n} in {formats.period(start, end, locale)}"
    if m.n < 2:
        return f"{said}: one amount says little about a year"
    span = formats.span(m.low95, m.high95, lambda v, at: formats.money(v, m.currency, at, short=True), locale)
    rest = formats.money(m.total - m.largest, m.currency, locale)
    few = "a handful; " if m.n < FEW else ""
    return f"{said} ({few}95 %: {span}; {rest} without the largest)"


def waiting_sentence(p: Person, locale: str = formats.DEFAULT) -> str:
    """What may still come."""
    if not p.waiting:
        return "No referral received in these months is known to be open."
    n, are = formats.count(p.waiting, "referral", locale), "is" if p.waiting == 1 else "are"
    return f"{n} received in these months {are} still open."


@drawn
def return_drawing(m: Received, dues: float, start: date, end: date, of: Look,
                   locale: str = formats.DEFAULT) -> Drawing:  # fmt: skip
    """What was received for each unit of dues, on an axis from zero, with its range."""
    paid = dues * (end - start).days / YEAR
    value, low, high = (v / paid for v in (m.total, m.low95, m.high95))
    figure = canvas(of, 120)
    figure.add_trace(go.Scatter(x=[low, high], y=[0, 0], mode="lines", hoverinfo="skip",
                                line={"color": faded(of.first, 0.4), "width": 9}))  # fmt: skip
    figure.add_trace(go.Scatter(x=[value], y=[0], mode="markers", hovertemplate="%{x:.1f}<extra></extra>",
                                marker={"color": of.first, "size": 13,
                                        "line": {"color": of.ground, "width": 1.5}}))  # fmt: skip
    figure.add_vline(x=1, line={"color": of.wrong, "width": 1, "dash": "dot"}, layer="below")
    figure.add_annotation(x=1, y=1, yref="paper", yanchor="bottom", showarrow=False, text="dues",
                          font={"size": 12, "color": of.soft})  # fmt: skip
    figure.update_yaxes(visible=False, range=[-1, 1])
    figure.update_xaxes(range=[0, max(high, 1.2) * 1.05], nticks=6, title="received for each 1 of dues")

    def digits(v: float, at: str) -> str:
        return formats.number(v, at, 1 if v < 9.95 else 0)

    said = (
        f"{digits(value, locale)} received for each 1 of dues (95 %: {formats.span(low, high, digits, locale)}), with "
        f"dues of {formats.money(dues, m.currency, locale)} a year as you typed them. Turnover, not profit; and "
        "nobody knows what would have come without the membership."
    )
    return Drawing(figure, said)
