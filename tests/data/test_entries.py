"""The log kept by hand: what is entered, corrected and deleted, what follows from it, and that undo brings all back."""

# ruff: noqa: E501 tables of cells read better whole

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from store_builders import NOON, log, members, rows, slips, store

from data import logbook
from data.entries import Batch, Saved, save
from data.entry_fields import EntryRefusedError
from data.people import QuestionsOpen
from data.store import Workspace
from errors import NetEffectError, UsageError

AT = datetime(2026, 7, 1, 14)  # noqa: DTZ001 local time, as the store keeps it
REFERRAL = {"given_on": "2026-03-04", "source": "Ann", "receiver": "Bob"}
HELP = {"happened_on": "2026-03-05", "from": "Bob", "to": "Ann", "kind": "help"}
RATING = {
    "assessed_on": "2026-03-06",
    "assessor": "Bob",
    "source": "Ann",
    "q01": "yes",
    "q13": "no",
    "comfort": "7",
    "perceived_value": 4,
}
COVERAGE = 'select record_kind, "from", "to" from coverage order by 1, 2'
ROWS = "select source.name, receiver.name, given_on, receiver_present, presence_basis, import_id, row_no from referrals inner join people as source on source.person_id = source_id inner join people as receiver on receiver.person_id = receiver_id order by referral_id"


def do(workspace: Workspace, batch: Batch) -> Saved:
    made: list[Saved] = []

    def work(con: Any) -> Any:
        change, saved = save(con, batch, AT)
        made.append(saved)
        return change

    workspace.edit("edit", work, begin=True)
    return made[0]


def add(workspace: Workspace, table: str, *given: dict[str, Any], group: str | None = None) -> Saved:
    return do(workspace, Batch(add=[(table, row) for row in given], group=group))


def correct(workspace: Workspace, row: str, **fields: Any) -> Saved:
    return do(workspace, Batch(correct=[(row, fields)]))


def exported(workspace: Workspace) -> dict[str, str]:
    with workspace.reader() as reader:
        return {table: reader.csv(table) for table in reader.tables()}


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace", clock=lambda: NOON)


class TestAdding:
    def test_a_log_can_begin_here(self, empty: Workspace) -> None:
        """Every kind of entry leads to an import of its own, rows numbered on, marts and relations made."""
        done = do(
            empty,
            Batch(
                add=[
                    ("referrals", REFERRAL | {"present": "no", "asked": True}),
                    ("touches", HELP),
                    ("assessments", RATING),
                ]
            ),
        )
        assert (done.ids, empty.version) == (["r0000001", "k0000001", "a0000001"], 1)
        assert rows(empty, ROWS) == [("Ann", "Bob", date(2026, 3, 4), False, "recorded", 1, 1)]
        add(empty, "referrals", REFERRAL | {"given_on": date(2026, 3, 9)})
        assert rows(empty, "select path, container, layout, rows_read from imports") == [
            ("entered here", "entered", "log", 3),
            ("entered here", "entered", "log", 1),
        ]
        assert rows(
            empty,
            "select import_id, row_no from touches union all select import_id, row_no from assessments union all select import_id, row_no from referrals order by 2",
        ) == [(1, 1), (1, 2), (1, 3), (2, 4)]
        assert rows(empty, "select q01, q02, q13, comfort, perceived_value from assessments") == [
            (True, None, False, 7.0, 4.0)
        ]
        assert rows(empty, "select name, home from groups") == [("My group", True)]
        assert rows(empty, "select sum(referrals) from recv_cube") == [(2,)]
        assert rows(empty, "select first_known_on from relations") == [(date(2026, 3, 4),)]
        assert [entry.what for entry in empty.history()][1:] == [
            "Entered 1 referral, 1 contact, 1 assessment.",
            "Entered 1 referral.",
        ]
        assert all(finding.level == "ok" for finding in empty.doctor())

    def test_what_is_kept_here_covers_the_days_from_its_first_to_its_last_entry(self, empty: Workspace) -> None:
        add(empty, "referrals", REFERRAL)
        add(empty, "touches", HELP)
        add(empty, "referrals", REFERRAL | {"given_on": "2026-04-20"})
        assert rows(empty, "select record_kind, start_on, end_on from covered order by 1") == [
            ("help", date(2026, 3, 5), date(2026, 3, 6)), ("referrals", date(2026, 3, 4), date(2026, 4, 21))
        ]  # fmt: skip

    def test_names_mean_whom_they_mean_in_files(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Ann", "joined_on": "2020-01-01"}), log({}))
        add(workspace, "referrals", REFERRAL | {"source": "  ANN ", "receiver": "Cy"})
        assert rows(workspace, "select name from people order by person_id") == [("Ann",), ("Bob",), ("Cy",)]
        assert (
            rows(workspace, "select source_kind, source_kind_basis from referrals order by referral_id")
            == [("member", "recorded")] * 2
        )

    def test_only_what_is_word_for_word_the_same_stands_there_already(self, tmp_path: Path) -> None:
        """An export may fill in what another left empty; an entry never is another's second half."""
        workspace = store(
            tmp_path,
            log({"given_on": "2026-03-04"}),
            slips(
                touches=[{"happened_on": "2026-03-05", "from": "Bob", "to": "Ann", "kind": "help", "group": "Alpha"}]
            ),
        )
        with pytest.raises(EntryRefusedError, match="in the log already, word for word"):
            add(workspace, "referrals", REFERRAL)
        with pytest.raises(EntryRefusedError, match="in the log already"):
            add(workspace, "touches", HELP)
        assert workspace.version == 2
        add(workspace, "referrals", REFERRAL | {"status": "open"})
        add(workspace, "touches", HELP | {"purpose": "moving house"})
        assert rows(workspace, "select count(*), count(status) from referrals") == [(2, 1)]
        assert rows(workspace, "select purpose, import_id from touches order by touch_id") == [
            (None, 2),
            ("moving house", 4),
        ]

    def test_an_assessment_again_on_the_same_day_is_the_newer_answer(self, empty: Workspace) -> None:
        add(empty, "assessments", RATING)
        add(empty, "assessments", RATING | {"q01": "no"})
        assert rows(empty, "select q01, comfort from assessments") == [(False, 7.0)]
        assert empty.history()[-1].what == "Changed 1 assessment."

    def test_an_earlier_referral_makes_a_chain(self, empty: Workspace) -> None:
        (first,) = add(empty, "referrals", REFERRAL).ids
        (second,) = add(empty, "referrals", REFERRAL | {"given_on": "2026-04-01", "source": "Cy", "via": first}).ids
        assert rows(empty, "select referral_id, via_referral_id from referrals order by 1") == [
            (first, None),
            (second, first),
        ]
        assert rows(empty, "select count(*) from chain where depth > 0") == [(1,)]

    def test_the_group_is_asked_where_there_are_several(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, {"group": "Beta", "source": "Kim", "receiver": "Eve"}))
        with pytest.raises(QuestionsOpen, match="Which group"):
            add(workspace, "referrals", REFERRAL)
        add(workspace, "referrals", REFERRAL, group="Beta")
        assert rows(workspace, "select group_id from referrals where import_id = 2") == [("g0002",)]
        assert rows(workspace, 'select group_id, "from" from coverage where import_id = 2') == [
            ("g0002", date(2026, 3, 4))
        ]

    def test_an_amount_is_in_the_groups_currency_unless_said(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"amount": "5", "currency": "CHF"}))
        add(workspace, "referrals", REFERRAL | {"amount": "10.5", "status": "won", "closed_on": "2026-03-20"})
        assert rows(workspace, "select amount, currency from referrals where import_id = 2")[0][1] == "CHF"

    @pytest.mark.parametrize(
        ("table", "given", "said"),
        [
            ("referrals", REFERRAL | {"given_on": "2026-07-02"}, "2026-07-02 is still to come"),
            ("referrals", REFERRAL | {"given_on": "0206-03-04"}, "too long ago to be meant"),
            ("referrals", REFERRAL | {"given_on": "4.3.26"}, "'4.3.26' is not a date. Write it as 2026-06-30"),
            ("referrals", REFERRAL | {"receiver": "ann"}, "Ann cannot be on both sides"),
            ("referrals", REFERRAL | {"receiver": ""}, "Say who received it"),
            ("referrals", {"given_on": "2026-03-04", "receiver": "Bob"}, r"Say who gave it \(or that nobody did: inbound\)"),
            ("referrals", REFERRAL | {"status": "won", "closed_on": "2026-03-03"}, "2026-03-03 is before the day on which it was given, 2026-03-04"),
            ("referrals", REFERRAL | {"closed_on": "2026-03-05"}, "not how it ended"),
            ("referrals", REFERRAL | {"amount": "-5", "currency": "EUR"}, "-5 is less than nothing"),
            ("referrals", REFERRAL | {"amount": "NaN", "currency": "EUR"}, "no amount below"),
            ("referrals", REFERRAL | {"amount": "5"}, r"In which currency is the amount of 5.00\?"),
            ("referrals", REFERRAL | {"amount": "5", "currency": "EURO"}, "'EURO' is no currency that is known"),
            ("referrals", REFERRAL | {"receiver_present": "perhaps"}, "neither yes nor no"),
            ("referrals", REFERRAL | {"source_kind": "aunt"}, "Choose from customer, member"),
            ("touches", HELP | {"kind": "visitor"}, "none that is known"),
            ("touches", HELP | {"to": "-"}, "names nobody"),
            ("assessments", RATING | {"comfort": 11}, "11 is not between 0 and 10"),
            ("assessments", {k: RATING[k] for k in ("assessed_on", "assessor", "source")}, "without an answer says nothing"),
            ("assessments", RATING | {"source": "BOB"}, "cannot be on both sides"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused_in_a_sentence(
        self, empty: Workspace, table: str, given: dict[str, Any], said: str
    ) -> None:
        with pytest.raises(EntryRefusedError, match=said):
            add(empty, table, given)
        assert not empty.exists

    def test_two_spellings_of_one_person_are_one_person(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}))
        with workspace.reader() as reader:
            ((ann, _), (bob, _)) = reader.rows("select person_id, name from people order by name")
        from data import editing

        workspace.edit("merge", lambda con: editing.merge(con, [(ann, bob)]))
        with pytest.raises(EntryRefusedError, match="are one person"):
            add(workspace, "touches", HELP)

    def test_a_field_or_an_earlier_referral_that_is_not_there(self, empty: Workspace) -> None:
        with pytest.raises(UsageError, match="no field 'colour' here"):
            add(empty, "referrals", REFERRAL | {"colour": "red"})
        with pytest.raises(UsageError, match="no referral 'r7'"):
            add(empty, "referrals", REFERRAL | {"via": "r7"})


class TestCorrecting:
    OUTCOME = "select status, closed_on, cast(amount as varchar), currency, import_id, row_no from referrals"

    def test_a_row_keeps_its_import_and_the_history_names_it(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"currency": None}))
        before = exported(workspace)
        correct(workspace, "r0000001", status="won", closed="2026-02-01", amount=1200.5, currency="eur", present="no")
        assert rows(workspace, self.OUTCOME) == [("won", date(2026, 2, 1), "1200.50", "EUR", 1, 2)]
        assert rows(workspace, "select receiver_present, presence_basis from referrals") == [(False, "labelled")]
        assert rows(workspace, "select sum(networked), sum(won) from group_month") == [(1, 1)]
        assert (
            workspace.history()[-1].what
            == "Corrected r0000001 (amount, closed_on, currency, receiver_present, status)."
        )
        assert all(finding.level == "ok" for finding in workspace.doctor())
        workspace.undo()
        assert exported(workspace) == before

    def test_what_stood_so_already_makes_no_version(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"status": "open"}))
        correct(workspace, "r0000001", status="open", source="Ann", prospect="")
        assert workspace.version == 1

    def test_another_giver_moves_the_relation_and_a_label_stays_where_it_was(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, {"given_on": "2026-02-10"}))
        correct(workspace, "r0000001", source="Cy")
        assert rows(
            workspace,
            "select name, first_known_on from relations inner join people on person_id = source_id order by 1",
        ) == [("Ann", date(2026, 2, 10)), ("Cy", date(2026, 1, 10))]
        correct(workspace, "r0000002", source="cy")
        assert rows(workspace, "select count(*) from relations") == [(1,)]

    def test_a_kind_of_source_is_recorded_and_withstands_what_memberships_imply(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Ann"}), log({}))
        correct(workspace, "r0000001", kind="customer")
        assert rows(workspace, "select source_kind, source_kind_basis from referrals") == [("customer", "recorded")]
        correct(workspace, "r0000001", kind=None)
        assert rows(workspace, "select source_kind, source_kind_basis from referrals") == [("member", "recorded")]

    def test_a_chain_is_made_and_never_closes_on_itself(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, {"given_on": "2026-02-10"}))
        correct(workspace, "r0000002", via="r0000001")
        assert rows(workspace, "select count(*) from chain where depth > 0") == [(1,)]
        for child, parent in (("r0000001", "r0000002"), ("r0000001", "r0000001")):
            with pytest.raises(EntryRefusedError, match="is not earlier"):
                correct(workspace, child, via=parent)
        correct(workspace, "r0000002", via="")
        assert rows(workspace, "select via, via_referral_id from referrals") == [(None, None)] * 2

    def test_what_a_file_left_out_hinders_no_correction(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"source": None, "status": "won", "closed_on": "2025-01-01"}))
        correct(workspace, "r0000001", prospect="Acme")
        with pytest.raises(EntryRefusedError, match="is before the day"):
            correct(workspace, "r0000001", closed_on="2025-01-02")

    def test_a_day_that_was_wrong_is_no_longer_covered(self, empty: Workspace) -> None:
        (row,) = add(empty, "referrals", REFERRAL | {"given_on": "2016-03-04"}).ids
        add(empty, "referrals", REFERRAL)
        correct(empty, row, given="2026-03-02")
        assert rows(empty, COVERAGE) == [("referrals", date(2026, 3, 2), date(2026, 3, 4))]

    def test_contacts_and_assessments_too(self, empty: Workspace) -> None:
        do(empty, Batch(add=[("touches", HELP), ("assessments", RATING)]))
        do(
            empty,
            Batch(
                correct=[
                    ("k0000001", {"kind": "ask", "outcome": "declined"}),
                    ("a0000001", {"q02": True, "comfort": 0}),
                ]
            ),
        )
        assert rows(empty, "select kind, outcome from touches") == [("ask", "declined")]
        assert rows(empty, "select q01, q02, comfort from assessments") == [(True, True, 0.0)]
        assert rows(empty, COVERAGE) == [
            ("ask", date(2026, 3, 5), date(2026, 3, 5)),
            ("assessments", date(2026, 3, 6), date(2026, 3, 6)),
        ]

    FILE: ClassVar = {"receiver_present": True, "status": "open", "source_kind": "personal"}
    STANDS = "select people.name, given_on, receiver_present, presence_basis, source_kind, status, prospect from referrals inner join people on person_id = source_id order by referral_id"

    def test_the_files_next_edition_knows_the_row_and_corrects_nothing_back(self, tmp_path: Path) -> None:
        """A log is exported whole every week: what was corrected meanwhile is neither doubled nor lost."""
        workspace = store(tmp_path, log(self.FILE, sha256="a"))
        correct(workspace, "r0000001", source="Cy", given="2026-01-11", present="no", kind="customer", prospect="Acme")
        corrected = [("Cy", date(2026, 1, 11), False, "recorded", "customer", "open", "Acme")]
        assert rows(workspace, self.STANDS) == corrected
        workspace.import_drafts([log(self.FILE, {"given_on": "2026-02-01", "prospect": "X"}, sha256="b")])
        assert rows(workspace, self.STANDS)[:1] == corrected
        assert rows(workspace, "select count(*) from referrals") == [(2,)]
        won = self.FILE | {"status": "won", "closed_on": "2026-03-01"}
        workspace.import_drafts([log(won, sha256="c")])
        assert rows(workspace, self.STANDS)[0] == (*corrected[0][:5], "won", "Acme")
        assert rows(workspace, "select count(*) from referrals") == [(2,)]

    def test_a_file_that_says_something_new_goes_before_a_correction(self, tmp_path: Path) -> None:
        row = {"prospect": "X", "status": "open"}
        workspace = store(tmp_path, log(row, sha256="a"))
        correct(workspace, "r0000001", status="won", present="no")
        workspace.import_drafts([log(row | {"status": "lost"}, sha256="b")])
        assert rows(workspace, "select status, receiver_present, presence_basis from referrals") == [
            ("lost", False, "labelled")
        ]
        workspace.import_drafts([log(row | {"receiver_present": True}, sha256="c")])
        assert rows(workspace, "select status, receiver_present, presence_basis from referrals") == [
            ("open", True, "recorded")
        ]

    def test_a_corrected_row_is_known_after_a_merge_and_holds_no_erased_prospect(self, tmp_path: Path) -> None:
        from data import editing, privacy

        workspace = store(
            tmp_path, log({"prospect": "Zelda"}, {"source": "Ann B", "given_on": "2026-05-01"}, sha256="a")
        )
        correct(workspace, "r0000001", source="Cy", prospect="Acme")
        who = {name: person for person, name in rows(workspace, "select person_id, name from people")}
        workspace.edit("merge", lambda con: editing.merge(con, [(who["Ann B"], who["Ann"])]))
        workspace.import_drafts([log({"prospect": "Zelda"}, {"source": "Ann B", "given_on": "2026-05-01"}, sha256="b")])
        assert rows(workspace, "select count(*) from referrals") == [(2,)]
        privacy.erase(workspace.path, who["Cy"])
        assert rows(workspace, "select said from filed where \"column\" = 'prospect'") == [(None,)]

    def test_one_bad_correction_undoes_the_others(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, {"given_on": "2026-02-10"}))
        with pytest.raises(EntryRefusedError):
            do(workspace, Batch(correct=[("r0000001", {"status": "won"}), ("r0000002", {"amount": "x"})]))
        assert (workspace.version, rows(workspace, "select status from referrals")) == (1, [(None,)] * 2)


class TestDeleting:
    def test_nothing_is_left_of_it(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}))
        (row,) = add(workspace, "referrals", REFERRAL | {"source": "Cy"}).ids
        add(workspace, "referrals", {"given_on": "2026-05-04", "source": "Dee", "receiver": "Bob", "via": row})
        before = exported(workspace)
        do(workspace, Batch(delete=[row]))
        assert rows(workspace, "select referral_id, via, via_referral_id from referrals order by 1") == [
            ("r0000001", None, None),
            ("r0000003", None, None),
        ]
        assert rows(workspace, "select count(*) from relations") == [(2,)]
        assert rows(workspace, COVERAGE)[1:] == [("referrals", date(2026, 5, 4), date(2026, 5, 4))]
        assert rows(workspace, "select sum(referrals) from recv_cube") == [(2,)]
        assert workspace.history()[-1].what == f"Deleted {row}."
        workspace.undo()
        assert exported(workspace) == before

    def test_contacts_and_assessments_with_what_they_covered(self, empty: Workspace) -> None:
        add(empty, "referrals", REFERRAL)
        do(
            empty,
            Batch(
                add=[
                    ("touches", HELP),
                    ("assessments", RATING),
                    ("assessments", RATING | {"assessed_on": "2026-05-01"}),
                ]
            ),
        )
        do(empty, Batch(delete=["k0000001", "a0000001"]))
        assert rows(empty, COVERAGE) == [
            ("assessments", date(2026, 5, 1), date(2026, 5, 1)),
            ("referrals", date(2026, 3, 4), date(2026, 3, 4)),
        ]
        do(empty, Batch(delete=["a0000002"]))
        assert rows(empty, COVERAGE) == [("referrals", date(2026, 3, 4), date(2026, 3, 4))]

    def test_a_row_that_is_not_there(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}))
        with pytest.raises(UsageError, match="no row 'r9' in the log"):
            do(workspace, Batch(delete=["r0000001", "r9"]))
        assert workspace.version == 1


def test_all_of_one_save_is_one_version_and_undone_to_the_same_bytes(tmp_path: Path) -> None:
    workspace = store(tmp_path, members({"name": "Ann"}), log({}, {"given_on": "2026-02-10"}))
    before = exported(workspace)
    batch = Batch([("referrals", REFERRAL), ("touches", HELP)], None, [("r0000001", {"status": "lost"})], ["r0000002"])
    do(workspace, batch)
    assert workspace.version == 3
    assert (
        workspace.history()[-1].what == "Entered 1 referral, 1 contact. Corrected r0000001 (status). Deleted r0000002."
    )
    workspace.undo()
    assert exported(workspace) == before


def test_what_is_shown_for_correcting(tmp_path: Path) -> None:
    workspace = store(
        tmp_path, members({"name": "Ann", "joined_on": "2020-01-01", "profession": "Baker"}), log({"status": "won"})
    )
    do(workspace, Batch(add=[("referrals", REFERRAL), ("touches", HELP), ("assessments", RATING)]))
    with workspace.reader() as reader:
        latest = logbook.latest(reader, None, 10)
        assert latest[["referral_id", "source", "receiver", "entered"]].values.tolist() == [
            ["r0000002", "Ann", "Bob", True],
            ["r0000001", "Ann", "Bob", False],
        ]
        assert logbook.latest(reader, None, 10, open_only=True).referral_id.tolist() == ["r0000002"]
        assert logbook.latest(reader, (), 10).empty
        assert logbook.entered(reader, None, 10)[["row_id", "kind", "one", "other"]].values.tolist() == [
            ["a0000001", "assessment", "Bob", "Ann"],
            ["k0000001", "help", "Bob", "Ann"],
        ]
        assert logbook.entered(reader, ("g0001",), 10).row_id.tolist() == ["k0000001"]
        assert logbook.last_named(reader, None) == {"receiver": "Bob", "from": "Bob", "assessor": "Bob"}
        assert logbook.roll(reader, None)[["name", "profession", "group"]].values.tolist() == [
            ["Ann", "Baker", "Alpha"]
        ]


def test_refusals_are_for_the_user(empty: Workspace) -> None:
    with pytest.raises(NetEffectError) as caught:
        add(empty, "referrals", REFERRAL | {"given_on": ""})
    assert (caught.value.title, caught.value.message) == ("This cannot be saved", "Say the day on which it was given.")
