-- What a member's period totals come to for each meeting of exposure: one row a group, person and period of a snapshot.
-- Present, absent, late, medical leave and substituted exclude one another, so their sum is the meetings held. Periods are
-- aggregates: those that overlap are never added. Pseudo rows (visitors, totals) are no persons and are left out.
-- Totals are added as exact decimals of four places, so that no order of adding changes a sum.
with exact as (
  select group_id, person_id, period_from, period_to, cast(p as decimal(18, 4)) as p, cast(a as decimal(18, 4)) as a,
    cast(l as decimal(18, 4)) as l, cast(m as decimal(18, 4)) as m, cast(s as decimal(18, 4)) as s,
    cast(rgi as decimal(18, 4)) as rgi, cast(rgo as decimal(18, 4)) as rgo, cast(rri as decimal(18, 4)) as rri,
    cast(rro as decimal(18, 4)) as rro, cast(visitors as decimal(18, 4)) as visitors,
    cast(one_to_ones as decimal(18, 4)) as one_to_ones, cast(ceu as decimal(18, 4)) as ceu,
    cast(testimonials as decimal(18, 4)) as testimonials
  from snapshots
  where person_id is not null
), counted as (
  select group_id, person_id, period_from, period_to,
    cast(sum(coalesce(p, 0) + coalesce(a, 0) + coalesce(l, 0) + coalesce(m, 0) + coalesce(s, 0)) as double) as meetings,
    cast(sum(coalesce(p, 0) + coalesce(l, 0) + coalesce(s, 0)) as double) as attended,
    cast(sum(rgi) as double) as rgi, cast(sum(rgo) as double) as rgo, cast(sum(rri) as double) as rri,
    cast(sum(rro) as double) as rro, cast(sum(visitors) as double) as visitors,
    cast(sum(one_to_ones) as double) as one_to_ones, cast(sum(ceu) as double) as ceu,
    cast(sum(testimonials) as double) as testimonials
  from exact
  group by group_id, person_id, period_from, period_to
)
select group_id, person_id, period_from, period_to, meetings, attended, rgi, rgo, rri, rro, visitors, one_to_ones, ceu,
  testimonials, attended / nullif(meetings, 0) as attendance_rate, (rgi + rgo) / nullif(meetings, 0) as given_rate,
  (rri + rro) / nullif(meetings, 0) as received_rate, one_to_ones / nullif(meetings, 0) as one_to_one_rate,
  visitors / nullif(meetings, 0) as visitor_rate
from counted
