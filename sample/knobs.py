"""What can be turned in a simulated world."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

RECORDS = ("thanks", "touches", "attendance", "assessments", "snapshots")


@dataclass(frozen=True)
class Knobs:
    """Every parameter of a world. Rates are a month, `sd_*` and `log_*` on the log or logit scale."""

    members: int = 35  # typical size of one chapter
    months: int = 60  # length of the log
    groups: int = 1
    burn_in: int = 48  # months of joining before the log begins
    # who joins and leaves
    leave_first_year: float = -4.6  # logit of leaving in a month, first year
    leave_later: float = -3.6
    frailty: float = 0.0  # λ: those who receive little leave first
    shock: float = 0.0  # λ: those who received less than usual in the last half-year leave sooner
    rejoin: float = 0.12  # chance that somebody who left comes back for another spell
    # how much is referred, and by whom
    base_rate: float = 0.65
    sd_receive: float = 0.6
    sd_give: float = 0.6
    corr: float = 0.5  # between a member's receiving and giving
    sd_affinity: float = 0.8  # symmetric taste of a pair of members for one another
    share_member: float = 0.40
    share_customer: float = 0.35
    share_partner: float = 0.20
    share_personal: float = 0.05
    customers: int = 6  # per receiver
    partners: int = 4
    personals: int = 1
    silent: int = 3  # known customers who refer almost never: at most .1 a year
    source_shape: float = 1.5  # Gamma shape of the rates of sources
    season: float = 0.25
    fold: float = 1.0  # growth of everybody's rate over the log in equal steps, last over first
    log_drift: float = 0.0  # calendar growth of everybody's rate, per year
    log_tenure: float = 0.0  # growth with a member's own tenure, per year
    further_ratio: float = 1.0  # rate after a first referral made in absence ÷ after one made in presence
    top_two: float | None = None  # set: two best partners' total ÷ all customers' total, fixed rates, no members
    others: float = 1.0  # with top_two: rate of each further partner ÷ rate of one of the two
    # members among themselves, and time
    fellows: int = 0  # number of fellow members that a member's rate is meant for: more bring more. 0 = however many
    log_ponds: float = 0.0  # rate in the log's last year, per tenth of diversity of circles in the year before
    log_between: float = 0.0  # share at second hand in that year, per s.d. of betweenness in the year before
    returned: float = 0.0  # share of member-given referrals that the receiver answers with one back
    return_days: float = 60.0  # mean days until then
    engage_sd: float = 0.0  # busy and idle times of a member, in giving and receiving alike
    engage_ar: float = 0.8  # from one month to the next
    give_elasticity: float = 0.0  # of receiving to what one gave in the six months before
    feedback: float = 0.0  # of giving to what one received in the six months before
    move: float = 0.0  # chance that a spell after the first is in another group
    hop_ratio: float = 1.0  # rate in a spell ÷ rate in the spell before it in another group
    age_ratio: float = 1.0  # rate of a pair of members after a year together ÷ before
    burst: float = 0.0  # share of referrals followed by another of the same source within 30 days
    source_life: float = 0.0  # months for which an outside source is there at all; 0 = always
    met_months: float = 0.0  # months after joining within which an outside source is met
    met_at_once: str = ""  # "customers" or "professionals": those are met on joining all the same
    start_recorded: float = 1.0  # share of those meetings that are recorded
    all_known: bool = False  # outside sources are known by name even if they never referred
    # presence
    away: float = 0.0  # logit of "the receiver was not there"
    sd_away: float = 0.8
    away_drift: float = 0.0  # logits per year
    # closing: chances are of a win within 180 days
    close: float = 0.40
    sd_close_receiver: float = 0.7
    sd_close_giver: float = 0.5
    diff_away: float = 0.0  # risk difference of a referral made in absence
    diff_professional: float = 0.0  # risk difference of a member or partner against a customer
    days_customer: float = 25.0  # median days to a win
    days_professional: float = 70.0
    days_lost: float = 60.0
    # trades differ (±1 per receiver)
    trade_kind: float = 0.0  # log odds of professional against customer sources
    trade_close: float = 0.0  # logits of closing
    trade_away: float = 0.0  # logits of being away
    # money
    amount_customer: float = 1200.0  # median
    amount_professional: float = 1200.0
    sd_amount: float = 1.2
    whole_amounts: float = 0.0  # share of amounts in whole tens, as people write them down
    currency: str = "EUR"
    # what the log says
    chain: float = 0.08  # share of referrals that name an earlier one they came from
    presence_missing: float = 0.0
    presence_from: int = 0  # months into the log at which presence begins to be recorded
    prospect_missing: float = 0.0
    asked_recorded: bool = True
    meeting_weekday: int | None = None  # 0 = Monday: part of what members hand over is dated on the meeting
    gaps: tuple[int, ...] = ()  # months (0 = first) that nobody imported
    late: tuple[int, ...] = ()  # per group: months by which its log starts later than its members joined
    script: str = "world"  # or "western": every name fits in cp1252
    # what is recorded besides referrals: thanks, touches, attendance, assessments, snapshots; rates a member-month
    records: tuple[str, ...] = ()
    meet_rate: float = 1.1  # one-to-ones
    visit_rate: float = 0.25  # visitors brought
    learn_rate: float = 0.8  # entries of education
    deposit_rate: float = 0.6  # help, introductions, testimonials
    likeable: float = 0.0  # likeability: on the log scale of deposits and on the logit of asks that are met
    ask_rate: float = 0.3
    ask_met: float = 0.45  # chance that an ask is met
    diff_balance: float = 0.0  # risk difference of an ask with a balance above zero
    standing_rate: float = 0.05
    # how members rate their outside sources
    rated: float = 0.5  # share of sources that are ever rated
    rated_again: float = 0.35  # share of ratings repeated within 90 days
    rating_noise: float = 1.0
    rating_style: float = 0.8  # sd of an assessor's own level
    rating_halo: float = 0.0  # how much the level, also of the value seen, follows what the assessor receives anyhow
    rating_echo: float = 0.0  # points that every referral of the year before adds, in the place of what is true
    value_ratio: float = 1.0  # rate of a source per point of the value that it sees in the relationship
    depth_ratio: float = 1.0  # rate in the 180 days after an assessment of at least 7 of 13 ÷ after one of less

    def to_json(self) -> dict[str, Any]:
        return {f.name: list(v) if isinstance(v := getattr(self, f.name), tuple) else v for f in fields(self)}
