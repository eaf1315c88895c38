-- How long until a source refers the same receiver again: one row a pair. Kind and presence are those of the first
-- referral; second_on null = not yet; receiver_left_on = the end of the receiver's spell at the first (null = none known).
with placed as (
  select group_id, source_id, receiver_id, given_on, source_kind, receiver_present,
    row_number() over (partition by group_id, source_id, receiver_id order by given_on, referral_id) as place
  from referrals
  where given_on is not null and source_id is not null and receiver_id is not null and source_id <> receiver_id
), pairs as (
  select group_id, source_id, receiver_id,
    min(case when place = 1 then given_on end) as first_on,
    min(case when place = 2 then given_on end) as second_on,
    max(given_on) as last_on,
    min(case when place = 1 then source_kind end) as first_kind,
    bool_or(case when place = 1 then receiver_present end) as first_present,
    count(*) as referrals
  from placed
  group by group_id, source_id, receiver_id
)
select pairs.group_id, pairs.source_id, pairs.receiver_id, first_on, second_on, last_on, first_kind, first_present,
  referrals, min(spells.left_on) as receiver_left_on
from pairs
left join spells on spells.group_id = pairs.group_id and spells.person_id = pairs.receiver_id
  and (spells.joined_on is null or spells.joined_on <= first_on) and spells.left_on > first_on
group by pairs.group_id, pairs.source_id, pairs.receiver_id, first_on, second_on, last_on, first_kind, first_present,
  referrals
