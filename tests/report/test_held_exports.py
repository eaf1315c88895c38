"""What a chapter leader takes away holds nothing of another chapter, in every format, also after an admin took all."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress

import pytest

import service
from charts import embed
from errors import UsageError
from report import build
from service import entries

HEADER = "Date,From,To,Group,Present?,Status,Closed on,Amount,Currency,Prospect\n"
THEIRS = ("Cy Cedar", "Di Dogwood", "South", "Quince Mill", "8765")
ROWS = [
    f"2025-{m:02d}-{d:02d},{people},{group},{'yes' if (m + d) % 3 else 'no'},"
    f"{'won' if (m * d) % 4 else 'lost'},2025-{m:02d}-20,{amount if (m * d) % 4 else ''},EUR,{prospect}\n"
    for m in range(1, 13)
    for d in (3, 8, 17)
    for people, group, amount, prospect in (
        ("Ann Ash,Bob Birch", "North", 4321, "Acorn Press"), ("Cy Cedar,Di Dogwood", "South", 8765, "Quince Mill"),
    )
]  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> service.Session:
    folder = tmp_path_factory.mktemp("held")
    session = service.open_workspace(folder)
    session.commit(session.preview([("log.csv", (HEADER + "".join(ROWS)).encode())]))
    return service.open_workspace(folder)


@pytest.fixture(scope="module")
def leader(both: service.Session) -> service.Session:
    (north,) = both.group_ids(["North"])
    return service.Session(both.workspace, service.Viewer("lee", frozenset({north}), "viewer"))


def texts(content: bytes) -> str:
    """Everything in a file, what is packed in it included, but for the charts' library."""
    if not content.startswith(b"PK"):
        return content.decode(errors="replace").replace(embed.library(), "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(texts(archive.read(name)) for name in archive.namelist())


@pytest.mark.parametrize("kind", ["html", "xlsx", "pptx", "json"])
def test_a_report_holds_ones_own_chapter_alone(both: service.Session, leader: service.Session, kind: str) -> None:
    whole = texts(build.make(both, build.Order(kind)))
    south = service.Scope(groups=both.group_ids(["South"]))
    for scope in (service.Scope(), south):
        mine = texts(build.make(leader, build.Order(kind, scope)))
        assert [name for name in THEIRS if name in mine] == []
    assert any(name in whole for name in THEIRS) or kind == "json"  # which names nobody


def test_tables_and_the_workbook_of_the_log_hold_it_alone(both: service.Session, leader: service.Session) -> None:
    found = set()
    for name in both.tables():
        out, mine = io.StringIO(), io.StringIO()
        both.export_table(name, out)
        found |= {text for text in THEIRS if text in out.getvalue()}
        with suppress(UsageError):  # a table that cannot be narrowed is refused as a whole
            leader.export_table(name, mine)
        assert [text for text in THEIRS if text in mine.getvalue()] == [], name
    assert found == set(THEIRS)
    assert [text for text in THEIRS if text in texts(entries.workbook(leader))] == []
