"""Thanks, touches, attendance, period totals and assessments: what is stored of them, and what an overlap makes of it."""

# ruff: noqa: E501 tables of cells read better whole

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from store_builders import log, members, rows, slips, store

from data.draft import OTHER_GROUP, Reject
from data.importing import QuestionsOpen
from data.store import Workspace
from errors import FileRefusedError

D = date
WEEK = {"given_on": "2026-01-14"}
THANK = {**WEEK, "to": "Bob", "amount": "500.00", "currency": "EUR"}
MEETING = {"happened_on": "2026-01-14", "kind": "one_to_one", "from": "Ann", "to": "Bob"}
PRESENT = {"name": "Ann", "meeting_on": "2026-01-14", "status": "P"}
TOTALS = {"name": "Ann", "period_from": "2026-01-01", "period_to": "2026-06-30", "p": 20.0, "a": 2.0, "rgo": 7.0}
RATING = {"assessed_on": "2026-01-14", "assessor": "Ann", "source": "Bob", "q01": True, "q13": False, "comfort": 7.5}
BOTH = ("2026-01-08", "2026-01-14")


def counts(workspace: Workspace, *drafts) -> list[tuple[dict[str, int], int, int, int]]:
    """(loaded, rows loaded, rows updated, rows already there) of each file of one import."""
    files = workspace.import_drafts(drafts).files
    return [(file.loaded, file.rows_loaded, file.updated, file.already_there) for file in files]


def test_every_cell_of_every_kind_arrives(tmp_path: Path) -> None:
    workspace = store(tmp_path, slips(
        thanks=[{**THANK, "from": "Kim", "tier": 1, "amount": "-12.50", "counterpart_group": "Beta", "group": "Alpha"}],
        touches=[{**MEETING, "purpose": "know", "outcome": "good", "quantity": 2.0, "counterpart_group": "Beta"}],
        attendance=[PRESENT],
        snapshots=[{**TOTALS, "tyfcb": "10000000000.01", "currency": "EUR", "official_score": 70.0}, {"row_label": "Total", "p": 900.0}],
        assessments=[RATING],
    ))  # fmt: skip
    names = dict(rows(workspace, "select person_id, name from people"))
    assert sorted(names.values()) == ["Ann", "Bob", "Kim"]
    ann, bob, kim = (next(i for i, n in names.items() if n == name) for name in ("Ann", "Bob", "Kim"))
    assert rows(workspace, "select * from thanks") == [
        ("t0000001", "g0001", D(2026, 1, 14), None, None, kim, bob, Decimal("-12.50"), "EUR", 1, "Beta", 1, 2)
    ]
    assert rows(workspace, "select * from touches") == [
        ("k0000001", "g0001", D(2026, 1, 14), None, None, ann, bob, "one_to_one", "know", "good", 2.0, "Beta", 1, 3)
    ]
    assert rows(workspace, "select * from attendance") == [("g0001", ann, D(2026, 1, 14), "P", 1, 4)]
    assert rows(workspace, "select person_id, row_label, period_from, p, m, rgo, tyfcb, currency, official_score, row_no from snapshots order by row_no") == [
        (ann, None, D(2026, 1, 1), 20.0, None, 7.0, Decimal("10000000000.01"), "EUR", 70.0, 5),
        (None, "Total", None, 900.0, None, None, None, None, None, 6),
    ]  # fmt: skip
    assert rows(workspace, "select assessment_id, assessed_on, assessor_id, source_id, q01, q02, q13, comfort, perceived_value, import_id, row_no from assessments") == [
        ("a0000001", D(2026, 1, 14), ann, bob, True, None, False, 7.5, None, 1, 7)
    ]  # fmt: skip
    assert rows(workspace, "select * from relations") == [(bob, ann, None, D(2026, 1, 14))]


@pytest.mark.parametrize(
    ("table", "row"),
    [("thanks", THANK), ("touches", MEETING), ("attendance", PRESENT), ("snapshots", TOTALS), ("assessments", RATING)],
)
class TestOverlap:
    @pytest.mark.parametrize(("first", "second", "stored"), [(1, 1, 1), (1, 2, 2), (2, 1, 2), (2, 3, 3)])
    def test_of_identical_rows_the_larger_count_stays(
        self, tmp_path: Path, table: str, row: dict, first: int, second: int, stored: int
    ) -> None:
        one = slips(**{table: [row] * first}, sha256="a")
        two = slips(**{table: [row] * second}, sha256="b")
        workspace = store(tmp_path, one)
        new = max(0, second - first)
        assert counts(workspace, two) == [({table: new}, new, 0, second - new)]
        assert rows(workspace, f"select count(*) from {table}") == [(stored,)]

    def test_the_same_rows_in_another_file_make_no_version(self, tmp_path: Path, table: str, row: dict) -> None:
        workspace = store(tmp_path, slips(**{table: [row]}, sha256="a"))
        assert workspace.import_drafts([slips(**{table: [row]}, sha256="b")]).changed is False

    def test_groups_do_not_mix(self, tmp_path: Path, table: str, row: dict) -> None:
        workspace = store(tmp_path, slips(**{table: [{**row, "group": "Alpha"}]}))
        loaded = counts(workspace, slips(**{table: [{**row, "group": "Beta"}]}))[0][0]
        assert loaded == {table: 0 if table == "assessments" else 1}  # ratings belong to persons, not to groups


class TestNewerFiles:
    def test_a_blank_is_filled_and_another_word_is_another_row(self, tmp_path: Path) -> None:
        bare = {**THANK, "currency": None}
        workspace = store(tmp_path, slips(thanks=[bare], touches=[MEETING], sha256="a"))
        again = slips(
            thanks=[{**THANK, "row_no": 9}], touches=[{**MEETING, "purpose": "know", "row_no": 10}], sha256="b"
        )
        assert counts(workspace, again) == [({"thanks": 0, "touches": 0}, 0, 2, 0)]
        assert rows(workspace, "select currency, import_id, row_no from thanks") == [("EUR", 2, 9)]
        other = slips(
            thanks=[{**THANK, "currency": "USD"}],
            touches=[{**MEETING, "purpose": "trust"}, {**MEETING, "kind": "help"}],
        )
        assert counts(workspace, other) == [({"thanks": 1, "touches": 2}, 3, 0, 0)]

    def test_a_correction_of_attendance_totals_and_ratings_replaces_them(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, slips(attendance=[PRESENT], snapshots=[TOTALS, {**TOTALS, "name": None, "row_label": "BNI"}],
                                          assessments=[RATING]))  # fmt: skip
        newer = slips(
            attendance=[{**PRESENT, "status": "M"}],
            snapshots=[{**TOTALS, "p": 21.0, "rgo": None}, {**TOTALS, "name": None, "row_label": "BNI"}],
            assessments=[{**RATING, "q02": True}],
        )
        assert counts(workspace, newer) == [({"attendance": 0, "snapshots": 0, "assessments": 0}, 0, 3, 1)]
        assert rows(workspace, "select status, import_id from attendance") == [("M", 2)]
        assert rows(workspace, "select row_label, p, rgo from snapshots order by 1") == [
            ("BNI", 20.0, 7.0),
            (None, 21.0, 7.0),
        ]
        assert rows(workspace, "select q01, q02 from assessments") == [(True, True)]

    def test_totals_of_overlapping_periods_stand_beside_one_another(self, tmp_path: Path) -> None:
        workspace = store(
            tmp_path, slips(snapshots=[TOTALS]), slips(snapshots=[{**TOTALS, "period_from": "2026-04-01"}])
        )
        assert rows(workspace, "select count(*) from snapshots") == [(2,)]


class TestRowsOfAFile:
    FULL = slips(
        referrals=[{"given_on": "2026-01-14", "source": "Ann", "receiver": "Zed", "source_kind": "member", "counterpart_group": "Beta", "tier": 1}],
        thanks=[THANK],
        touches=[MEETING, {"happened_on": "2026-01-14", "kind": "education", "from": "Ann", "quantity": 3.0}],
        members=[{"name": "Ann", "row_no": 2}, {"name": "Zed", "group": "Beta", "row_no": 2}, {"name": "Bob", "row_no": 3}],
        covers=dict.fromkeys(("referrals", "thanks", "one_to_one", "visitor", "education"), BOTH),
    )  # fmt: skip

    def test_members_that_events_name_are_extra(self, tmp_path: Path) -> None:
        """Four rows of the file, seven of the store; and a second reading finds every one of the four."""
        workspace = store(tmp_path, self.FULL)
        assert rows(workspace, "select rows_read, rows_loaded, rows_updated, rows_already_there, rows_rejected from imports") == [
            (4, 4, 0, 0, 0)
        ]  # fmt: skip
        assert rows(workspace, "select counterpart_group, source_kind, source_kind_basis from referrals") == [
            ("Beta", "member", "recorded")
        ]
        frames = {table: frame.to_dict("records") for table, frame in self.FULL.frames.items()}
        again = slips(**frames, sha256="again")
        assert counts(workspace, again) == [({"referrals": 0, "thanks": 0, "touches": 0, "memberships": 0}, 0, 0, 4)]

    def test_a_row_is_new_if_anything_that_came_of_it_is(self, tmp_path: Path) -> None:
        """One row with a mark and a total, one with a known mark, one of a member alone."""
        workspace = store(tmp_path, slips(attendance=[PRESENT, {**PRESENT, "name": "Bob"}], members=[{"name": "Ann"}]))
        more = slips(
            attendance=[{**PRESENT, "row_no": 2}, {**PRESENT, "name": "Bob", "row_no": 3}],
            snapshots=[{**TOTALS, "row_no": 2}],
            members=[{"name": "Ann", "row_no": 2}, {"name": "Bob", "row_no": 3}, {"name": "Kim", "row_no": 4}],
        )
        assert counts(workspace, more) == [({"attendance": 0, "snapshots": 1, "memberships": 2}, 2, 0, 1)]

    def test_a_row_of_marks_or_of_two_spells_is_one_row(self, tmp_path: Path) -> None:
        marks = [{**PRESENT, "meeting_on": f"2026-01-{day}", "row_no": 2} for day in ("07", "14", "21")]
        workspace = Workspace(tmp_path)
        assert counts(workspace, slips(attendance=marks)) == [({"attendance": 3}, 1, 0, 0)]
        assert counts(workspace, slips(attendance=[*marks, {**PRESENT, "name": "Bob"}], sha256="b")) == [
            ({"attendance": 1}, 1, 0, 1)
        ]
        spells = members(
            {"name": "Ann", "joined_on": "2020-01-01", "row_no": 2},
            {"name": "Ann", "joined_on": "2024-01-01", "row_no": 2},
        )
        spells.frames["members"]["group"] = None
        assert counts(workspace, spells) == [({"memberships": 2}, 1, 0, 0)]

    def test_the_history_names_what_came(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, self.FULL)
        assert workspace.history()[-1].what == (
            "Imported slips.xls: 1 referral, 1 thank-you, 2 contacts and 3 memberships added."
        )

    @pytest.mark.parametrize(
        ("table", "row", "column", "reason"),
        [
            ("thanks", {**THANK, "amount": "1" * 13}, "amount", "The amount is no number below a million million."),
            ("snapshots", {**TOTALS, "tyfcb": "x"}, "tyfcb", "The amount is no number below a million million."),
            ("touches", {**MEETING, "kind": None}, "kind", "The row does not say what took place."),
            ("attendance", {**PRESENT, "meeting_on": None}, "meeting_on", "The row has no day."),
            ("attendance", {**PRESENT, "name": None}, "name", "The row names nobody."),
        ],
    )
    def test_what_the_store_cannot_hold_is_a_reject(
        self, tmp_path: Path, table: str, row: dict, column: str, reason: str
    ) -> None:
        good = {"thanks": THANK, "snapshots": TOTALS, "touches": MEETING, "attendance": PRESENT}[table]
        (file,) = Workspace(tmp_path).import_drafts([slips(**{table: [good, row]})]).files
        assert (file.loaded, file.rows_loaded) == ({table: 1}, 1)
        assert [(r.row_no, r.column, r.reason) for r in file.rejected] == [(3, column, reason)]


class TestMembersWithoutDates:
    SPELLS = """select people.name, groups.name, joined_on, left_on, renews_on from memberships inner join people using (person_id)
      inner join groups using (group_id) order by 1, 2, 3"""  # fmt: skip
    DATED = members({"name": "Ann", "joined_on": "2020-01-01", "left_on": "2025-01-01", "renews_on": "2024-12-01"})
    UNDATED = slips(
        touches=[{**MEETING, "group": "Alpha"}], members=[{"name": "Ann"}, {"name": "Ann", "group": OTHER_GROUP}]
    )

    @pytest.mark.parametrize("dated_first", [True, False])
    def test_no_second_spell_and_no_date_lost(self, tmp_path: Path, dated_first: bool) -> None:
        order = (self.DATED, self.UNDATED) if dated_first else (self.UNDATED, self.DATED)
        workspace = Workspace(tmp_path)
        for draft in order:
            workspace.import_drafts([draft])
        assert rows(workspace, self.SPELLS) == [
            ("Ann", "Alpha", D(2020, 1, 1), D(2025, 1, 1), D(2024, 12, 1)), ("Ann", OTHER_GROUP, None, None, None)
        ]  # fmt: skip

    def test_beside_a_dated_row_of_the_same_file(self, tmp_path: Path) -> None:
        listed = members({"name": "Ann"}, {"name": "Ann", "joined_on": "2020-01-01"}, {"name": "Bob"})
        (file,) = Workspace(tmp_path).import_drafts([listed]).files
        assert (file.loaded, file.already_there) == ({"memberships": 2}, 1)

    def test_a_giver_with_an_undated_spell_is_a_member(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Ann"}), log({}, {"source": "Kim"}))
        assert rows(workspace, "select source_kind from referrals order by 1 nulls last") == [("member",), (None,)]


class TestHomeGroups:
    ALPHA = slips(touches=[{**MEETING, "group": "Alpha"}], members=[{"name": "Bob", "group": "Beta"}, {"name": "Ann"}])

    def test_a_counterparts_group_is_not_asked_for(self, tmp_path: Path) -> None:
        """Nor takes it rows without a group; a plain name beside events is of the group of those events."""
        workspace = store(tmp_path, self.ALPHA, slips(attendance=[PRESENT]))
        assert rows(workspace, "select name, home from groups order by 1") == [("Alpha", True), ("Beta", False)]
        assert rows(workspace, "select distinct group_id from attendance") == [("g0001",)]
        assert rows(workspace, "select name, group_id from memberships inner join people using (person_id) order by 1") == [
            ("Ann", "g0001"), ("Bob", "g0002")
        ]  # fmt: skip

    def test_its_own_records_make_it_a_home_group(self, tmp_path: Path) -> None:
        """Events, or a member list of its own."""
        for kept in (slips(attendance=[{**PRESENT, "group": "beta"}]), members({"name": "Kim", "group": "Beta"})):
            workspace = store(tmp_path / kept.layout, self.ALPHA, kept)
            assert rows(workspace, "select name from groups where home order by 1") == [("Alpha",), ("Beta",)]
            with pytest.raises(QuestionsOpen) as asked:
                workspace.import_drafts([slips(attendance=[PRESENT], name="new.xls")])
            assert asked.value.questions[0].choices == ("Alpha", "Beta")

    def test_counterparts_alone_leave_rows_without_a_home(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, slips(touches=[MEETING], members=[{"name": "Bob", "group": "Beta"}]))
        assert rows(workspace, "select name, home from groups order by group_id") == [
            ("Beta", False),
            ("My group", True),
        ]
        assert rows(workspace, "select name from groups inner join touches using (group_id)") == [("My group",)]

    def test_my_group_takes_the_name_that_a_file_of_the_same_people_brings(self, tmp_path: Path) -> None:
        """Whichever comes first, the export that names the chapter or the one that does not."""
        named = slips(
            snapshots=[{**TOTALS, "name": name, "group": "Alpha "} for name in ("Ann", "Bob", "Kim", "Lea", "Tim")]
        )
        for name, order in (("first", (named, slips(touches=[MEETING]))), ("last", (slips(touches=[MEETING]), named))):
            workspace = store(tmp_path / name, *order)
            assert rows(workspace, "select group_id, name, home from groups") == [("g0001", "Alpha", True)]
        workspace.undo()
        (file,) = workspace.import_drafts([named]).files
        assert file.notes == ["The group “My group” is called “Alpha” from now on, as this file names it."]

    def test_other_people_or_an_answered_name_are_another_group(self, tmp_path: Path) -> None:
        others = slips(touches=[{**MEETING, "from": "Eve", "to": "Zoe", "group": "Beta"}])
        answered = slips(attendance=[PRESENT], answers={"group": "Beta"})
        for name, draft in (("others", others), ("answered", answered)):
            workspace = store(tmp_path / name, slips(touches=[MEETING]), draft)
            assert rows(workspace, "select name from groups order by group_id") == [("My group",), ("Beta",)]

    def test_a_counterparts_group_has_no_coverage(self, tmp_path: Path) -> None:
        assert rows(store(tmp_path, self.ALPHA), "select distinct group_id from coverage") == [("g0001",)]


class TestCoverage:
    KINDS = 'select record_kind, "from", "to" from coverage order by 1'

    def test_what_a_file_says_and_what_its_rows_say(self, tmp_path: Path) -> None:
        """A kind without a row is covered if the file says so; one that it does not name, from first to last day."""
        draft = slips(
            thanks=[THANK], touches=[MEETING, {**MEETING, "kind": "help"}, {**MEETING, "kind": "help", "happened_on": "2026-01-20"}],
            attendance=[PRESENT], snapshots=[TOTALS], assessments=[RATING],
            covers={"referrals": BOTH, "thanks": BOTH, "one_to_one": BOTH, "visitor": BOTH, "attendance": None},
        )  # fmt: skip
        eighth, day = D(2026, 1, 8), D(2026, 1, 14)
        assert rows(store(tmp_path, draft), self.KINDS) == [
            ("assessments", day, day), ("attendance", day, day), ("help", day, D(2026, 1, 20)), ("one_to_one", eighth, day),
            ("referrals", eighth, day), ("snapshots", D(2026, 1, 1), D(2026, 6, 30)), ("thanks", eighth, day), ("visitor", eighth, day),
        ]  # fmt: skip

    def test_a_quiet_week_is_covered(self, tmp_path: Path) -> None:
        """A file without a row that speaks for a week: the week is a zero from then on, and known the second time."""
        workspace = store(tmp_path, log({}), slips(covers={"referrals": BOTH, "visitor": BOTH}))
        assert rows(workspace, "select group_id, record_kind, import_id from coverage order by all") == [
            ("g0001", "referrals", 1), ("g0001", "referrals", 2), ("g0001", "visitor", 2)
        ]  # fmt: skip
        assert workspace.history()[-1].what == "Imported slips.xls: no rows, but the days that it covers."
        assert workspace.import_drafts([slips(covers={"visitor": BOTH}, sha256="b")]).changed is False

    def test_an_answered_period_covers_what_the_file_holds(self, tmp_path: Path) -> None:
        draft = slips(thanks=[THANK], answers={"period": "2026-01-01:2026-01-31"})
        assert rows(store(tmp_path, draft), self.KINDS) == [("thanks", D(2026, 1, 1), D(2026, 1, 31))]
        named = slips(thanks=[THANK], answers={"period": "name-day"})
        assert rows(store(tmp_path / "b", named), self.KINDS) == [("thanks", D(2026, 1, 14), D(2026, 1, 14))]


def span(first: str, last: str) -> dict[str, str]:
    return {"period_from": f"2026-{first}", "period_to": f"2026-{last}"}


class TestTwice:
    """Rows that have only a period cannot be told from those of an overlapping one."""

    JANUARY = slips(
        touches=[{"kind": "one_to_one", "from": "Ann", "to": "Bob", "group": "Alpha", **span("01-01", "01-31")}],
        name="jan.xls",
        sha256="a",
    )

    def refused(self, workspace: Workspace, draft) -> str:
        before = workspace.version
        with pytest.raises(FileRefusedError) as error:
            workspace.import_drafts([draft])
        assert workspace.version == before
        return str(error.value)

    def test_an_overlapping_period_is_refused(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, self.JANUARY)
        quarter = slips(
            touches=[{"kind": "one_to_one", "from": "Kim", "to": "Bob", **span("01-15", "03-31")}], name="q1.xls"
        )
        assert self.refused(workspace, quarter) == (
            "q1.xls holds one-to-ones of 2026-01-15 to 2026-03-31, and jan.xls holds one-to-ones of 2026-01-01 to 2026-01-31: "
            "what took place in both would count twice. Nothing was changed. Undo the import of jan.xls, or export only the "
            "days that are missing."
        )  # fmt: skip

    @pytest.mark.parametrize(
        "row",
        [
            {"kind": "one_to_one", **span("02-01", "02-28")},  # the next month
            {"kind": "visitor", **span("01-15", "02-28")},  # another kind of record
            {"kind": "one_to_one", **span("01-01", "01-31")},  # the same period: told apart by content
            {"kind": "one_to_one", "group": "Beta", **span("01-15", "02-28")},
        ],
    )
    def test_what_cannot_count_twice_is_taken(self, tmp_path: Path, row: dict) -> None:
        draft = slips(touches=[{"from": "Kim", "to": "Bob", "group": "Alpha", **row}])
        assert counts(store(tmp_path, self.JANUARY), draft)[0][0] == {"touches": 1}

    def test_days_inside_the_period_of_the_same_export_are_refused_and_of_another_said(self, tmp_path: Path) -> None:
        dated = {"touches": [{**MEETING, "group": "Alpha"}]}
        assert "jan.xls holds one-to-ones of 2026-01-01 to 2026-01-31" in self.refused(
            store(tmp_path / "a", self.JANUARY), slips(**dated)
        )
        assert (
            "holds one-to-ones of 2026-01-01 to 2026-01-31, and slips.xls holds one-to-ones of 2026-01-14:"
            in self.refused(store(tmp_path / "b", slips(**dated)), self.JANUARY)
        )
        (file,) = store(tmp_path / "c", self.JANUARY).import_drafts([slips(**dated, layout="r2y")]).files
        assert file.loaded == {"touches": 1}
        assert file.notes == [
            "It holds one-to-ones of 2026-01-14, and jan.xls holds one-to-ones of 2026-01-01 to 2026-01-31: what stands in both "
            "files counts twice."
        ]  # fmt: skip

    def test_the_same_file_for_another_day_is_refused(self, tmp_path: Path) -> None:
        one = slips(touches=[MEETING], sha256="a", answers={"period": "2026-01-14"})
        other = slips(touches=[{**MEETING, "happened_on": "2026-01-21"}], sha256="a", answers={"period": "2026-01-21"})
        workspace = store(tmp_path, one)
        assert self.refused(workspace, other) == (
            "slips.xls was imported before for 2026-01-14: for 2026-01-21 its rows would count twice. Nothing was changed. Undo "
            "that import first if its day or period was wrong."
        )  # fmt: skip
        workspace.undo()
        assert workspace.import_drafts([other]).changed

    def test_a_longer_cover_of_the_same_rows_is_no_repeat(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, sha256="a", period="2026-01-01:2026-01-31"))
        assert workspace.import_drafts([log({}, sha256="a", period="2026-01-01:2026-02-28")]).changed


def test_a_file_whose_rows_are_all_refused_is_kept_once(tmp_path: Path) -> None:
    """Its rejects can be looked up and mended; the same file again is known."""
    bad = log(rejects=[Reject(2, "date", "31.31.2026", "This is no date.", "31.31.2026,Ann,Bob")])
    workspace = Workspace(tmp_path)
    assert workspace.import_drafts([bad]).version == 1
    assert rows(workspace, "select row_no, value from rejects") == [(2, "31.31.2026")]
    assert rows(workspace, "select rows_read, rows_loaded, rows_rejected from imports") == [(1, 0, 1)]
    assert workspace.history()[-1].what == "Imported log.csv: 1 row rejected."
    assert workspace.import_drafts([bad]).changed is False
    assert workspace.version == 1


def test_the_earliest_trace_of_a_pair_counts(tmp_path: Path) -> None:
    """A one-to-one before the first referral, whoever entered it and in whatever order the files came."""
    met = slips(touches=[{**MEETING, "from": "Bob", "to": "Ann", "happened_on": "2025-11-03", "group": "Alpha"}])
    for name, order in (("before", (met, log({}))), ("after", (log({}), met))):
        workspace = store(tmp_path / name, *order)
        assert rows(workspace, """select source.name, receiver.name, first_known_on from relations
          inner join people as source on source.person_id = source_id
          inner join people as receiver on receiver.person_id = receiver_id""") == [("Ann", "Bob", D(2025, 11, 3))]  # fmt: skip
