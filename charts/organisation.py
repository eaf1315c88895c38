"""A whole organisation by month."""

from __future__ import annotations

import formats
from analysis.organisation import LEAST, Organisation
from charts.drawn import drawn
from charts.theme import Drawing, Look, canvas, label


def headline(view: Organisation, locale: str = formats.DEFAULT) -> str:
    return f"{formats.number(view.referrals, locale)} referrals in {formats.number(view.groups, locale)} groups"


def subline(most: int, locale: str = formats.DEFAULT) -> str:
    return (
        "Pages about members and verdicts read a selection row by row. Choose groups with up to "
        f"{formats.number(most, locale)} referrals together; each page then opens on them, and the address keeps them."
    )


def of_groups(groups: int, locale: str = formats.DEFAULT) -> str:
    return (
        f"All members of {formats.count(groups, 'group', locale)} taken together. With so many, hardly anything is "
        "uncertain on average: look at whether the difference matters, and at what a further group may expect. "
        "None of this says what caused what."
    )


@drawn
def months(view: Organisation, of: Look, locale: str = formats.DEFAULT) -> Drawing:
    """Referrals by group and month; a month that is hardly covered is a gap."""
    known = view.months.dropna(subset=["rate"])
    figure = canvas(of, 240)
    figure.add_scatter(x=view.months["month"], y=view.months["rate"], mode="lines",
                       line={"color": of.first, "width": 2}, connectgaps=False, customdata=view.months["groups"],
                       hovertemplate="%{x|%b %Y}: %{y:.1f} a group, %{customdata} groups<extra></extra>")  # fmt: skip
    figure.update_yaxes(rangemode="tozero", title="Referrals by group and month")
    if known.empty:
        sentence = "No month is covered well enough to say how many referrals a group gives."
        return Drawing(figure, sentence)
    last = known.iloc[-1]
    label(figure, last["month"], last["rate"], formats.number(last["rate"], locale, 1), of.first, yshift=12)
    sentence = (
        f"In {formats.month(last['month'].date(), locale)}, {formats.number(last['groups'], locale)} groups gave "
        f"{formats.number(last['rate'], locale, 1)} referrals each."
    )
    low = view.months["rate"].isna().sum()
    if low:
        sentence += f" In {low} months less than {LEAST:.0%} of the days are covered: gaps, not zeros."
    return Drawing(figure, sentence)
