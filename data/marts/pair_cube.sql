-- Who referred to whom: one row a source, receiver, kind of source, presence, currency, given day, status and days to
-- closing. First and last day of a pair, and its counts in a window, are a min, max and sum at read.
select group_id, source_id, receiver_id, source_kind, receiver_present, currency, given_on, status,
  cast(date_diff('day', given_on, closed_on) as integer) as closed_after,
  count(*) as referrals, count(amount) as amounts, cast(sum(amount) as decimal(38, 2)) as amount
from referrals
where given_on is not null and source_id is not null and receiver_id is not null
group by group_id, source_id, receiver_id, source_kind, receiver_present, currency, given_on, status,
  date_diff('day', given_on, closed_on)
