-- A group's calendar months, from the first to the last that an import covers. covered_days < days marks a month that the
-- log speaks for only in part; 0 a month that nobody imported, which is not a month without referrals.
-- A row with a period instead of a date counts in the month its period starts, if the period is no longer than 31 days.
with placed as (
  select group_id, source_id, receiver_id, receiver_present, status,
    cast(date_trunc('month', coalesce(given_on,
      case when date_diff('day', period_from, period_to) <= 30 then period_from end)) as date) as month
  from referrals
), counted as (
  select group_id, month, count(*) as referrals,
    sum(case when status = 'won' then 1 else 0 end) as won,
    sum(case when status = 'lost' then 1 else 0 end) as lost,
    sum(case when status = 'open' then 1 else 0 end) as still_open,
    sum(case when receiver_present then 1 else 0 end) as linear,
    sum(case when not receiver_present then 1 else 0 end) as networked,
    count(distinct source_id) as active_sources, count(distinct receiver_id) as active_receivers
  from placed
  group by group_id, month
), span as (
  select group_id, min(start_on) as start_on, max(end_on) as end_on
  from covered
  where record_kind = 'referrals'
  group by group_id
), spine as (
  select span.group_id, months.month, months.next_month
  from span
  inner join months on months.month < span.end_on and months.next_month > span.start_on
), covered_month as (
  select spine.group_id, spine.month,
    sum(date_diff('day', greatest(spine.month, covered.start_on), least(spine.next_month, covered.end_on))) as covered_days
  from spine
  inner join covered on covered.group_id = spine.group_id and covered.record_kind = 'referrals'
    and covered.start_on < spine.next_month and covered.end_on > spine.month
  group by spine.group_id, spine.month
)
select spine.group_id, spine.month, cast(date_diff('day', spine.month, spine.next_month) as integer) as days,
  cast(coalesce(covered_month.covered_days, 0) as integer) as covered_days,
  cast(coalesce(counted.referrals, 0) as bigint) as referrals, cast(coalesce(counted.won, 0) as bigint) as won,
  cast(coalesce(counted.lost, 0) as bigint) as lost, cast(coalesce(counted.still_open, 0) as bigint) as still_open,
  cast(coalesce(counted.linear, 0) as bigint) as linear, cast(coalesce(counted.networked, 0) as bigint) as networked,
  cast(coalesce(counted.active_sources, 0) as bigint) as active_sources,
  cast(coalesce(counted.active_receivers, 0) as bigint) as active_receivers
from spine
left join covered_month on covered_month.group_id = spine.group_id and covered_month.month = spine.month
left join counted on counted.group_id = spine.group_id and counted.month = spine.month
