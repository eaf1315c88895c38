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
    text = f"{amount:,.2f}".replace(",", "\x00").replace(".", point).replace("\x00", group)
    assert amounts(text).values == [f"{amount:.2f}"]


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_text_whatever_breaks_the_cleaners(text):
    split_sign(text)
    amounts(text or "x")
    days(text or "x")
    clean.clean_name(text)
    clean.fold(text)


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
    ],
)
def test_words_of_four_languages_mean_one_thing(table, value, words):
    found = clean.look_up(column(*words.split()), table)
    assert (list(found.values), found.strange) == ([value] * len(words.split()), ())


def test_unknown_stays_unknown_and_a_strange_word_is_counted():
    cells = column("customer", "unknown", "Golf buddy", "", "Golf buddy")
    found = clean.look_up(cells, clean.SOURCE_KINDS)
    assert list(found.values) == ["customer", None, None]
    assert clean.strange_note("Type", cells, found.strange, "kind of source") == (
        "'Type' holds words that are no kind of source; left empty there: 'Golf buddy' (2 rows, first row 4)."
    )
