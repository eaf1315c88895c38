"""The figures of the page on the chapter: rates, attendance, other chapters, and records that ought to agree."""

from __future__ import annotations

from charts.glossary.term import Term

TERMS: dict[str, Term] = {
    "member_rate": Term("Rate a week", "How many slips of a kind a member has for each week of exposure.",
                        "The chapter’s is all slips over all member-weeks. A member’s own is drawn towards it as far "
                        "as luck would explain the distance, and its range is wider where the slips come in bursts.",
                        "A list of bare rates puts those on top and at the bottom who were here for a short time."),
    "inside_outside": Term("Inside and outside share", "Which part of the referrals given the giver buys himself, and "
                           "in which he introduces a third person.",
                           "By the tier on the slip, or by PALMS; referrals without a tier are left out and counted "
                           "beside it. The range takes the members as the sample."),
    "other_chapters": Term("Across chapters", "Referrals in which one of the two sides belongs to another chapter.",
                           "By the other chapter that a slip names. Where both people are known as members here, the "
                           "side is unclear and stays so."),
    "money_by_giver": Term("Money by giver", "What came of each member’s referrals, credited to whoever gave them.",
                           "Thanks for closed business where they are recorded, else the amounts of won referrals. The "
                           "largest single amount is shown beside the sum.",
                           "One giant slip makes a champion of whoever happened to pass it on."),
    "tenure_and_rate": Term("Tenure and rate", "Years since joining beside what a member receives a week.",
                            "The rank correlation of the two, with members as the sample. Whoever left is not among "
                            "them, so this says who is here, not what staying does."),
    "attendance": Term("Attendance", "The part of the meetings at which a member was present, late or substituted.",
                       "Of all meetings held while a member; medical leave and absence count as not there. A member’s "
                       "range allows for few meetings, the chapter’s takes the members as the sample."),
    "agreement": Term("Agreement of records", "The same thing as two records tell it: PALMS beside the slips, a Total "
                      "row beside its members, a one-to-one beside its other side.",
                      "Compared only where both speak for the whole period. Shown and never mended."),
}  # fmt: skip
