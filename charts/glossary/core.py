"""The words of the trade and the figures that every page shares."""

from __future__ import annotations

from analysis.settings import DEFAULT
from charts.glossary.term import Term

_DAYS = DEFAULT.horizon_days

WORDS = {
    "referral": Term("Referral", "Somebody who agreed to be contacted by the member; a lead has not agreed."),
    "slip": Term("Slip", "One recorded act: a referral, a one-to-one, closed business, education, a visitor."),
    "source": Term("Source", "Whoever gives a referral."),
    "customer": Term("Customer", "A source who has bought from the receiver."),
    "partner": Term("Professional partner", "A business person who refers: a fellow member, or somebody outside."),
    "linear": Term("Linear referral", "Given while the receiver was in the room, mostly on asking."),
    "networked": Term("Networked referral", "Given while the receiver was somewhere else."),
    "inside": Term("Inside (tier 1)", "The giver buys himself."),
    "outside": Term("Outside (tier 2)", "The giver introduces a third person."),
    "spin_off": Term("Spin-off (tier 3)", "Business that a client from an earlier referral brings: a chain."),
    "tyfcb": Term("Closed business (TYFCB)", "Money that the earner thanks a giver for; entered by the earner."),
    "one_to_one": Term("One-to-one", "A planned meeting of two members."),
    "palms": Term("PALMS", "The register of meetings: present, absent, late, medical, substitute; one of the five."),
    "ceu": Term("Education (CEU)", "Units of training that a member reports."),
    "mature": Term("Mature", f"Given at least {_DAYS} days ago, so that the referral had its time to close."),
    "gap": Term("Gap", "A time that no import covers. It is shown as a gap and never counted as zero."),
    "as_of": Term("As of", "The day after the last event, or the day that you chose; only what is before it counts."),
}  # fmt: skip

FIGURES = {
    "referrals": Term("Referrals", "Referrals received, by the day on which they were given."),
    "won": Term("Won", "Referrals won, by the day on which they closed."),
    "value": Term("Value", "Amounts of the won referrals, by the day on which they closed.",
                  "Currencies are never added together."),
    "close_rate": Term("Close rate", f"Won within {_DAYS} days, among the referrals at least {_DAYS} days old.",
                       "Younger ones have not had their time yet.",
                       "Dividing by all referrals punishes the young ones, dividing by the closed ones the slow ones."),
    "active_sources": Term("Active sources", "Different people or firms that gave at least one referral."),
    "interval": Term("95 % range", "Where the figure would lie in 95 of 100 chapters like this one.",
                     "Members are the sample, not referrals: one member at a time is left out.",
                     "Counting every referral as independent gives a range that is far too narrow."),
    "coverage": Term("Weeks spoken for", "The days of a week that some import covers, for each kind of record.",
                     "By the period that a file states or that you gave for it. A week that nothing covers is a gap."),
    "other_choices": Term("Other choices", "The deciding figure again, with one choice of the method changed.",
                          "Each with its own range. The verdict is given by the first row, the choice in force."),
}  # fmt: skip
