"""Cleaning: what people type becomes one value, a sentence, or a question; never a guess."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pytest
from file_builders import TODAY, column
from hypothesis import given, settings
from hypothesis import strategies as st

from data import clean
from data.currencies import ISO_CODES, currencies_of
from data.date_order import choose_orders
from data.dates import scan_dates
from data.money import scan_amounts, split_sign
from data.readers.raw import BOOL, DATE, NUMBER

MARCH = dt.date(2026, 3, 4)


def days(*cells, order=None, kind=None, system=1900):
    """What the cells are under an order; None where they are no date."""
    scan = scan_dates(column(*cells, **({"kind": kind} if kind else {})), TODAY, system)
    values, _ = scan.resolve(order)
    return [None if np.isnat(v) else v.astype("datetime64[D]").astype(dt.date) for v in values]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026/03/04",
        "2026.03.04",
        "2026-3-4",
        "20260304",
        "2026-03-04T00:00:00.000",
        "2026-03-04 10:30",
        "2026-03-04T23:59:59Z",
        "2026-03-04 10:30:00+02:00",
        "4 Mar 2026",
        "4 March 2026",
        "4th March, 2026",
        "March 4, 2026",
        "Mar 4 2026",
        "Wed 4 Mar 2026",
        "04-Mar-26",
        "04-MAR-2026",
        "4. März 2026",
        "4. Maerz 2026",
        "Mittwoch, 4. März 2026",
        "4 mars 2026",
        "mercredi 4 mars 2026",
        "4 de março de 2026",
        "4 de marzo de 2026",
        "2026 Mar 4",
        "2026年3月4日",
        "2026年03月04日(水)",
        "２０２６年３月４日",
        "2026년 3월 4일",
        "4 marzo 2026",
        "mercoledì 4 marzo 2026",
        "miércoles, 4 de marzo de 2026",
        "4 maart 2026",
        "wo 4 mrt 2026",
        "46085",
        "46085.5",
        " 2026-03-04 ",
    ],
)
def test_a_date_that_says_its_order_needs_no_question(text):
    assert days(text) == [MARCH]


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("04/03/2026", "dmy", MARCH),
        ("04/03/2026", "mdy", dt.date(2026, 4, 3)),
        ("4/3/26", "dmy", MARCH),
        ("3/4/26", "mdy", MARCH),
        ("04.03.2026", "dmy", MARCH),
        ("04-03-2026", "dmy", MARCH),
        ("26-03-04", "ymd", MARCH),
        ("4/3/98", "dmy", dt.date(1998, 3, 4)),
        ("04/03/2026 10:30", "dmy", MARCH),
        ("3/4/2026 9:15 AM", "mdy", MARCH),
        ("04.03.26", "dmy", MARCH),
        ("29/02/2024", "dmy", dt.date(2024, 2, 29)),
    ],
)
def test_a_numeric_date_is_read_in_the_order_of_its_column(text, order, expected):
    assert days(text, order=order) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "29/02/2026",
        "31/04/2026",
        "2026-02-30",
        "32 Mar 2026",
        "13/13/2026",
        "4 Mar",
        "2026",
        "March 2026",
        "soon",
        "Q1",
        "00/00/0000",
        "4 Foo 2026",
    ],
)
def test_what_is_no_date_is_left_empty(text):
    assert days(text, order="dmy") == [None]


def test_a_date_cell_is_a_date_in_every_country():
    scan = scan_dates(column("2026-03-04", "2026-03-05 10:00:00", kind=DATE), TODAY)
    assert not scan.triples
    assert days("2026-03-04", kind=DATE) == [MARCH]


@pytest.mark.parametrize(
    ("text", "system", "expected"),
    [("46085", 1900, MARCH), ("44623", 1904, MARCH), ("46085.75", 1900, MARCH)],
)
def test_a_bare_number_counts_days_from_the_workbooks_own_beginning(text, system, expected):
    assert days(text, kind=NUMBER, system=system) == [expected]


def test_a_year_alone_and_a_boolean_are_no_dates():
    assert days("2026", kind=NUMBER) == [None]
    assert days("TRUE", kind=BOOL) == [None]


def choose(*cells, answer=None, setting=None):
    return choose_orders({"Date": scan_dates(column(*cells), TODAY)}, answer, setting)


def test_one_day_above_twelve_decides_the_column():
    assert choose("04/03/2026", "13/03/2026").orders == {"Date": "dmy"}
    assert choose("04/03/2026", "03/13/2026").orders == {"Date": "mdy"}


def test_a_column_that_fits_both_orders_is_asked_with_its_first_doubtful_date():
    choice = choose("05/05/2026", "04/03/2026")
    assert choice.orders == {}
    assert choice.question == (
        "Every date in 'Date' fits more than one order. Is 04/03/2026 (row 3) 4 March 2026 or 3 April 2026?"
    )
    assert choice.choices == ("dmy", "mdy")


def test_dates_that_read_alike_in_both_orders_need_no_question():
    assert choose("05/05/2026", "06/06/2026").question is None


def test_the_workspaces_setting_is_used_and_said():
    choice = choose("04/03/2026", setting="mdy")
    assert choice.orders == {"Date": "mdy"}
    assert choice.notes == [
        "The dates in 'Date' fit more than one order; read month first, as this workspace remembers."
    ]


def test_the_dates_themselves_beat_the_workspaces_setting():
    assert choose("13/03/2026", setting="mdy").orders == {"Date": "dmy"}


def test_dates_that_contradict_one_another_are_asked_naming_both():
    choice = choose("13/03/2026", "03/14/2026")
    assert choice.question == (
        "The dates in 'Date' contradict one another: 13/03/2026 (row 2) can only be day "
        "first and 03/14/2026 (row 3) can only be "
        "month first. Which order is meant? Rows that do not fit it will be kept aside."
    )


def test_another_column_of_the_same_sheet_may_prove_the_order():
    scans = {
        "Date": scan_dates(column("04/03/2026"), TODAY),
        "Closed": scan_dates(column("25/12/2025"), TODAY),
    }
    choice = choose_orders(scans, None, None)
    assert choice.orders == {"Date": "dmy", "Closed": "dmy"}
    assert choice.notes == [
        ("The dates in 'Date' fit more than one order; read day first, as the other date column of this sheet proves.")
    ]


@given(st.dates(dt.date(1950, 1, 1), dt.date(2026, 11, 22)))
@settings(max_examples=200, deadline=None)
def test_any_day_written_in_any_unambiguous_way_comes_back(day):
    written = [
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.day} {day:%b} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.isoformat()}T12:00:00",
    ]
    assert days(*written) == [day] * len(set(written))
    assert days(f"{day:%d/%m/%Y}", order="dmy") == days(f"{day:%m/%d/%Y}", order="mdy") == [day]


@given(
    st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2026, 11, 22)), min_size=1, max_size=20),
    st.sampled_from(["dmy", "mdy"]),
)
@settings(max_examples=200, deadline=None)
def test_a_column_is_never_read_in_an_order_that_it_does_not_prove(written, order):
    form = "%d/%m/%Y" if order == "dmy" else "%m/%d/%Y"
    choice = choose(*dict.fromkeys(day.strftime(form) for day in written))
    assert choice.question is not None or choice.orders["Date"] == order or all(d.day == d.month for d in written)


def amounts(*cells, decimal=None, delimiter=",", kind=None):
    return scan_amounts(column(*cells, **({"kind": kind} if kind else {})), decimal, delimiter)


@pytest.mark.parametrize(
    ("text", "value", "sign"),
    [
        ("2,60,000.00", "260000.00", None),
        ("Rs. 1400", "1400.00", "rs."),
        ("1.234,56", "1234.56", None),
        ("1,234.56", "1234.56", None),
        ("901,911", "901911.00", None),
        ("1.856610963E+10", "18566109630.00", None),
        ("€ 1 200,50", "1200.50", "€"),
        ("1 200,50 €", "1200.50", "€"),
        ("-", None, None),
        ("–", None, None),
        ("n/a", None, None),
        ("0", "0.00", None),
        ("0,5", "0.50", None),
        ("12.5", "12.50", None),
        ("1,06,74,768", "10674768.00", None),
        ("1.234.567", "1234567.00", None),
        ("1'200.50", "1200.50", None),
        ("1’200.50", "1200.50", None),
        ("EUR 1200", "1200.00", "EUR"),
        ("1200 EUR", "1200.00", "EUR"),
        ("£1,200.00", "1200.00", "£"),
        ("$5", "5.00", "$"),
        ("CHF 1'200.-", "1200.00", "CHF"),
        ("R$ 1.200,50", "1200.50", "r$"),
        ("US$ 12.50", "12.50", "us$"),
        ("₹1,400", "1400.00", "₹"),
        ("1200,-", "1200.00", None),
        ("5000.00", "5000.00", None),
        ("kr 1 200", "1200.00", "kr"),
        ("+12.00", "12.00", None),
        ("1\u202f200,50", "1200.50", None),
        ("007", "7.00", None),
        ("zł 12,50", "12.50", "zł"),
        ("235036.00", "235036.00", None),
        ("53.0", "53.00", None),
        ("NT$1,200", "1200.00", "nt$"),
        ("12,50,000", "1250000.00", None),
        ("０.５０", "0.50", None),
        ("—", None, None),
    ],
)
def test_an_amount_is_read_exactly(text, value, sign):
    scan = amounts(text)
    assert (scan.values, scan.bad, scan.signs.get(0)) == ([value], {}, sign)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1,200)", "-1200.00"),
        ("-5", "-5.00"),
        ("5-", "-5.00"),
        ("−5.00", "-5.00"),
        ("$(1,200.00)", "-1200.00"),
    ],
)
def test_brackets_and_minus_signs_are_negative(text, value):
    assert amounts(text).values == [value]


@pytest.mark.parametrize(
    "text",
    [
        "about 5k",
        "1,2,3.4.5",
        "five",
        "12.34.56",
        "1..2",
        "10%",
        "99999999999999999999",
        "1,23,45.6,7",
        "=1+1",
    ],
)
def test_what_is_no_amount_is_said(text):
    scan = amounts(text)
    assert scan.values == [None]
    assert list(scan.bad) == [0]


def test_a_point_before_three_digits_everywhere_is_asked():
    scan = amounts("1.234", "2.500", "850")
    assert scan.ambiguous == (0, 1)
    assert scan.values == [None, None, "850.00"]


def test_one_telling_amount_decides_the_column():
    assert amounts("1.234", "12,50").values == ["1234.00", "12.50"]
    assert amounts("1,234", "12.50").values == ["1234.00", "12.50"]
    assert amounts("1.234", "1.50").values == ["1.23", "1.50"]


def test_the_users_word_decides_the_rest():
    assert amounts("1.234", decimal=",").values == ["1234.00"]
    assert amounts("1.234", decimal=".").values == ["1.23"]


def test_a_comma_before_three_digits_is_asked_in_a_file_that_writes_semicolons():
    assert amounts("1,234", delimiter=";").ambiguous == (0,)


def test_a_number_cell_is_a_number_whatever_the_country():
    assert amounts("1.234", "1234.5600000000001", "1e+16", kind=NUMBER).values[:2] == ["1.23", "1234.56"]


def test_more_than_two_decimals_round_half_to_even_and_are_reported():
    scan = amounts("0.125", "0.135", "2.50")
    assert scan.values == ["0.12", "0.14", "2.50"]
    assert scan.rounded == (0, 1)


@given(
    st.decimals(min_value=0, max_value=Decimal("9999999999.99"), places=2),
    st.sampled_from([(".", ","), (",", "."), (".", ""), (",", ""), (",", " "), (".", "'")]),
)
@settings(max_examples=300, deadline=None)
def test_any_amount_in_any_convention_comes_back_to_the_cent(amount, marks):
    point, group = marks
    assert amounts(written(amount, point, group)).values == [f"{amount:.2f}"]


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_text_whatever_breaks_the_cleaners(text):
    split_sign(text)
    amounts(text or "x")
    days(text or "x")
    clean.clean_name(text)
    clean.fold(text)


def written(amount, point, group):
    return f"{amount:,.2f}".replace(",", "\x00").replace(".", point).replace("\x00", group)


@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=8, unique=True),
    st.sampled_from([",", "."]),
)
@settings(max_examples=300, deadline=None)
def test_a_column_of_whole_amounts_is_read_right_or_asked_and_never_wrong(amounts_of, group):
    cells = [f"{n:,}".replace(",", group) for n in amounts_of]
    scan = amounts(*cells)
    for cell, value, n in zip(range(len(cells)), scan.values, amounts_of, strict=True):
        assert value == f"{n}.00" or cell in scan.ambiguous


@given(
    st.lists(st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2), min_size=1, max_size=8, unique=True),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (",", "\u202f")]),
    st.sampled_from(["{}", "€ {}", "{} €", "EUR {}", "-{}", "({})", "{} CHF"]),
)
@settings(max_examples=300, deadline=None)
def test_a_column_of_amounts_with_cents_comes_back_in_every_dress(column_of, marks, dress):
    cells = [dress.format(written(amount, *marks)) for amount in column_of]
    sign = "-" if dress in ("-{}", "({})") else ""
    assert amounts(*cells).values == [f"{sign}{amount:.2f}" for amount in column_of]


@given(st.decimals(Decimal("1"), Decimal("99999999.99"), places=2))
@settings(max_examples=200, deadline=None)
def test_indian_groups_come_back(amount):
    whole, cents = f"{amount:.2f}".split(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, i - 2) : i] for i in range(len(head), 0, -2)][::-1]
    assert amounts(",".join([*pairs, tail]) + "." + cents).values == [f"{amount:.2f}"]


@given(st.lists(st.dates(dt.date(2000, 1, 1), dt.date(2026, 11, 22)), min_size=1, max_size=12, unique=True))
@settings(max_examples=200, deadline=None)
def test_dates_with_a_two_digit_year_are_read_right_or_asked(days_of):
    for form in ("%d/%m/%y", "%m/%d/%y", "%y-%m-%d"):
        scan = scan_dates(column(*(day.strftime(form) for day in days_of)), TODAY)
        choice = choose_orders({"Date": scan}, None, None)
        if choice.question:
            continue
        values, bad = scan.resolve(choice.orders["Date"])
        read = [value.astype("datetime64[D]").astype(dt.date) for value in values]
        assert (bad, read) == ([], days_of)


@given(st.dates(dt.date(1920, 1, 1), dt.date(2190, 1, 1)), st.sampled_from([1900, 1904]))
@settings(max_examples=200, deadline=None)
def test_a_day_number_comes_back_in_both_systems(day, system):
    number = (day - {1900: dt.date(1899, 12, 30), 1904: dt.date(1904, 1, 1)}[system]).days
    expected = [day] if 10_000 <= number <= 99_999 else days(str(number), kind=NUMBER, system=system)
    assert days(str(number), kind=NUMBER, system=system) == expected


@given(st.sampled_from(sorted(clean.BOOLEANS)), st.sampled_from([str, str.upper, str.title]))
def test_yes_and_no_in_any_case_mean_what_the_table_says(word, case):
    (value,) = clean.look_up(column(case(word)), clean.BOOLEANS).values
    assert value == clean.BOOLEANS[word]


@given(st.text(max_size=20))
def test_a_word_that_no_table_knows_is_never_given_a_meaning(text):
    for words in (clean.BOOLEANS, clean.STATUSES, clean.SOURCE_KINDS, clean.TIERS):
        found = clean.look_up(column(text), words)
        for value in found.values:
            assert value is None or value in words.values()
        if clean.fold(text) not in words and "(" not in text and "[" not in text:
            assert list(found.values) in ([None], [])


@pytest.mark.parametrize(
    ("text", "meanings"),
    [
        ("eur", ("EUR",)),
        ("Euro", ("EUR",)),
        ("€", ("EUR",)),
        ("$", ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN")),
        ("xyz", ()),
    ],
)
def test_a_sign_with_several_meanings_keeps_them_all(text, meanings):
    assert currencies_of(text) == meanings
    assert len(ISO_CODES) > 140


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("  Ada   Larch ", "Ada Larch"),
        ("Ada\u00a0Larch", "Ada Larch"),
        ("Smith, Bob", "Smith, Bob"),
        ("O’Pine", "O’Pine"),
        ("山田 太郎", "山田太郎"),
        ("山田　太郎", "山田太郎"),
        ("佐々 木 ゆう 子", "佐々木ゆう子"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞﾀﾛｳ"),
        ("김 철수", "김철수"),
        ("𠮷 田", "𠮷田"),
        ("陳 Peter", "陳 Peter"),
        ("Anna   Maria  Pine", "Anna Maria Pine"),
        ("Null", "Null"),
        ("-", None),
        ("?", None),
        ("N/A", None),
        ("", None),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("Ada\nLarch", "Ada Larch"),
    ],
)
def test_a_name_keeps_its_spelling_and_loses_its_stray_spaces(text, name):
    assert clean.clean_name(text) == name


@given(st.text(max_size=40))
def test_cleaning_a_name_twice_changes_nothing(text):
    once = clean.clean_name(text)
    assert once is None or clean.clean_name(once) == once


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("Ada", "Larch", "Ada Larch"),
        ("小明", "王", "王小明"),
        ("Peter", "王", "Peter 王"),
        (None, "Larch", "Larch"),
        ("Ada", None, "Ada"),
        (None, None, None),
    ],
)
def test_a_full_name_follows_its_script(first, last, name):
    assert clean.full_name(first, last) == name


@pytest.mark.parametrize(
    ("table", "value", "words"),
    [
        (clean.BOOLEANS, "yes", "yes Y TRUE true 1 x X ja Ja oui sim Sí ✓ anwesend"),
        (clean.BOOLEANS, "no", "no N FALSE 0 nein non não nao ✗"),
        (clean.STATUSES, "won", "won Closed SALE Converted gewonnen Gagné ganho"),
        (clean.STATUSES, "lost", "lost Declined verloren perdu recusado"),
        (clean.STATUSES, "open", "open Pending offen aberto"),
        (clean.SOURCE_KINDS, "customer", "Customer client Kunde cliente"),
        (clean.SOURCE_KINDS, "member", "member Mitglied membre membro"),
        (clean.SOURCE_KINDS, "partner", "Partner professional Geschäftspartner parceiro"),
        (clean.SOURCE_KINDS, "personal", "Friend family Freund ami amigo"),
        (clean.SOURCE_KINDS, "inbound", "web Walk-in website Internet"),
        (clean.BOOLEANS, "yes", "是 有 はい あり ○ sí sì si wel ja"),
        (clean.BOOLEANS, "no", "否 无 無 いいえ なし × no nee ausente"),
        (clean.STATUSES, "won", "已成交 成約 受注 ganada vinto verkocht"),
        (clean.STATUSES, "lost", "失败 失注 perso rechazada afgewezen"),
        (clean.STATUSES, "open", "进行中 商談中 aperto lopend abierto"),
        (clean.SOURCE_KINDS, "customer", "客户 客戶 既存顧客 cliente klant"),
        (clean.SOURCE_KINDS, "partner", "合作伙伴 提携先 professionista zakenpartner"),
    ],
)
def test_words_of_many_languages_mean_one_thing(table, value, words):
    found = clean.look_up(column(*words.split()), table)
    assert (list(found.values), found.strange) == ([value] * len(words.split()), ())


def test_unknown_stays_unknown_and_a_strange_word_is_counted():
    cells = column("customer", "unknown", "Golf buddy", "", "Golf buddy")
    found = clean.look_up(cells, clean.SOURCE_KINDS)
    assert list(found.values) == ["customer", None, None]
    assert clean.strange_note("Type", cells, found.strange, "kind of source") == (
        "'Type' holds words that are no kind of source; left empty there: 'Golf buddy' (2 rows, first row 4)."
    )
