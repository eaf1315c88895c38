"""Numbers as people read them, and names that cannot turn into anything else."""

from datetime import date
from decimal import Decimal

import pytest

import formats


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (formats.number(1212), "1,212"),
        (formats.number(-0.4), "0"),
        (formats.number(None), "–"),
        (formats.number(float("nan")), "–"),
        (formats.number(12.345, "fr", 1), "12,3"),
        (formats.signed(9), "+9"),
        (formats.signed(-6), "−6"),
        (formats.signed(0.2), "0"),
        (formats.percent(0.715, "de", 1), "71,5 %"),
        (formats.points(0.09), "+9 points"),
        (formats.points(-0.01), "−1 point"),
        (formats.points(0.004), "+0.4 points"),
        (formats.times(1.42), "1.4 times"),
        (formats.times(0.62), "0.62 times"),
        (formats.times(1.0), "1.0 times"),
        (formats.yearly(1.06), "+6 %"),
        (formats.yearly(0.95), "−5 %"),
        (formats.money(Decimal("800.00"), "GBP"), "£800"),
        (formats.money(-12345.5, "GBP"), "−£12,346"),
        (formats.money(1234567, "EUR", short=True), "€1.2M"),
        (formats.money(50_000, "EUR", short=True), "€50K"),
        (formats.money(1234567, "EUR", "de", short=True), "1,2\xa0Mio.\xa0€"),
        (formats.money(12345, None), "12,345"),
        (formats.day(date(2026, 8, 12)), "12 Aug 2026"),
        (formats.period(date(2024, 7, 1), date(2026, 7, 1)), "Jul 2024 – Jun 2026"),
        (formats.period(date(2024, 7, 1), date(2024, 8, 1)), "Jul 2024"),
        (formats.period(date(2024, 7, 3), date(2024, 7, 10)), "3 Jul 2024 – 9 Jul 2024"),
        (formats.count(1, "referral"), "1 referral"),
        (formats.count(1212, "referral"), "1,212 referrals"),
        (formats.span(-0.06, 0.24, formats.points), "−6 to +24 points"),
        (formats.span(0.8, 1.2, formats.times), "0.80 to 1.2 times"),
        (formats.span(0.57, 0.9, formats.percent), "57 to 90 %"),
        (formats.locale_of("de-CH"), "de_CH"),
        (formats.locale_of("xx-nonsense-999"), "en_GB"),
        (formats.locale_of(None), "en_GB"),
    ],
)
def test_is_written_like_this(call: str, text: str) -> None:
    assert call == text


def test_a_handful_is_said_to_be_one() -> None:
    assert formats.small(7, "referral") == "7 referrals: too few to judge"
    assert formats.small(10, "referral") is None


@pytest.mark.parametrize(
    ("share", "low", "high", "base"), [(0.7, 0.6, 0.8, 10), (0.7, 0.69, 0.71, 100), (0.04, 0.01, 0.09, 100)]
)
def test_ten_is_the_base_unless_it_would_swallow_the_interval(share: float, low: float, high: float, base: int) -> None:
    assert formats.base_of(share, low, high) == base


@pytest.mark.parametrize(
    "text",
    ["[a](http://b.c)", "$5 and $6$", ":red[x]", "**bold**", "# head", "<b>", "`code`", "a|b", "1. x", "- x"],
)
def test_a_name_stays_a_name_in_markdown(text: str) -> None:
    safe = formats.plain(text)
    assert safe.replace("\\", "").replace("\u2060", "") == text
    for position, sign in enumerate(safe):
        if sign in "[]()$:*#<>`|.-":
            assert safe[position - 1] == "\\"


def test_a_name_stays_on_one_line() -> None:
    assert formats.plain("Ann\n\n# Ash") == "Ann \\# Ash"


@pytest.mark.parametrize("value", [8e34, 1e15, float("inf"), 1e308])
def test_the_end_of_an_interval_that_says_nothing_is_written_as_such(value: float) -> None:
    """An estimate from very few rows may reach beyond every number; no page or report breaks on it."""
    assert formats.number(value) == "> 10¹⁵"
    assert formats.number(-value, digits=2) == "< −10¹⁵"
    assert formats.times(value) == "> 10¹⁵ times"
    assert (formats.signed(value), formats.signed(-value)) == ("> 10¹⁵", "< −10¹⁵")
    assert formats.number(9.99e14) == "999,000,000,000,000"
