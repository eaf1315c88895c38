"""What an import makes of names, groups, repeats, overlaps and links."""

# ruff: noqa: E501 tables of cells read better whole
# ruff: noqa: RUF043 the dots of a sentence match themselves

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from store_builders import log, members, rows, store

from data.draft import Question, Reject
from data.importing import QuestionsOpen
from data.store import Workspace
from errors import FileRefusedError

STATUS = "select prospect, status, closed_on, amount from referrals order by referral_id"


def counts(workspace: Workspace, *drafts) -> list[tuple[dict[str, int], int, int]]:
    """(loaded, updated, already there) of each file of one import."""
    outcome = workspace.import_drafts(drafts)
    return [(file.loaded, file.updated, file.already_there) for file in outcome.files]


def test_a_row_arrives_whole(tmp_path: Path) -> None:
    """Every cell of a referral row lands in its column, exact, with the file's row number."""
    row = {
        "ref": "7", "given_on": "2026-01-10", "source_kind": "customer", "prospect": "Ms Prospect", "receiver_present": False,
        "asked": True, "tier": 2, "heat": "4", "status": "won", "closed_on": "2026-02-01", "amount": "999999999999.99",
        "currency": "EUR", "row_no": 17,
    }  # fmt: skip
    workspace = store(tmp_path, log(row))
    assert rows(workspace, "select * from referrals") == [
        ("r0000001", "7", "g0001", date(2026, 1, 10), None, None, "p0000001", "p0000002", "customer", "recorded",
         "Ms Prospect", False, "recorded", True, 2, None, None, "4", "won", date(2026, 2, 1), Decimal("999999999999.99"),
         "EUR", None, 1, 17)
    ]  # fmt: skip
    assert rows(workspace, "select * from people order by 1") == [("p0000001", "Ann"), ("p0000002", "Bob")]
    assert rows(workspace, "select * from groups") == [("g0001", "Alpha", None, None, "EUR", True)]
    assert rows(workspace, "select * from coverage") == [
        ("g0001", "referrals", date(2026, 1, 10), date(2026, 1, 10), 1)
    ]
    assert rows(workspace, "select * from relations") == [("p0000001", "p0000002", None, date(2026, 1, 10))]
    assert rows(workspace, "select * exclude (sha256) from imports") == [
        (1, datetime(2026, 7, 1, 12).astimezone().replace(tzinfo=None), "log.csv", "", "csv", "referral_log", 1, 1, 0, 0, 0, "{}")
    ]  # fmt: skip


def test_ids_follow_the_first_appearance(tmp_path: Path) -> None:
    """Persons are numbered row by row, the source before the receiver, also over several files of one import."""
    workspace = Workspace(tmp_path)
    workspace.import_drafts([log({"source": "Zoe", "receiver": "Ann"}, {"source": "Ann", "receiver": "Kim"}),
                             members({"name": "Kim"}, {"name": "Bea"})])  # fmt: skip
    assert rows(workspace, "select name from people order by person_id") == [("Zoe",), ("Ann",), ("Kim",), ("Bea",)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ann Lee", "ANN  lee", True),
        ("Ann Lee", "Ann\u00a0Lee", True),
        ("Zoe\u0301", "Zo\u00e9", True),
        ("STRAUSS", "Strauß", True),
        ("ΝΙΚΟΣ", "Νίκος", False),  # an accent is another letter
        ("ΝΙΚΟΣ", "νικος", True),
        ("Smith, Bob", "Bob Smith", False),  # never merged silently
        ("José", "Jose", False),
    ],
)
def test_which_spellings_are_one_person(tmp_path: Path, one: str, other: str, same: bool) -> None:
    workspace = store(tmp_path, log({"source": one, "receiver": "Kim"}, {"source": other, "receiver": "Kim"}))
    names = rows(workspace, "select name from people where name <> 'Kim' order by person_id")
    assert names == ([(one,)] if same else [(one,), (other,)])


def test_a_spelling_decided_for_one_group_goes_first(tmp_path: Path) -> None:
    """An alias of a group means its person there and nobody else elsewhere."""
    workspace = store(tmp_path, log({"source": "Ann"}, {"source": "Ann Lee"}))
    ann, lee = (p for (p,) in rows(workspace, "select person_id from people where name <> 'Bob' order by 1"))

    def decide(con):
        con.execute("insert into aliases values ('ann', 'g0001', ?, 'the user')", [lee])
        return "Decided.", {"aliases": 1}

    workspace._change("merge", "local", decide)
    workspace.import_drafts([log({"given_on": "2026-02-01"}, {"given_on": "2026-02-01", "group": "Beta"})])
    given = rows(workspace, "select group_id, source_id from referrals where given_on = '2026-02-01' order by 1")
    assert given == [("g0001", lee), ("g0002", ann)]


class TestGroups:
    def test_without_any_group_one_is_made_and_said(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        outcome = workspace.import_drafts([log({"group": None})])
        assert rows(workspace, "select name from groups") == [("My group",)]
        assert outcome.files[0].notes == ["The file names no group; its rows were put in “My group”."]

    def test_the_only_group_takes_rows_without_one(self, tmp_path: Path) -> None:
        """Whether the group is in the store or in another file of the same import."""
        workspace = Workspace(tmp_path)
        workspace.import_drafts([members({"name": "Bob", "group": None}), log({"group": "Alpha"})])
        workspace.import_drafts([log({"group": None, "given_on": "2026-03-01"})])
        assert rows(workspace, "select group_id, name from groups") == [("g0001", "Alpha")]
        assert rows(workspace, "select distinct group_id from referrals") == [("g0001",)]
        assert rows(workspace, "select distinct group_id from memberships") == [("g0001",)]

    def test_several_groups_and_none_named_is_a_question(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"group": "Alpha"}, {"group": "Beta"}))
        with pytest.raises(QuestionsOpen) as asked:
            workspace.import_drafts([log({"group": None}, name="new.csv")])
        assert asked.value.questions == (
            Question(
                "group", "Which group do the rows of new.csv belong to?", ("Alpha", "Beta"), "--group NAME", "new.csv"
            ),
        )
        assert workspace.version == 1
        workspace.import_drafts([log({"group": None}, name="new.csv", group="beta")])
        assert rows(workspace, "select group_id, count(*) from referrals group by 1 order by 1") == [
            ("g0001", 1),
            ("g0002", 1),
        ]

    def test_the_row_goes_before_the_answer(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"group": "ALPHA "}, {"group": None}, group="Beta"))
        assert rows(workspace, "select name from groups order by group_id") == [("ALPHA",), ("Beta",)]


class TestOverlap:
    JAN = (
        {"prospect": "X", "status": "open"},
        {"prospect": "Y", "status": "won", "amount": "10.00", "currency": "EUR"},
    )

    def test_the_same_file_again_changes_nothing(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log(*self.JAN, sha256="a"))
        outcome = workspace.import_drafts([log(*self.JAN, sha256="a")])
        assert (outcome.version, outcome.changed) == (1, False)
        assert (outcome.files[0].already_there, outcome.files[0].loaded) == (2, {})
        assert outcome.files[0].notes == ["This file was imported before; nothing in it is new."]

    def test_the_same_file_twice_in_one_import_counts_once(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        assert counts(workspace, log(*self.JAN, sha256="a"), log(*self.JAN, sha256="a")) == [
            ({"referrals": 2}, 0, 0),
            ({}, 0, 2),
        ]

    def test_the_same_rows_in_another_file_change_nothing(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log(*self.JAN, sha256="a"))
        outcome = workspace.import_drafts([log(*self.JAN, sha256="b")])
        assert (outcome.version, outcome.changed, outcome.files[0].already_there) == (1, False, 2)

    def test_a_longer_export_adds_what_it_has_more(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log(*self.JAN))
        assert counts(workspace, log(*self.JAN, {"given_on": "2026-02-02", "prospect": "Z"})) == [
            ({"referrals": 1}, 0, 2)
        ]
        assert rows(workspace, "select prospect from referrals order by 1") == [("X",), ("Y",), ("Z",)]

    def test_repeats_inside_a_file_are_kept(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        assert counts(workspace, log({}, {}, {"prospect": "X"}, {"prospect": "X"})) == [({"referrals": 4}, 0, 0)]

    @pytest.mark.parametrize(("first", "second", "stored"), [(1, 2, 2), (2, 1, 2), (2, 3, 3), (3, 3, 3)])
    @pytest.mark.parametrize("row", [{}, {"prospect": "X", "status": "won"}])
    def test_of_identical_rows_the_larger_count_stays(
        self, tmp_path: Path, row: dict, first: int, second: int, stored: int
    ) -> None:
        workspace = store(tmp_path, log(*[row] * first, sha256="a"), log(*[row] * second, sha256="b"))
        assert rows(workspace, "select count(*) from referrals") == [(stored,)]

    def test_a_newer_file_updates_the_row_it_knows(self, tmp_path: Path) -> None:
        """Same group, day, source, receiver and prospect: the row is closed, not doubled; file and line follow."""
        workspace = store(tmp_path, log(*self.JAN, sha256="a"))
        closed = {"prospect": " x", "status": "won", "closed_on": "2026-02-03", "amount": "99.50", "currency": "EUR"}
        assert counts(workspace, log({**closed, "row_no": 40}, sha256="b")) == [({"referrals": 0}, 1, 0)]
        assert rows(workspace, STATUS) == [
            ("X", "won", date(2026, 2, 3), Decimal("99.50")), ("Y", "won", None, Decimal("10.00"))
        ]  # fmt: skip
        assert rows(workspace, "select import_id, row_no from referrals order by referral_id") == [(2, 40), (1, 3)]

    def test_an_empty_cell_never_erases(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log(*self.JAN, sha256="a"))
        bare = log({"prospect": "Y"}, {"given_on": "2026-01-11"}, sha256="b")
        assert counts(workspace, bare) == [({"referrals": 1}, 0, 1)]
        assert rows(workspace, "select status, amount from referrals where prospect = 'Y'") == [
            ("won", Decimal("10.00"))
        ]

    def test_reopening_takes_the_closing_day_away(self, tmp_path: Path) -> None:
        lost = {"prospect": "X", "status": "lost", "closed_on": "2026-02-03"}
        workspace = store(tmp_path, log(lost, sha256="a"), log({"prospect": "X", "status": "open"}, sha256="b"))
        assert rows(workspace, STATUS) == [("X", "open", None, None)]

    def test_without_a_prospect_only_progress_is_the_same_row(self, tmp_path: Path) -> None:
        """An open referral that closes is updated; another outcome on the same day is a second referral."""
        workspace = store(tmp_path, log({"status": "open"}, sha256="a"))
        won = {"status": "won", "closed_on": "2026-02-01", "amount": "5.00", "currency": "EUR"}
        assert counts(workspace, log(won, sha256="b")) == [({"referrals": 0}, 1, 0)]
        assert counts(workspace, log({**won, "amount": "7.00"}, sha256="c")) == [({"referrals": 1}, 0, 0)]

    def test_their_own_id_is_the_key(self, tmp_path: Path) -> None:
        """The row with the same id is the same row, whatever else was corrected; another id is another row."""
        workspace = store(tmp_path, log({"ref": "1", "prospect": "X"}, {"ref": "2", "prospect": "X"}, sha256="a"))
        fixed = log({"ref": "1", "prospect": "X Ltd", "given_on": "2026-01-12", "receiver": "Kim"}, {"ref": "3", "prospect": "X"},
                    sha256="b")  # fmt: skip
        assert counts(workspace, fixed) == [({"referrals": 1}, 1, 0)]
        assert rows(workspace, """select ref, given_on, name, prospect from referrals
            inner join people on person_id = receiver_id order by ref""") == [
            ("1", date(2026, 1, 12), "Kim", "X Ltd"), ("2", date(2026, 1, 10), "Bob", "X"), ("3", date(2026, 1, 10), "Bob", "X")
        ]  # fmt: skip

    def test_an_id_that_a_file_repeats_folds_nothing(self, tmp_path: Path) -> None:
        twice = ({"ref": "1", "prospect": "X"}, {"ref": "1", "prospect": "Y"})
        workspace = store(tmp_path, log(*twice, sha256="a"))
        assert counts(workspace, log(*twice, {"ref": "2"}, sha256="b")) == [({"referrals": 1}, 0, 2)]

    def test_ids_that_come_later_are_learned(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"prospect": "X"}, sha256="a"))
        assert counts(workspace, log({"prospect": "X", "ref": "9"}, sha256="b")) == [({"referrals": 0}, 1, 0)]
        assert rows(workspace, "select ref, prospect from referrals") == [("9", "X")]

    def test_period_rows_match_on_their_period(self, tmp_path: Path) -> None:
        row = {"given_on": None, "period_from": "2026-01-01", "period_to": "2026-01-31", "prospect": "X"}
        workspace = store(tmp_path, log({**row, "status": "open"}, sha256="a"))
        later = {**row, "period_from": "2026-02-01", "period_to": "2026-02-28"}
        assert counts(workspace, log({**row, "status": "lost"}, later, sha256="b")) == [({"referrals": 1}, 1, 0)]
        assert rows(workspace, 'select "from", "to" from coverage order by 1') == [
            (date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 1, 1), date(2026, 2, 28))
        ]  # fmt: skip

    def test_groups_do_not_mix(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"prospect": "X"}))
        assert counts(workspace, log({"prospect": "X", "group": "Beta"})) == [({"referrals": 1}, 0, 0)]


class TestVia:
    def test_by_ref_by_name_or_not_at_all(self, tmp_path: Path) -> None:
        """Their id first; else the only earlier prospect of that name; what is not found, or not single, is said."""
        draft = log(
            {"ref": "1", "prospect": "Sally"},
            {"ref": "2", "prospect": "Jim", "given_on": "2026-01-11", "via": "1"},
            {"ref": "3", "prospect": "Sue", "given_on": "2026-01-12", "via": "jim"},
            {"ref": "4", "prospect": "Tom", "given_on": "2026-01-13"},
            {"ref": "5", "prospect": "Tom", "given_on": "2026-01-13"},
            {"ref": "6", "prospect": "A", "given_on": "2026-01-14", "via": "Tom"},
            {"ref": "7", "prospect": "B", "given_on": "2026-01-09", "via": "Sally"},
        )
        outcome = Workspace(tmp_path).import_drafts([draft])
        assert rows(Workspace(tmp_path), "select ref, via_referral_id from referrals where via is not null order by 1") == [
            ("2", "r0000001"), ("3", "r0000002"), ("6", None), ("7", None)
        ]  # fmt: skip
        assert outcome.files[0].notes == [
            "2 rows name an earlier referral that cannot be found in the log, or not as a single one (such as “Sally”); "
            "the link is left empty."
        ]

    def test_the_same_day_never_closes_a_circle(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"prospect": "A", "via": "B"}, {"prospect": "B", "via": "A"}))
        assert rows(workspace, "select prospect, via_referral_id from referrals order by 1") == [
            ("A", None),
            ("B", "r0000001"),
        ]

    def test_an_earlier_log_that_comes_later_closes_the_link(self, tmp_path: Path) -> None:
        workspace = store(
            tmp_path, log({"prospect": "Jim", "given_on": "2026-05-01", "via": "Sally"}), log({"prospect": "Sally"})
        )
        assert rows(workspace, "select via_referral_id from referrals where prospect = 'Jim'") == [("r0000002",)]


class TestMembers:
    SPELLS = (
        "select name, joined_on, left_on, profession from memberships inner join people using (person_id) order by 1, 2"
    )

    def test_a_spell_listed_again_is_there_and_its_end_is_learned(self, tmp_path: Path) -> None:
        workspace = store(
            tmp_path, members({"name": "Ann", "joined_on": "2020-01-01"}, {"name": "Bob", "joined_on": "2021-01-01"})
        )
        again = members({"name": "ann", "joined_on": "2020-01-01", "left_on": "2023-05-01", "profession": "Baker"},
                        {"name": "Bob", "joined_on": "2021-01-01"}, {"name": "Ann", "joined_on": "2025-01-01"})  # fmt: skip
        assert counts(workspace, again) == [({"memberships": 1}, 1, 1)]
        assert rows(workspace, self.SPELLS) == [
            ("Ann", date(2020, 1, 1), date(2023, 5, 1), "Baker"), ("Ann", date(2025, 1, 1), None, None),
            ("Bob", date(2021, 1, 1), None, None),
        ]  # fmt: skip

    def test_a_list_without_dates_adds_no_second_spell(self, tmp_path: Path) -> None:
        """And one with dates gives the spell without a date its start."""
        workspace = store(tmp_path, members({"name": "Ann", "joined_on": "2020-01-01"}, {"name": "Bob"}))
        assert counts(workspace, members({"name": "Ann"}, {"name": "Bob", "joined_on": "2022-02-02"})) == [
            ({"memberships": 0}, 1, 1)
        ]
        assert rows(workspace, self.SPELLS) == [
            ("Ann", date(2020, 1, 1), None, None),
            ("Bob", date(2022, 2, 2), None, None),
        ]

    def test_one_person_in_two_groups_is_one_person(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Ann"}, {"name": "Ann", "group": "Beta"}))
        assert rows(workspace, "select person_id, group_id from memberships order by 2") == [
            ("p0000001", "g0001"), ("p0000001", "g0002")
        ]  # fmt: skip

    def test_a_member_on_the_day_is_a_member_source(self, tmp_path: Path) -> None:
        """Inside [joined, left) of a spell of the same group, where the file does not say; the file's own word stays."""
        listed = members(
            {"name": "Ann", "joined_on": "2026-01-10", "left_on": "2026-01-20"}, {"name": "Kim", "group": "Beta"}
        )
        days = ("2026-01-09", "2026-01-10", "2026-01-19", "2026-01-20")
        draft = log(*({"given_on": day} for day in days), {"source_kind": "customer"}, {"source": "Kim"})
        expected = [(None, "none"), ("member", "recorded"), ("member", "recorded"), (None, "none"), ("customer", "recorded"),
                    (None, "none")]  # fmt: skip
        kinds = "select source_kind, source_kind_basis from referrals order by referral_id"
        before, after, together = (Workspace(tmp_path / name) for name in ("before", "after", "together"))
        for workspace, order in (
            (before, [[listed], [draft]]),
            (after, [[draft], [listed]]),
            (together, [[draft, listed]]),
        ):
            for files in order:
                workspace.import_drafts(files)
            assert rows(workspace, kinds) == expected

    def test_a_corrected_spell_withdraws_what_followed_from_it(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Ann", "joined_on": "2026-01-01"}), log({}))
        workspace.import_drafts([members({"name": "Ann", "joined_on": "2026-01-01", "left_on": "2026-01-05"})])
        assert rows(workspace, "select source_kind, source_kind_basis from referrals") == [(None, "none")]
        assert rows(workspace, "select count(*) from implied_kinds") == [(0,)]

    def test_an_implied_kind_does_not_make_an_overlap_look_new(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Ann"}), log({}, sha256="a"))
        assert workspace.import_drafts([log({}, sha256="b")]).changed is False


class TestRejects:
    BAD = Reject(9, "date", "31.31.2026", "This is no date.", "31.31.2026,Ann,Bob")

    def test_bad_rows_are_kept_beside_the_good(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, rejects=[self.BAD]))
        assert rows(workspace, "select * from rejects") == [
            (1, 9, "date", "31.31.2026", "This is no date.", "31.31.2026,Ann,Bob")
        ]
        assert rows(workspace, "select rows_read, rows_loaded, rows_rejected from imports") == [(2, 1, 1)]

    def test_strict_refuses_the_file_whole(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        with pytest.raises(
            FileRefusedError, match="1 of 2 rows of log.csv cannot be loaded.*nothing was changed.*row 9"
        ):
            workspace.import_drafts([log({}, rejects=[self.BAD])], strict=True)
        assert workspace.version is None

    def test_money_that_the_store_cannot_hold_is_a_reject(self, tmp_path: Path) -> None:
        workspace = Workspace(tmp_path)
        draft = log({"amount": "1" * 13, "currency": "EUR"}, {"amount": "1", "currency": "EUR"})
        (file,) = workspace.import_drafts([draft]).files
        assert (file.loaded, [(r.row_no, r.column) for r in file.rejected]) == ({"referrals": 1}, [(2, "amount")])

    def test_open_questions_are_asked_before_anything_is_stored(self, tmp_path: Path) -> None:
        question = Question("date_order", "Day first?", ("dmy", "mdy"), "--date-order", "log.csv")
        with pytest.raises(QuestionsOpen) as asked:
            Workspace(tmp_path / "new").import_drafts([log({}, questions=[question])])
        assert asked.value.questions == (question,)
        assert not (tmp_path / "new").exists()


def test_a_file_with_a_period_covers_its_period(tmp_path: Path) -> None:
    workspace = store(tmp_path, log({}, period="2026-01-01:2026-01-31"))
    assert rows(workspace, 'select "from", "to" from coverage') == [(date(2026, 1, 1), date(2026, 1, 31))]


def test_two_hundred_thousand_rows_arrive_and_overlap_exactly(tmp_path: Path) -> None:
    """Beyond DuckDB's row groups and threads: as many rows as were given, and none of them twice."""
    many = [
        {"given_on": None, "period_from": "2026-01-01", "period_to": "2026-01-31", "prospect": f"P {i}"}
        for i in range(200_000)
    ]
    draft = log(*many, sha256="a")
    workspace = store(tmp_path, draft)
    assert rows(workspace, "select count(*), count(distinct prospect), max(referral_id) from referrals") == [
        (200_000, 200_000, "r0200000")
    ]
    again = log({"prospect": "new"}, sha256="b")
    again.frames["referrals"] = draft.frames["referrals"].assign(status="won")
    assert counts(workspace, again) == [({"referrals": 0}, 200_000, 0)]
