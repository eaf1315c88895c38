-- Store format 3 → 4: marts that are nearly as long as the log are views of it from here on.
drop table recv_cube;
drop table src_cube;
drop table pair_cube;
drop table gap_tab;
