-- A member's calendar months inside a spell and inside coverage: exposure and what happened in it.
-- member_days = days of the month inside the spell; active_days = those of them that an import covers (the exposure).
-- Only what fell inside the spell counts. joined_on is the spell's, even before coverage starts: the clock of tenure.
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
  select group_id, source_id, receiver_id, source_kind, receiver_present, status, on_day,
    cast(date_trunc('month', on_day) as date) as month
  from (
    select group_id, source_id, receiver_id, source_kind, receiver_present, status,
      coalesce(given_on, case when date_diff('day', period_from, period_to) <= 30 then period_from end) as on_day
    from referrals
  ) as dated
), got as (
  select cells.group_id, cells.person_id, cells.spell_no, cells.month, count(*) as received,
    sum(case when placed.receiver_present then 1 else 0 end) as received_linear,
    sum(case when not placed.receiver_present then 1 else 0 end) as received_networked,
    sum(case when placed.source_kind = 'customer' then 1 else 0 end) as received_customer,
    sum(case when placed.source_kind in ('member', 'partner') then 1 else 0 end) as received_partner,
    sum(case when placed.status = 'won' then 1 else 0 end) as won
  from cells
  inner join placed on placed.group_id = cells.group_id and placed.receiver_id = cells.person_id
    and placed.month = cells.month and placed.on_day >= cells.start_on and placed.on_day < cells.end_on
  group by cells.group_id, cells.person_id, cells.spell_no, cells.month
), gave as (
  select cells.group_id, cells.person_id, cells.spell_no, cells.month, count(*) as given
  from cells
  inner join placed on placed.group_id = cells.group_id and placed.source_id = cells.person_id
    and placed.month = cells.month and placed.on_day >= cells.start_on and placed.on_day < cells.end_on
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
  cast(coalesce(got.won, 0) as bigint) as won, cast(coalesce(gave.given, 0) as bigint) as given
from cells
left join got on got.group_id = cells.group_id and got.person_id = cells.person_id
  and got.spell_no = cells.spell_no and got.month = cells.month
left join gave on gave.group_id = cells.group_id and gave.person_id = cells.person_id
  and gave.spell_no = cells.spell_no and gave.month = cells.month
