"""Pipedrive deals. Exported headers carry the record that they belong to: "Deal - Title", "Person - Name"."""

from __future__ import annotations

from data import clean
from data.layouts import referral_rows
from data.layouts.crm import DELETED, NOT_REFERRED, UNSAID, Crm


def _deal(words: str) -> str:
    """The words with and without their prefix, as the two ways of exporting head them."""
    return "|".join(f"deal {word}|{word}" for word in words.split("|"))


_CRM = Crm(
    name="pipedrive",
    columns={
        "ref": _deal("id"),
        "prospect_title": _deal("title"),
        "amount": _deal("value"),
        "currency": _deal("currency of value|value currency"),
        "status": _deal("status"),
        "given_on": _deal("deal created|created|add time|created at"),
        "won_on": _deal("won time"),
        "lost_on": _deal("lost time"),
        "receiver": _deal("owner|deal owner"),
        "source_kind": _deal("source|source channel|lead source"),
        "prospect_company": _deal("organization|organisation") + "|organization name|organisation name",
        "prospect": "person name|deal contact person|contact person",
    },
    kinds={
        **clean.SOURCE_KINDS,
        **clean.table({UNSAID: "referral|word of mouth|other", NOT_REFERRED: "outbound|cold call|prospector"}),
        **clean.table({"inbound": "web forms|chatbot|live chat|web visitors|marketplace|campaign|advertisement"}),
    },
    statuses=clean.table({"open": "open", "won": "won", "lost": "lost", DELETED: "deleted"}),
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
