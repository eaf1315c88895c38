"""HubSpot deals: one row a deal, with its stage; who sent it is not recorded."""

from __future__ import annotations

from data import clean
from data.layouts import referral_rows
from data.layouts.crm import NOT_REFERRED, UNSAID, Crm
from data.layouts.hubspot_contacts import SOURCE_NOTES, SOURCES

_STATUSES = clean.table(
    {
        "open": "appointment scheduled|appointmentscheduled|qualified to buy|qualifiedtobuy|presentation scheduled|"
        "presentationscheduled|decision maker bought in|decisionmakerboughtin|contract sent|contractsent|open",
        "won": "closed won|closedwon|won",
        "lost": "closed lost|closedlost|lost",
    }
)
_CRM = Crm(
    name="hubspot_deals",
    columns={
        "ref": "record id|deal id",
        "prospect_title": "deal name",
        "prospect": "associated contact|associated contacts",
        "prospect_company": "associated company|associated companies",
        "amount": "amount",
        "currency": "currency|deal currency",
        "closed_on": "close date",
        "given_on": "create date|created date",
        "status": "deal stage",
        "probability": "deal probability",
        "receiver": "deal owner|deal owner name",
        "source_kind": "lead type|original source|original source type|original traffic source|lead source",
    },
    kinds={**SOURCES, **clean.table({UNSAID: "referral", NOT_REFERRED: "outbound|cold call|cold outreach"})},
    kind_notes=SOURCE_NOTES,
    statuses=_STATUSES,
    notes=("HubSpot's contacts and deals tell of the same business: import one of the two, or it counts twice.",),
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
