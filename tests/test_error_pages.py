"""What fails names nobody: not on the page, not in the log; both have the same request id."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import duckdb
from cut_off import drawn, serving

import service
from data import versions

LOG = "Date,From,To,Status,Amount,Currency\n2026-03-04,Ann Ash,Bob Birch,won,4321,EUR\n"
NAMED = ("Ann Ash", "Bob Birch", "4321")


def test_a_page_that_fails_shows_an_id_and_the_log_says_where(tmp_path: Path) -> None:
    """A store in which every question about people ends in an error that quotes a row."""
    session = service.open_workspace(tmp_path / "home")
    session.commit(session.preview([("log.csv", LOG.encode())]))
    with duckdb.connect(tmp_path / "home" / versions.file_name(1)) as con:
        con.execute("alter table people rename to them")
        con.execute(
            """create view people as select person_id, case when person_id is null then name
            else error('Ann Ash owes Bob Birch 4321') end as name from them"""
        )
    with (tmp_path / "server.log").open("w+") as log:
        with serving(tmp_path / "home", log) as port:
            sent = b"".join(one.SerializeToString() for one in asyncio.run(drawn(port, "members")))
        log.seek(0)
        said = log.read()
    shown = re.search(rb"request id \*\*([0-9a-f]{8})\*\*", sent)
    assert shown is not None, "the page did not fail as it was to"
    line = next(line for line in said.splitlines() if "event=page_failed" in line)
    assert f"request={shown[1].decode()}" in line
    assert re.search(r"error=\w+ where=\S+\.py:\d+", line)
    assert [name for name in NAMED if name in said or name.encode() in sent] == []
