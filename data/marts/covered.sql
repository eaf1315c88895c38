-- The union of what the imports cover: one row a group, kind of record and uninterrupted stretch, half-open.
-- A stretch goes on when the next one starts no later than the day after it ends.
with spans as (
  select group_id, record_kind, "from" as start_on, "to" + interval 1 day as end_on from coverage
), reach as (
  select group_id, record_kind, start_on, end_on,
    max(end_on) over (partition by group_id, record_kind order by start_on, end_on
      rows between unbounded preceding and 1 preceding) as reached
  from spans
), stretch as (
  select group_id, record_kind, start_on, end_on,
    sum(case when reached is null or start_on > reached then 1 else 0 end) over (
      partition by group_id, record_kind order by start_on, end_on rows unbounded preceding) as stretch_no
  from reach
)
select group_id, record_kind, cast(min(start_on) as date) as start_on, cast(max(end_on) as date) as end_on
from stretch
group by group_id, record_kind, stretch_no
