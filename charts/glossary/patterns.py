"""The words and figures of the pages on repeatability and new sources."""

from __future__ import annotations

from analysis.settings import DEFAULT
from charts.glossary.term import Term

_QUICK, _RATED = DEFAULT.capital_quick_days, DEFAULT.capital_assessed_days

TERMS: dict[str, Term] = {
    "coming_quarter": Term(
        "The coming quarter as a range",
        "A range that should hold what comes 8 times of 10.",
        "From the twelve months before: their pace per member, how uncertain so few months leave it, and how much "
        "more unevenly than by chance referrals came, judged by those months and by every earlier forecast of the same "
        "kind. Only quarters whose twelve months before were imported without a gap.",
        "Last year divided by four, give or take chance alone, is far too narrow: it takes the pace as known and the "
        "months as independent.",
    ),
    "earlier_ranges": Term(
        "Earlier ranges",
        "The same range made for every past quarter from what was known before it, beside what then came.",
        "8 of 10 should hold what came; how many of so few would by luck is said beside it. Counts are whole numbers, "
        "so that a small range holds rather more than 8 of 10.",
        "A forecast that is judged on the months it was made from always looks good.",
    ),
    "member_range": Term(
        "A member’s coming quarter",
        "The range that should hold what this member receives, 8 times of 10.",
        "From the member’s own last twelve months (at least six), drawn towards the group’s level as far as luck would "
        "explain the difference, with room for bursts.",
        "A member’s best year is no forecast: who is picked for a good year had luck in it, and luck does not repeat.",
    ),
    "first_time_source": Term(
        "First-time source",
        "Somebody who refers a member and had sent that member none in the 365 days before.",
        "Counted once for each source and member in the quarter of that referral. The first imported year cannot tell "
        "old sources from new and is left out; so are referrals whose giver is unknown.",
        "Counting everybody never seen before makes the beginning of every log look full of new faces.",
    ),
    "evenness": Term(
        "Steady or in bursts",
        "How many times as much as by chance alone the months differ; 1 is chance around a steady pace.",
        "The member’s total is taken as given and his months as shared out by chance. One member’s months say little, "
        "so his figure is drawn towards the group’s; beyond 1.25 times chance counts as bursts.",
        "Two quiet months after a busy one look like a pattern, and are what chance does.",
    ),
    "common_waves": Term(
        "The chapter’s ups and downs",
        "Whether the chapter’s months rise and fall together, beyond what its members’ own levels give.",
        "Each month’s total is set beside the sum of the levels of whoever was a member then, each level being the "
        "member’s mean over his whole time: a common trend shows here too. Months count as independent.",
    ),
    "time_to_first": Term(
        "Time to the first referral",
        "Share of new relationships that have brought a referral by each day since the two met.",
        "Whoever has not referred yet counts as open for as long as he has been watched, and drops out when either "
        "leaves. Met means the earliest of joint membership, recorded contact and assessment, inside what is imported.",
        "Taking only those who have referred, or counting from their first referral, makes everybody look quick.",
    ),
    "since_first_referral": Term(
        "Time since the first referral",
        "Share of sources that have referred again by each day since their first referral.",
        "Used where nobody recorded when two people met. Of a log of two years and more the first year is left out, "
        "because its sources may be old ones.",
    ),
    "quick_and_slow": Term(
        "Quick and slow sources",
        f"What relationships brought after their first year: first referral within {_QUICK} days, later in that year, "
        "or none in it.",
        "Everybody is sorted by the first year before the time that is compared begins. Referrals a year followed, "
        "receivers as the sample.",
        "Counting the first year too would reward the quick for the very referral that made them quick.",
    ),
    "low_rating": Term(
        "Low raters",
        "Sources rated 0 to 3 on comfort with referring, or on the value that they see in it.",
        f"Share that referred within {_RATED} days of the rating, among those that had not in the year before; whoever "
        "has not been watched that long counts as open. Assessors are the sample.",
        "With three low raters, none of whom referred, up to two of three might still: the range says so.",
    ),
    "never_asked": Term(
        "Never asked",
        "Sources whom the member has never asked where they stand, as far as it is recorded.",
        "Asked means a contact “Asked where we stand”, or an assessment of the source. Share of the sources that "
        "referred in the last 365 days; members are the sample.",
    ),
}  # fmt: skip
