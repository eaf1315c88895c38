"""What is done for all cells at once says the same as what is done for one cell at a time."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from file_builders import draft
from hypothesis import given, settings
from hypothesis import strategies as st

from data import clean, money
from data.draft import Answers
from data.readers.raw import NUMBER, TEXT, Column, Sheet
from data.store import Workspace

AMOUNTS = st.text("0123456789.,-+() €$'ek\n", max_size=9) | st.decimals(0, 10**9, places=2).map(str)
TEXTS = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\x1c\x1f\x85\u2028\u200b ()[]_#-\u00b0王é"), max_size=12
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, st.sampled_from((TEXT, NUMBER))), min_size=1, unique_by=lambda cell: cell[0]),
       st.sampled_from((None, ",", ".")), st.sampled_from((",", ";")))  # fmt: skip
def test_plain_numbers_read_all_at_once_are_what_each_is_alone(
    cells: list[tuple[str, int]], decimal: str | None, delimiter: str
) -> None:
    texts, kinds = map(list, zip(*cells, strict=True))
    column = Column(
        pa.array(texts, pa.string()), np.array(kinds, np.uint8), np.arange(len(texts)), np.arange(len(texts))
    )
    quick = money.scan_amounts(column, decimal, delimiter)
    with pytest.MonkeyPatch.context() as patch:
        none = pa.nulls(len(texts), pa.string()), np.zeros(len(texts), dtype=bool), False
        patch.setattr(money, "_plain", lambda column: none)
        slow = money.scan_amounts(column, decimal, delimiter)
    assert (quick.values, quick.bad, quick.signs, quick.ambiguous) == (
        slow.values, slow.bad, slow.signs, slow.ambiguous)  # fmt: skip
    assert (quick.decimal, quick.rounded, quick.grouped) == (slow.decimal, slow.rounded, slow.grouped)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_words_and_names_of_plain_letters_are_read_as_any_others(text: str) -> None:
    bare = re.sub(r"\(.*?\)|\[.*?\]", " ", text) if not text.strip().startswith("(") else text
    bare = unicodedata.normalize("NFKD", bare.replace("°", "o")).casefold()
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    assert clean.fold(text) == " ".join(re.sub(r"[^\w#✓✔✗✘○◯×]+|_+", " ", bare).split())
    name = re.sub(r"[\s\u200b\ufeff]+", " ", text).strip()
    if "王" not in name and all(unicodedata.east_asian_width(c) not in "WFH" for c in name):
        assert clean.clean_name(text) == (None if name.casefold() in clean.NO_NAME or not name else name)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS | st.none(), min_size=1))
def test_white_space_is_what_python_calls_so(cells: list[str | None]) -> None:
    sheet = Sheet("", pa.table({"c0": pa.array(cells, pa.string())}), typed=False)
    rows = np.arange(len(cells)) + 1
    assert sheet.stripped(0, rows).to_pylist() == [(text or "").strip() or None for text in cells]
    assert sheet.filled().tolist() == [bool(text and text.strip()) for text in cells]
    held = [text for text in cells if text and text.strip()]
    assert sheet.column(0, rows).texts == list(dict.fromkeys(held))


HOSTILE = """Date,From,To,Chapter,Prospect,Status,Amount,Currency
2026-03-02,Ada Larch,Ben Maple,North,Zoe,won,1200.5,EUR
2026-03-02,Ada Larch,Ben Maple,North,Zoe,won,1200.5,EUR
2026-03-02, ada  larch ,BEN MAPLE,North,,open,,
2026-03-09,Eve Oak,Ada Larch,South, Zoe  Pine,won,-5.00,EUR
31/31/2026,Eve Oak,Ada Larch,South,Quinn,won,5.00,EUR
2026-03-09,Eve Oak,,South,Quinn,perhaps,9999999999999.00,EUR
2026-03-16,,,South,,open,,
2026-03-16,Eve Oak,Ada Larch,South,Rae,lost,007.10,EUR
"""
ASIDE = """Date,From,To,Chapter,Prospect
2026-03-02,Ben Maple,Ada Larch,North,Una
2026-03-09,Ada Larch,Eve Oak,South,Vic
"""
ROWS = """select given_on, source.name, receiver.name, groups.name, prospect, status, amount, referrals.currency,
    row_no, rank() over (order by referral_id) as place
  from referrals join groups using (group_id) left join people as source on source.person_id = source_id
  left join people as receiver on receiver.person_id = receiver_id
  where import_id = (select max(import_id) from imports) order by referral_id"""


def test_a_file_brings_the_same_whether_or_not_there_is_something_to_compare_it_with(tmp_path: Path) -> None:
    answers = Answers(currency="EUR", date_order="ymd")
    found = []
    for name, files in (("empty", [HOSTILE]), ("full", [ASIDE, HOSTILE])):
        workspace = Workspace(tmp_path / name)
        for i, text in enumerate(files):
            folder = tmp_path / f"{name}{i}"
            folder.mkdir()
            outcome = workspace.import_drafts([draft(folder, text, answers)]).files[0]
        with workspace.reader() as reader:
            rejects = reader.rows('select row_no, "column", value, reason, raw from rejects order by all')
            found.append((reader.rows(ROWS), rejects, outcome.rows_loaded, outcome.already_there))
    assert found[0] == found[1]
    rows, rejects, loaded, there = found[0]
    assert [row[-2] for row in rows] == [2, 3, 4, 9]
    assert (loaded, there, [row[0] for row in rejects]) == (4, 0, [5, 6, 7, 8])
    assert [str(row[6]) for row in rows] == ["1200.50", "1200.50", "None", "7.10"]
