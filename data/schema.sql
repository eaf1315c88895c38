-- Canonical tables. Every row of an event table carries import_id and row_no, so that any figure
-- can be followed back to the file and line. Money is exact; dates are local calendar days.
create table store_format (format integer not null);
insert into store_format values (4);
create table settings (key varchar primary key, value varchar not null);
-- home: whether the workspace keeps this group's records; false = only named as where somebody's counterpart belongs.
create table groups (
  group_id varchar primary key, name varchar not null, region varchar, country varchar, currency varchar, home boolean not null);
-- from and to are both inclusive: the first and last day that an import speaks for.
create table coverage (group_id varchar not null, record_kind varchar not null, "from" date not null, "to" date not null, import_id integer not null);
create table people (person_id varchar primary key, name varchar not null);
-- alias is name_key(spelling); group_id null = the spelling means this person in every group.
create table aliases (alias varchar not null, group_id varchar, person_id varchar not null, decided_by varchar not null);
-- Two persons whom the user told apart, the lesser id first: never suggested as one again.
create table kept_apart (person_id varchar not null, other_id varchar not null, decided_by varchar not null);
create table memberships (
  person_id varchar not null, group_id varchar not null, profession varchar, joined_on date, left_on date, renews_on date,
  import_id integer not null, row_no integer not null);
create table relations (source_id varchar not null, receiver_id varchar not null, kind varchar, first_known_on date);
-- ref and via are the file's own words: their id of the row, and what they wrote about the earlier referral.
-- No primary key, here and in the tables that follow: an index would double the time of a large import, and ids are given out by one counter.
create table referrals (
  referral_id varchar not null, ref varchar, group_id varchar not null, given_on date, period_from date, period_to date,
  source_id varchar, receiver_id varchar, source_kind varchar, source_kind_basis varchar not null, prospect varchar,
  receiver_present boolean, presence_basis varchar not null, asked boolean, tier integer, via varchar, via_referral_id varchar,
  heat varchar, status varchar, closed_on date, amount decimal(18,2), currency varchar, counterpart_group varchar,
  import_id integer not null, row_no integer not null);
-- Referrals whose source_kind no file stated: it follows from a membership and is withdrawn with it.
create table implied_kinds (referral_id varchar not null);
-- What the file said in a field that the user has corrected since: by it the file's next edition still knows the row.
create table filed (referral_id varchar not null, "column" varchar not null, said varchar);
create table thanks (
  thank_id varchar not null, group_id varchar not null, given_on date, period_from date, period_to date, from_id varchar,
  to_id varchar, amount decimal(18,2), currency varchar, tier integer, counterpart_group varchar, import_id integer not null, row_no integer not null);
create table touches (
  touch_id varchar not null, group_id varchar not null, happened_on date, period_from date, period_to date, from_id varchar,
  to_id varchar, kind varchar not null, purpose varchar, outcome varchar, quantity double, counterpart_group varchar,
  import_id integer not null, row_no integer not null);
create table assessments (
  assessment_id varchar not null, assessed_on date, assessor_id varchar, source_id varchar,
  q01 boolean, q02 boolean, q03 boolean, q04 boolean, q05 boolean, q06 boolean, q07 boolean, q08 boolean, q09 boolean,
  q10 boolean, q11 boolean, q12 boolean, q13 boolean, comfort double, perceived_value double,
  import_id integer not null, row_no integer not null);
create table attendance (
  group_id varchar not null, person_id varchar not null, meeting_on date not null, status varchar not null,
  import_id integer not null, row_no integer not null);
create table snapshots (
  group_id varchar not null, person_id varchar, row_label varchar, period_from date, period_to date, p double, a double, l double,
  m double, s double, rgi double, rgo double, rri double, rro double, visitors double, one_to_ones double, tyfcb decimal(18,2),
  currency varchar, ceu double, testimonials double, official_score double, import_id integer not null, row_no integer not null);
create table imports (
  import_id integer primary key, "at" timestamp not null, path varchar not null, sheet varchar, sha256 varchar not null,
  container varchar, layout varchar, rows_read integer, rows_loaded integer, rows_updated integer,
  rows_already_there integer, rows_rejected integer, answers varchar);
create table rejects (import_id integer not null, row_no integer, "column" varchar, value varchar, reason varchar not null, raw varchar);
-- The calendar that month marts are laid out on.
create table months (month date primary key, next_month date not null);
