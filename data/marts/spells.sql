-- Memberships with short breaks closed: one row a person, group and spell; a break of up to 31 days is no break.
-- joined_on null = the start is unknown; left_on null = still a member (or the end is unknown). left_on is exclusive.
with reach as (
  select group_id, person_id, joined_on, left_on,
    coalesce(joined_on, date '0001-01-01') as start_on, coalesce(left_on, date '9999-12-31') as end_on,
    max(coalesce(left_on, date '9999-12-31')) over (partition by group_id, person_id
      order by coalesce(joined_on, date '0001-01-01'), coalesce(left_on, date '9999-12-31')
      rows between unbounded preceding and 1 preceding) as reached
  from memberships
), numbered as (
  select group_id, person_id, start_on, end_on,
    sum(case when reached is null or date_diff('day', reached, start_on) > 31 then 1 else 0 end) over (
      partition by group_id, person_id order by start_on, end_on rows unbounded preceding) as spell_no
  from reach
)
select group_id, person_id, cast(spell_no as integer) as spell_no,
  nullif(min(start_on), date '0001-01-01') as joined_on, nullif(max(end_on), date '9999-12-31') as left_on
from numbered
group by group_id, person_id, spell_no
