"""Exports of known systems that have no layout here yet: recognised by their headers so that they are never
half-read.
"""

from __future__ import annotations

from collections.abc import Iterable

from data.clean import fold
from data.layouts.headers import MEMBER_STRONG

_ROSTER = "BNI Connect Chapter Roster"
# Every word of one set on one row names the export. Matched on folded headers; a trailing * matches a
# beginning.
_SIGNATURES: tuple[tuple[str, str], ...] = (
    ("BNI Connect Slips Audit Report", "slip type|inside outside"),
    ("BNI Connect Slips Audit Report", "slip type|from|to"),
    ("BNI Connect Chapter Summary PALMS Report", "p|a|l|m|s"),
    ("BNI Connect Membership Length Report", "cumulative length"),
    ("BNI Connect Membership Dues Report", "membership status|due date"),
    (_ROSTER, "member name|classification|company name"),
    ("BNI Connect Chapter Visitor Report", "visit date|invited by"),
    ("member traffic lights report", "total score|name"),
    ("Reporting2You export", "onetoone|bni days"),
    ("Pagisto export", "mitglied|umsatzdanke"),
    ("HubSpot contacts export", "record id|lifecycle stage"),
    ("HubSpot deals export", "record id|deal stage"),
    ("Salesforce report", "opportunity name|lead source"),
    ("Salesforce report", "lead source|created date|stage"),
    ("Pipedrive deals export", "deal title|deal status"),
    ("Clio Grow export", "matter type|referred by"),
    ("Referral Rock export", "program|qualified date"),
    ("Leads Club export", "lead name|type|from|to|e mail|phone"),
    ("Affinity introductions export", "introducer|introduced"),
    ("BNI Connect attendance report", "first name|last name|*date columns"),
)
_MONTH_DAY = ("jan ", "feb ", "mar ", "apr ", "may ", "jun ", "jul ", "aug ", "sep ", "oct ", "nov ", "dec ")


def foreign_export(rows: Iterable[Iterable[str | None]]) -> str | None:
    """The name of the known export whose header is among these rows, or None."""
    for row in rows:
        words = {fold(text) for text in row if text}
        if sum(word.startswith(_MONTH_DAY) and word[-1:].isdigit() for word in words) >= 2:
            words.add("*date columns")
        for name, signature in _SIGNATURES:
            if name == _ROSTER and any(MEMBER_STRONG.get(word) == "joined_on" for word in words):
                continue  # with the day of joining it is a list that somebody keeps
            if set(signature.split("|")) <= words:
                return name
    return None
