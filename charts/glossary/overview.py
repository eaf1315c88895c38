"""The figures of the overview."""

from __future__ import annotations

from analysis.overview_silence import APART, REGULAR
from analysis.settings import DEFAULT
from charts.glossary.term import Term

TERMS = {
    "members": Term("Members", "People who held a seat for at least one covered day of the period.",
                    "From the member list; who left or joined on the way counts as one."),
    "seat_value": Term("Seat value", "Money per membership seat and year.",
                       "The value of the period, divided by the years that seats were taken on days that "
                       "imports cover. The range takes the members as the sample.",
                       "Dividing by the members of today ignores seats that were empty, or taken twice."),
    "member_value": Term("Per member", "The value of the period for each member, on average.",
                         "Members who earned nothing are counted; the range takes the members as the sample.",
                         "A mean over those who earned something hides all who earned nothing."),
    "closed_business": Term("Closed business", "Thanks for closed business, by the day of the slip.",
                            "Entered by whoever earned it. Taken because no referral here says what became of it. "
                            "Currencies are never added together."),
    "others_mean": Term("Other groups", "The mean of the other groups that you may see, at the size of this one.",
                        "Each group counts once, per member and day that its imports cover, and the mean is scaled to "
                        "the members and days of this period. Groups without a member list, and groups whose imports "
                        "cover less than nine tenths of the period, are left out.",
                        "The sum of a large group beside that of a small one tells sizes apart, nothing else."),
    "goal": Term("Our goal", "What the workspace’s file method.toml says under [goals], for each month.",
                 "For part of a month, that part of it; months that no import covers have no goal."),
    "contribution": Term("Contribution to the change", "What somebody gave in the period less what he gave before.",
                         "All contributions together are the change, to the last referral.",
                         "A list of the largest falls alone finds some even when nothing has changed."),
    "usual_move": Term("Usual ups and downs", "The grey band: how far somebody with as many referrals usually moves "
                       "between two periods.",
                       "Twice the spread that all of them show together; one in twenty reaches beyond it by luck. "
                       "Money has no band: single amounts differ too much."),
    "luck_range": Term("What luck alone gives", "How far the total moves in 95 of 100 cases when nothing has changed.",
                       "If nothing had changed, each source’s two periods might as well have come in the other order: "
                       "the spread is the sum of their squared differences, and from eight receivers on also that of "
                       "the receivers’. It holds when sources differ and give in bursts.",
                       "Taking each referral as independent gives a band that is far too narrow."),
    "silence": Term("Silent longer than usual", "A source that gave regularly, and whose silence luck alone brings "
                    "in at most one of twenty cases.",
                    f"Regular is who gave on {REGULAR} or more occasions, at least {APART} days apart, in the last "
                    f"{DEFAULT.source_exposure_days} covered days. The chance is that of a silence so long at the "
                    "source’s own pace, less surely where sources here give in bursts. Who has left the group is not "
                    "listed.",
                    "A flat limit of 90 days lists everybody who gives twice a year, and misses who gave each week."),
    "gives_less": Term("Gives less", "A source that gave on fewer occasions in the last half-year than its own pace "
                       "lets expect, and by luck in at most one of twenty cases.",
                       "Judged where a source has given for at least a year."),
    "concentration": Term("Concentration", "How much of all rests on the first source, and how many sources make half.",
                          "The range of the first one’s share takes the receivers as the sample, or the months of a "
                          "single receiver. Somebody is always first: for referrals, the share of the first of as many "
                          "equal sources stands beside it.",
                          "A share without its n: of five referrals, somebody always gives a fifth."),
    "without_largest": Term("Without the largest", "The same share when the one largest amount is left out.",
                            "It shows whether a sum speaks of many slips or of one."),
}  # fmt: skip
