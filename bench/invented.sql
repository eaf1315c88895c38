-- An invented log of {groups} groups, {rows} referrals and half as many one-to-ones over {months} months, into the
-- canonical tables. Whatever is drawn follows from a row's number: the same command gives the same rows.
insert into groups select printf('g%05d', i), 'Chapter ' || i, 'Region ' || i % 12, null, 'EUR', true from range({groups}) t(i);
insert into people select printf('p%08d', i), 'Person ' || i from range({groups} * 200) t(i);
insert into coverage select printf('g%05d', i), kind, date '2021-01-01', cast(date '2021-01-01' + interval ({months}) month as date) - 1, 1
  from range({groups}) t(i), (values ('referrals'), ('one_to_one')) k(kind);
insert into memberships select printf('p%08d', g * 200 + m), printf('g%05d', g), null,
  date '2019-01-01' + cast(hash(g, m) % 1500 as integer),
  case when hash(m, g) % 4 = 0 then date '2023-01-01' + cast(hash(g, m, 1) % 1000 as integer) end, null, 1, m
  from range({groups}) t(g), range(30) s(m);
insert into referrals select printf('r%010d', i), null, printf('g%05d', g), day, null, null,
  printf('p%08d', g * 200 + cast(hash(i, 1) % (case when hash(i, 2) % 2 = 0 then 30 else 200 end) as integer)),
  printf('p%08d', g * 200 + cast(hash(i, 3) % 30 as integer)),
  (['member', 'customer', 'partner'])[1 + cast(hash(i, 4) % 3 as integer)], 'recorded', 'Prospect ' || i, hash(i, 5) % 5 < 2, 'recorded', null, null, null,
  case when hash(i, 6) % 50 = 0 and i >= {groups} then printf('r%010d', i - {groups}) end, null,
  case when hash(i, 7) % 3 = 0 then 'won' when hash(i, 7) % 3 = 1 then 'lost' else 'open' end,
  case when hash(i, 7) % 3 < 2 then day + cast(hash(i, 8) % 200 as integer) end,
  case when hash(i, 7) % 3 = 0 then cast(hash(i, 9) % 100000000 as decimal(18, 2)) / 100 end,
  case when hash(i, 7) % 3 = 0 then 'EUR' end, null, 1, i % 2000000000
  from (select i, i % {groups} as g,
    date '2021-01-01' + cast(i * (30 * {months}) // {rows} as integer) as day from range({rows}) t(i));
insert into touches select printf('t%010d', i), printf('g%05d', g),
  date '2021-01-01' + cast(i * (30 * {months}) // ({rows} // 2) as integer), null, null,
  printf('p%08d', g * 200 + cast(hash(i, 11) % 30 as integer)), printf('p%08d', g * 200 + cast(hash(i, 12) % 30 as integer)),
  'one_to_one', null, null, null, null, 1, i % 2000000000 from (select i, i % {groups} as g from range({rows} // 2) t(i));
insert into imports values (1, timestamp '2021-01-02' + interval ({months}) month, 'invented', null, 'invented', 'csv', 'referral_log',
  {rows}, {rows}, 0, 0, 0, null);
