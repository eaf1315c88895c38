"""Figures that hold two kinds of referrals, members or groups against one another."""

from __future__ import annotations

from analysis.settings import DEFAULT
from charts.glossary.term import Term

_DAYS = DEFAULT.horizon_days

TERMS = {
    "within_receiver": Term("Within the same receiver", "Each receiver’s two kinds of referrals are compared with one "
                            "another, and these differences are averaged.",
                            "A receiver weighs by how many of both kinds he has.",
                            "Compared over everybody, a trade that closes often and has many of one kind decides it."),
    "drawn_to_all": Term("Drawn to all", "A figure that rests on little is moved towards the others, as far as luck "
                         "would explain its distance.",
                         "The variance between members or groups and the error of each decide how far; the "
                         "range allows "
                         "for that variance being uncertain too. The hollow mark is the own figure as counted.",
                         "Ranked by raw figures, those with the fewest records stand first and last, by luck alone."),
    "time_to_close": Term("Won by day", "The chance that a referral is won within so many days.",
                          "Open referrals count for as long as they have been open, lost ones cannot be won any more "
                          "(Aalen–Johansen). The band is the 95 % range, one receiver left out at a time; a curve ends "
                          "where fewer than ten are still followed.",
                          "Won of all so far favours whatever closes fast; won of the closed ones forgets the open."),
    "won_amounts": Term("Won amounts", f"What each referral won within {_DAYS} days brought, in one currency.",
                        "On the axis ten times is always as far, so that one giant cannot hide the rest. The range of "
                        "the median comes from drawing the receivers anew.",
                        "A mean follows the largest slip."),
    "parts_of_all": Term("Count and money", f"What part of the referrals at least {_DAYS} days old, of those "
                          "won and of "
                         "their money comes from either kind.",
                         "The dark line is the 95 % range, one receiver left out at a time. Sources that are "
                         "neither, or "
                         "not recorded, are left out."),
    "cohorts": Term("By year of joining", "Those who joined in the same year, followed from year to year.",
                    "Referrals received over member-months that imports cover. With fewer than five people no range is "
                    "given and the cell is not coloured.",
                    "Down a column the years of joining compare; along a row only those who stayed are left."),
    "staying": Term("Still members", "Of those who join, how many are still there after each year.",
                    "Whoever joined before the log begins counts from then on; whoever is still there counts as far as "
                    "seen (product limit, 95 % range).",
                    "Dividing leavers by members forgets that the young have had no time to leave."),
    "across_groups": Term("Over several groups", "The mean over groups of each group’s own figure, and the "
                          "range in which "
                          "a further group like these would lie.",
                          "Groups weigh by how exactly they are known, and the variance between them is estimated "
                          "(Paule–Mandel, Hartung–Knapp); the range for a further group allows for that variance being "
                          "uncertain. Shares are combined as odds, ratios as factors. The verdict pools the members of "
                          "all groups: this stands beside it.",
                          "The range of the mean says where the average lies, not what the next group will see."),
    "funnel": Term("Funnel", "Each group’s own figure against how exactly it is known.",
                   "Between the dashed lines 95 of 100 groups would lie if all were alike, between the dotted ones 998 "
                   "of 1,000.",
                   "In a league table the smallest groups stand first and last."),
}  # fmt: skip
