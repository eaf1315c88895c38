"""Delimiter, quotes, header, shape and cells of every file whose truth is known, right without being told."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bench.dialect_truth import HEADER, invented, log_rows, public, written
from bench.dialects import judge, measure, ours
from data.readers import read
from data.readers.letters import likeliest
from data.readers.text_table import choose_dialect

HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "hostile"


def wrong(truths, folder):
    """Name → what we get wrong."""

    def marks(numbered):
        place, truth = numbered
        own = folder / str(place)
        own.mkdir()
        return truth.name, [mark for mark, right in judge(truth, ours(truth, own)).items() if not right]

    with ThreadPoolExecutor(2) as pool:
        return {name: marks for name, marks in pool.map(marks, enumerate(truths)) if marks}


def test_every_invented_dialect_is_read_right(tmp_path):
    truths = invented()
    assert len({truth.name for truth in truths}) == len(truths) > 80
    assert wrong(truths, tmp_path) == {}


@pytest.mark.shared
def test_every_public_file_whose_truth_is_known_is_read_right(tmp_path):
    truths = public(HOSTILE)
    assert len(truths) > 60
    assert wrong(truths, tmp_path) == {}


def test_the_bench_judges_others_by_the_same_files(tmp_path):
    truths = [t for t in invented() if t.name in ("comma", "preamble of parameters")]
    assert measure("Net Effect", truths, tmp_path) == [judge(t, ours(t, tmp_path)) for t in truths]
    assert [m["cells"] for m in measure("pandas", truths, tmp_path)] == [True, False]


def test_two_delimiters_that_fit_alike_are_said(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a;b,c\ne;f,g\ni;j,k\n")
    assert any("would fit as well" in note for note in read(path).notes)
    path.write_text(written([HEADER, *log_rows()]))
    assert read(path).notes == []


@given(
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([0, 1]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    comma=st.booleans(),
    notes=st.tuples(
        *[st.sampled_from(["", "met at lunch", "call; later", "a | b", "one, two", 'said "yes"', "a\nb"])] * 3
    ),
    title=st.sampled_from(["", "Referrals report\n\n", "Report, north group\n\n"]),
    length=st.integers(3, 12),
)
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_dialects_is_told(delimiter, quoting, ends, comma, notes, title, length):
    assume(ends != "\r" or "a\nb" not in notes)  # Python's writer does not quote them
    rows = [HEADER, *log_rows(comma=comma, notes=notes)[:length]]
    text = title.replace("\n", ends) + written(rows, delimiter, quoting=quoting, lineterminator=ends)
    dialect, _ = choose_dialect(text)
    assert (dialect["delimiter"], dialect["quotechar"], dialect["escapechar"]) == (delimiter, '"', None)


WORDS = {
    "cp1252": "Élise Lefèvre|Müller Größe|José Peña|João Conceição|Søren Kjærgård|Ångström|Jón Þórðarson|100 €|20°C, ½",
    "cp1250": "Łukasz Żółć, Grześ|Jiří Dvořák, Kateřina|László Szőke, Gyűrű",
    "iso8859_2": "Łukasz Wiśniewski, Grześ",
    "cp1254": "Ayşe Yıldız, Çağrı Öztürk",
    "cp1257": "Jānis Bērziņš, Kļaviņa",
    "cp1251": "Иван Петров, Мария|ИВАН|Ольга",
    "koi8_r": "Иван Петров, Мария Сидорова",
    "cp866": "Иван Петров, Мария",
    "cp1253": "Γιώργος Παπαδόπουλος, Μαρία|ΔΗΜΗΤΡΗΣ",
    "iso8859_7": "Άννα, ΓΙΑΝΝΗΣ",
    "cp1255": "דוד לוי, תאריך",
    "cp1256": "محمد علي, التاريخ",
    "cp874": "สมชาย ใจดี, วันที่",
    "cp932": "山田太郎, 鈴木花子さん|日付, 紹介者",
    "euc_jp": "山田太郎, すずき",
    "gb18030": "日期, 介绍人, 王小明, 李娜|总数",
    "big5": "日期, 介紹人, 陳美玲|來賓, 總數",
    "cp949": "김민수, 박지영 추천",
    "mac_roman": "Élise Lefèvre, François Noël",
    "cp850": "Müller, Jürgen Größe",
}


@pytest.mark.parametrize(
    ("encoding", "text"), [(encoding, text) for encoding, texts in WORDS.items() for text in texts.split("|")]
)
def test_a_few_words_tell_their_encoding(encoding, text):
    """What counts is the text: encodings that agree on it are equally right."""
    content = text.encode(encoding)
    assert content.decode(likeliest(content)) == text


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_have_a_likeliest_encoding(content):
    content.decode(likeliest(content), "replace")
