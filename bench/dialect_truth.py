"""Delimited files whose truth is known: what bench/dialects.py and tests/data/test_dialects.py measure against.

Invented ones in every dialect that people's programs write, and public ones whose authors or whose look leave no doubt.
A truth is about what a person would say of the file: which sign splits the columns, which row names them, and which
rows are the table. Files on which two people could differ are not in here.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

PEOPLE = ["Ada Larch", "Ben Maple", "Cléo Nettle", "Dirk van Oakes", "Eve O’Pine", "Finn Quince-Rowan"]
HEADER = ["Date", "From", "To", "Amount", "Notes"]


@dataclass(frozen=True)
class Truth:
    """name, the bytes, and what is right: rows are the cells of the table under its header, header_row counts records
    from 1 (None: the file has no header). quote and escape are None where the file uses none.
    """

    name: str
    content: bytes
    encoding: str
    delimiter: str | None
    quote: str | None
    header_row: int | None
    rows: list[list[str]]


def log_rows(*, comma: bool = False, notes: tuple[str, ...] = ("met at lunch", "", "call")) -> list[list[str]]:
    """A dozen referrals; `comma`: decimal commas and day-first dates with dots."""
    rows = []
    for i in range(12):
        amount = f"{1200 + 37.5 * i:.2f}"
        day = f"{i + 1:02d}.03.2026" if comma else f"2026-03-{i + 1:02d}"
        giver, receiver = PEOPLE[i % 6], PEOPLE[(i * 5 + 1) % 6]
        rows.append([day, giver, receiver, amount.replace(".", ",") if comma else amount, notes[i % len(notes)]])
    return rows


def written(rows: list[list[str]], delimiter: str = ",", **options: object) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, **{"lineterminator": "\n", **options}).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def invented() -> list[Truth]:
    """One file for each way of writing and each thing that stands around a table."""
    return [*_separators(), *_quotings(), *_surroundings(), *_shapes(), *_encodings()]


def _truth(name: str, text: str, delimiter: str | None, quote: str | None, header: int | None, rows: list[list[str]],
           encoding: str = "utf-8") -> Truth:  # fmt: skip
    return Truth(name, text.encode(encoding), encoding, delimiter, quote, header, rows)


def _separators() -> list[Truth]:
    found = []
    for name, delimiter in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|")):
        rows = log_rows()
        found.append(_truth(f"{name}", written([HEADER, *rows], delimiter), delimiter, None, 1, rows))
        busy = log_rows(notes=("lunch, then; call", "a|b", "tab\there, really"))
        found.append(_truth(f"{name}, the others in notes", written([HEADER, *busy], delimiter, quoting=csv.QUOTE_ALL),
                            delimiter, '"', 1, busy))  # fmt: skip
        comma = log_rows(comma=True)
        quote = '"' if delimiter == "," else None
        found.append(
            _truth(f"{name}, decimal commas", written([HEADER, *comma], delimiter), delimiter, quote, 1, comma)
        )
        for ends, sign in (("CRLF", "\r\n"), ("CR", "\r")):
            text = written([HEADER, *rows], delimiter, lineterminator=sign)
            found.append(_truth(f"{name}, {ends}", text, delimiter, None, 1, rows))
    return found


def _quotings() -> list[Truth]:
    doubled = log_rows(notes=('he said "yes", twice', "plain", 'a "big" one'))
    broken = log_rows(notes=("first line\nsecond line", "plain", "one\n\nthree, with comma"))
    both = log_rows(notes=('"quoted"\nand, broken', "", "x"))
    inches = log_rows(notes=('5" pipe', "plain", '3" and 4"'))
    apostrophes = log_rows(notes=("it's Ada's", "'tis", "o'clock"))
    escaped = written([HEADER, *doubled], doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL)
    inch_text = "\n".join(",".join(row) for row in [HEADER, *inches]) + "\n"
    spaced = "\n".join(", ".join(f'"{c}"' for c in row) for row in [HEADER, *log_rows(notes=("a, b", "c", ""))]) + "\n"
    return [
        _truth("quotes doubled", written([HEADER, *doubled]), ",", '"', 1, doubled),
        _truth("quotes escaped", escaped, ",", '"', 1, doubled),
        _truth("quotes escaped, semicolon", escaped.replace('","', '";"'), ";", '"', 1, doubled),
        _truth("newlines in quotes", written([HEADER, *broken]), ",", '"', 1, broken),
        _truth("newlines in quotes, CRLF", written([HEADER, *broken], lineterminator="\r\n"), ",", '"', 1, broken),
        _truth("newlines in quotes, semicolon", written([HEADER, *broken], ";"), ";", '"', 1, broken),
        _truth("newlines and quotes", written([HEADER, *both]), ",", '"', 1, both),
        _truth("inch signs, nothing quoted", inch_text, ",", None, 1, inches),
        _truth("apostrophes", written([HEADER, *apostrophes]), ",", None, 1, apostrophes),
        _truth("single quotes", written([HEADER, *log_rows(notes=("a, b", "c", "d"))], quotechar="'",
               quoting=csv.QUOTE_ALL), ",", "'", 1, log_rows(notes=("a, b", "c", "d"))),
        _truth("a space after each comma", spaced, ",", '"', 1, log_rows(notes=("a, b", "c", ""))),
        _truth("backslashes that escape nothing", written([HEADER, *log_rows(notes=("C:\\ada\\", "x", ""))],
               quoting=csv.QUOTE_ALL), ",", '"', 1, log_rows(notes=("C:\\ada\\", "x", ""))),
    ]  # fmt: skip


def _surroundings() -> list[Truth]:
    rows = log_rows()
    table = [HEADER, *rows]
    parameters = [
        ["Referrals report"],
        ["Chapter:", "", "North"],
        ["From:", "", "2026-03-01"],
        ["To:", "", "2026-03-31"],
    ]
    total = ["Total", "", "", "16875.00", ""]
    footer = [[], ["All rights reserved."], ["Generated by: Ada Larch 3/31/2026 9:15 AM"], ["Confidential"]]
    padded = [row + [""] * (5 - len(row)) for row in [*parameters, [], *table]]
    return [
        _truth("one title line", "Referrals of the north group\n" + written(table), ",", None, 2, rows),
        _truth("title and blank line", "Referrals of the north group\n\n" + written(table), ",", None, 3, rows),
        _truth("title with a comma in it", "Referrals, north group\n\n" + written(table, ";"), ";", None, 3, rows),
        _truth("preamble of parameters", written([*parameters, [], *table]), ",", None, 6, rows),
        _truth("preamble padded with commas", written(padded), ",", None, 6, rows),
        _truth("preamble of comments", "# made by a program\n# 2026-04-01\n" + written(table), ",", None, 3, rows),
        _truth("sep= line", "sep=;\r\n" + written(table, ";", lineterminator="\r\n"), ";", None, 1, rows),
        _truth("footer of notes", written([*table, *footer]), ",", None, 1, rows),
        _truth("footer quoted", written([*table, *footer], quoting=csv.QUOTE_ALL), ",", '"', 1, rows),
        _truth("total row", written([*table, total]), ",", None, 1, rows),
        _truth("preamble and footer", written([*parameters, [], *table, *footer], ";"), ";", None, 6, rows),
        _truth("blank first lines", "\n\n" + written(table), ",", None, 3, rows),
        _truth("no header", written(rows), ",", None, None, rows),
        _truth("no header, semicolon and decimal commas", written(log_rows(comma=True), ";"), ";", None, None,
               log_rows(comma=True)),
        _truth("header only", written([HEADER]), ",", None, 1, []),
        _truth("one row", written([HEADER, rows[0]]), ",", None, 1, rows[:1]),
    ]  # fmt: skip


def _shapes() -> list[Truth]:
    rows = log_rows()
    ragged = [row[:4] if i % 3 else row for i, row in enumerate(rows)]
    long = [[*row, "extra"] if i == 4 else row for i, row in enumerate(rows)]
    words = [["Ada Larch", "Baker", "North"], ["Ben Maple", "Mason", "North"], ["Cléo Nettle", "Notary", "South"]]
    names = ["Name", "Profession", "Group"]
    trailing = "\n".join(",".join(row) + "," for row in [HEADER, *rows]) + "\n"
    blank = [row for pair in zip(rows, [[]] * 12, strict=True) for row in pair]
    years = [["Member", "2024", "2025", "2026"], ["Ada Larch", "three", "four", "x"], ["Ben Maple", "one", "", "x"]]
    single = [[row[1]] for row in rows]
    codes = [[f"A{i}", f"c{i}", f"{i}"] for i in range(1, 9)]
    surnames = [["Larch, Ada", "Maple, Ben"], ["Oak, Cléo", "Larch, Ada"]]
    amounts = [["Ada Larch", "1,200,000.00"], ["Ben Maple", "3,400.50"]]
    return [
        _truth("ragged: short rows", written([HEADER, *ragged]), ",", None, 1, ragged),
        _truth("ragged: one row too long", written([HEADER, *long]), ",", None, 1, long),
        _truth("trailing delimiters", trailing, ",", None, 1, rows),
        _truth("duplicate column names", written([["Date", "Name", "Name", "Amount", ""], *rows]), ",", None, 1, rows),
        _truth("words only", written([names, *words]), ",", None, 1, words),
        _truth("words only, tab", written([names, *words], "\t"), "\t", None, 1, words),
        _truth("a blank line after each row", written([HEADER, *blank]), ",", None, 1, rows),
        _truth("years as names", written(years), ",", None, 1, years[1:]),
        _truth("one column", written([["Name"], *single]), None, None, 1, single),
        _truth("names with digits", written([["a1", "b2", "c3"], *codes]), ",", None, 1, codes),
        _truth("full names, comma inside, semicolon", written([["Name", "Guest of"], *surnames], ";"), ";", None, 1,
               surnames),
        _truth("thousands commas, semicolon", written([["Name", "Amount"], *amounts], ";"), ";", None, 1, amounts),
        _truth("times and links", written([["At", "Link"], ["10:15", "https://x.example/a?b=1;c=2|3"],
               ["11:30", "https://x.example/d?e=4;f=5|6"]]), ",", None, 1,
               [["10:15", "https://x.example/a?b=1;c=2|3"], ["11:30", "https://x.example/d?e=4;f=5|6"]]),
    ]  # fmt: skip


_SCRIPTS = {
    "cp1252": (["Datum", "Von", "Empfänger"], ["José Peña", "Zoë Müller", "François Noël"]),
    "cp1250": (["Data", "Od", "Poleca"], ["Łukasz Żak", "Grześ Wójcik", "Małgorzata Dąbek"]),
    "iso8859_2": (["Datum", "Od", "Komu"], ["Jiří Dvořák", "Kateřina Křížová", "Šárka Němcová"]),
    "cp1251": (["Дата", "Источник", "Получатель"], ["Иван Петров", "Мария Сидорова", "Ольга Смирнова"]),
    "koi8_r": (["Дата", "Источник", "Получатель"], ["Иван Петров", "Мария Сидорова", "Ольга Смирнова"]),
    "cp1253": (["Ημερομηνία", "Από", "Προς"], ["Γιώργος Παππάς", "Μαρία Νικολάου", "Ελένη Βλάχου"]),
    "iso8859_7": (["Ημερομηνία", "Από", "Προς"], ["Γιώργος Παππάς", "Μαρία Νικολάου", "Ελένη Βλάχου"]),
    "cp1254": (["Tarih", "Gönderen", "Alıcı"], ["Ayşe Yıldız", "Çağrı Öztürk", "Işıl Şahin"]),
    "cp874": (["วันที่", "จาก", "ถึง"], ["สมชาย ใจดี", "มาลี สุขใจ", "วิชัย ทองดี"]),
    "cp932": (["日付", "紹介者", "受取人"], ["山田太郎", "鈴木はなこ", "佐藤ケンジ"]),
    "gb18030": (["日期", "介绍人", "接收人"], ["王小明", "李娜", "张伟"]),
    "big5": (["日期", "介紹人", "接收人"], ["陳美玲", "王小明", "林志豪"]),
    "cp949": (["날짜", "추천인", "받는 사람"], ["김민수", "박지영", "이서준"]),
    "mac_roman": (["Date", "De", "Reçu par"], ["Élise Lefèvre", "François Noël", "Anaïs Gérard"]),
}


def _encodings() -> list[Truth]:
    rows = log_rows()
    found = []
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"):
        for delimiter in (",", "\t"):
            text = written([HEADER, *rows], delimiter)
            found.append(_truth(f"{encoding} {delimiter!r}", text, delimiter, None, 1, rows, encoding))
    for encoding, (header, people) in _SCRIPTS.items():
        lines = [[f"2026-03-{i + 1:02d}", people[i % 3], people[(i + 1) % 3]] for i in range(6)]
        found.append(_truth(encoding, written([header, *lines], ";"), ";", None, 1, lines, encoding))
    return found


# Folder → (delimiter, quote, header row) → the files of which that is true.
_PUBLIC: dict[str, dict[tuple[str | None, str | None, int | None], str]] = {
    "frictionless": {
        (";", None, 1): (
            "accent.csv delimiter.csv issue-1009-semicolon.csv issue-1105-timezone.csv issue-1138.csv "
            "issue-1232.csv table-with-accents.csv vix.csv"
        ),
        (",", None, 1): (
            "analysis-data.csv bom.csv blank-headers.csv blank-rows-multiple.csv blank-rows.csv capital-3.csv "
            "capital-invalid.csv chunk1.csv country-1.csv duplicate-headers.csv duplicate-rows.csv "
            "issue-1009-comma.csv issue-1341.csv issue-493.csv issue-825.csv long.csv matrix.csv "
            "numeric-labels.csv structure-errors.csv table-infer-iso-8859-7.csv table-infer-missing-values.csv "
            "table.csv timezone.csv transform-groups.csv transform-pivot.csv unique-field.csv without-rows.csv"
        ),
        (",", None, None): "chunk2.headless.csv without-headers.csv without-headers-extra.csv",
        (",", None, 2): "countries.csv skip-rows-before-headers.csv",
        (";", None, 2): "country-2.csv",
        (",", '"', 1): "doublequote.csv issue-1066-smallcellsize.csv",
        (None, None, 1): "floats.csv leading-zeros.csv",
        ("|", None, None): "issue-1478/table.csv",
        ("\t", None, 1): "table.tsv",
    },
    "phpspreadsheet/CSV": {
        (",", '"', 1): (
            "backslash.csv enclosure.csv line_break_in_enclosure.csv line_break_in_enclosure_with_escaped_quotes.csv"
        ),
        (";", None, 1): "csv_without_extension semicolon_separated.csv",
        (",", None, None): "linend.mac.csv linend.unix.csv linend.win.csv",
    },
}
_ENCODED = {"bom.csv": "utf-8-sig", "table-infer-iso-8859-7.csv": "iso8859_7", "table-with-accents.csv": "cp1252"}


def public(folder: Path) -> list[Truth]:
    """The public files under `folder` (csv-spectrum, frictionless, PhpSpreadsheet), cells as Python's csv module
    splits them once it is told the truth.
    """
    found = []
    for part, known in _PUBLIC.items():
        found += [_public(folder / part / name, *truth) for truth, names in known.items() for name in names.split()]
    for path in sorted((folder / "csv-spectrum/csvs").glob("*.csv")):
        quoted = '"' in path.read_text(encoding="utf-8")
        found.append(_public(path, ",", '"' if quoted else None, 1))
    return found


def _public(path: Path, delimiter: str | None, quote: str | None, header: int | None) -> Truth:
    content = path.read_bytes()
    encoding = _ENCODED.get(path.name, "utf-8")
    text = content.decode(encoding)
    text = text.partition("\n")[2] if text.startswith("sep=") else text
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or "\x00"))
    name = f"{path.parent.name}/{path.name}"
    return Truth(name, content, encoding, delimiter, quote, header, records[header or 0 :])


def bare(rows: list[list[str]]) -> list[list[str]]:
    """Rows as they are compared: without empty cells at the end and without blank rows."""
    kept = []
    for row in rows:
        cells = [cell or "" for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            kept.append(cells)
    return kept
