"""What kind of thing a cell holds, told from its text: enough to tell a header from the data under it."""

from __future__ import annotations

import re

EMPTY, WORDS, NUMBER, DATE, FLAG, CONTACT, YEAR = range(7)
_NUMBER = re.compile(
    r"[-+−–(]?\s*(?:[A-Z]{3}\s?|Rs\.?\s?|\w{0,2}[$€£¥₹]\s?)?[-+−–(]?\d[\d.,' \u00a0\u202f_]*(?:[eE][-+]?\d+)?"
    r"\s?(?:%|‰|[A-Z]{3}|[$€£¥₹]|kr\.?|zł)?\s*[-)]?"
)
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iyj]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]*\.?"
_DATE = re.compile(
    r"(?:\d{1,4}[-./年]\s?\d{1,2}[-./月]\s?(?:\d{1,4})?日?"
    rf"|(?:\w{{2,9}},?\s)?\d{{1,2}}(?:st|nd|rd|th|\.)?[-\s]?{_MONTH}(?:[-,\s]+\d{{2,4}})?"
    rf"|(?:\w{{2,9}},?\s)?{_MONTH}[-\s]\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{2,4}})?)"
    r"(?:[T,\s]+\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?",
    re.IGNORECASE,
)
_FLAGS = frozenset(
    ("true", "false", "yes", "no", "y", "n", "wahr", "falsch", "ja", "nein", "vrai", "faux", "oui", "non", "verdadero",
     "falso", "verdadeiro", "sim", "não", "sí")
)  # fmt: skip
_CONTACT = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|(?:https?://|www\.)\S+|\+\d[\d\s()./-]{5,}")
_PATTERNS = (YEAR, re.compile(r"(?:19|20)\d\d")), (CONTACT, _CONTACT), (DATE, _DATE), (NUMBER, _NUMBER)


def kind_of(text: str | None) -> int:
    """EMPTY, WORDS, NUMBER, DATE, FLAG, CONTACT or YEAR. A lone dash or dot stands for nothing."""
    text = text.strip() if text else ""
    if not any(c.isalnum() for c in text):
        return EMPTY if text in ("", "-", "–", "—", "−", ".") else WORDS
    if text.casefold() in _FLAGS:
        return FLAG
    if text == "121":
        return WORDS  # what BNI calls a one-to-one, as a column's name
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(text)), WORDS)
