-- Store format 2 → 3: a correction by the user remembers what the file had said.
create table filed (referral_id varchar not null, "column" varchar not null, said varchar);
