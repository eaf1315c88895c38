-- Store format 1 → 2. What no import of format 1 could fill is made anew; what it filled is carried over row by row.
alter table groups add column home boolean default true;
alter table groups alter column home drop default;
alter table groups alter column home set not null;
create table kept_apart (person_id varchar not null, other_id varchar not null, decided_by varchar not null);
alter table memberships rename to memberships_1;
create table memberships (
  person_id varchar not null, group_id varchar not null, profession varchar, joined_on date, left_on date, renews_on date,
  import_id integer not null, row_no integer not null);
insert into memberships
  select person_id, group_id, profession, joined_on, left_on, null, import_id, row_no from memberships_1 order by rowid;
drop table memberships_1;
drop table thanks;
create table thanks (
  thank_id varchar not null, group_id varchar not null, given_on date, period_from date, period_to date, from_id varchar,
  to_id varchar, amount decimal(18,2), currency varchar, tier integer, counterpart_group varchar, import_id integer not null, row_no integer not null);
drop table touches;
create table touches (
  touch_id varchar not null, group_id varchar not null, happened_on date, period_from date, period_to date, from_id varchar,
  to_id varchar, kind varchar not null, purpose varchar, outcome varchar, quantity double, counterpart_group varchar,
  import_id integer not null, row_no integer not null);
drop table assessments;
create table assessments (
  assessment_id varchar not null, assessed_on date, assessor_id varchar, source_id varchar,
  q01 boolean, q02 boolean, q03 boolean, q04 boolean, q05 boolean, q06 boolean, q07 boolean, q08 boolean, q09 boolean,
  q10 boolean, q11 boolean, q12 boolean, q13 boolean, comfort double, perceived_value double,
  import_id integer not null, row_no integer not null);
drop table attendance;
create table attendance (
  group_id varchar not null, person_id varchar not null, meeting_on date not null, status varchar not null,
  import_id integer not null, row_no integer not null);
drop table snapshots;
create table snapshots (
  group_id varchar not null, person_id varchar, row_label varchar, period_from date, period_to date, p double, a double, l double,
  m double, s double, rgi double, rgo double, rri double, rro double, visitors double, one_to_ones double, tyfcb decimal(18,2),
  currency varchar, ceu double, testimonials double, official_score double, import_id integer not null, row_no integer not null);
-- The shape of an apostrophe or hyphen makes no other name any more; two that were two persons until now stay so.
update aliases set alias = name_key(alias) where alias <> name_key(alias) and rowid in (
  select arg_min(rowid, (alias <> name_key(alias), rowid)) from aliases group by name_key(alias), group_id);
