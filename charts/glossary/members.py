"""Scorecards, renewals and the bank of a relationship."""

from __future__ import annotations

from analysis.members_leaving import ATTENDANCE, HALF_YEAR, LEAVERS, MEETINGS
from analysis.members_luck import DRAWS
from analysis.settings import DEFAULT
from charts.glossary.term import Term

TERMS: dict[str, Term] = {
    "rubric": Term("Rubric", "A region’s table of points for attendance, referrals, visitors and the like.",
                   "Each line gives the points of the best threshold that is reached; the sum has a light. Thresholds "
                   "stand beside every score, and the tables are files that a region can read."),
    "light": Term("Light", "The colour of a score: green, amber, red or grey, always with its word.",
                  "By the rubric’s own bands. Where lines are not recorded, the score is a range and so may be the "
                  "light: what is unknown is never counted as zero."),
    "official_score": Term("Official score", "The score that your region’s own report gave, as it was uploaded.",
                           "It is shown and never computed again. Ours is a simulation from the records that are here, "
                           "and may differ: other months, other lines, other rules."),
    "exposure": Term("Weeks of exposure", "The meetings that were held while somebody was a member.",
                     "Present, absent, late, medical and substituted added up. Rates are per week of exposure, so a "
                     "new member is not measured on weeks before joining. Without PALMS or a register nobody knows "
                     "them."),
    "luck_light": Term("Another light by luck", "How often the same half-year, lived again at the same pace, would "
                       "show another light.",
                       f"{DRAWS} half-years are drawn: counts around the member’s own rate, drawn towards the "
                       "chapter’s as far as luck explains the distance, with the spread that the members’ months "
                       "have; meetings with the member’s own shares, drawn to the chapter’s alike. Money, sponsoring "
                       "and what is not recorded stay as they are. The wide bar holds 80 of 100 draws.",
                       "A light that changes shows a change of pace only where luck would rarely do it."),
    "next_step": Term("Next step", "The fewest further acts that would have brought the next light.",
                      "All combinations of referrals, one-to-ones, visitors and so on are compared; each act counts as "
                      "one. Over the same months: older acts fall out as new ones come in."),
    "falling_out": Term("Falling out", "What the window loses with its first month.",
                        "The score without the first month’s acts and absences, over as many weeks, if the coming "
                        "month brings nothing and every meeting of it is attended."),
    "shrunken": Term("Drawn to the chapter’s", "A member’s rate, moved towards the chapter’s as far as luck explains "
                     "the distance.",
                     "A member with few weeks says little about himself, and more about the chapter. The range is his.",
                     "Counts as they come put whoever has the fewest weeks first or last."),
    "renewal": Term("Renewal due", "The day on which a membership has to be paid for again.",
                    "From the Membership Dues report; the next 90 days after the last record."),
    "leaving_rule": Term("Received little", "Fewer than half as many referrals as the chapter’s middle member "
                         "received in half a year.",
                         f"To see what the rule is worth, every {HALF_YEAR} days of the log the members of at least "
                         "half a year are sorted by it and followed for half a year more. Ranges take members as the "
                         f"sample. Below {LEAVERS} leavings nothing is said. Often absent: at fewer than "
                         f"{ATTENDANCE * 100:.0f} % of {MEETINGS} meetings or more.",
                         "Who has left is easily explained afterwards: a rule counts only with those who had the sign "
                         "and stayed."),
    "own_return": Term("Own return on membership", "What was earned from referrals received, beside the dues.",
                       "Won amounts that closed in the period, or where a log has none the member’s own thanks for "
                       "closed business; the two are never added. Dues are what you type, for as many days as the "
                       "period has. The range is that of a sum of amounts that come at random (Fay and Feuer 1997).",
                       "It is turnover, not profit, and nobody knows what would have come without the membership."),
    "deposit": Term("Deposit", "Help, an introduction, a testimonial or a referral that one gave another.",
                    "Each counts one; a one-to-one counts nothing."),
    "withdrawal": Term("Withdrawal", "A referral or favour that one asked of another.", "Each recorded ask counts "
                                                                                        "one."),
    "bank": Term("Balance", "Deposits less withdrawals of one person with another.",
                 f"Of the {DEFAULT.capital_balance_days} days before each day: what lies further back has worn off.",
                 "A balance of everything since the log began grows with its length."),
    "before_investing": Term("Asked before any deposit", "Asks of somebody to whom the asker had given nothing before.",
                             f"Of asks at least {DEFAULT.capital_balance_days} days after the log begins, for earlier "
                             "ones nobody knows what went before. Members who ask are the sample.",
                             "Counting every ask as independent gives a range that is far too narrow."),
    "thirteen_points": Term("Thirteen points", "What is true of a relationship with somebody who might refer, answered "
                            "yes or no.",
                            "The last assessment of each relationship counts. An open point is left out of its share. "
                            "Those who assess are the sample."),
}  # fmt: skip
