"""The chapter in words: its headline, the figures on top, and the tables behind the cards."""

from __future__ import annotations

from dataclasses import dataclass

import formats
from analysis.chapter import Chapter
from analysis.chapter_meetings import NeverMet
from analysis.chapter_money import TALLY, THANKS, Money
from analysis.chapter_rates import Rates
from analysis.population import to_date

NOUNS = {
    "given": ("referral", "given", "gives"),
    "received": ("referral", "received", "receives"),
    "one_to_ones": ("one-to-one", "held", "holds"),
    "visitors": ("visitor", "brought", "brings"),
}
LABELS = {
    "given": "Referrals given",
    "received": "Referrals received",
    "one_to_ones": "One-to-ones",
    "visitors": "Visitors",
}
LONG_ENOUGH = 26  # weeks of one-to-ones, below which a pair may well have met before
MEET_HOW = (
    "First those between whom referrals already go, then those who serve the same clients, then those with most "
    "partners in common, then those longest together. Only meetings on days that imports cover can be known."
)
UNEVEN_HELP = (
    "How often a split as uneven would come about if each of the two gave as easily; marked only where it stands out "
    "among all pairs."
)
SOURCES = {"slips": "slips", "palms": "PALMS", "register": "registers of meetings", "thanks": "thanks for business"}


def rate(value: float | None, locale: str = formats.DEFAULT) -> str:
    """A weekly rate with the digits that it deserves: 1.4, 0.06, under 0.01."""
    if value is None or formats.missing(value):
        return formats.NONE
    if 0 < value < 0.005:
        return f"under {formats.number(0.01, locale, 2)}"
    return formats.number(value, locale, 1 if abs(value) >= 0.95 else 2)


@dataclass(frozen=True)
class Figure:
    """One figure of the wall: what it is, its value, its interval or what else qualifies it, how it is counted."""

    label: str
    value: str
    beside: str
    help: str


def headline(chapter: Chapter, locale: str = formats.DEFAULT) -> str:
    """The chapter in one sentence, as the page's title."""
    shown = leading(chapter)
    if shown is None:
        return f"What the records say about {formats.count(chapter.members, 'member', locale)}"
    _, _, does = NOUNS[shown.measure]
    rounded = rate(shown.rate, locale)
    said = f"A member {does} {rounded} {'referral' if rounded == '1' else 'referrals'} a week"
    if chapter.tiers is not None and shown.measure == "given":
        outside = 1 - chapter.tiers.inside.value
        said += f", {formats.of_base(outside, 10, locale)} of them for somebody outside"
    return said


def leading(chapter: Chapter) -> Rates | None:
    """The rate that speaks for the chapter: what members give, or receive where most of it comes from others."""
    given, received = chapter.rates.get("given"), chapter.rates.get("received")
    if given is None or received is None:
        return given or received
    return received if received.members["count"].sum() > 2 * given.members["count"].sum() else given


def subline(chapter: Chapter, locale: str = formats.DEFAULT) -> str:
    """The period, and which records it rests on."""
    if chapter.start is None or chapter.end is None:
        return ""
    said = [formats.period(chapter.start, chapter.end, locale), formats.count(chapter.members, "member", locale)]
    kinds = [f"{SOURCES[s.kind]} ({formats.number(s.rows, locale)} rows)" for s in chapter.sources]
    return " · ".join([*said, ", ".join(kinds)])


def figures(chapter: Chapter, locale: str = formats.DEFAULT) -> list[Figure]:
    """The wall of figures, each with its interval and n."""
    first = leading(chapter)
    others = [r for r in chapter.rates.values() if r.measure not in {"given", "received"}]
    wall = [_rate_figure(r, locale) for r in ([first] if first else []) + others]
    if chapter.tiers is not None:
        share = chapter.tiers.inside
        low, high = 1 - share.high95, 1 - share.low95
        wall.append(
            Figure(
                "Outside referrals",
                formats.percent(1 - share.value, locale),
                _interval(low, high, formats.percent, locale),
                f"Share of {formats.count(share.n, 'given referral', locale)} in which the giver introduces a third "
                "person (tier 2 and beyond), not himself. The interval takes the members as the sample.",
            )
        )
    if chapter.attendance is not None:
        a = chapter.attendance
        wall.append(
            Figure(
                "Attendance",
                formats.percent(a.share, locale),
                _interval(a.low95, a.high95, formats.percent, locale),
                "Present, late or substituted, of all meetings of the members. Medical leave counts as absent here.",
            )
        )
    wall += [_money_figure(m, locale) for m in chapter.money[:1]]
    return wall


def _rate_figure(r: Rates, locale: str) -> Figure:
    weeks = float(r.members["weeks"].sum())
    return Figure(
        f"{LABELS[r.measure].removesuffix(' given').removesuffix(' received')} a week",
        rate(r.rate, locale),
        _interval(r.low95, r.high95, rate, locale),
        f"For each member and week: {formats.number(float(r.members['count'].sum()), locale)} over "
        f"{formats.number(weeks, locale)} member-weeks of {formats.count(len(r.members), 'member', locale)}. "
        f"The mean of the members’ own rates is {rate(r.equal, locale)}, their median {rate(r.median, locale)}.",
    )


def _money_figure(m: Money, locale: str) -> Figure:
    beside = "slip by slip not known" if m.n is None else ""
    if m.largest is not None:
        beside = f"{formats.money(m.without_largest, m.currency, locale, short=True)} less the largest"
    return Figure(business(m), formats.money(m.total, m.currency, locale, short=True), beside, money_help(m))


def business(m: Money) -> str:
    return "Closed business" if m.basis in {THANKS, TALLY} else "Won business"


def money_help(m: Money) -> str:
    return {
        THANKS: "Thank-you for closed business: entered by whoever earned it, credited to whoever referred it.",
        TALLY: "The sum of TYFCB in the members’ PALMS rows. Single amounts are only in the Slips Audit.",
    }.get(m.basis, "Amounts of the referrals won in the period, credited to whoever gave them.")


def _interval(low: float | None, high: float | None, write, locale: str) -> str:
    if low is None or high is None or formats.missing(low) or formats.missing(high):
        return "too few members for an interval"
    return f"95 %: {formats.span(low, high, write, locale)}"


def rates_how(r: Rates, locale: str = formats.DEFAULT) -> str:
    """How the members' figure is computed, with what it assumes."""
    exposure = {
        "palms": "meetings held while a member (PALMS: present, absent, late, medical, substitute)",
        "slips": "weeks that imports cover inside the membership",
    }.get(r.basis, "meetings where PALMS is here, else weeks that imports cover")
    said = f"Per member and week of exposure: {exposure}. "
    if r.shrunk:
        said += "Each dot is drawn towards the chapter as far as luck would explain its distance. "
    if r.phi is None:
        return said + "The intervals take slips to come one by one; where they come in bursts, they are too narrow."
    if r.phi < 1.15:
        return said + "A member’s weeks differ no more than chance would have it."
    bursts = formats.number(r.phi, locale, 1)
    return said + f"Slips come {bursts} times as unevenly as chance alone would have it; the intervals allow for it."


def meet_how(found: NeverMet, locale: str = formats.DEFAULT) -> str:
    """How the list is ordered, and how far back it can see."""
    if found.covered >= LONG_ENOUGH:
        return MEET_HOW
    weeks = formats.count(max(1, round(found.covered)), "week", locale)
    return (
        f"Only {weeks} of one-to-ones are imported, so many of these pairs will have met before: earlier Slips Audits "
        f"would tell. {MEET_HOW}"
    )


def never_met_sentence(found: NeverMet, locale: str = formats.DEFAULT) -> str:
    since = formats.day(to_date(found.since), locale)
    if found.pairs.empty:
        return f"Every pair of present members has met one-to-one since {since}"
    never = formats.number(len(found.pairs), locale)
    return f"{never} of {formats.count(found.possible, 'pair', locale)} have not met one-to-one since {since}"
