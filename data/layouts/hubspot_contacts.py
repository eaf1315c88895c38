"""HubSpot contacts: one row a contact. HubSpot records by which channel a contact came, not who sent him."""

from __future__ import annotations

from data import clean
from data.layouts import referral_rows
from data.layouts.crm import UNSAID, Crm

# What HubSpot writes under Original Source. "Referrals" are visits by a link on another web site, never a person.
WEB = (
    "organic search|paid search|organic social|paid social|social media|email marketing|direct traffic|other campaigns|"
    "ai referrals|referrals"
)
SOURCES = {**clean.SOURCE_KINDS, **clean.table({"inbound": WEB, UNSAID: "offline sources|offline|referral"})}
SOURCE_NOTES = {
    "referrals": "in HubSpot these came by a link on another web site, no person referred them; taken as inbound.",
    "offline sources": "entered by hand, imported or from another program: the people who were referred are among "
    "them, but HubSpot does not say by whom. Giver and kind stay unknown until they are labelled.",
}
_STATUSES = clean.table(
    {
        "open": "new|open|in progress|open deal|attempted to contact|connected|bad timing|subscriber|lead|"
        "marketing qualified lead|sales qualified lead|marketingqualifiedlead|salesqualifiedlead|opportunity",
        "won": "customer|evangelist",
        "lost": "unqualified",
    }
)
_CRM = Crm(
    name="hubspot_contacts",
    columns={
        "ref": "record id|contact id",
        "prospect_first": "first name",
        "prospect_last": "last name",
        "prospect_company": "company name|associated company",
        "status": "lead status",
        "stage": "lifecycle stage",
        "source_kind": "original source|original traffic source|original source type",
        "receiver": "contact owner|contact owner name",
        "given_on": "create date|created date",
        "closed_on": "became a customer date|close date",
    },
    kinds=SOURCES,
    kind_notes=SOURCE_NOTES,
    statuses=_STATUSES,
    notes=("HubSpot's contacts and deals tell of the same business: import one of the two, or it counts twice.",),
)
NAME, TARGETS = _CRM.name, referral_rows.TARGETS
match, complete, build = _CRM.match, _CRM.complete, _CRM.build
