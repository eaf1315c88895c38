"""The sentences of the claims about presence, sources and tenure."""

from __future__ import annotations

from charts.wording.kinds import DIFFERENCE, RATIO, SHARE, YEARLY, Wording

_PRESENT = (
    "Add a column “present?” to your log: yes when the receiver was there as the referral was given, no when not. "
    "Start today; what lies before does no harm."
)
_KIND = (
    "Add a column “source type” to your log: customer, member, partner or personal. With a member list imported, "
    "members are recognised by themselves."
)
CLAIMS = {
    "L1": Wording(
        SHARE,
        "How many referrals reach you while you are somewhere else?",
        "{of} referrals reach you while you are somewhere else",
        "About half of the referrals reach you while you are somewhere else",
        "Only {of} referrals reach you while you are somewhere else",
        "Perhaps {of} referrals reach you while you are somewhere else, but {span} fits",
        "Whether you were in the room is not recorded",
        _PRESENT,
    ),
    "L5": Wording(
        DIFFERENCE,
        "Do networked referrals close more often than linear ones?",
        "Networked referrals close more often: {wins} more of 100 are won",
        "Networked and linear referrals close about as often",
        "Linear referrals close more often: {wins} more of 100 are won",
        "Networked referrals may close {more} often: {points}, but {span} fits",
        "Whether you were in the room, or how it ended, is not recorded",
        _PRESENT + " Keep a status (open, won, lost) and the day it closed.",
    ),
    "L9": Wording(
        RATIO,
        "Do sources that start while you are away send more later?",
        "Sources that start while you are away send {times} as many good referrals later",
        "How a source starts, in the room or away, says little about what it sends later",
        "Sources that start in the room send more later: away, only {times} as many",
        "Sources that start while you are away may send {times} as many good referrals later, but {span} fits",
        "Whether you were in the room at a source’s first referral is not recorded",
        _PRESENT,
    ),
    "S4": Wording(
        DIFFERENCE,
        "Do partners’ referrals close more often than customers’?",
        "Partners’ referrals close more often: {wins} more of 100 are won",
        "Partners’ referrals close about as often as customers’",
        "Customers’ referrals close more often: {wins} more of 100 are won",
        "Partners’ referrals may close {more} often: {points}, but {span} fits",
        "Customers and professional partners cannot be told apart here",
        _KIND + " Keep a status (open, won, lost) and the day it closed.",
    ),
    "S1": Wording(
        SHARE,
        "Do one or two professional partners bring more than all customers together?",
        "For {k} of {n} members, last year’s top two partners bring more than all customers this year",
        "Last year’s top two partners beat all customers for about half of the members",
        "For only {k} of {n} members, last year’s top two partners bring more than all customers this year",
        "Last year’s top two partners bring more than all customers for {k} of {n} members, but {span} fits",
        "Customers and professional partners cannot be told apart here",
        _KIND,
    ),
    "T1": Wording(
        YEARLY,
        "Do the same people receive more, the longer they stay?",
        "The same people receive {gain} more with each further year",
        "The same people receive about as much with each further year",
        "The same people receive {gain} less with each further year",
        "The same people receive {yearly} with each further year, but {span} fits",
        "When members joined is not recorded",
        "Import a member list with the columns name, joined and left, with those who have left: without them, "
        "only the stayers are counted.",
    ),
}
