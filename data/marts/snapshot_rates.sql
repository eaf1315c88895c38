-- What a member's period totals come to for each meeting of exposure: one row a group, person and period of a snapshot.
-- Present, absent, late, medical leave and substituted exclude one another, so their sum is the meetings held. Periods are
-- aggregates: those that overlap are never added. Pseudo rows (visitors, totals) are no persons and are left out.
with counted as (
  select group_id, person_id, period_from, period_to,
    sum(coalesce(p, 0) + coalesce(a, 0) + coalesce(l, 0) + coalesce(m, 0) + coalesce(s, 0)) as meetings,
    sum(coalesce(p, 0) + coalesce(l, 0) + coalesce(s, 0)) as attended,
    sum(rgi) as rgi, sum(rgo) as rgo, sum(rri) as rri, sum(rro) as rro, sum(visitors) as visitors,
    sum(one_to_ones) as one_to_ones, sum(ceu) as ceu, sum(testimonials) as testimonials
  from snapshots
  where person_id is not null
  group by group_id, person_id, period_from, period_to
)
select group_id, person_id, period_from, period_to, meetings, attended, rgi, rgo, rri, rro, visitors, one_to_ones, ceu,
  testimonials, attended / nullif(meetings, 0) as attendance_rate, (rgi + rgo) / nullif(meetings, 0) as given_rate,
  (rri + rro) / nullif(meetings, 0) as received_rate, one_to_ones / nullif(meetings, 0) as one_to_one_rate,
  visitors / nullif(meetings, 0) as visitor_rate
from counted
