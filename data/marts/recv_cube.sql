-- What each receiver received, counted: one row a receiver, kind of source, presence, asking, currency, given day,
-- status and days to closing. Maturity, horizon and as-of are choices of the reader, so they are rolled up at read:
-- won within H days = status 'won' and closed_after between 0 and H. Sums are exact decimals: no order of adding changes them.
select group_id, receiver_id, source_kind, receiver_present, asked, currency, given_on, status,
  cast(date_diff('day', given_on, closed_on) as integer) as closed_after,
  count(*) as referrals, count(amount) as amounts, cast(sum(amount) as decimal(38, 2)) as amount,
  cast(sum(cast(amount as decimal(20, 2)) * amount) as decimal(38, 4)) as amount_squared
from referrals
where given_on is not null and receiver_id is not null
group by group_id, receiver_id, source_kind, receiver_present, asked, currency, given_on, status,
  date_diff('day', given_on, closed_on)
