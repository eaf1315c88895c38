-- A member's calendar months inside a spell and inside coverage: exposure and what happened in it.
-- member_days = days of the month inside the spell; active_days = those of them that an import covers (the exposure).
-- Only what fell inside the spell counts. joined_on is the spell's, even before coverage starts: the clock of tenure.
-- received_exchanged = from people to whom the member gave within six months before or after. Deposits = referrals given,
-- help, introductions and testimonials. A one-to-one credits both and counts once a pair and day, whoever entered it (a
-- period: the larger of the two counts). What nobody imported for that month is null, not zero: a column but for the
-- referrals is filled only where its kind of record is covered for some day of the cell. Quantities are added as exact
-- decimals of four places, so that no order of adding changes a sum.
with spans as (
  select spells.group_id, spells.person_id, spells.spell_no, spells.joined_on, months.month, months.next_month,
    greatest(months.month, coalesce(spells.joined_on, months.month)) as start_on,
    least(months.next_month, coalesce(spells.left_on, months.next_month)) as end_on
  from spells
  inner join months on (spells.joined_on is null or spells.joined_on < months.next_month)
    and (spells.left_on is null or spells.left_on > months.month)
), cells as (
  select spans.group_id, spans.person_id, spans.spell_no, spans.joined_on, spans.month, spans.next_month,
    spans.start_on, spans.end_on,
    sum(date_diff('day', greatest(spans.start_on, covered.start_on), least(spans.end_on, covered.end_on))) as active_days
  from spans
  inner join covered on covered.group_id = spans.group_id and covered.record_kind = 'referrals'
    and covered.start_on < spans.end_on and covered.end_on > spans.start_on
  group by spans.group_id, spans.person_id, spans.spell_no, spans.joined_on, spans.month, spans.next_month,
    spans.start_on, spans.end_on
), placed as (
  select referral_id, group_id, source_id, receiver_id, source_kind, receiver_present, status, on_day,
    cast(date_trunc('month', on_day) as date) as month
  from (
    select referral_id, group_id, source_id, receiver_id, source_kind, receiver_present, status,
      coalesce(given_on, case when date_diff('day', period_from, period_to) <= 30 then period_from end) as on_day
    from referrals
  ) as dated
), given_to as (
  select distinct group_id, source_id, receiver_id, month
  from placed
  where month is not null and source_id is not null and receiver_id is not null and source_id <> receiver_id
), exchanged as (
  select distinct placed.referral_id
  from placed
  inner join given_to on given_to.group_id = placed.group_id and given_to.source_id = placed.receiver_id
    and given_to.receiver_id = placed.source_id
    and abs(date_diff('month', given_to.month, placed.month)) <= 6
), got as (
  select cells.group_id, cells.person_id, cells.spell_no, cells.month, count(*) as received,
    count(exchanged.referral_id) as received_exchanged,
    sum(case when placed.receiver_present then 1 else 0 end) as received_linear,
    sum(case when not placed.receiver_present then 1 else 0 end) as received_networked,
    sum(case when placed.source_kind = 'customer' then 1 else 0 end) as received_customer,
    sum(case when placed.source_kind in ('member', 'partner') then 1 else 0 end) as received_partner,
    sum(case when placed.status = 'won' then 1 else 0 end) as won
  from cells
  inner join placed on placed.group_id = cells.group_id and placed.receiver_id = cells.person_id
    and placed.month = cells.month and placed.on_day >= cells.start_on and placed.on_day < cells.end_on
  left join exchanged on exchanged.referral_id = placed.referral_id
  group by cells.group_id, cells.person_id, cells.spell_no, cells.month
), gave as (
  select cells.group_id, cells.person_id, cells.spell_no, cells.month, count(*) as given
  from cells
  inner join placed on placed.group_id = cells.group_id and placed.source_id = cells.person_id
    and placed.month = cells.month and placed.on_day >= cells.start_on and placed.on_day < cells.end_on
  group by cells.group_id, cells.person_id, cells.spell_no, cells.month
), dated_touch as (
  select group_id, from_id, to_id, kind, happened_on,
    cast(coalesce(quantity, 1) as decimal(18, 4)) as quantity,
    coalesce(happened_on, case when date_diff('day', period_from, period_to) <= 30 then period_from end) as on_day
  from touches
), entered as (
  select group_id, on_day, happened_on, least(from_id, to_id) as one_id, greatest(from_id, to_id) as other_id, from_id,
    sum(quantity) as meetings
  from dated_touch
  where kind = 'one_to_one' and on_day is not null and from_id <> to_id
  group by group_id, on_day, happened_on, least(from_id, to_id), greatest(from_id, to_id), from_id
), met as (
  select group_id, on_day, one_id, other_id, max(case when happened_on is null then meetings else 1 end) as meetings
  from entered
  group by group_id, on_day, one_id, other_id
), deed as (
  select group_id, one_id as person_id, on_day, 'one_to_one' as kind, meetings as quantity from met
  union all
  select group_id, other_id as person_id, on_day, 'one_to_one' as kind, meetings as quantity from met
  union all
  select group_id, from_id as person_id, on_day, kind, quantity from dated_touch where kind <> 'one_to_one'
  union all
  select group_id, person_id, meeting_on as on_day, 'attended' as kind, 1 as quantity
  from attendance
  where status in ('P', 'L', 'S')
  group by group_id, person_id, meeting_on
), did as (
  select cells.group_id, cells.person_id, cells.spell_no, cells.month,
    sum(case when deed.kind = 'one_to_one' then deed.quantity else 0 end) as one_to_ones,
    sum(case when deed.kind = 'attended' then deed.quantity else 0 end) as attended,
    sum(case when deed.kind = 'visitor' then deed.quantity else 0 end) as visitors,
    sum(case when deed.kind in ('help', 'introduction', 'testimonial') then deed.quantity else 0 end) as deposited,
    sum(case when deed.kind = 'ask' then deed.quantity else 0 end) as asks
  from cells
  inner join deed on deed.group_id = cells.group_id and deed.person_id = cells.person_id
    and deed.on_day >= cells.start_on and deed.on_day < cells.end_on
  group by cells.group_id, cells.person_id, cells.spell_no, cells.month
), seen as (
  select cells.group_id, cells.person_id, cells.spell_no, cells.month,
    max(case when covered.record_kind = 'one_to_one' then 1 else 0 end) as one_to_ones,
    max(case when covered.record_kind = 'attendance' then 1 else 0 end) as attended,
    max(case when covered.record_kind = 'visitor' then 1 else 0 end) as visitors,
    max(case when covered.record_kind in ('help', 'introduction', 'testimonial') then 1 else 0 end) as deposited,
    max(case when covered.record_kind = 'ask' then 1 else 0 end) as asks
  from cells
  inner join covered on covered.group_id = cells.group_id and covered.record_kind <> 'referrals'
    and covered.start_on < cells.end_on and covered.end_on > cells.start_on
  group by cells.group_id, cells.person_id, cells.spell_no, cells.month
)
select cells.group_id, cells.person_id, cells.spell_no, cells.joined_on, cells.month,
  cast(date_diff('day', cells.month, cells.next_month) as integer) as days,
  cast(date_diff('day', cells.start_on, cells.end_on) as integer) as member_days,
  cast(cells.active_days as integer) as active_days,
  cast(coalesce(got.received, 0) as bigint) as received,
  cast(coalesce(got.received_linear, 0) as bigint) as received_linear,
  cast(coalesce(got.received_networked, 0) as bigint) as received_networked,
  cast(coalesce(got.received_customer, 0) as bigint) as received_customer,
  cast(coalesce(got.received_partner, 0) as bigint) as received_partner,
  cast(coalesce(got.received_exchanged, 0) as bigint) as received_exchanged,
  cast(coalesce(got.won, 0) as bigint) as won, cast(coalesce(gave.given, 0) as bigint) as given,
  case when seen.one_to_ones = 1 then cast(coalesce(did.one_to_ones, 0) as double) end as one_to_ones,
  case when seen.attended = 1 then cast(coalesce(did.attended, 0) as bigint) end as attended,
  case when seen.visitors = 1 then cast(coalesce(did.visitors, 0) as double) end as visitors,
  case when seen.deposited = 1 then cast(coalesce(did.deposited, 0) + coalesce(gave.given, 0) as double) end as deposits,
  case when seen.asks = 1 then cast(coalesce(did.asks, 0) as double) end as asks
from cells
left join got on got.group_id = cells.group_id and got.person_id = cells.person_id
  and got.spell_no = cells.spell_no and got.month = cells.month
left join gave on gave.group_id = cells.group_id and gave.person_id = cells.person_id
  and gave.spell_no = cells.spell_no and gave.month = cells.month
left join did on did.group_id = cells.group_id and did.person_id = cells.person_id
  and did.spell_no = cells.spell_no and did.month = cells.month
left join seen on seen.group_id = cells.group_id and seen.person_id = cells.person_id
  and seen.spell_no = cells.spell_no and seen.month = cells.month
