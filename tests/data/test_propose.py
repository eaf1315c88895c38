"""Proposals for files that no layout knows, and what a mapping makes of their rows."""

import pytest
from file_builders import TODAY, column, draft, write_xlsx

from data.draft import Answers
from data.layouts import recognise
from data.layouts.guess import looks
from data.layouts.propose import chosen, preview, propose
from data.readers import read
from errors import UsageError
from tests.conftest import SHARED

ROWS = (
    "13.03.2026;Ada Larch;Ben Maple;Eva Pine;Zoe;;+49 30 1234567;1.200,50;gewonnen;ja\n"
    "14.03.2026;Ada Larch;Ben Maple;Eva Fir;Joe;;+49 30 1234568;200,50;offen;nein\n"
    "15.03.2026;Joe Oak;Ben Maple;Eva Elm;Jon;;+49 30 1234569;;verloren;ja\n"
    "16.03.2026;Joe Oak;Ada Larch;Eva Ash;Sue;;+49 30 1234560;;offen;ja\n"
)
LOG = f"Wann genau;Wer;Empfänger;Referee;Referrals;Leer;Telefon;Netto;Ergebnis jetzt;Kuchen?\n{ROWS}"


def opened(folder, text, name="log.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    raw = read(path)
    return raw, raw.sheets[0]


def proposed(folder, text, answers=None):
    raw, sheet = opened(folder, text)
    return propose(raw, sheet, answers or Answers(), {}, today=TODAY)


def shown(folder, text, layout, mapping, answers=None, **more):
    raw, sheet = opened(folder, text)
    return preview(raw, sheet, layout, mapping, answers or Answers(), {}, header_row=1, today=TODAY, **more)


def test_each_column_is_proposed_with_its_reason(tmp_path):
    found = proposed(tmp_path, LOG)
    assert (found.layout, found.header_row) == ("referral_log", 1)
    assert [(c.header, c.target, c.reason) for c in found.columns if c.header not in ("Referee", "Referrals")] == [
        ("Wann genau", "given_on", "the values look like dates"),
        ("Wer", "source", "the values look like names that recur (2 in 4 rows); which side it is, only you know"),
        ("Empfänger", "receiver", "the header is known for receiver"),
        ("Leer", "", "the column is empty"),
        ("Telefon", "", "the values look like addresses or telephone numbers, which are not kept"),
        ("Netto", "amount", "the values look like money"),
        ("Ergebnis jetzt", "status", "the header holds 'ergebnis', and the values are words for open, won and lost"),
        ("Kuchen?", "", "the values are yes and no; the header says nothing that is known"),
    ]
    assert found.columns[0].cells == ("13.03.2026", "14.03.2026", "15.03.2026")
    assert (
        found.columns[2].confidence
        > found.columns[8].confidence
        > found.columns[0].confidence
        > found.columns[1].confidence
    )


@pytest.mark.parametrize("header", ["Referee", "Referrals"])
def test_a_header_that_means_two_things_is_never_proposed(tmp_path, header):
    by_header = {c.header: c for c in proposed(tmp_path, LOG).columns}
    assert (by_header[header].target, by_header[header].confidence) == ("", 0.0)
    assert by_header[header].reason.startswith(f"'{header}' means different things in different systems")
    alone = proposed(tmp_path, f"{header};Farbe\nAda Larch;rot\nAda Larch;blau\n")
    assert alone.columns[0].target == ""


def test_a_list_of_members_is_told_from_a_log(tmp_path):
    found = proposed(
        tmp_path, "Name und Vorname,Fachgebiet,Dabei seit\nAda Larch,Recht,2020-01-01\nBen Oak,Bau,2021-02-03\n"
    )
    assert (found.layout, found.mapping) == (
        "member_list",
        {"Name und Vorname": "name", "Fachgebiet": "profession", "Dabei seit": "joined_on"},
    )
    assert found.reason == "a row tells of a person and a profession or a membership"


def test_two_columns_of_one_meaning_are_shown_as_rivals(tmp_path):
    by_header = {
        c.header: c for c in proposed(tmp_path, "Date,Source,Referred by,To\n2026-03-04,Eve,Ada,Ben\n").columns
    }
    assert by_header["Source"].reason == "'Referred by' could be source as well: choose one"
    assert by_header["Referred by"].target == ""
    assert "both read as source" in by_header["Referred by"].reason


def test_a_header_against_its_values_is_doubted(tmp_path):
    by_header = {c.header: c for c in proposed(tmp_path, "Date,From,To\n2026-03-04,2026-03-05,Ben\n").columns}
    assert by_header["From"].reason == "the header is known for source, but the values look like dates: look again"
    assert by_header["From"].confidence < by_header["To"].confidence


def test_a_column_without_a_header_is_shown_and_cannot_be_used(tmp_path):
    found = proposed(tmp_path, "Date,From,To,\n2026-03-04,Ada,Ben,spare\n")
    assert (found.columns[3].header, found.columns[3].target) == ("", "")
    assert "" not in found.mapping


def test_a_sheet_without_rows_has_no_proposal(tmp_path):
    book = write_xlsx(tmp_path / "x.xlsx", {"Log": [["Date", "From", "To"]], "Empty": []})
    raw = read(book)
    empty = next(sheet for sheet in raw.sheets if sheet.name == "Empty")
    assert propose(raw, empty, Answers(), {}, today=TODAY) is None


def test_what_the_user_said_stands(tmp_path):
    found = proposed(tmp_path, LOG, Answers(mapping={"wer": "prospect", "Netto": ""}))
    by_header = {c.header: c for c in found.columns}
    assert (by_header["Wer"].target, by_header["Wer"].reason) == ("prospect", "as you said")


def test_a_preview_is_what_the_import_would_load(tmp_path):
    mapping = chosen(proposed(tmp_path, LOG), {"Referee": "", "Wer": "source", "Referrals": "prospect"})
    found = shown(tmp_path, LOG, "referral_log", mapping, Answers(currency="EUR"))
    assert (found.questions, found.failed, found.rows_read, found.rows_failed) == ((), (), 4, 0)
    rows = found.frames["referrals"]
    assert rows.columns.tolist() == [
        "row_no",
        "given_on",
        "source",
        "receiver",
        "prospect",
        "status",
        "amount",
        "currency",
    ]
    stored = draft(tmp_path, LOG, Answers(layout="referral_log", mapping=mapping, currency="EUR")).frames["referrals"]
    for name in rows:
        assert rows[name].tolist() == stored[name].tolist() or rows[name].equals(stored[name])


def test_a_preview_shows_what_fails_and_what_is_asked(tmp_path):
    text = (
        "Tag,Wer,Wem,Netto\n04.03.2026,Ada,Ben,5\nbald,Ada,Ben,6\n05.03.2026,Ada,Ben,abc\n" + "06.03.2026,A,B,1\n" * 30
    )
    mapping = {"Tag": "given_on", "Wer": "source", "Wem": "receiver", "Netto": "amount"}
    found = shown(tmp_path, text, "referral_log", mapping, rows=3)
    assert [q.id for q in found.questions] == ["date_order", "currency"]
    found = shown(tmp_path, text, "referral_log", mapping, Answers(date_order="dmy", currency="EUR"), rows=3)
    assert [(r.row_no, r.column) for r in found.failed] == [(3, "Tag"), (4, "Netto")]
    assert (len(found.frames["referrals"]), found.rows_read, found.rows_failed) == (1, 33, 2)


def test_a_mapping_to_nothing_known_is_refused(tmp_path):
    with pytest.raises(UsageError, match="there is no such column"):
        shown(tmp_path, LOG, "referral_log", {"Wer": "salary"})


DEALS = "Deal - Title,Deal - Status,Deal - Deal created,Deal - Won time,Deal - Owner,Person - Name,Who sent it\n"


def test_an_export_is_proposed_as_its_layout_reads_it_and_may_be_corrected(tmp_path):
    text = f"{DEALS}Fit-out,Won,2026-01-02,2026-04-02,Mia,Zoe,Ada\n"
    found = proposed(tmp_path, text)
    assert (found.layout, found.reason) == ("pipedrive", "the headers are those of this export")
    assert found.mapping == {
        "Deal - Title": "prospect",
        "Deal - Status": "status",
        "Deal - Deal created": "given_on",
        "Deal - Won time": "closed_on",
        "Deal - Owner": "receiver",
        "Person - Name": "prospect",
        "Who sent it": "",
    }
    assert chosen(found, {}) == {}
    mapping = chosen(found, {"Who sent it": "source", "Person - Name": ""})
    assert mapping == {"Who sent it": "source", "Person - Name": ""}
    (row,) = shown(tmp_path, text, "pipedrive", mapping).frames["referrals"].to_dict("records")
    assert (row["source"], row["prospect"], row["closed_on"].date().isoformat()) == ("Ada", "Fit-out", "2026-04-02")


@pytest.mark.parametrize(
    ("cells", "like"),
    [
        (["2026-03-04", "2026-03-05"], "day"),
        (["04.03.2026", "", "05.03.2026"], "day"),
        (["1.234,50", "20"], "amount"),
        (["€ 5", "12"], "amount"),
        (["1", "2", "3", "4"], "number"),
        (["5", "5", "7"], "amount"),
        (["won", "lost", "open"], "status"),
        (["Kunde", "Partner"], "kind"),
        (["ja", "nein", "ja"], "yes or no"),
        (["Tier 1 (inside)", "Tier 2 (outside)"], "tier"),
        (["EUR", "CHF"], "currency"),
        (["a@example.com", "b@example.org"], "address"),
        (["https://example.org/x", "www.example.com"], "address"),
        (["+49 30 123 45 67", "030/1234567"], "address"),
        (["Ada Larch", "Ben Maple", "Dirk van Oakes"], "name"),
        (["Ada Larch", "Ada Larch", "Ada Larch", "Ben"], "names that recur"),
        (["山田太郎", "佐藤花子"], "name"),
        (["needs a roof before the winter", "wants a quote for two doors"], "text"),
        (["", ""], "nothing"),
    ],
)
def test_what_values_look_like(cells, like):
    assert looks(column(*cells), TODAY).like == like


@pytest.mark.shared
def test_the_proposal_for_a_crms_export_is_what_its_layout_does():
    crms = ("hubspot", "report", "pipedrive", "referral_rock", "cliogrow", "affinity")
    for path in sorted(p for p in (SHARED / "samples").glob("*.csv") if p.name.startswith(crms)):
        raw = read(path)
        (found,) = recognise(raw, Answers(), {}, today=TODAY)
        proposal = propose(raw, raw.sheets[0], Answers(), {}, today=TODAY)
        assert proposal is not None
        assert proposal.layout == found.layout
        taken = {c.header: c.target for c in proposal.columns if c.taken}
        assert {header: target for header, target in found.mapping.items() if taken.get(header) != target} == {}, (
            path.name
        )
