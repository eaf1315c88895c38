"""Headers by which an exact export is told from everything else, whatever the file is called.

A line: the layout that reads it, the export in words, and words that must all stand on one row. More particular
lines come first: the first that fits decides. Words are folded as by data.clean.fold; alternatives by language are
lines of their own. A word with a star is a mark of the whole row (see `row_words`). A table that is
told so and lacks columns that its layout needs refuses the file by name, so that it is never half-read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from data.clean import fold
from data.layouts.headers import MEMBER_STRONG


class Signature(NamedTuple):
    """words: folded header words of one row, joined by |."""

    layout: str
    title: str
    words: str


_SLIPS = "BNI Connect Slips Audit Report"
_PALMS = "BNI Connect Chapter Summary PALMS Report"
_LENGTH = "BNI Connect Membership Length Report"
_ATTENDANCE = "BNI Connect PALMS attendance report"
_VISITORS = "BNI Connect Chapter Visitor Report"
_FIRST_AND_LAST = (
    "first name|last name", "vorname|nachname", "prenom|nom", "nome|sobrenome", "nome|apelido", "nombre|apellido",
    "名|姓",
)  # fmt: skip

SIGNATURES: tuple[Signature, ...] = tuple(
    Signature(*line)
    for line in (
        ("slips_audit", _SLIPS, "slip type|inside outside"),
        ("slips_audit", _SLIPS, "slip type|from|to"),
        ("slips_audit", _SLIPS, "slip typ|von|an"),
        ("slips_audit", _SLIPS, "type de slip|de|a"),
        ("slips_audit", _SLIPS, "tipo de slip|de|para"),
        ("slips_audit", _SLIPS, "單據類型|從|至"),
        ("slips_audit", _SLIPS, "单据类型|从|至"),
        ("traffic_lights", "member traffic lights report", "*traffic lights"),
        ("traffic_lights", "member traffic lights report", "total score|name"),
        ("traffic_lights", "member traffic lights report", "total score|first name"),
        ("palms", _PALMS, "p|a|l|m|s"),
        ("palms", _PALMS, "rgi|rgo|rri|rro"),
        ("palms", _PALMS, "rdi|rde|rri|rre"),
        ("membership_length", _LENGTH, "cumulative length"),
        ("membership_length", _LENGTH, "cumulative start date|recent start date"),
        ("dues", "BNI Connect Membership Dues Report", "membership status|due date"),
        ("roster", "BNI Connect Chapter Roster", "member name|classification|company name"),
        ("visitors", _VISITORS, "visit date|invited by"),
        ("r2y", "Reporting2You export", "onetoone|bni days"),
        ("pagisto", "Pagisto export", "mitglied|umsatzdanke"),
        ("hubspot_deals", "HubSpot deals export", "record id|deal stage"),
        ("hubspot_deals", "HubSpot deals export", "deal name|deal stage"),
        ("hubspot_contacts", "HubSpot contacts export", "record id|lifecycle stage"),
        ("hubspot_contacts", "HubSpot contacts export", "original source|contact owner"),
        ("hubspot_contacts", "HubSpot contacts export", "original source|create date"),
        ("salesforce", "Salesforce report", "opportunity name|lead source"),
        ("salesforce", "Salesforce report", "opportunity name|stage|close date"),
        ("salesforce", "Salesforce report", "lead source|stage|close date"),
        ("salesforce", "Salesforce report", "lead source|created date|stage"),
        ("salesforce", "Salesforce report", "lead source|lead owner"),
        ("salesforce", "Salesforce report", "lead source|lead status"),
        ("pipedrive", "Pipedrive deals export", "deal title|deal status"),
        ("pipedrive", "Pipedrive deals export", "deal title|deal stage"),
        ("pipedrive", "Pipedrive deals export", "deal title|deal value"),
        ("pipedrive", "Pipedrive deals export", "title|won time|lost time"),
        ("clio_grow", "Clio Grow export", "matter type|referred by"),
        ("clio_grow", "Clio Grow export", "matter status top level"),
        ("referral_rock", "Referral Rock export", "program|qualified date"),
        ("referral_rock", "Referral Rock export", "referral|qualified date"),
        ("referral_rock", "Referral Rock export", "member|qualified date|approved date"),
        ("leads_club", "Leads Club export", "lead name|type|from|to"),
        ("affinity", "Affinity introductions export", "introducer|introduced"),
        ("touch_list", "list of contacts", "what happened|from|to"),
        ("touch_list", "list of contacts", "kind of contact"),
        ("assessment_list", "list of assessments", "who assesses|source|comfort"),
        ("assessment_list", "list of assessments", "who assesses|source|point 1"),
        ("assessment_list", "list of assessments", "assessor|source|q01"),
        *(("attendance", _ATTENDANCE, f"{names}|*date columns") for names in _FIRST_AND_LAST),
    )
)
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|fev|avr|juin|juil|aou|abr|ago|set|out)\w*"
_DAY = re.compile(
    rf"{_MONTH} \d\d?( \d\d\d\d)?|\d\d? {_MONTH}( \d\d\d\d)?|(\d\d\d\d年)?\d\d?月\d\d?日"
    r"|\d\d? \d\d?( \d\d(\d\d)?)?|\d\d\d\d \d\d? \d\d?"
)


def is_day(heading: str) -> bool:
    """Whether a heading is a day, with or without its year: `Apr 01`, `01/04/2026`, `4月1日`."""
    return _DAY.fullmatch(fold(heading)) is not None


def cells_mark(count: int) -> str:
    """The mark of a row with this many words."""
    return f"*{count} words"


def row_words(row: Iterable[str | None]) -> set[str]:
    """The folded words of a row, brackets left out and kept; "*date columns" where two cells or more are days;
    "*traffic lights" where a cell starts as that report's title does; "*7 words" for how many cells hold words.
    """
    cells = [text for text in row if text]
    folded = {fold(text) for text in cells}
    words = folded | {fold(re.sub(r"[()\[\]]", " ", text)) for text in cells}
    words.add(cells_mark(sum(bool(fold(text)) for text in cells)))
    if sum(map(is_day, cells)) >= 2:
        words.add("*date columns")
    if any(word.startswith("member traffic lights") for word in folded):
        words.add("*traffic lights")
    return words


def find_signature(
    rows: Sequence[tuple[int, set[str]]], signatures: Iterable[Signature] = SIGNATURES
) -> tuple[Signature, int] | None:
    """The first signature that fits one of these rows (number, words) and the row's number, or None."""
    for signature in signatures:
        wanted = set(signature.words.split("|"))
        for number, words in rows:
            if wanted <= words and not _kept_by_hand(signature, words):
                return signature, number
    return None


def _kept_by_hand(signature: Signature, words: set[str]) -> bool:
    """A roster with the day of joining is a list that somebody keeps: the export has none."""
    return signature.layout == "roster" and any(MEMBER_STRONG.get(word) == "joined_on" for word in words)
