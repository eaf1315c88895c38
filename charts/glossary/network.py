"""Words and figures of the pages about giving, the net of referrals and power teams."""

from __future__ import annotations

from charts.glossary.term import Term

TERMS = {
    "matrix": Term("Give and receive matrix", "Who referred to whom: a row is a giver, a column a receiver.",
                   "Referrals of the period between members, each once; everybody who is no member stands together. "
                   "Members who exchange with the same people stand side by side."),
    "one_sided": Term("One-sided pair", "One gave clearly more than came back from the same person.",
                      "The exact chance of a split as uneven if each of the two gave as easily; marked only where it "
                      "stands out among all pairs.",
                      "Looking at the most uneven of many pairs finds one by luck alone."),
    "met_and_referred": Term("Meeting and referring", "The share of pairs that refer, among pairs that met one-to-one "
                             "and among those that did not.",
                             "Pairs of members, either way, in the period; the range takes members as the sample.",
                             "People who already refer also meet: which came first, this does not say."),
    "never_met": Term("Never met", "Pairs of present members without a recorded one-to-one.",
                      "First those between whom referrals already go, then those who serve the same clients, then "
                      "those with most partners in common. Only meetings on days that imports cover can be known."),
    "ring": Term("A member’s ring", "With whom one member exchanges: both ways, one way, or nothing in this period.",
                 "Referrals of the period between members. A line is wide at the giver and pointed at the receiver."),
    "wheel": Term("The whole net", "Every member on one circle, a line for each who referred to whom.",
                  "Places follow who exchanges with the same people; other chapters are one point each. Only the "
                  "strongest lines are drawn where there are many."),
    "both_ways": Term("Giving both ways", "Of the pairs in which anybody referred, the share in which both did.",
                      "Beside it: random arrangements in which every member gives and receives as many as here.",
                      "More than chance is no proof that giving is returned: two trades that suit one another refer "
                      "both ways without any favour. Whether giving is returned shows in the days on which it comes."),
    "generalised": Term("What comes from others", "Whether whoever gives more receives more from people to whom he did "
                        "not give.",
                        "A member’s months after giving against his months before, leaving out whoever he gave to.",
                        "The raw share “from others” is large by arithmetic: one gives to few and there are many."),
    "between": Term("Gatekeeper", "A member through whom the shortest ways between two others lead.",
                    "The share of all pairs of other members; the range leaves out one member at a time, and each "
                    "figure is drawn towards the chapter as far as that error explains its distance.",
                    "Whoever gives and receives much lies on many ways by that alone."),
    "chain": Term("Chain", "A referral that came from an earlier one, and what came from that in turn.",
                  "The column that names the earlier referral. Money is of won referrals, each currency by itself, by "
                  "the step at which the referral stands.",
                  "The longest chain is remembered; the many referrals that led to nothing are not."),
    "ponds": Term("Ponds", "The circles that somebody’s referrals come from: own chapter, others, customers, partners.",
                  "The chance that two of last year’s referrals come from different circles, against the year after."),
    "team_rate": Term("Referrals per pair of seats and year",
                      "How many referrals a seat of one profession gives a seat of another in a year.",
                      "Referrals over the years that both seats were filled and imports cover, drawn towards the "
                      "chapter’s own rate as far as luck explains the distance.",
                      "The raw rate puts one lucky pair on top."),
    "sphere": Term("Contact sphere", "Professions that serve the same clients without competing.",
                   "From the chapter’s own list where it groups professions, else from words in the profession’s name; "
                   "a profession may belong to several."),
    "silent_pair": Term("Pair that never gives", "Two seats of professions that elsewhere in the log do exchange, "
                        "between which nothing has gone either way.",
                        "Expected from other pairs of the same two spheres over the same time; listed where one or "
                        "more would be expected.",
                        "An observation: it does not say why, nor that it ought to be otherwise."),
    "circles_found": Term("Circles found in the referrals",
                          "Members who refer among themselves more than with the rest.",
                          "Groups that make the surplus of inner referrals largest, against the same search in random "
                          "arrangements with the same giving and receiving.",
                          "The search finds groups in pure chance too; only a surplus beyond chance counts."),
}  # fmt: skip
