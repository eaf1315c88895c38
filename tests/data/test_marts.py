"""What each mart counts, cell by cell, on logs small enough to count by hand."""

# ruff: noqa: E501 tables of cells read better whole

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from store_builders import log, members, rows, slips, store

from data.engines.duckdb import MARTS, mart_sql
from data.store import Workspace

D = date


def table(workspace: Workspace, mart: str, columns: str, where: str = "true") -> list[tuple]:
    return rows(workspace, f"select {columns} from {mart} where {where} order by all nulls first")


class TestCovered:
    def test_overlapping_and_adjoining_imports_are_one_stretch(self, tmp_path: Path) -> None:
        """A stretch is half-open; a day that no import speaks for breaks it."""
        spans = ("2026-01-01:2026-01-31", "2026-02-01:2026-02-28", "2026-02-10:2026-02-15", "2026-03-02:2026-03-31")
        drafts = [log({"given_on": span[:10], "prospect": span}, period=span) for span in spans]
        assert table(store(tmp_path, *drafts), "covered", "*") == [
            ("g0001", "referrals", D(2026, 1, 1), D(2026, 3, 1)), ("g0001", "referrals", D(2026, 3, 2), D(2026, 4, 1))
        ]  # fmt: skip

    def test_a_stretch_inside_an_earlier_longer_one_ends_nothing(self, tmp_path: Path) -> None:
        spans = ("2026-01-10:2026-01-12", "2026-01-01:2026-01-31", "2026-01-20:2026-02-05")
        drafts = [log({"given_on": span[:10], "prospect": span}, period=span) for span in spans]
        assert table(store(tmp_path, *drafts), "covered", "start_on, end_on") == [(D(2026, 1, 1), D(2026, 2, 6))]


class TestSpells:
    @pytest.mark.parametrize(("gap", "spells"), [(0, 1), (31, 1), (32, 2)])
    def test_a_break_of_up_to_31_days_is_no_break(self, tmp_path: Path, gap: int, spells: int) -> None:
        back = (D(2025, 1, 1) + timedelta(days=gap)).isoformat()
        workspace = store(tmp_path, members(
            {"name": "Ann", "joined_on": "2024-01-01", "left_on": "2025-01-01"}, {"name": "Ann", "joined_on": back},
        ))  # fmt: skip
        expected = [(1, D(2024, 1, 1), None)] if spells == 1 else [
            (1, D(2024, 1, 1), D(2025, 1, 1)), (2, D.fromisoformat(back), None)]  # fmt: skip
        assert table(workspace, "spells", "spell_no, joined_on, left_on") == expected

    def test_groups_and_unknown_starts(self, tmp_path: Path) -> None:
        """A move is two spells, however short the break; a start that nobody knows stays unknown."""
        workspace = store(tmp_path, members(
            {"name": "Ann", "joined_on": "2024-01-01", "left_on": "2025-01-01"},
            {"name": "Ann", "joined_on": "2025-01-02", "group": "Beta"}, {"name": "Bob"},
        ))  # fmt: skip
        assert table(workspace, "spells", "*") == [
            ("g0001", "p0000001", 1, D(2024, 1, 1), D(2025, 1, 1)), ("g0001", "p0000002", 1, None, None),
            ("g0002", "p0000001", 1, D(2025, 1, 2), None),
        ]  # fmt: skip


WON = {"status": "won", "closed_on": "2026-01-30", "amount": "10.50", "currency": "EUR"}


class TestCubes:
    LOG = (
        {**WON, "source_kind": "customer", "receiver_present": False},
        {**WON, "source_kind": "customer", "receiver_present": False, "amount": "0.01"},
        {**WON, "source_kind": "customer", "receiver_present": False, "currency": "USD"},
        {"status": "open", "source": "Kim"},
        {"status": "lost", "closed_on": "2026-01-09"},
        {"given_on": None, "period_from": "2026-01-01", "period_to": "2026-01-31"},
        {"receiver": None},
    )

    def test_receivers(self, tmp_path: Path) -> None:
        """Currencies apart, undated rows and rows without a receiver left out, sums exact."""
        assert table(store(tmp_path, log(*self.LOG)), "recv_cube", "* exclude (group_id)") == [
            ("p0000002", None, None, None, None, D(2026, 1, 10), "lost", -1, 1, 0, None, None),
            ("p0000002", None, None, None, None, D(2026, 1, 10), "open", None, 1, 0, None, None),
            ("p0000002", "customer", False, None, "EUR", D(2026, 1, 10), "won", 20, 2, 2, Decimal("10.51"), Decimal("110.2501")),
            ("p0000002", "customer", False, None, "USD", D(2026, 1, 10), "won", 20, 1, 1, Decimal("10.50"), Decimal("110.2500")),
        ]  # fmt: skip

    def test_sources_and_pairs_count_the_same_rows(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log(*self.LOG))
        assert rows(workspace, "select source_id, sum(referrals), sum(amount) from src_cube group by 1 order by 1") == [
            ("p0000001", 5, Decimal("21.01")), ("p0000003", 1, None)
        ]  # fmt: skip
        assert rows(workspace, """select source_id, receiver_id, sum(referrals), sum(amount), min(given_on), max(given_on)
            from pair_cube group by 1, 2 order by 1, 2""") == [
            ("p0000001", "p0000002", 4, Decimal("21.01"), D(2026, 1, 10), D(2026, 1, 10)),
            ("p0000003", "p0000002", 1, None, D(2026, 1, 10), D(2026, 1, 10)),
        ]  # fmt: skip

    def test_won_within_any_horizon_is_a_sum_at_read(self, tmp_path: Path) -> None:
        closed = ["2026-01-10", "2026-07-09", "2026-07-10"]  # 0, 180 and 181 days after
        workspace = store(tmp_path, log(*({**WON, "closed_on": day, "prospect": day} for day in closed)))
        won = "select sum(referrals) from recv_cube where status = 'won' and closed_after between 0 and ?"
        assert [rows(workspace, won, [horizon])[0][0] for horizon in (0, 179, 180, 181)] == [1, 1, 2, 3]


def test_gaps_run_from_the_first_to_the_second(tmp_path: Path) -> None:
    """Kind and presence are the first's; the receiver's spell end is the one he was in then; himself is no source."""
    workspace = store(tmp_path, members({"name": "Bob", "joined_on": "2025-01-01", "left_on": "2026-04-01"}), log(
        {"given_on": "2026-03-01", "source_kind": "partner", "receiver_present": True},
        {"given_on": "2026-01-05", "source_kind": "customer", "receiver_present": False},
        {"given_on": "2026-02-01"},
        {"source": "Kim", "given_on": "2026-05-01"},
        {"source": "Bob"},
    ))  # fmt: skip
    assert table(workspace, "gap_tab", "* exclude (group_id)") == [
        ("p0000002", "p0000001", D(2026, 1, 5), D(2026, 2, 1), D(2026, 3, 1), "customer", False, 3, D(2026, 4, 1)),
        ("p0000003", "p0000001", D(2026, 5, 1), None, D(2026, 5, 1), None, None, 1, None),
    ]  # fmt: skip


def test_chains_know_parent_root_and_depth(tmp_path: Path) -> None:
    workspace = store(tmp_path, log(
        {"ref": "a"}, {"ref": "b", "via": "a", "given_on": "2026-01-11"}, {"ref": "c", "via": "b", "given_on": "2026-01-12"},
        {"ref": "d", "via": "a", "given_on": "2026-01-13"}, {"ref": "e"},
    ))  # fmt: skip
    assert table(workspace, "chain", "* exclude (group_id)") == [
        ("r0000002", "r0000001", "r0000001", 1, D(2026, 1, 11), D(2026, 1, 10), D(2026, 1, 10)),
        ("r0000003", "r0000002", "r0000001", 2, D(2026, 1, 12), D(2026, 1, 11), D(2026, 1, 10)),
        ("r0000004", "r0000001", "r0000001", 1, D(2026, 1, 13), D(2026, 1, 10), D(2026, 1, 10)),
    ]  # fmt: skip


class TestGroupMonth:
    def test_a_month_that_nobody_imported_is_not_a_zero(self, tmp_path: Path) -> None:
        """It has no covered days; a month covered in part has some; a quiet covered month has all and no referrals."""
        workspace = store(
            tmp_path,
            log({**WON, "given_on": "2026-01-20", "receiver_present": True}, {"given_on": "2026-01-21", "source": "Kim", "receiver_present": False}),
            log({"given_on": "2026-03-10", "status": "open"}, {"given_on": "2026-05-10", "status": "lost"}),
        )  # fmt: skip
        assert table(workspace, "group_month", "* exclude (group_id)") == [
            (D(2026, 1, 1), 31, 2, 2, 1, 0, 0, 1, 1, 2, 1),
            (D(2026, 2, 1), 28, 0, 0, 0, 0, 0, 0, 0, 0, 0),
            (D(2026, 3, 1), 31, 22, 1, 0, 0, 1, 0, 0, 1, 1),
            (D(2026, 4, 1), 30, 30, 0, 0, 0, 0, 0, 0, 0, 0),
            (D(2026, 5, 1), 31, 10, 1, 0, 1, 0, 0, 0, 1, 1),
        ]  # fmt: skip
        assert rows(workspace, "select * from group_month_value") == [
            ("g0001", D(2026, 1, 1), "EUR", 1, Decimal("10.50"))
        ]

    def test_only_short_periods_enter_a_month(self, tmp_path: Path) -> None:
        period = {"given_on": None, "period_from": "2026-01-01"}
        workspace = store(tmp_path, log({**period, "period_to": "2026-01-31"}, {**period, "period_to": "2026-02-01"}))
        assert table(workspace, "group_month", "month, covered_days, referrals") == [
            (D(2026, 1, 1), 31, 1),
            (D(2026, 2, 1), 1, 0),
        ]

    def test_a_new_month_before_the_others_joins_the_calendar(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"given_on": "2026-03-31"}), log({"given_on": "2026-02-01"}))
        assert table(workspace, "group_month", "month, referrals") == [(D(2026, 2, 1), 1), (D(2026, 3, 1), 1)]


class TestMemberMonth:
    def test_exposure_is_spell_and_coverage_together(self, tmp_path: Path) -> None:
        """Days of the month in the spell, and those of them that an import covers; only what fell in the spell counts."""
        listed = members({"name": "Bob", "joined_on": "2026-01-15", "left_on": "2026-03-05"}, {"name": "Kim"})
        given = [
            {"given_on": "2026-01-11"}, {"given_on": "2026-01-20", "receiver_present": True, "source_kind": "customer"},
            {"given_on": "2026-02-02", "receiver_present": False, "status": "won", "source": "Kim"},
            {"given_on": "2026-03-04", "source": "Bob", "receiver": "Ann"}, {"given_on": "2026-03-05"}, {"given_on": "2026-03-20"},
        ]  # fmt: skip
        workspace = store(tmp_path, listed, log(*given, period="2026-01-11:2026-03-31"))
        columns = """month, member_days, active_days, received, received_linear, received_networked, received_customer,
            received_partner, won, given"""
        assert table(workspace, "member_month", columns, "person_id = 'p0000001'") == [
            (D(2026, 1, 1), 17, 17, 1, 1, 0, 1, 0, 0, 0),
            (D(2026, 2, 1), 28, 28, 1, 0, 1, 0, 1, 1, 0),
            (D(2026, 3, 1), 4, 4, 0, 0, 0, 0, 0, 0, 1),
        ]  # fmt: skip
        assert table(workspace, "member_month", "month, days, member_days, active_days, joined_on, given", "person_id = 'p0000002'") == [
            (D(2026, 1, 1), 31, 31, 21, None, 0), (D(2026, 2, 1), 28, 28, 28, None, 1), (D(2026, 3, 1), 31, 31, 31, None, 0)
        ]  # fmt: skip

    def test_months_that_nobody_imported_are_no_exposure(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, members({"name": "Bob", "joined_on": "2020-01-01"}),
                          log({"given_on": "2026-01-31"}), log({"given_on": "2026-03-01"}))  # fmt: skip
        assert table(workspace, "member_month", "month, active_days, received") == [
            (D(2026, 1, 1), 1, 1),
            (D(2026, 3, 1), 1, 1),
        ]


class TestMemberMonthOfOtherRecords:
    """What a member did beside referring: null where no import speaks for it, a zero where one does."""

    COLUMNS = "month, given, one_to_ones, attended, visitors, deposits, asks"
    CREW = members({"name": "Ann", "joined_on": "2025-06-01"}, {"name": "Bob", "joined_on": "2025-06-01"})
    LOG = log({"given_on": "2026-01-10"}, {"given_on": "2026-02-20"})

    def touch(self, kind: str, day: str, giver: str = "Ann", **row) -> dict:
        return {"kind": kind, "happened_on": f"2026-{day}", "from": giver, "to": "Bob", **row}

    def test_each_kind_counts_in_its_month(self, tmp_path: Path) -> None:
        """A one-to-one that both entered is one and credits both; a day has one at most; an ask is no deposit."""
        workspace = store(tmp_path, self.CREW, self.LOG, slips(
            touches=[
                self.touch("one_to_one", "01-12"), self.touch("one_to_one", "01-12", "Bob", to="Ann"), self.touch("one_to_one", "01-12", quantity=2.0),
                self.touch("one_to_one", "01-20"), self.touch("visitor", "01-15", to="A guest"), self.touch("visitor", "01-15", to="Guests", quantity=3.0),
                self.touch("help", "02-02"), self.touch("introduction", "02-03"), self.touch("testimonial", "02-03"), self.touch("ask", "02-04"),
            ],
            attendance=[{"name": "Ann", "meeting_on": f"2026-01-{day}", "status": status} for day, status in (("14", "P"), ("21", "L"), ("28", "A"))],
        ))  # fmt: skip
        assert table(workspace, "member_month", self.COLUMNS, "person_id = 'p0000001'") == [
            (D(2026, 1, 1), 1, 2.0, 2, 4.0, None, None), (D(2026, 2, 1), 1, None, None, None, 4.0, 1.0)
        ]  # fmt: skip
        assert table(workspace, "member_month", self.COLUMNS, "person_id = 'p0000002'") == [
            (D(2026, 1, 1), 0, 2.0, 0, 0.0, None, None), (D(2026, 2, 1), 0, None, None, None, 0.0, 0.0)
        ]  # fmt: skip

    def test_of_a_period_the_larger_of_the_two_counts_stands(self, tmp_path: Path) -> None:
        period = {"happened_on": None, "period_from": "2026-01-01", "period_to": "2026-01-31"}
        counted = [self.touch("one_to_one", "01-01", **period)] * 3 + [
            self.touch("one_to_one", "01-01", "Bob", **{**period, "to": "Ann"})
        ] * 2
        long = self.touch("one_to_one", "01-01", **{**period, "to": "Kim", "period_to": "2026-02-01"})
        workspace = store(tmp_path, self.CREW, self.LOG, slips(touches=[*counted, long]))
        assert table(workspace, "member_month", "one_to_ones", "month = '2026-01-01'") == [(3.0,), (3.0,)]

    def test_received_from_those_to_whom_one_gave(self, tmp_path: Path) -> None:
        """Within six months before or after; the person's own giving to somebody else does not count."""
        given = [{"source": "Bob", "receiver": "Ann", "given_on": "2025-08-31"}, {"source": "Ann", "receiver": "Bob", "given_on": "2026-02-01"},
                 {"source": "Ann", "receiver": "Bob", "given_on": "2026-03-01"}, {"source": "Kim", "receiver": "Bob", "given_on": "2026-02-01"}]  # fmt: skip
        workspace = store(tmp_path, self.CREW, log(*given))
        assert table(workspace, "member_month", "month, received, received_exchanged", "person_id = 'p0000002' and received > 0") == [
            (D(2026, 2, 1), 2, 1), (D(2026, 3, 1), 1, 0)
        ]  # fmt: skip


def test_undated_rows_leave_the_months_of_a_group_alone(tmp_path: Path) -> None:
    period = {
        "source": "Ann",
        "receiver": "Bob",
        "given_on": None,
        "period_from": "2026-01-01",
        "period_to": "2026-03-31",
    }
    workspace = store(
        tmp_path, log({"given_on": "2026-02-10"}, {"given_on": "2026-02-20"}), slips(referrals=[period] * 5)
    )
    assert table(workspace, "group_month", "month, referrals", "referrals > 0") == [(D(2026, 2, 1), 2)]


def test_period_totals_become_rates_a_meeting(tmp_path: Path) -> None:
    """Present, absent, late, medical and substituted are the meetings; pseudo rows have none; no meeting, no rate."""
    half = {"period_from": "2026-01-01", "period_to": "2026-06-30"}
    workspace = store(tmp_path, slips(snapshots=[
        {**half, "name": "Ann", "p": 18.0, "a": 2.0, "l": 1.0, "m": 1.0, "s": 3.0, "rgi": 5.0, "rgo": 20.0, "rri": 1.0, "rro": 4.0,
         "one_to_ones": 50.0, "visitors": 5.0},
        {**half, "name": "Bob", "p": 0.0, "rgi": 1.0}, {**half, "row_label": "Total", "p": 900.0},
    ]))  # fmt: skip
    columns = (
        "person_id, meetings, attended, rgi, attendance_rate, given_rate, received_rate, one_to_one_rate, visitor_rate"
    )
    assert table(workspace, "snapshot_rates", columns) == [
        ("p0000001", 25.0, 22.0, 5.0, 0.88, 1.0, 0.2, 2.0, 0.2),
        ("p0000002", 0.0, 0.0, 1.0, None, None, None, None, None),
    ]


def _shape(workspace: Workspace) -> dict[str, list[tuple]]:
    return {mart: table(workspace, mart, "*") for mart in MARTS}


def test_an_import_rebuilds_only_the_groups_it_touched_and_to_the_same_cells(tmp_path: Path) -> None:
    """Alpha, then Beta, then more of Alpha: the marts are what one import of everything gives."""
    alpha = [{"given_on": f"2026-0{month}-1{day}", "status": "won", "closed_on": "2026-09-01", "receiver_present": day % 2 == 0,
              "prospect": f"{month}{day}", "ref": f"{month}{day}", "row_no": 9} for month in range(1, 7) for day in range(5)]  # fmt: skip
    beta = [{**row, "group": "Beta", "source": "Kim"} for row in alpha[:7]]
    crew = members({"name": "Ann", "joined_on": "2025-12-15"}, {"name": "Kim", "group": "Beta"}, {"name": "Bob"})
    steps = store(
        tmp_path / "steps", crew, log(*alpha[:11]), log(*beta), log(*alpha[11:]), log({**alpha[3], "via": "10"})
    )
    whole = Workspace(tmp_path / "whole")
    alpha[3] |= {"via": "10"}
    whole.import_drafts([crew, log(*alpha[:11]), log(*beta), log(*alpha[11:])])

    def without_gaps(shape):  # the imports of the steps leave days between them uncovered
        return {mart: cells for mart, cells in shape.items() if mart not in ("covered", "group_month", "member_month")}

    assert without_gaps(_shape(steps)) == without_gaps(_shape(whole))
    assert len(_shape(steps)["chain"]) == 1
    assert table(steps, "covered", "start_on, end_on") == table(whole, "covered", "start_on, end_on")
    assert _shape(steps) == _shape(whole)


def test_an_untouched_group_keeps_its_cells(tmp_path: Path) -> None:
    """The proof that a rebuild leaves other groups alone: a cell changed by hand survives an import of another group."""
    workspace = store(tmp_path, log({}), log({"group": "Beta"}))

    def mark(con):
        con.execute("update group_month set referrals = 77 where group_id = 'g0001'")
        return "Marked.", {}

    workspace._change("test", "local", mark)
    workspace.import_drafts([log({"group": "Beta", "given_on": "2026-02-02"})])
    assert table(workspace, "group_month", "group_id, referrals") == [("g0001", 77), ("g0002", 1), ("g0002", 1)]
    workspace.import_drafts([log({"given_on": "2026-02-02"})])
    assert table(workspace, "group_month", "group_id, referrals", "group_id = 'g0001'") == [("g0001", 1), ("g0001", 1)]


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_is_one_select_of_named_columns_with_its_reason(mart: str) -> None:
    sql = mart_sql(mart)
    assert sql.startswith("-- ")
    code = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
    assert ";" not in code
    assert "*" not in code.replace("count(*)", "").replace(") * amount", "")
