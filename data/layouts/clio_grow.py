"""Clio Grow (law firms): one row a matter, with who referred it."""

from __future__ import annotations

from data import clean
from data.layouts import referral_rows
from data.layouts.crm import UNSAID, Crm

_SOURCES = {
    "partner": "attorney referral|lawyer referral|professional referral|referral partner|law firm referral",
    "customer": "client referral|past client|former client|existing client|current client|past client referral",
    "personal": "friend|family|friend or family|friend referral|family referral|friend family",
    "inbound": "website|web|google|google ads|google search|internet|facebook|instagram|linkedin|social media|avvo|"
    "yelp|findlaw|justia|advertisement|advertising|radio|tv|billboard|walk in|directory|online|grow intake form|"
    "contact form|lead inbox",
    UNSAID: "referral|word of mouth|other",
}
_CRM = Crm(
    name="clio_grow",
    columns={
        "prospect": "contact|contact name",
        "source_kind": "source|matter source|contact source",
        "source": "referred by",
        "ref": "matter|matter number|matter id",
        "status": "matter status top level|matter status",
        "closed_on": "status date",
        "given_on": "created at|date created",
        "amount": "estimated value|value",
        "receiver": "responsible attorney|assigned to|responsible lawyer",
    },
    kinds={**clean.SOURCE_KINDS, **clean.table(_SOURCES)},
    statuses=clean.table(
        {
            "open": "pending|open|new|lead|in progress|consult scheduled|consultation|intake|qualified",
            "won": "hired|won|closed hired",
            "lost": "did not hire|not hired|lost|declined|no hire|rejected|disqualified",
        }
    ),
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
