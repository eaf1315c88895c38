"""Slips Audit: each slip becomes the event that it is, bold type becomes membership, and the day comes from the banner,
the user or nowhere."""

import datetime as dt

import pytest
from bni_builders import SLIPS, bold, counts, one, records, slips, write_report, write_text
from file_builders import write_xlsx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.draft import OTHER_GROUP
from data.layouts.slips_audit import COVERED
from errors import FileRefusedError

DAY = {"given_on": "2026-06-03"}
REFERRAL = ("Ada Larch", "Ben Maple", "Referral", "Tier 1 (inside)")


def test_a_slip_of_each_type_becomes_the_event_that_it_is(tmp_path):
    draft = slips(
        tmp_path,
        ("Ada Larch", "Ben Maple", "Referral", "Tier 2 (outside)"),
        ("Ada Larch", "Ben Maple", "One-to-One"),
        ("", "Ben Maple", "TYFCB", "Tier 1", "5000.00"),
        ("Ada Larch", "", "CEU", "", "", "21"),
        ("Ada Larch", "Zoe Pine", "Visitor"),
    )
    assert draft.layout == "slips_audit" and draft.rows_read == 5 and not draft.rejects
    assert records(draft, "referrals") == [
        {**DAY, "source": "Ada Larch", "receiver": "Ben Maple", "source_kind": "member", "tier": 2}
    ]
    assert records(draft, "thanks") == [{**DAY, "to": "Ben Maple", "amount": "5000.00", "currency": "EUR", "tier": 1}]
    day = {"happened_on": "2026-06-03", "from": "Ada Larch"}
    assert records(draft, "touches") == [
        {**day, "to": "Ben Maple", "kind": "one_to_one"},
        {**day, "kind": "education", "quantity": 21.0},
        {**day, "to": "Zoe Pine", "kind": "visitor"},
    ]


def test_one_day_covers_its_week_in_every_kind_of_slip_and_says_so(tmp_path):
    draft = slips(tmp_path, REFERRAL)
    week = (dt.date(2026, 5, 28), dt.date(2026, 6, 3))
    assert draft.covers == dict.fromkeys(COVERED, week)
    assert draft.notes[0].startswith("Every slip is dated 2026-06-03; the file counts as all slips of the seven days")


def test_a_period_dates_no_slip_and_covers_exactly_itself(tmp_path):
    draft = slips(tmp_path, REFERRAL, period="2026-06-01:2026-06-30")
    assert records(draft, "referrals")[0] == {
        "period_from": "2026-06-01", "period_to": "2026-06-30", "source": "Ada Larch", "receiver": "Ben Maple",
        "source_kind": "member", "tier": 1,
    }  # fmt: skip
    assert draft.covers["visitor"] == (dt.date(2026, 6, 1), dt.date(2026, 6, 30))


@pytest.mark.parametrize(
    ("title", "answers", "day"),
    [
        ("Slips Audit Report for 2026-04-01", {}, "2026-04-01"),
        ("Slips Audit Report for 14/04/2026", {}, "2026-04-14"),  # no month has fourteen
        ("Slips Audit Report for 04/14/2026", {}, "2026-04-14"),
        ("Slips Audit Report for 01/04/2026", {"date_order": "dmy"}, "2026-04-01"),
        ("Slips Audit Report for 01/04/2026", {"date_order": "mdy"}, "2026-01-04"),
        ("Slips Audit Report for 01/04/2026", {"settings": {"date_order": "dmy"}}, "2026-04-01"),
        (
            "Slips Audit Report for 01/04/2026",
            {"settings": {"date_order": "mdy", "slips_audit.date_order": "dmy"}},
            "2026-04-01",
        ),
        ("Slips Audit Report for 01/04/2026", {"period": "2026-04-01"}, "2026-04-01"),  # the answer tells the order
        ("Slips Audit Report for 1 April 2026", {}, "2026-04-01"),
    ],
)
def test_the_day_of_the_banner(tmp_path, title, answers, day):
    draft = slips(tmp_path, REFERRAL, title=title, **answers)
    assert not draft.questions and records(draft, "referrals")[0]["given_on"] == day


def test_a_day_that_fits_two_orders_is_asked_and_nothing_is_dated(tmp_path):
    draft = slips(tmp_path, REFERRAL, title="Slips Audit Report for 01/04/2026")
    (question,) = draft.questions
    assert (question.id, question.choices, question.flag) == ("date_order", ("dmy", "mdy"), "--date-order dmy")
    assert "1 April 2026 or 4 January 2026" in question.text
    assert draft.covers == {} and draft.frames["referrals"].given_on.isna().all()


def test_a_period_in_the_banner(tmp_path):
    rows = [["Slips Audit Report"], ["From:", None, None, 46113], ["To:", None, None, "2026-04-07"], SLIPS, REFERRAL]
    draft = one(write_report(tmp_path / "a.xls", rows))
    assert draft.covers["referrals"] == (dt.date(2026, 4, 1), dt.date(2026, 4, 7))
    assert records(draft, "referrals")[0]["period_to"] == "2026-04-07"


def test_the_file_goes_before_the_answer_and_says_so(tmp_path):
    draft = slips(tmp_path, REFERRAL, title="Slips Audit Report for 2026-04-14", period="2026-06-03")
    assert records(draft, "referrals")[0]["given_on"] == "2026-04-14"
    assert "The file itself says 2026-04-14; the answer 2026-06-03 was not used." in draft.notes


def test_without_a_day_it_is_asked_and_both_readings_of_the_file_name_are_offered(tmp_path):
    draft = slips(tmp_path, REFERRAL, period="", name="Slips_Audit_Report_06-03-2026_9-15_AM (1).xls")
    (question,) = draft.questions
    assert (question.id, question.free, question.choices) == ("period", True, ("2026-06-03", "2026-03-06"))
    assert "--period 2026-06-03" in question.flag and "name-day" in question.flag


def test_a_day_to_come_is_no_answer(tmp_path):
    draft = slips(tmp_path, REFERRAL, period="2027-06-03")
    assert [q.id for q in draft.questions] == ["period"] and "still to come" in draft.questions[0].text


def test_identical_slips_are_that_many_slips(tmp_path):
    assert counts(slips(tmp_path, *[REFERRAL] * 3)) == {"referrals": 3, "members": 2}


def test_a_bold_name_is_a_member_of_the_chapter_in_detail_and_a_plain_one_of_the_home_group(tmp_path):
    draft = slips(
        tmp_path,
        ("Ada Larch", bold("Iris  Clover "), "Referral", "Tier 2", "", "", "BNI Dahlia, East Region, Freedonia"),
        (bold("Rae Fig"), "Ben Maple", "One-to-One", "", "", "", "Canna, South Region, Freedonia"),
        (bold("Una Gorse"), "Ben Maple", "One-to-One"),
        (bold("Iris Clover"), "Ben Maple", "One-to-One"),
        ("", "Ben Maple", "TYFCB", "", "10.00", "", "Dahlia , East Region"),
        ("Ben Maple", bold("Zoe Pine"), "Visitor"),
    )
    members = records(draft, "members")
    assert members == [
        {"name": "Ada Larch"},
        {"name": "Iris Clover", "group": "Dahlia"},
        {"name": "Ben Maple"},
        {"name": "Rae Fig", "group": "Canna"},
        {"name": "Una Gorse", "group": OTHER_GROUP},
    ]
    assert draft.frames["referrals"].counterpart_group.tolist() == ["Dahlia"]
    assert draft.frames["touches"].counterpart_group.tolist() == ["Canna", OTHER_GROUP, OTHER_GROUP, None]
    assert draft.frames["thanks"].counterpart_group.tolist() == ["Dahlia"]


def test_one_chapter_named_beside_two_bold_names_is_neithers(tmp_path):
    draft = slips(tmp_path, (bold("Rae Fig"), bold("Una Gorse"), "One-to-One", "", "", "", "Canna, South"))
    assert [m["group"] for m in records(draft, "members")] == [OTHER_GROUP] * 2


def test_bold_and_plain_in_one_file_is_said(tmp_path):
    draft = slips(tmp_path, REFERRAL, (bold("Ada Larch"), "Ben Maple", "One-to-One", "", "", "", "Canna, X"))
    assert {m.get("group") for m in records(draft, "members") if m["name"] == "Ada Larch"} == {None, "Canna"}
    assert any(note.startswith("Both bold and plain in this file") for note in draft.notes)


def test_where_bold_type_was_lost_no_membership_is_taken_from_it(tmp_path):
    row = ["Ada Larch", "Iris Clover", "Referral", "Tier 2", None, None, "Dahlia, East"]
    saved = one(write_xlsx(tmp_path / "a.xlsx", {"Report": [SLIPS, row]}), period="2026-06-03")
    assert "members" not in saved.frames and any("no bold type" in note for note in saved.notes)
    restyled = slips(tmp_path, [cell or "" for cell in row])
    assert "members" not in restyled.frames and any("seems to be lost" in note for note in restyled.notes)


def test_bni_and_visitor_are_nobody_and_their_slips_load(tmp_path):
    draft = slips(
        tmp_path,
        ("", "BNI", "TYFCB", "", "300.00"),
        ("Ada Larch", "Visitor", "Visitor"),
        ("Visitor", "Ben Maple", "Referral", "inside"),
    )
    assert records(draft, "thanks")[0] == {**DAY, "amount": "300.00", "currency": "EUR"}
    assert "to" not in records(draft, "touches")[0]
    assert records(draft, "referrals")[0] == {**DAY, "receiver": "Ben Maple", "tier": 1}
    assert [m["name"] for m in records(draft, "members")] == ["Ada Larch", "Ben Maple"]
    assert "'BNI' or 'Visitor' under 'To' is nobody by name: left empty in rows 2 and 3." in draft.notes


def test_a_slip_that_says_nothing_is_kept_aside_with_its_reason(tmp_path):
    wrong = [("Ada", "Ben", "Raffle"), ("Ada", "Ben", ""), ("", "BNI", "Referral"), ("", "Ben", "TYFCB", "", "many"),
             ("", "", "TYFCB"), ("Ada", "", "CEU", "", "", "-2")]  # fmt: skip
    draft = slips(tmp_path, REFERRAL, *wrong, REFERRAL)
    assert [(r.row_no, r.reason) for r in draft.rejects] == [
        (3, "'Raffle' is no type of slip that is known"),
        (4, "the row does not say which type of slip it is"),
        (5, "the slip names nobody"),
        (6, "'many' is not an amount"),
        (7, "the slip names nobody and no amount"),
        (8, "there cannot be fewer than none: -2"),
    ]
    assert draft.rows_read == len(draft.rejects) + len(draft.frames["referrals"]) == 8


def test_a_remark_under_the_table_is_no_slip(tmp_path):
    draft = slips(tmp_path, REFERRAL, ("Ben", "Ada", "Visitor"), ("Printed by the administrator",))
    assert draft.rows_read == 2 and "Left out as a remark under the table: row 4." in draft.notes


def test_an_amount_below_nothing_takes_thanks_back(tmp_path):
    draft = slips(tmp_path, ("", "Ben", "TYFCB", "", "(1,200.00)"), ("", "Ben", "TYFCB", "", "5,000.00"))
    assert draft.frames["thanks"].amount.tolist() == ["-1200.00", "5000.00"]


def test_the_currency_of_thanks_is_asked_and_remembered(tmp_path):
    row = ("", "Ben", "TYFCB", "", "10.00")
    (question,) = slips(tmp_path, row, currency="").questions
    assert (question.id, question.flag) == ("currency", "--currency EUR")
    known = slips(tmp_path, row, currency="", settings={"currency": "USD", "slips_audit.currency": "THB"})
    assert known.frames["thanks"].currency.tolist() == ["THB"]
    assert not slips(tmp_path, REFERRAL, currency="").questions  # nothing to ask about


@pytest.mark.parametrize(
    ("header", "slip", "tier", "kind"),
    [
        ("From,To,Slip Type,Inside/Outside,Detail", "referral", "Tier 1 (inside)", "referral"),
        ("From,To,Slip Type,Inside/Outside,Detail", "1-2-1", "", "one_to_one"),
        ("von,an,slip typ,intern/extern,detail", "Empfehlung", "intern", "referral"),
        ("De,À,Type de slip,Interne/Externe,Détail", "Recommandation", "interne", "referral"),
        ("De,À,Type de slip,Interne/Externe,Détail", "TAT", "", "one_to_one"),
        ("De,Para,Tipo de slip,Interno/Externo,Detalhe", "Indicação", "interno", "referral"),
        ("從,至,單據類型,內部/外部,詳情", "引薦", "內部", "referral"),
        ("從,至,單據類型,內部/外部,詳情", "一對一", "", "one_to_one"),
    ],
)
def test_slips_in_other_languages_and_wrong_containers(tmp_path, header, slip, tier, kind):
    path = write_text(tmp_path / "audit.xls", f'{header}\nAda Larch,Ben Maple,{slip},{tier},"BNI Canna, South"\n')
    draft = one(path, period="2026-06-03")
    assert (draft.layout, draft.container, draft.rejects) == ("slips_audit", "csv", [])
    if kind == "referral":
        (row,) = records(draft, "referrals")
        assert (row["source"], row["receiver"], row["tier"]) == ("Ada Larch", "Ben Maple", 1)
    else:
        (row,) = records(draft, "touches")
        assert (row["from"], row["to"], row["kind"]) == ("Ada Larch", "Ben Maple", kind)
    assert row["counterpart_group"] == "Canna"


def test_a_column_of_dates_that_somebody_added_dates_each_slip(tmp_path):
    rows = [[*SLIPS, "Date"], [*REFERRAL, "", "", "", "2026-06-03"], [*REFERRAL, "", "", "", "17.06.2026"],
            [*REFERRAL, "", "", "", "2027-06-03"], [*REFERRAL]]  # fmt: skip
    draft = one(write_report(tmp_path / "a.xls", rows))
    assert draft.frames["referrals"].given_on.dt.day.tolist() == [3, 17] and not draft.questions
    assert draft.covers["visitor"] == (dt.date(2026, 6, 3), dt.date(2026, 6, 17))
    assert [r.reason for r in draft.rejects] == ["the date is still to come", "there is no date in 'Date'"]


def test_an_audit_without_a_column_that_it_needs_is_refused_by_name_or_asked_for_it(tmp_path):
    path = write_text(tmp_path / "a.csv", "Giver of it,To,Slip Type,Inside/Outside\nAda,Ben,Referral,inside\n")
    with pytest.raises(FileRefusedError, match=r"a known export \(BNI Connect Slips Audit Report\), but columns"):
        one(path)
    (question,) = one(path, layout="slips_audit", period="2026-06-03").questions
    assert (question.target, question.choices, question.flag) == (
        "from", ("Giver of it",), "--map 'Their header=from'",
    )  # fmt: skip


def test_free_text_in_detail_is_no_chapter(tmp_path):
    draft = slips(
        tmp_path,
        ("Ada Larch", bold("Iris Clover"), "One-to-One", "", "", "", "Lunch at the lake"),
        ("Ada Larch", "", "CEU", "", "", "2", "Podcast, episode 3"),
        ("Ada Larch", "Ben Maple", "One-to-One", "", "", "", "BNI"),
    )
    assert draft.frames["touches"].counterpart_group.tolist() == [OTHER_GROUP, None, None]
    assert "'Detail' names no chapter in rows 2, 3 and 4, so it was left out there." in draft.notes


def test_columns_are_found_by_label_at_any_place(tmp_path):
    rows = [["Slips Audit Report for 2026-04-14"], [], [None, "Detail", "Slip Type", None, None, "To", "From"],
            [None, "", "Referral", None, None, "Ben", "Ada"]]  # fmt: skip
    draft = one(write_report(tmp_path / "a.xls", rows))
    assert records(draft, "referrals") == [
        {"given_on": "2026-04-14", "source": "Ada", "receiver": "Ben", "source_kind": "member"}
    ]


NAMES = st.text(st.characters(whitelist_categories=("Lu", "Ll")), min_size=1, max_size=8).filter(
    lambda name: name.casefold() not in ("bni", "visitor", "visitors", "besucher", "visiteur", "convidado", "visitante")
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            NAMES,
            NAMES,
            st.sampled_from(["Referral", "One-to-One", "TYFCB"]),
            st.booleans(),
            st.decimals(0, 10**9, places=2),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_every_slip_ends_in_exactly_one_row_with_what_it_said(tmp_path, rows):
    written = [
        ("" if kind == "TYFCB" else giver, (bold(f" {to}  ") if other else to), kind, "",
         str(amount) if kind == "TYFCB" else "")
        for giver, to, kind, other, amount in rows
    ]  # fmt: skip
    draft = slips(tmp_path, *written)
    frames = {t: draft.frames[t] for t in ("referrals", "thanks", "touches") if t in draft.frames}
    assert draft.rows_read == len(rows) == sum(map(len, frames.values())) and not draft.rejects
    back = {row["row_no"]: (row.get("source") or row.get("from"), row.get("receiver") or row.get("to"))
            for frame in frames.values() for row in frame.to_dict("records")}  # fmt: skip
    assert back == {
        no: (None if kind == "TYFCB" else giver, to) for no, (giver, to, kind, *_) in enumerate(rows, start=2)
    }
    if "thanks" in frames:
        assert frames["thanks"].amount.tolist() == [f"{a:.2f}" for *_, kind, _, a in rows if kind == "TYFCB"]
