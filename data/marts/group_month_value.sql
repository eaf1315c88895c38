-- Won business of a group by the month in which the referral was given, one row a currency: currencies are never added.
with placed as (
  select group_id, currency, amount,
    cast(date_trunc('month', coalesce(given_on,
      case when date_diff('day', period_from, period_to) <= 30 then period_from end)) as date) as month
  from referrals
  where status = 'won' and amount is not null
)
select group_id, month, currency, count(*) as won_with_amount, cast(sum(amount) as decimal(38, 2)) as value
from placed
where month is not null
group by group_id, month, currency
