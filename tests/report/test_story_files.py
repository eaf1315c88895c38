"""A story left behind: its order and its author’s words in every format, and none of these where names are masked."""

from __future__ import annotations

import io
import json
import unicodedata
from dataclasses import replace
from html import unescape

import pytest
from pptx import Presentation
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import service
from report import build, pdf
from report.story import Item, Story
from tests.report.test_deck import parts

SCOPE = service.Scope()
TITLE, OWN, NOTE = "Ann Ash’s hour", "Ann asked for this first", "Tell Ann:\nit was luck"
STORY = Story("abcd1234", TITLE, (Item("claim:S1", OWN, NOTE), Item("chapter:never_met"), Item("claim:L1"),
                                  Item("overview", "How it went")))  # fmt: skip


def made(session: service.Session, kind: str, **more: object) -> bytes:
    return build.make(session, replace(build.Order(kind, SCOPE, story=STORY), **more))


def in_order(text: str, words: list[str]) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


@pytest.fixture(scope="module")
def headings(chapter: service.Session) -> list[str]:
    """What stands largest, in the story's order: its author's titles, else the finding's own sentence."""
    never_met = build.story.sections(chapter, SCOPE, STORY.items[1], build.LIGHT, "en_GB")[0]
    finding = build.story.sections(chapter, SCOPE, STORY.items[2], build.LIGHT, "en_GB")[0]
    assert never_met.key == "never_met"
    return [OWN, never_met.title, finding.title, "How it went"]


def test_the_page_tells_the_story(chapter: service.Session, headings: list[str]) -> None:
    page = unescape(made(chapter, "html").decode())
    body = page.split("<main>")[1].split("</main>")[0]
    assert body.count("<section") == len(STORY.items)
    assert in_order(body, [f"<h2>{text}</h2>" for text in headings])
    assert f"<h1>{TITLE}</h1>" in page
    finding = chapter.result(SCOPE, "S1")
    assert f"<p>{build.story.story_items.words.headline(finding)}</p>" in body  # it stays under its new title
    assert "<p>it was luck</p>" in body


def test_the_deck_tells_the_story(chapter: service.Session, headings: list[str]) -> None:
    slides = list(Presentation(io.BytesIO(made(chapter, "pptx"))).slides)
    assert slides[0].shapes.title.text_frame.text == TITLE
    titles = [slide.shapes.title.text_frame.text for slide in slides[1:]]
    assert in_order("\n".join(titles), [text[:60] for text in headings])
    said = "\n".join(shape.text_frame.text for shape in slides[1].shapes if shape.has_text_frame)
    assert "it was luck" in said
    assert "it was luck" in slides[1].notes_slide.notes_text_frame.text


def test_the_workbook_and_the_results_hold_the_story_alone(chapter: service.Session, headings: list[str]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made(chapter, "xlsx")))
    head, *rows = book.get_sheet_by_name("Findings").to_python()
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [row["Own title"] or row["Finding"] for row in told] == headings
    assert told[0]["Note"] == NOTE
    assert {one["claim"] for one in json.loads(made(chapter, "json"))} == {"S1", "L1"}


def test_a_story_without_findings_has_no_results(chapter: service.Session) -> None:
    only = replace(STORY, items=(Item("overview"),))
    assert json.loads(made(chapter, "json", story=only)) == []


@pytest.mark.browser
def test_the_print_tells_the_story(chapter: service.Session, headings: list[str]) -> None:
    if pdf.browser() is None:
        pytest.skip("no Chromium was found: install one to test printing")
    read = PdfReader(io.BytesIO(made(chapter, "pdf")))
    said = " ".join(unicodedata.normalize("NFKC", "\n".join(page.extract_text() for page in read.pages)).split())
    places = [said.rfind(" ".join(text.split())[:40]) for text in headings]  # the first time is the list of contents
    assert -1 not in places
    assert places == sorted(places)
    assert "it was luck" in said


@pytest.mark.parametrize("kind", ["html", "pptx", "xlsx", "json"])
def test_masked_files_keep_the_authors_words_back(chapter: service.Session, kind: str) -> None:
    """In no part of the package: slides, notes, properties, sheets."""
    data = made(chapter.hiding(), kind)
    every = parts(data).values() if data[:2] == b"PK" else [data]
    whole = "\n".join(blob.decode("utf-8", "replace") for blob in every)
    assert not [word for word in ("Ann Ash", "Ann asked", "Tell Ann", "it was luck", "How it went") if word in whole]


def test_an_author_s_words_are_text_and_nothing_else(chapter: service.Session) -> None:
    evil = replace(STORY, items=(Item("overview", "=1+1<script>alert(1)</script>", "</section><img src=x>\x00"),))
    page = made(chapter, "html", story=evil).decode()
    shown = page.split("<body>")[1].split('<script type="application/json"')[0]
    assert "<script" not in shown
    assert "<img" not in shown
    sheets = parts(made(chapter, "xlsx", story=evil))
    assert not any(b"<f>" in blob for name, blob in sheets.items() if "worksheets/" in name)
    assert Presentation(io.BytesIO(made(chapter, "pptx", story=evil))).slides
