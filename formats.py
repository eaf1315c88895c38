"""Numbers, money, dates and intervals as people read them; the same on pages, in reports, on the command line.

Every function takes a locale ("en_GB", "de") and returns plain text: escape it with `plain` before Markdown.
A missing number is an en dash, never "nan".
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_compact_currency, format_compact_decimal, format_currency, format_decimal

DEFAULT = "en_GB"
NONE = "–"
MINUS = "−"
VAST, _VAST = 1e15, "10¹⁵"  # no count, share, ratio or sum of a log is as large
SMALL_N = 10  # below this a rate says more about luck than about the group


def locale_of(tag: str | None) -> str:
    """The locale of a browser's language tag ("de-DE" → "de_DE"); British English where it is unknown."""
    if not tag:
        return DEFAULT
    try:
        return str(Locale.parse(tag.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return DEFAULT


def missing(value: object) -> bool:
    """None, NaN, NaT or NA."""
    return value is None or str(value) in {"nan", "NaT", "<NA>"}


def number(value: float | None, locale: str = DEFAULT, digits: int = 0) -> str:
    if value is None or missing(value):
        return NONE
    if abs(value) >= VAST:  # the end of an interval that says nothing
        return f"> {_VAST}" if value > 0 else f"< {MINUS}{_VAST}"
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    exact = exact or Decimal(0)  # no "−0"
    text = format_decimal(exact, format=f"#,##0.{'0' * digits}", locale=locale)
    return text.replace("-", MINUS)


def signed(value: float | None, locale: str = DEFAULT, digits: int = 0) -> str:
    """With its sign, so that a change cannot be read as a level: +9, −6, 0."""
    text = number(value, locale, digits)
    unsigned = text == NONE or text.startswith((MINUS, ">", "<")) or not text.strip("0.,")
    return text if unsigned else f"+{text}"


def percent(share: float | None, locale: str = DEFAULT, digits: int = 0) -> str:
    return NONE if share is None or missing(share) else f"{number(share * 100, locale, digits)} %"


def points(difference: float | None, locale: str = DEFAULT) -> str:
    """A difference of two shares in percentage points: "+9 points"."""
    if difference is None or missing(difference):
        return NONE
    digits = 1 if 0 < abs(difference) < 0.005 else 0
    text = signed(difference * 100, locale, digits)
    return f"{text} point" if text in {"+1", f"{MINUS}1"} else f"{text} points"


def times(ratio: float | None, locale: str = DEFAULT) -> str:
    """A ratio in words: "1.4 times"."""
    if ratio is None or missing(ratio):
        return NONE
    return f"{number(ratio, locale, 1 if ratio >= 0.95 else 2)} times"


def yearly(ratio: float | None, locale: str = DEFAULT) -> str:
    """A ratio per year as a change: 1.06 → "+6 %"."""
    return NONE if ratio is None or missing(ratio) else f"{signed((ratio - 1) * 100, locale)} %"


def money(amount: float | Decimal | None, currency: str | None, locale: str = DEFAULT, *, short: bool = False) -> str:
    """An amount in its currency, without decimals, which only feign exactness; `short` for cards: "€1.2M"."""
    if amount is None or missing(amount):
        return NONE
    size = abs(float(amount))
    compact, digits = short and size >= 10_000, 1 if size >= 1e6 else 0
    if not currency:  # nobody said which; the amount alone is still true
        text = (
            format_compact_decimal(amount, locale=locale, fraction_digits=digits)
            if compact
            else number(float(amount), locale)
        )
    elif compact:
        text = format_compact_currency(amount, currency, locale=locale, fraction_digits=digits)
    else:
        whole = Decimal(amount).quantize(Decimal(1), ROUND_HALF_UP)
        text = format_currency(whole, currency, locale=locale, currency_digits=False)
        text = re.sub(r"[.,]00(?=\D*$)", "", text)
    return text.replace("-", MINUS)


def day(value: date | None, locale: str = DEFAULT) -> str:
    return NONE if value is None or missing(value) else format_date(value, "d MMM y", locale=locale)


def month(value: date, locale: str = DEFAULT) -> str:
    return format_date(value, "MMM y", locale=locale)


def period(start: date, end: date, locale: str = DEFAULT) -> str:
    """A half-open period as its first and last day; whole months without their days."""
    last = end - timedelta(days=1)
    if start.day == 1 and end.day == 1:
        first, final = month(start, locale), month(last, locale)
        return first if first == final else f"{first} – {final}"
    return f"{day(start, locale)} – {day(last, locale)}"


def count(n: int | float | None, noun: str, locale: str = DEFAULT, plural: str | None = None) -> str:
    """A number with its noun: "1 referral", "1,212 referrals"."""
    return f"{number(n, locale)} {noun if n == 1 else plural or noun + 's'}"


def small(n: int, noun: str, locale: str = DEFAULT) -> str | None:
    """The sentence for a handful, which is shown and not hidden; None when there are enough."""
    return f"{count(n, noun, locale)}: too few to judge" if n < SMALL_N else None


def base_of(share: float, low: float | None, high: float | None) -> int:
    """Ten or a hundred: ten reads more easily, but must not swallow the interval."""
    if low is None or high is None or missing(low) or missing(high):
        return 10 if 0.15 <= share <= 0.85 else 100
    return 10 if 0.15 <= share <= 0.85 and round(high * 10) - round(low * 10) >= 1 else 100


def of_base(share: float, base: int, locale: str = DEFAULT) -> str:
    """A share as a natural frequency, "7 of 10"."""
    return f"{number(share * base, locale)} of {number(base, locale)}"


def span(low: float | None, high: float | None, write, locale: str = DEFAULT) -> str:
    """ "6 to 8" with the writer of the unit; the unit's own word only once: "−6 to +24 points"."""
    first, last = write(low, locale), write(high, locale)
    head, _, unit = first.rpartition(" ")
    if head and unit.rstrip("s") == last.rpartition(" ")[2].rstrip("s"):
        first = head
    return f"{first} to {last}"


_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:&@^=/])")


# Addresses become links after the escapes are taken away: only a character between their parts keeps them apart. The
# word joiner has no width.
_ADDRESS = re.compile(r"https?:(?=//)|www(?=\.)|(?<=\S)@(?=\S)", re.IGNORECASE)


def plain(text: object) -> str:
    """Text from a file, safe inside Markdown: no name can become a link, a formula, a colour or a heading."""
    apart = _ADDRESS.sub("\\g<0>\u2060", " ".join(str(text).split()))
    return _MARKDOWN.sub(r"\\\1", apart)
