"""One figure is one figure: the same to the digit in every format."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import pytest
from python_calamine import CalamineWorkbook

import service
from charts import words
from charts.theme import LIGHT
from errors import UsageError
from report import build
from report.content import ITEMS, content, default_items
from report.model import Section

SCOPE = service.Scope()
CLAIMS = ("L1", "S4", "L5", "S1", "T1")


@pytest.fixture(scope="module", params=[False, True], ids=["named", "masked"])
def session(chapter: service.Session, request: pytest.FixtureRequest) -> service.Session:
    return chapter.hiding() if request.param else chapter


@pytest.fixture(scope="module")
def page(session: service.Session) -> str:
    items = tuple(f"claim:{claim}" for claim in CLAIMS)
    return unescape(build.make(session, build.Order("html", SCOPE, items)).decode())


@pytest.fixture(scope="module")
def book(session: service.Session) -> CalamineWorkbook:
    items = tuple(f"claim:{claim}" for claim in CLAIMS)
    return CalamineWorkbook.from_filelike(io.BytesIO(build.make(session, build.Order("xlsx", SCOPE, items))))


@pytest.mark.parametrize("claim", CLAIMS)
def test_page_workbook_and_json_say_the_same_as_the_card(
    session: service.Session, page: str, book: CalamineWorkbook, claim: str
) -> None:
    result = session.result(SCOPE, claim)
    findings = {row[0]: row for row in book.get_sheet_by_name("Findings").to_python()}
    row = findings[words.headline(result)]
    assert f"<h2>{words.headline(result)}</h2>" in page
    assert row[1] == words.verdict_line(result)
    if line := words.interval_line(result):
        assert f"<p>{line}</p>" in page
        assert line in row[2]
    printed = {one["claim"]: one for one in json.loads(build.make(session, build.Order("json", SCOPE)))}
    alone = result.to_json() | {"across_groups": None}  # one group
    assert printed[claim] == json.loads(json.dumps(alone, default=str))


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_workbook_holds_every_estimate_in_full(
    session: service.Session, book: CalamineWorkbook, claim: str
) -> None:
    result = session.result(SCOPE, claim)
    if words.deciding(result) is None:
        pytest.skip("nothing is known of it in this world")
    head, *rows = book.get_sheet_by_name(f"{claim} every estimate").to_python()
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    for e in result.estimates:
        for column, value in (("value", e.value), ("95 % from", e.low95), ("95 % to", e.high95), ("p", e.p)):
            shown = found[e.name.replace("_", " ")][column]
            assert shown == pytest.approx(value, rel=1e-12) if value is not None else shown == ""


def test_the_usual_story_is_overview_then_answers_then_the_chapter(chapter: service.Session) -> None:
    items = default_items(chapter, SCOPE)
    verdicts = [chapter.result(SCOPE, item[6:]).verdict for item in items if item.startswith("claim:")]
    assert (items[0], items[-1]) == ("overview", "chapter")
    assert len(verdicts) == len(chapter.results(SCOPE))
    assert sorted(verdicts, key=lambda v: v in ("not recorded", "method under test")) == verdicts


def test_a_member_is_a_section_with_partners(chapter: service.Session) -> None:
    person, name = next(iter(chapter.chapter(SCOPE).names.items()))
    made = content(chapter, SCOPE, [f"member:{person}"], LIGHT).sections
    assert len(made) == 1
    assert made[0].title.startswith(f"{name}: ")
    assert "chapter" in made[0].title


def test_a_further_item_is_one_line(chapter: service.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ITEMS, "note", lambda session, scope, what, look, locale: [Section("note", f"Said: {what}")])
    assert [s.title for s in content(chapter, SCOPE, ["note:ten"], LIGHT).sections] == ["Said: ten"]


def test_what_is_not_there_is_refused(chapter: service.Session) -> None:
    for item in ("claim:X9", "nothing", "member:p9999999"):
        with pytest.raises(UsageError, match="There is no"):
            content(chapter, SCOPE, [item], LIGHT)


def test_numbers_follow_the_locale(chapter: service.Session) -> None:
    order = build.Order("html", SCOPE, ("overview",), locale="de")
    assert re.search(r"\d,\d", build.make(chapter, order).decode().split("<main>")[1].split("</main>")[0])
