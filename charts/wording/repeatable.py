"""The sentences of the claims about counting on referrals, where they come from and how they spread."""

from __future__ import annotations

import formats
from charts.wording.kinds import DIFFERENCE, RATIO, Unit, Wording, closely

QUARTERS = Unit(formats.percent, 0.75, (0.70, 0.80), "3 of 4 quarters", "share")
NEW_SOURCES = Unit(formats.percent, 0.25, (0.20, 0.30), "1 of 4", "share")
ANSWERED = Unit(formats.percent, 0.8, (0.75, 0.85), "8 of 10", "share")
FORECAST = Unit(formats.times, 1.0, (0.8, 1.25), "as forecast", "ratio")
PER_TENTH = Unit(closely, 1.0, (1 / 1.05, 1.05), "as many", "ratio")


def _children(value: float | None, locale: str = formats.DEFAULT) -> str:
    return formats.number(value, locale, 2)


def _shape(value: float | None, locale: str = formats.DEFAULT) -> str:
    return formats.number(value, locale, 1)


CHILDREN = Unit(_children, 1.0, (0.0, 0.1), "one for one", "number")
SHAPE = Unit(_shape, 1.0, (1.0, 1.0), "a straight line (0: exponential)", "number")

_PRESENT = (
    "Add a column “present?” to your log: yes when the receiver was there as the referral was given, no when not."
)
_KIND = (
    "Add a column “source type” to your log: customer, member, partner or personal. With a member list imported, "
    "members are recognised by themselves."
)
_LOG = (
    "Import the group's whole log, with the columns date, source and receiver, and a member list with the columns "
    "name, joined and left."
)
CLAIMS = {
    "L3": Wording(
        SHAPE,
        "Do referrals made in your absence grow exponentially?",
        "Referrals made in absence grow exponentially: an exponential fits, a straight line does not",
        "Referrals made in absence grow neither exponentially nor on a line",
        "Referrals made in absence do not grow exponentially",
        "Whether referrals made in absence grow exponentially or on a line cannot be told apart yet",
        "Whether the receiver was in the room is not recorded",
        _PRESENT,
    ),
    "L4": Wording(
        CHILDREN,
        "Do networked referrals lead to further referrals?",
        "Networked referrals snowball: each leads to {value} further ones within half a year",
        "Networked referrals hardly lead to further ones: of 100, {wins} do within half a year",
        "Networked referrals multiply but do not snowball: 100 of them lead to {wins} further ones within half a year",
        "100 networked referrals may lead to {wins} further ones within half a year, but {span} for each fits",
        "Which referral led to which is not recorded",
        "Add a column “came from referral” with the number of the earlier referral wherever one led to another. "
        + _PRESENT,
    ),
    "R1": Wording(
        QUARTERS,
        "Does every quarter bring members at least one referral?",
        "{of} member-quarters bring at least one referral, and next quarter can be forecast",
        "About 3 of 4 member-quarters bring at least one referral",
        "Only {of} member-quarters bring at least one referral",
        "Perhaps {of} member-quarters bring at least one referral, but {span} fits",
        "The whole group's log is needed to see this",
        _LOG,
    ),
    "R2": Wording(
        FORECAST,
        "Do those who received most go on at their level?",
        "A good year is no fluke: last year’s best third went on to receive {times} what was forecast for them",
        "Last year’s best third receive about what was forecast for them",
        "It did not last: last year’s best third received only {times} what was forecast for them",
        "Last year’s best third received {times} what was forecast for them, but {span} fits",
        "The whole group's log is needed to see this",
        _LOG,
    ),
    "R4": Wording(
        NEW_SOURCES,
        "Will your next referral come from somebody new?",
        "{of} referrals come from somebody who sent none in the year before, and the total holds",
        "About 1 of 4 referrals comes from somebody who sent none in the year before",
        "Only {of} referrals come from somebody who sent none in the year before",
        "Perhaps {of} referrals come from somebody who sent none in the year before, but {span} fits",
        "Who gave the referrals is not recorded, or only one person's log is shown",
        _LOG,
    ),
    "R6": Wording(
        ANSWERED,
        "Does what you give come back from the same person?",
        "One for one is not to be expected: only {of} first referrals are answered by the same person within a year",
        "About 8 of 10 first referrals are answered by the same person within a year",
        "It mostly does come back: {of} first referrals are answered by the same person within a year",
        "Perhaps {of} first referrals are answered by the same person within a year, but {span} fits",
        "What members refer to one another is not recorded",
        _LOG,
    ),
    "R13": Wording(
        PER_TENTH,
        "Do referrals from many different circles bring more the year after?",
        "Many circles pay: a tenth more diversity goes with {value} as many referrals the year after",
        "From how many circles referrals come says little about the year after",
        "Few circles pay: a tenth more diversity goes with {value} as many referrals the year after",
        "A tenth more diversity may go with {value} as many referrals the year after, but {span} fits",
        "Which circle each referral came from is not recorded",
        _KIND + " Name the other group where a giver belongs to one.",
    ),
    "R14": Wording(
        RATIO,
        "Do go-betweens receive more from beyond their own circle?",
        "Go-betweens receive more from beyond: {times} as many the year after, for each step up",
        "Standing between others says little about what comes from beyond the year after",
        "Go-betweens receive fewer from beyond: {times} as many the year after, for each step up",
        "Go-betweens may receive {times} as many from beyond the year after, for each step up, but {span} fits",
        "Which referrals came from beyond the own circle is not recorded",
        "Add a column “came from referral” with the number of the earlier referral, or the other group's name where "
        "the giver belongs to one.",
    ),
    "S2": Wording(
        RATIO,
        "Who sends more in the long run, partners or customers?",
        "In the long run partners send more: {times} as many good referrals a year as customers, after the first",
        "In the long run partners and customers send about as many good referrals",
        "In the long run customers send more: partners only {times} as many good referrals a year, after the first",
        "Partners may send {times} as many good referrals a year as customers, after the first, but {span} fits",
        "Customers and professional partners cannot be told apart here",
        _KIND + " Keep a status (open, won, lost) and the day it closed.",
    ),
    "S3": Wording(
        DIFFERENCE,
        "Who refers again, partners or customers?",
        "Partners are the steadier sources: {wins} more of 100 refer again within a year",
        "Partners and customers refer again about as often",
        "Customers are the steadier sources: {wins} more of 100 refer again within a year",
        "Partners may refer again {more} often: {points}, but {span} fits",
        "Customers and professional partners cannot be told apart here",
        _KIND,
    ),
}
