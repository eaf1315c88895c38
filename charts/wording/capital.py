"""The sentences of the claims about giving, asking, knowing one another, quick sources and ratings."""

from __future__ import annotations

import formats
from charts.wording.kinds import DIFFERENCE, RATIO, Unit, Wording, closely


def _doubling(value: float | None, locale: str = formats.DEFAULT) -> str:
    """An elasticity as what twice the giving goes with."""
    return formats.times(None if value is None or formats.missing(value) else 2**value, locale)


DOUBLING = Unit(_doubling, 0.0, (-0.10, 0.10), "as many", "doubling")
QUICK = Unit(formats.percent, 0.10, (0.05, 0.15), "1 of 10", "share")
FORETOLD = Unit(formats.percent, 0.5, (0.45, 0.55), "a coin's toss", "share")
PER_POINT = Unit(closely, 1.0, (1 / 1.05, 1.05), "as soon", "ratio")

_GIVEN = (
    "Log every referral that members pass to one another, with the giver's name in the column “source”: what somebody "
    "gives is read from the same log as what he receives."
)
_LIST = (
    "Import a member list with the columns name, joined and left, with those who have left, of every group that "
    "people here have belonged to."
)
_RATINGS = (
    "Keep a list of your sources with the columns date, assessor, source and {what}, and rate each of them again after "
    "half a year."
)
_POINTS = _RATINGS.format(what="the 13 points, answered yes or no")
_COMFORT = _RATINGS.format(what="comfort, from 0 to 10")
_VALUE = _RATINGS.format(what="perceived value, from 0 to 10")
_ASKS = (
    "Keep a list of contacts with the columns date, from, to and kind: an “ask” each time somebody asks another for a "
    "referral or a favour, also in vain, and help, introductions and testimonials."
)
_KNOWN = (
    "Import a member list with the columns name, joined and left, or a list of one-to-ones with their dates: then it "
    "is known when two people met."
)

CLAIMS = {
    "S5": Wording(
        RATIO,
        "Do the people you referred to last year refer more to you this year?",
        "Those you gave to last year refer {times} as often to you this year as the others",
        "Those you gave to last year refer about as often to you this year as the others",
        "Those you gave to last year refer less to you this year: only {times} as often as the others",
        "Those you gave to may refer {times} as often to you afterwards as the others, but {span} fits",
        "Who gives to whom is not recorded",
        _GIVEN,
    ),
    "T2": Wording(
        RATIO,
        "Does moving to another group cost the same person referrals?",
        "After a move the same person receives only {times} as many, at the same time in the group",
        "After a move the same person receives about as many, at the same time in the group",
        "After a move the same person receives more: {times} as many, at the same time in the group",
        "After a move the same person may receive {times} as many, but {span} fits",
        "When members joined which group is not recorded",
        _LIST,
    ),
    "R7": Wording(
        DOUBLING,
        "Does more come back in the months after you give more?",
        "Twice the giving goes with {value} as many referrals in the half-year after",
        "Giving more goes with about as many referrals in the half-year after",
        "Twice the giving goes with only {value} as many referrals in the half-year after",
        "Twice the giving may go with {value} as many referrals in the half-year after, but {span} fits",
        "Who gives to whom is not recorded",
        _GIVEN,
    ),
    "R8": Wording(
        DOUBLING,
        "Does what you give come back from others than those you gave to?",
        "Twice the giving goes with {value} as many referrals from others than those you gave to",
        "Giving more goes with about as many referrals from others than those you gave to",
        "Twice the giving goes with only {value} as many referrals from others than those you gave to",
        "Twice the giving may go with {value} as many referrals from others, but {span} fits",
        "Who gives to whom is not recorded",
        _GIVEN,
    ),
    "D3": Wording(
        DIFFERENCE,
        "Do asks succeed more often where you had given before?",
        "Asks succeed more often where the asker had given before: {wins} more of 100",
        "Asks succeed about as often, whether or not the asker had given before",
        "Asks succeed less often where the asker had given before: {wins} fewer of 100",
        "Asks may succeed {more} often where the asker had given before: {points}, but {span} fits",
        "Who asked whom, and in vain, is not recorded",
        _ASKS,
    ),
    "D4": Wording(
        RATIO,
        "Do sources with whom most of thirteen points are true refer more?",
        "Sources with whom most of thirteen points are true refer {times} as often in the half-year after",
        "How many of thirteen points are true says little about the half-year after",
        "Sources with whom most of thirteen points are true refer less: {times} as often in the half-year after",
        "Sources with whom most of thirteen points are true may refer {times} as often, but {span} fits",
        "How well members know their sources is not recorded",
        _POINTS,
    ),
    "D5": Wording(
        RATIO,
        "Does it take a year of knowing one another?",
        "After a year of knowing one another, the same two refer {times} as often",
        "After a year of knowing one another, the same two refer about as often as before",
        "After a year of knowing one another, the same two refer less: {times} as often",
        "After a year, the same two may refer {times} as often, but {span} fits",
        "When two people met is not recorded",
        _KNOWN,
    ),
    "Q1": Wording(
        QUICK,
        "How many new acquaintances refer within three months?",
        "{of} new acquaintances refer within three months",
        "About 1 of 10 new acquaintances refer within three months",
        "Only {of} new acquaintances refer within three months",
        "Perhaps {of} new acquaintances refer within three months, but {span} fits",
        "When two people met is not recorded",
        _KNOWN,
    ),
    "Q2": Wording(
        PER_POINT,
        "Do sources that see more value in it begin sooner?",
        "Each further point of perceived value makes a first referral {value} as likely at any time",
        "How much value a source sees in it says little about when it begins",
        "Sources that see more value in it begin later: {value} as likely at any time, per point",
        "Each further point of perceived value may make a first referral {value} as likely, but {span} fits",
        "What sources think of referring is not recorded",
        _VALUE,
    ),
    "Q3": Wording(
        FORETOLD,
        "Does a number from 0 to 10 tell who will refer?",
        "The number tells who will refer: of two sources, the one rated higher begins first {of} times",
        "The number tells no more than a coin: of two sources, either may begin first",
        "The number misleads: of two sources, the one rated higher begins first only {of} times",
        "Of two sources, the one rated higher may begin first {of} times, but {span} fits",
        "How comfortable sources are with referring is not recorded",
        _COMFORT,
    ),
}
