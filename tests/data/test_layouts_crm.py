"""Exports of CRMs: each becomes referrals; what the system does not record stays empty, what is no referral is said."""

import datetime as dt

import pandas as pd
import pytest
from file_builders import draft, drafts

from data.draft import REFERRAL_COLUMNS, Answers
from data.layouts import LAYOUTS
from data.layouts.signatures import SIGNATURES, find_signature, row_words
from tests.conftest import SHARED

SAMPLES = SHARED / "samples"
CRMS = ("hubspot_contacts", "hubspot_deals", "salesforce", "pipedrive", "referral_rock", "clio_grow", "leads_club",
        "affinity")  # fmt: skip


def records(found):
    """The staging rows without row number and empty cells, days as ISO text."""
    rows = found.frames["referrals"].drop(columns="row_no").to_dict("records")
    return [
        {k: v.date().isoformat() if isinstance(v, pd.Timestamp) else v for k, v in row.items() if not pd.isna(v)}
        for row in rows
    ]


def asked(found):
    return [(question.id, question.target) for question in found.questions]


# --- the samples --------------------------------------------------------------------------------------------------

WHOSE = Answers(receiver="Mia Birch", currency="EUR")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "layout", "questions", "answers", "rows"),
    [
        (
            "hubspot-crm-exports-all-contacts-2026-06-30.csv",
            "hubspot_contacts",
            [],
            Answers(),
            [
                ("Lead0 Person", "Owner One", "2026-01-10", None, "open"),
                ("Lead1 Person", "Owner One", "2026-02-11", "inbound", "open"),
                ("Lead2 Person", "Owner One", "2026-03-12", "inbound", "open"),
                ("Lead3 Person", "Owner One", "2026-04-13", None, "open"),
                ("Lead4 Person", "Owner One", "2026-05-14", "inbound", "open"),
            ],
        ),
        (
            "hubspot-crm-exports-all-deals-2026-06-30.csv",
            "hubspot_deals",
            [("currency", None)],
            WHOSE,
            [
                ("Lead0 Person", "Owner One", "2026-02-01", None, "won", "2026-05-10", "12000.00", "EUR"),
                ("Lead1 Person", "Owner One", "2026-02-01", "inbound", "lost", "2026-05-11"),
                ("Lead2 Person", "Owner One", "2026-02-01", None, "open", None, "5500.50", "EUR"),
            ],
        ),
        (
            "report1751274900000_salesforce.csv",
            "salesforce",
            [("receiver", "receiver")],
            WHOSE,
            [
                ("Acct 0", "Mia Birch", "2026-01-03", "partner", "won", "2026-01-15", "12500.00", "USD"),
                ("Acct 1", "Mia Birch", "2026-01-04", "customer", "lost", "2026-02-15", "900.00", "USD"),
                ("Acct 2", "Mia Birch", "2026-01-05", None, "open"),
                ("Acct 3", "Mia Birch", "2026-01-06", None, "won", "2026-04-15", "4000.00", "USD"),
            ],
        ),
        (
            "pipedrive-deals.csv",
            "pipedrive",
            [("mapping", "given_on"), ("receiver", "receiver")],
            Answers(receiver="Mia Birch", period="2026-01-01:2026-06-30"),
            [
                ("Zoe Pine", "Mia Birch", None, None, "won", "2026-04-02", "8000.00", "EUR"),
                ("Jon Fern", "Mia Birch", None, "partner", "open", None, "1500.00", "EUR"),
            ],
        ),
        (
            "referral_rock_referrals.csv",
            "referral_rock",
            [("receiver", "receiver"), ("currency", None)],
            WHOSE,
            [
                ("Pat Prospect", "Mia Birch", "2026-03-01", "partner", "won", "2026-04-01", "450.00", "EUR"),
                ("Lou Lead", "Mia Birch", "2026-03-02", "customer", "lost"),
            ],
        ),
        (
            "cliogrow_matter_revenue.csv",
            "clio_grow",
            [("receiver", "receiver"), ("currency", None)],
            WHOSE,
            [("Zed Client", "Mia Birch", "2026-05-20", "partner", "won", "2026-06-02", "2500.00", "EUR")],
        ),
        (
            "affinity_introductions_two_tables.csv",
            "affinity",
            [],
            Answers(),
            [("Zoe Pine", "Oak Ltd", "2026-02-03")],
        ),
    ],
)
def test_every_sample_loads_or_asks_exactly_what_it_lacks(name, layout, questions, answers, rows):
    (found,) = drafts(SAMPLES / name)
    assert (found.layout, asked(found), found.rows_read) == (layout, questions, len(rows))
    (found,) = drafts(SAMPLES / name, answers)
    assert (found.questions, found.rejects) == ([], [])
    fields = ("prospect", "receiver", "given_on", "source_kind", "status", "closed_on", "amount", "currency")
    expected = [{k: v for k, v in zip(fields, row, strict=False) if v is not None} for row in rows]
    assert [{k: v for k, v in row.items() if k in fields} for row in records(found)] == expected
    assert {c: str(t) for c, t in found.frames["referrals"].dtypes.items()} == REFERRAL_COLUMNS


@pytest.mark.shared
def test_givers_are_named_where_a_sample_names_them():
    def giver(name):
        (found,) = drafts(SAMPLES / name)
        return [row.get("source") for row in records(found)]

    assert giver("referral_rock_referrals.csv") == ["Ada Larch", "Ben Maple"]
    assert giver("cliogrow_matter_revenue.csv") == ["Dirk van Oakes"]
    assert giver("affinity_introductions_two_tables.csv") == ["Ada Larch"]
    assert giver("pipedrive-deals.csv") == [None, None]


# --- rules of all -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CRMS)
def test_each_export_has_a_signature_that_finds_its_own_layout(name):
    for signature in (s for s in SIGNATURES if s.layout == name):
        found = find_signature([(1, row_words(signature.words.split("|")))])
        assert found is not None
        assert (found[0].layout, LAYOUTS[name].NAME) == (name, name)


CONTACTS = (
    "Record ID,First Name,Last Name,Company Name,Lead Status,Lifecycle Stage,Original Source,Contact Owner,Create Date"
)
DEALS = (
    "Record ID,Deal Name,Amount,Close Date,Create Date,Deal Stage,Deal owner,Associated Company,Associated Contact,"
    "Deal probability,Lead Type"
)
OPPORTUNITIES = (
    "Opportunity Name,Account Name,Lead Source,Amount,Amount Currency,Stage,Close Date,Created Date,Opportunity Owner"
)


def test_hubspots_referrals_are_a_web_site_and_said_to_be(tmp_path):
    found = draft(tmp_path, f"{CONTACTS}\n1,Zoe,Pine,,NEW,lead,Referrals,Mia,2026-03-04\n")
    assert records(found)[0]["source_kind"] == "inbound"
    assert "source" not in records(found)[0]
    assert (
        "'Referrals' (1 row): in HubSpot these came by a link on another web site, no person referred them; taken as "
        "inbound." in found.notes
    )


def test_offline_sources_stay_unknown_and_are_counted(tmp_path):
    rows = "1,Zoe,Pine,,NEW,lead,Offline Sources,Mia,2026-03-04\n2,Jon,,,NEW,lead,Offline Sources,Mia,2026-03-04\n"
    found = draft(tmp_path, f"{CONTACTS}\n{rows}")
    assert [row.get("source_kind") for row in records(found)] == [None, None]
    assert [n for n in found.notes if n.startswith("'Offline Sources' (2 rows): ")]
    assert "Kind of source, read from 'Original Source': left empty: 'Offline Sources' (2)." in found.notes


@pytest.mark.parametrize(
    ("lead", "stage", "status"),
    [
        ("NEW", "lead", "open"),
        ("IN_PROGRESS", "opportunity", "open"),
        ("CONNECTED", "customer", "won"),
        ("UNQUALIFIED", "lead", "lost"),
        ("", "customer", "won"),
        ("", "Marketing Qualified Lead", "open"),
        ("", "other", None),
    ],
)
def test_a_contacts_status_comes_from_both_its_columns(tmp_path, lead, stage, status):
    found = draft(tmp_path, f"{CONTACTS}\n1,Zoe,Pine,,{lead},{stage},Direct Traffic,Mia,2026-03-04\n")
    assert records(found)[0].get("status") == status


def test_a_column_that_the_user_added_names_the_giver(tmp_path):
    found = draft(tmp_path, f"{CONTACTS},Referred by\n1,Zoe,Pine,,NEW,lead,Offline Sources,Mia,2026-03-04,Ada Larch\n")
    assert records(found)[0]["source"] == "Ada Larch"
    assert "No column says who referred: the givers stay unknown." not in found.notes


def test_ids_of_two_systems_never_meet(tmp_path):
    contact = draft(tmp_path, f"{CONTACTS}\n7,Zoe,Pine,,NEW,lead,Referrals,Mia,2026-03-04\n")
    deal = draft(tmp_path, f"{DEALS}\n7,Fit-out,,,2026-03-04,closedwon,Mia,,,,\n")
    assert (records(contact)[0]["ref"], records(deal)[0]["ref"]) == ("hubspot_contacts:7", "hubspot_deals:7")


@pytest.mark.parametrize(
    ("stage", "probability", "status", "closed"),
    [
        ("closedwon", "1.0", "won", "2026-05-10"),
        ("Closed Won", "", "won", "2026-05-10"),
        ("Closed Lost", "0.0", "lost", "2026-05-10"),
        ("contractsent", "0.9", "open", None),
        ("Deal won!", "", "won", "2026-05-10"),
        ("Not won yet", "", None, None),
        ("90% - handshake", "", "open", None),
        ("Fertig (100 %)", "", "won", "2026-05-10"),
        ("0% gone", "", "lost", "2026-05-10"),
        ("Handshake", "0.4", "open", None),
        ("Handshake", "1.0", "won", "2026-05-10"),
        ("Handshake", "0", "lost", "2026-05-10"),
        ("Handshake", "", None, None),
    ],
)
def test_a_deals_stage_says_open_won_or_lost_and_an_open_ones_close_date_is_a_forecast(
    tmp_path, stage, probability, status, closed
):
    found = draft(tmp_path, f"{DEALS}\n7,Fit-out,,2026-05-10,2026-03-04,{stage},Mia,,,{probability},Referral\n")
    (row,) = records(found)
    assert (row.get("status"), row.get("closed_on")) == (status, closed)
    forecast = [n for n in found.notes if "forecast" in n]
    assert bool(forecast) == (closed is None)
    unknown = [n for n in found.notes if "no status that is known" in n]
    assert bool(unknown) == (status is None)


def test_a_probability_of_one_is_one_percent_where_the_column_counts_to_a_hundred(tmp_path):
    head = OPPORTUNITIES.replace("Amount,Amount Currency", "Probability (%)")
    rows = "a,Oak,Web,1,Idea,,2026-03-04,Mia\nb,Fir,Web,100,Idea,,2026-03-04,Mia\n"
    assert [row["status"] for row in records(draft(tmp_path, f"{head}\n{rows}"))] == ["open", "won"]


@pytest.mark.parametrize(
    ("contact", "company", "prospect"),
    [
        ("Zoe Pine (zoe@example.com)", "Oak", "Zoe Pine"),
        ("Zoe Pine <zoe@example.com>", "Oak", "Zoe Pine"),
        ("Zoe Pine (zoe@example.com);Jon Fern (jon@example.com)", "Oak", "Zoe Pine"),
        ("Zoe Pine (the elder)", "Oak", "Zoe Pine (the elder)"),
        ("(zoe@example.com)", "Oak", "Oak"),
        ("", "Oak", "Oak"),
        ("", "", "Fit-out"),
    ],
)
def test_the_prospect_is_the_contact_without_address_else_the_company_else_the_title(
    tmp_path, contact, company, prospect
):
    found = draft(tmp_path, f"{DEALS}\n7,Fit-out,,,2026-03-04,closedwon,Mia,{company},{contact},,Referral\n")
    assert records(found)[0]["prospect"] == prospect


# --- Salesforce ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Partner", "partner"),
        ("Customer Referral|External Referral", "customer"),
        ("Employee Referral|Word-of-mouth|Word of mouth|Other|Internal", None),
        ("Web|Advertisement|Trade Show|Seminar - Partner|Public Relations|Phone Inquiry", "inbound"),
    ],
)
def test_lead_sources_become_kinds_and_the_note_says_which(tmp_path, words, kind):
    words = words.split("|")
    rows = "".join(f"x,Oak,{word},,,Closed Won,,2026-03-04,Mia\n" for word in words)
    found = draft(tmp_path, f"{OPPORTUNITIES}\n{rows}")
    assert [row.get("source_kind") for row in records(found)] == [kind] * len(words)
    listed = ", ".join(f"'{word}' (1)" for word in words)
    assert f"Kind of source, read from 'Lead Source': {kind or 'left empty'}: {listed}." in found.notes


def test_a_bought_address_is_no_referral_and_kept_aside_with_its_reason(tmp_path):
    rows = "a,Oak,Purchased List,,,Prospecting,,2026-03-04,Mia\nb,Fir,Partner,,,Prospecting,,2026-03-04,Mia\n"
    found = draft(tmp_path, f"{OPPORTUNITIES}\n{rows}")
    assert [row["prospect"] for row in records(found)] == ["Fir"]
    assert [(r.row_no, r.column, r.reason) for r in found.rejects] == [
        (2, "Lead Source", "'Purchased List' is no referral")
    ]
    assert found.rows_read == 2


FOOTER = (
    '\n\n"My Report"\n"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
    '"Confidential Information - Do Not Distribute"\n"Generated By: Mia 6/30/2026 9:15 AM"\n"Org"\n'
)


@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_the_footer_of_a_report_is_never_a_row(tmp_path, count):
    rows = "".join(f'"Opp {i}","","Web","","","","","2026-03-04",""\n' for i in range(count))
    head = ",".join(f'"{name}"' for name in OPPORTUNITIES.split(","))
    found = draft(tmp_path, f"{head}\n{rows}{FOOTER}")
    assert (found.layout, found.rows_read, found.rejects) == ("salesforce", count, [])
    assert [row["prospect"] for row in records(found)] == [f"Opp {i}" for i in range(count)]
    assert f"5 rows under the table were left out (row {count + 4}: 'My Report')." in found.notes


def test_leads_of_salesforce_are_read_too(tmp_path):
    head = "First Name,Last Name,Company / Account,Lead Source,Lead Owner,Lead Status,Created Date"
    rows = (
        "Zoe,Pine,Oak,Partner,Mia,Open - Not Contacted,2026-03-04\n"
        "Jon,Fern,Fig,Web,Mia,Closed - Converted,2026-03-04\nEve,Elm,Fig,Web,Mia,Closed - Not Converted,2026-03-04\n"
    )
    assert records(draft(tmp_path, f"{head}\n{rows}")) == [
        {"given_on": "2026-03-04", "source_kind": kind, "receiver": "Mia", "prospect": name, "status": status}
        for kind, name, status in (
            ("partner", "Zoe Pine", "open"),
            ("inbound", "Jon Fern", "open"),  # a converted lead is an opportunity, not yet business
            ("inbound", "Eve Elm", "lost"),
        )
    ]


# --- Pipedrive, Referral Rock, Clio Grow --------------------------------------------------------------------------


def test_pipedrive_takes_the_day_of_the_outcome_with_and_without_prefix(tmp_path):
    names = ("ID", "Title", "Value", "Currency of value", "Status", "Deal created", "Won time", "Lost time", "Owner")
    rows = (
        "1,Fit-out,80,EUR,Won,2026-01-02 10:00,2026-04-02 11:00:00,,Mia\n"
        "2,Audit,10,EUR,Lost,2026-01-02 10:00,2026-02-01 09:00:00,2026-05-01 11:00:00,Mia\n"
        "3,Plan,10,EUR,Open,2026-01-02 10:00,,,Mia\n4,Old,10,EUR,Deleted,2026-01-02 10:00,,,Mia\n"
    )
    with_prefix = draft(tmp_path, ",".join(f"Deal - {name}" for name in names) + "\n" + rows)
    without = draft(tmp_path, ",".join(names) + "\n" + rows)
    for found in (with_prefix, without):
        assert found.layout == "pipedrive"
        assert [(row["ref"], row["status"], row.get("closed_on")) for row in records(found)] == [
            ("pipedrive:1", "won", "2026-04-02"),
            ("pipedrive:2", "lost", "2026-05-01"),
            ("pipedrive:3", "open", None),
        ]
        assert [(r.row_no, r.reason) for r in found.rejects] == [(5, "the record was deleted")]
    assert records(with_prefix) == records(without)


@pytest.mark.parametrize(
    ("status", "expected"),
    [("Pending", "open"), ("Qualified", "open"), ("Approved", "won"), ("Denied", "lost")],
)
def test_the_four_statuses_of_referral_rock(tmp_path, status, expected):
    head = "Referral,Status,Member,Program,Created Date,Qualified Date,Approved Date"
    text = f"{head}\nPat,{status},Ada,Client,2026-03-01,,2026-03-05\n"
    (row,) = records(draft(tmp_path, text))
    closed = {"closed_on": "2026-03-05"} if expected != "open" else {}
    assert row == {
        "given_on": "2026-03-01",
        "source": "Ada",
        "source_kind": "customer",
        "prospect": "Pat",
        "status": expected,
        **closed,
    }


@pytest.mark.parametrize(
    ("source", "status", "kind", "outcome", "closed"),
    [
        ("Client referral", "Hired", "customer", "won", "2026-06-02"),
        ("Attorney referral", "Did not hire", "partner", "lost", "2026-06-02"),
        ("Google", "Pending", "inbound", "open", None),
        ("Friend", "Pending", "personal", "open", None),
        ("Lighthouse", "On hold", None, None, None),
    ],
)
def test_a_matter_of_clio_grow(tmp_path, source, status, kind, outcome, closed):
    head = (
        "Contact,Source,Referred by,Matter,Matter type,Matter status - top level,Status date,Created at,"
        "Responsible attorney"
    )
    (row,) = records(draft(tmp_path, f"{head}\nZed,{source},Ada,M-1,Estate,{status},2026-06-02,2026-05-20,Mia\n"))
    assert (row.get("source_kind"), row.get("status"), row.get("closed_on")) == (kind, outcome, closed)
    assert (row["source"], row["receiver"], row["ref"]) == ("Ada", "Mia", "clio_grow:M-1")


# --- Leads Club, Affinity -----------------------------------------------------------------------------------------

LEADS = "Date,Type,From,To,Lead Name,E-mail,Phone,Company,Description\n"


def test_leads_sent_and_received_keep_their_direction(tmp_path):
    text = (
        LEADS
        + "2026-03-04,sent,Ada,Ben,Zoe,z@example.com,1,Oak,x\n2026-03-05,received,Joe,Ada,,e@example.com,2,Fig,y\n"
    )
    found = draft(tmp_path, text)
    assert (found.layout, records(found)) == (
        "leads_club",
        [
            {"given_on": "2026-03-04", "source": "Ada", "receiver": "Ben", "prospect": "Zoe"},
            {"given_on": "2026-03-05", "source": "Joe", "receiver": "Ada", "prospect": "Fig"},
        ],
    )


def test_a_member_who_leaves_his_own_side_blank_is_asked_for(tmp_path):
    text = LEADS + "2026-03-04,sent,,Ben,Zoe,,,,\n2026-03-05,received,Joe,,Eve,,,,\n"
    found = draft(tmp_path, text)
    assert asked(found) == [("receiver", "receiver")]
    found = draft(tmp_path, text, Answers(receiver="Ada"))
    assert [(row["source"], row["receiver"]) for row in records(found)] == [("Ada", "Ben"), ("Joe", "Ada")]
    assert "The member's own name was missing and is taken as Ada: row 2." in found.notes


COUNTS = "Introductions Made By\nIntroducer,Introductions\nAda Larch,2\nBen Maple,2\n"
LISTED = (
    "Introductions\nIntroducer,Introduced,To,Date\n"
    "Ada Larch,Zoe,Oak,2026-02-03\nBen Maple,Eve,Fig,2026-02-04\nBen Maple,Jon,Fig,2026-02-05\n"
)


@pytest.mark.parametrize(
    "text", [f"{COUNTS}\n{LISTED}", f"{LISTED}\n{COUNTS}", f"{LISTED}\n{COUNTS.partition(chr(10))[2]}"]
)
def test_of_affinitys_two_tables_only_the_introductions_are_rows(tmp_path, text):
    found = draft(tmp_path, text)
    assert (found.layout, found.rows_read, found.rejects, found.questions) == ("affinity", 3, [], [])
    assert [(row["source"], row["prospect"], row["receiver"]) for row in records(found)] == [
        ("Ada Larch", "Zoe", "Oak"),
        ("Ben Maple", "Eve", "Fig"),
        ("Ben Maple", "Jon", "Fig"),
    ]
    assert [n for n in found.notes if "other numbers" in n] == [
        "The table of counts tells of other numbers of introductions than are listed one by one; only those that are "
        "listed were loaded: Ada Larch 2 (1 listed)."
    ]


# --- answers ------------------------------------------------------------------------------------------------------


def test_remembered_answers_of_one_export_are_used_for_it_alone_and_said(tmp_path):
    text = "Referral,Status,Amount,Member,Program,Created Date,Qualified Date\nPat,Pending,5,Ada,Client,03/04/2026,\n"
    settings = {
        "referral_rock.receiver": "Mia",
        "referral_rock.currency": "EUR",
        "referral_rock.date_order": "mdy",
        "referral_rock.group": "North",
        "date_order": "dmy",
        "salesforce.currency": "USD",
    }
    found = draft(tmp_path, text, settings=settings)
    assert (found.questions, found.answers.group) == ([], "North")
    (row,) = records(found)
    assert (row["receiver"], row["given_on"], row["currency"]) == ("Mia", "2026-03-04", "EUR")
    said = [note for note in found.notes if note.endswith("as this workspace remembers.")]
    assert len(said) == 4
    assert asked(draft(tmp_path, text, settings={"salesforce.receiver": "Mia"}))[0] == ("receiver", "receiver")


def test_an_export_may_be_corrected_column_by_column(tmp_path):
    text = f"{OPPORTUNITIES},Friend\nx,Oak,Web,,,Closed Won,2026-03-09,2026-03-04,Mia,Ada\n"
    found = draft(
        tmp_path, text, Answers(mapping={"Friend": "source", "Lead Source": "", "Opportunity Name": "prospect"})
    )
    (row,) = records(found)
    assert (row["source"], row["prospect"], row.get("source_kind")) == ("Ada", "x", None)
    assert found.mapping["Close Date"] == "closed_on"
    assert dt.date.fromisoformat(row["closed_on"]) == dt.date(2026, 3, 9)
