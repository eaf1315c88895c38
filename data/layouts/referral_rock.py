"""Referral Rock: one row a referral, by the advocate ("Member") who made it. Approved is business done."""

from __future__ import annotations

from data import clean
from data.layouts import referral_rows
from data.layouts.crm import UNSAID, Crm

_PROGRAMS = {
    "partner": "partner program|partner programme|partner referral program|affiliate|affiliate program",
    "customer": "client program|client programme|customer program|customer programme|customer referral program|"
    "client referral program|refer a friend|refer a friend program",
    UNSAID: "employee|employee program|employee referral program",
}
_CRM = Crm(
    name="referral_rock",
    columns={
        "ref": "referral id|external identifier",
        "prospect": "referral|referral name|full name",
        "prospect_first": "referral first name|first name",
        "prospect_last": "referral last name|last name",
        "prospect_company": "company|company name",
        "status": "status|referral status",
        "amount": "amount",
        "currency": "currency",
        "source": "member|member name|referring member",
        "source_kind": "program|program name|member type",
        "given_on": "created date|create date|date created",
        "closed_on": "approved date|date approved",
        "receiver": "assigned to|owner",
    },
    kinds={**clean.SOURCE_KINDS, **clean.table(_PROGRAMS)},
    statuses=clean.table({"open": "pending|qualified|in progress", "won": "approved", "lost": "denied"}),
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
