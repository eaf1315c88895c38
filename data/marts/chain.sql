-- Referrals that came by way of another: one row a child, with its parent, the root of its chain and its depth (1 = child
-- of a root). A parent is always the earlier row, so a chain cannot turn back on itself.
with recursive walk as (
  select root.group_id, child.referral_id as child_id, root.referral_id as parent_id, root.referral_id as root_id,
    1 as depth, child.given_on as child_given_on, root.given_on as parent_given_on, root.given_on as root_given_on
  from referrals as child
  inner join referrals as root on root.referral_id = child.via_referral_id
  where root.via_referral_id is null
  union all
  select walk.group_id, child.referral_id, walk.child_id, walk.root_id, walk.depth + 1, child.given_on,
    walk.child_given_on, walk.root_given_on
  from walk
  inner join referrals as child on child.via_referral_id = walk.child_id
)
select group_id, child_id, parent_id, root_id, depth, child_given_on, parent_given_on, root_given_on from walk
