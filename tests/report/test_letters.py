"""Letters: a sheet a person with the page's own numbers, and the chapter's ten minutes."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

import formats
import service
from charts import chapter as words
from errors import UsageError
from report import agenda, letters, letters_page
from report.stopped import CancelledError
from tests.report.test_masked_exports import clean

SCOPE = service.Scope()


def test_a_letter_has_the_pages_own_numbers(chapter: service.Session) -> None:
    view = chapter.chapter(SCOPE)
    row = view.rates["given"].members.iloc[0]
    letter = letters.member(chapter, SCOPE, row["person_id"])
    count, rate = formats.number(row["count"]), words.rate(row["rate"])
    assert f"Referrals you gave<b>{count}</b>" in letter
    assert f"{rate} a week ({formats.span(row['low95'], row['high95'], words.rate)})" in letter
    assert f"the chapter {words.rate(view.rates['given'].rate)}" in letter
    assert "One suggestion" in letter
    assert "not why" in letter


def test_a_letter_names_no_other_member_but_partners_and_the_suggestion(chapter: service.Session) -> None:
    view = chapter.chapter(SCOPE)
    person = next(iter(letters.members(view)))
    letter = letters.member(chapter, SCOPE, person)
    others = {name for name in view.names.values() if name != view.names[person] and letters_page.safe(name) in letter}
    assert len(others) <= letters.PARTNERS + 1


def test_a_letter_asks_nobody_for_anything(chapter: service.Session) -> None:
    view = chapter.chapter(SCOPE)
    made = [letters.member(chapter, SCOPE, next(iter(letters.members(view)))), letters.agenda(chapter, SCOPE),
            letters.one_pager(chapter, SCOPE)]  # fmt: skip
    for text in made:
        assert "default-src 'none'" in text
        assert not re.search(r"<script|<img|<link|https?://|url\(", text)
        assert "@page" in text


def test_everybody_gets_a_letter_under_a_number_and_a_name(chapter: service.Session) -> None:
    told: list[tuple[int, int]] = []
    data = letters.all_members(chapter, SCOPE, progress=lambda done, of: told.append((done, of)))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        assert names == sorted(names)
        assert all(re.fullmatch(r"\d{3}-[a-z0-9-]+\.html", name) for name in names)
        assert packed.read(names[0]).startswith(b"<!doctype html>")
    assert len(names) == len(letters.members(chapter.chapter(SCOPE)))
    assert told[-1] == (len(names), len(names))


def test_masked_letters_and_agenda_tell_nothing(chapter: service.Session) -> None:
    masked = chapter.hiding()
    with zipfile.ZipFile(io.BytesIO(letters.all_members(masked, SCOPE))) as packed:
        whole = "\n".join([*packed.namelist(), *(packed.read(name).decode() for name in packed.namelist())])
        assert all(re.fullmatch(r"\d{3}\.html", name) for name in packed.namelist())
    clean(whole, chapter)
    clean(letters.agenda(masked, SCOPE), chapter)
    clean(letters.one_pager(masked, SCOPE), chapter)
    assert "Names are masked" in whole


def test_stopped_letters_are_no_archive(chapter: service.Session) -> None:
    asked = iter([False, False, True])
    with pytest.raises(CancelledError):
        letters.all_members(chapter, SCOPE, cancelled=lambda: next(asked))


def test_somebody_who_is_no_member_gets_none(chapter: service.Session) -> None:
    with pytest.raises(UsageError):
        letters.member(chapter, SCOPE, "p9999999")


def test_the_agenda_has_four_parts_in_ten_minutes(chapter: service.Session) -> None:
    blocks = agenda.blocks(chapter, SCOPE)
    assert [b.title for b in blocks] == ["What changed", "Whom to thank", "Who should meet", "What to decide"]
    assert sum(int(b.minutes.split()[0]) for b in blocks) == 10
    assert all(b.lines for b in blocks)
    assert agenda.section(chapter, SCOPE).lines


def test_thanked_is_who_stands_clearly_above_in_the_order_of_names(chapter: service.Session) -> None:
    given = chapter.chapter(SCOPE).rates["given"]
    above = sorted(given.members.loc[given.members["low95"] > given.rate, "name"])
    said = " ".join(agenda.blocks(chapter, SCOPE)[1].lines)
    places = [said.find(name) for name in above[: agenda.NAMED]]
    assert -1 not in places
    assert places == sorted(places)
    assert not [n for n in given.members["name"] if n not in above and n in said]


def test_names_that_break_programs_stay_text(hostile: service.Session) -> None:
    data = letters.agenda(hostile, SCOPE) + letters.one_pager(hostile, SCOPE)
    assert "<script>alert" not in data


def test_a_name_becomes_a_safe_part_of_a_files_name() -> None:
    assert letters.slug("Jörg O’Neill / ../x") == "jorg-oneill-x"
    assert letters.slug("漢字") == ""
    assert len(letters.slug("a" * 300)) == 40
