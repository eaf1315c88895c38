"""What the service is given: exact columns and dtypes, empty or not, and never a row of a group that may not be seen."""

# ruff: noqa: E501 tables of cells read better whole

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar

import pandas as pd
import pytest
from store_builders import log, members, rows, slips, store

from data import queries
from data.reader import Reader

REFERRALS = {
    "referral_id": "str", "group_id": "str", "given": "Int64", "source_id": "str", "receiver_id": "str", "source_kind": "str",
    "prospect": "str", "present": "boolean", "asked": "boolean", "tier": "Int64", "via_referral_id": "str", "status": "str",
    "closed": "Int64", "amount": "float64", "currency": "str", "counterpart_group": "str", "period_from": "Int64",
    "period_to": "Int64", "presence_basis": "str", "source_kind_basis": "str",
}  # fmt: skip
PERIOD = {"period_from": "Int64", "period_to": "Int64"}
TALLIES = ("p", "a", "l", "m", "s", "rgi", "rgo", "rri", "rro", "visitors", "one_to_ones", "tyfcb", "ceu", "testimonials",
           "official_score")  # fmt: skip
FRAMES = {
    "referrals": REFERRALS,
    "memberships": {"person_id": "str", "group_id": "str", "profession": "str", "joined": "Int64", "left": "Int64",
                    "renews": "Int64"},
    "people": {"person_id": "str", "name": "str"},
    "coverage": {"group_id": "str", "record_kind": "str", "start": "Int64", "end": "Int64"},
    "thanks": {"thank_id": "str", "group_id": "str", "given": "Int64", **PERIOD, "from_id": "str", "to_id": "str",
               "amount": "float64", "currency": "str", "tier": "Int64", "counterpart_group": "str"},
    "touches": {"touch_id": "str", "group_id": "str", "happened": "Int64", **PERIOD, "from_id": "str", "to_id": "str",
                "kind": "str", "purpose": "str", "outcome": "str", "quantity": "float64", "counterpart_group": "str"},
    "attendance": {"group_id": "str", "person_id": "str", "meeting": "Int64", "status": "str"},
    "snapshots": {"group_id": "str", "person_id": "str", "row_label": "str", **PERIOD,
                  **dict.fromkeys(TALLIES, "float64"), "currency": "str"},
    "assessments": {"assessment_id": "str", "assessed": "Int64", "assessor_id": "str", "source_id": "str",
                    **{f"q{i:02d}": "boolean" for i in range(1, 14)}, "comfort": "float64", "perceived_value": "float64"},
}  # fmt: skip
FULL = {
    "ref": "1", "source_kind": "customer", "prospect": "X", "receiver_present": True, "asked": False, "tier": 1,
    "status": "won", "closed_on": "2026-02-01", "amount": "1234.56", "currency": "EUR",
}  # fmt: skip
DAY = (date(2026, 1, 10) - date(1970, 1, 1)).days


def shape(frame: pd.DataFrame) -> dict[str, str]:
    return {name: str(dtype) for name, dtype in frame.dtypes.items()}


def cells(frame: pd.DataFrame) -> list[list]:
    """The frame's rows, null as None."""
    return [[None if pd.isna(cell) else cell for cell in row] for row in frame.astype(object).to_numpy().tolist()]


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    """Alpha: Ann, Kim → Bob; Beta: Eve → Bob, Eve → Zoe; Tim is on Beta's list alone."""
    return store(
        tmp_path,
        log(FULL, {"source": "Kim", "given_on": "2026-01-09", "via": "none"}),
        log({"source": "Eve", "group": "Beta"}, {"source": "Eve", "receiver": "Zoe", "group": "Beta"}, name="beta.csv"),
        members({"name": "Bob", "joined_on": "2020-01-01", "profession": "Baker"}, {"name": "Tim", "group": "Beta"}),
    ).reader()


class TestFrames:
    def test_columns_and_dtypes_are_fixed(self, reader: Reader) -> None:
        """With every cell filled, with nulls only, and with no row at all."""
        for groups in (None, ("g0001",), ("g0002",), ()):
            made = queries.frames(reader, groups)
            assert {name: shape(frame) for name, frame in made.items()} == FRAMES

    def test_every_cell_of_a_row(self, reader: Reader) -> None:
        made = queries.frames(reader, ("g0001",))
        assert cells(made["referrals"]) == [
            ["r0000001", "g0001", DAY, "p0000001", "p0000002", "customer", "X", True, False, 1, None, "won", DAY + 22, 1234.56,
             "EUR", None, None, None, "recorded", "recorded"],
            ["r0000002", "g0001", DAY - 1, "p0000003", "p0000002", *[None] * 13, "none", "none"],
        ]  # fmt: skip
        assert cells(made["memberships"]) == [["p0000002", "g0001", "Baker", 18262, None, None]]
        assert cells(made["people"]) == [["p0000001", "Ann"], ["p0000002", "Bob"], ["p0000003", "Kim"]]
        assert cells(made["coverage"]) == [["g0001", "referrals", DAY - 1, DAY + 1]]

    def test_an_undated_row_has_no_day(self, tmp_path: Path) -> None:
        period = {"given_on": None, "period_from": "2026-01-01", "period_to": "2026-03-31"}
        made = queries.frames(store(tmp_path, log(period)).reader(), None)
        assert cells(made["referrals"][["referral_id", "given"]]) == [["r0000001", None]]

    def test_nothing_of_another_group_leaves_the_store(self, reader: Reader) -> None:
        """Not its rows, not its spells, not its days, not even a name."""
        made = queries.frames(reader, ("g0002",))
        assert set(made["referrals"].group_id) == {"g0002"}
        assert list(made["people"].name) == ["Bob", "Eve", "Zoe", "Tim"]
        assert set(made["memberships"].group_id) == {"g0002"} == set(made["coverage"].group_id)
        assert {name: len(frame) for name, frame in queries.frames(reader, ()).items()} == dict.fromkeys(FRAMES, 0)

    def test_coverage_is_the_union_of_the_imports(self, tmp_path: Path) -> None:
        drafts = (log({"given_on": f"2026-01-{day}", "prospect": day}) for day in ("10", "11", "20"))
        made = queries.frames(store(tmp_path, *drafts).reader(), None)
        assert cells(made["coverage"][["start", "end"]]) == [[DAY, DAY + 2], [DAY + 10, DAY + 11]]


@pytest.fixture
def records(tmp_path: Path) -> Reader:
    """Alpha's Ann and Bob with one record of each kind, and as much of Beta's Eve and Zoe."""

    def records_of(group: str, one: str, other: str):
        day, period = "2026-01-10", {"period_from": "2026-01-01", "period_to": "2026-01-31"}
        return slips(
            name=f"{group}.xls",
            referrals=[{"source": one, "receiver": other, "group": group, "counterpart_group": "Gamma", **period}],
            thanks=[{"given_on": day, "from": one, "to": other, "group": group, "amount": "-5.50", "currency": "EUR", "tier": 2}],
            touches=[{"happened_on": day, "kind": "one_to_one", "from": one, "to": other, "group": group, "quantity": 1.0}],
            attendance=[{"meeting_on": day, "name": one, "group": group, "status": "S"}],
            snapshots=[{**period, "name": one, "group": group, "p": 4.0, "tyfcb": "9.99", "currency": "EUR"},
                       {**period, "row_label": "Total", "group": group, "p": 99.0}],
            assessments=[{"assessed_on": day, "assessor": other, "source": one, "group": group, "q07": True, "comfort": 8.0}],
            members=[{"name": one, "group": group, "renews_on": "2026-09-01"}, {"name": f"{one} Elsewhere", "group": "Gamma"}],
        )  # fmt: skip

    return store(tmp_path, records_of("Alpha", "Ann", "Bob"), records_of("Beta", "Eve", "Zoe")).reader()


class TestOtherRecords:
    def test_every_cell(self, records: Reader) -> None:
        made = queries.frames(records, ("g0001",))
        first, last = DAY - 9, DAY + 21
        assert {name: shape(frame) for name, frame in made.items()} == FRAMES
        assert cells(made["referrals"][["given", "period_from", "period_to", "counterpart_group"]]) == [
            [None, first, last, "Gamma"]
        ]
        assert cells(made["thanks"]) == [
            ["t0000001", "g0001", DAY, None, None, "p0000001", "p0000002", -5.5, "EUR", 2, None]
        ]
        assert cells(made["touches"]) == [
            ["k0000001", "g0001", DAY, None, None, "p0000001", "p0000002", "one_to_one", None, None, 1.0, None]
        ]
        assert cells(made["attendance"]) == [["g0001", "p0000001", DAY, "S"]]
        nothing = [None] * 10
        assert cells(made["snapshots"]) == [
            ["g0001", "p0000001", None, first, last, 4.0, *nothing, 9.99, None, None, None, "EUR"],
            ["g0001", None, "Total", first, last, 99.0, *nothing, None, None, None, None, None],
        ]
        (rated,) = made["assessments"].to_dict("records")
        assert {name: value for name, value in rated.items() if not pd.isna(value)} == {
            "assessment_id": "a0000001", "assessed": DAY, "assessor_id": "p0000002", "source_id": "p0000001", "q07": True,
            "comfort": 8.0,
        }  # fmt: skip
        assert cells(made["memberships"]) == [["p0000001", "g0001", None, None, None, 20697]]
        assert list(made["people"].name) == ["Ann", "Bob"]
        assert set(made["coverage"].record_kind) == {
            "referrals", "thanks", "one_to_one", "attendance", "snapshots", "assessments"
        }  # fmt: skip

    def test_nothing_of_another_group_leaves_the_store(self, records: Reader) -> None:
        """Nor a rating whose rater is of another group alone."""
        made = queries.frames(records, ("g0003",))
        assert {name: len(frame) for name, frame in made.items() if name not in ("people", "coverage")} == {
            "referrals": 1, "memberships": 1, "thanks": 1, "touches": 1, "attendance": 1, "snapshots": 2, "assessments": 1,
        }  # fmt: skip
        assert list(made["people"].name) == ["Eve", "Zoe"]
        everything = queries.frames(records, None)
        assert sorted(everything["people"].name) == ["Ann", "Ann Elsewhere", "Bob", "Eve", "Eve Elsewhere", "Zoe"]
        assert len(everything["assessments"]) == 2

    def test_a_counterparts_group_is_no_group_to_choose(self, records: Reader) -> None:
        assert list(queries.groups(records, None).name) == ["Alpha", "Beta"]

    def test_the_matrix_of_who_gave_to_whom_and_who_met(self, tmp_path: Path) -> None:
        met = {"happened_on": "2026-01-10", "kind": "one_to_one", "from": "Ann", "to": "Bob", "group": "Alpha"}
        swapped = {**met, "from": "Bob", "to": "Ann"}
        month = {"happened_on": None, "period_from": "2026-02-01", "period_to": "2026-02-28"}
        workspace = store(tmp_path, log({}, {"given_on": "2026-01-11"}, {"source": "Kim"}), slips(
            touches=[met, swapped, {**met, **month}, {**met, **month}, {**swapped, **month}, {**met, "to": "Zoe"}]
        ))  # fmt: skip
        made = queries.matrix(workspace.reader(), ("g0001",))
        ann, bob, kim, zoe = "p0000001", "p0000002", "p0000003", "p0000004"
        assert cells(made) == [
            ["g0001", ann, bob, 2, 3], ["g0001", ann, zoe, 0, 1], ["g0001", bob, ann, 0, 3], ["g0001", kim, bob, 1, 0],
            ["g0001", zoe, ann, 0, 1],
        ]  # fmt: skip
        assert len(queries.matrix(workspace.reader(), ())) == 0
        assert shape(made) == shape(queries.matrix(workspace.reader(), ()))


class TestLists:
    def test_groups(self, reader: Reader) -> None:
        assert cells(queries.groups(reader, None)) == [["g0001", "Alpha", "EUR"], ["g0002", "Beta", None]]
        assert cells(queries.groups(reader, ("g0002", "g0404"))) == [["g0002", "Beta", None]]
        assert shape(queries.groups(reader, ())) == {"group_id": "str", "name": "str", "currency": "str"}

    def test_receivers_most_first(self, reader: Reader) -> None:
        assert cells(queries.receivers(reader, None)) == [["p0000002", "Bob", 3], ["p0000005", "Zoe", 1]]
        assert cells(queries.receivers(reader, ("g0002",))) == [["p0000002", "Bob", 1], ["p0000005", "Zoe", 1]]
        assert shape(queries.receivers(reader, ())) == {"person_id": "str", "name": "str", "n": "Int64"}

    def test_the_day_of_the_latest_import(self, reader: Reader) -> None:
        assert queries.imported_on(reader) == date(2026, 7, 1)

    def test_an_undone_store_has_no_import_day(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}))
        workspace.undo()
        assert queries.imported_on(workspace.reader()) == date.min
        assert [len(frame) for frame in queries.frames(workspace.reader(), None).values()] == [0] * 9


class TestEventRows:
    COLUMNS: ClassVar = {
        "referral_id": "str", "given_on": "datetime64[us]", "source": "str", "receiver": "str", "source_kind": "str",
        "receiver_present": "boolean", "status": "str", "closed_on": "datetime64[us]", "amount": "float64", "currency": "str",
        "prospect": "str", "group": "str", "file": "str", "sheet": "str", "row_no": "Int64",
    }  # fmt: skip

    def test_a_row_can_be_followed_to_its_file_and_line(self, reader: Reader) -> None:
        frame = queries.event_rows(reader, ["r0000001", "r0000003"], None)
        assert shape(frame) == self.COLUMNS
        day = pd.Timestamp("2026-01-10")
        assert cells(frame) == [
            ["r0000001", day, "Ann", "Bob", "customer", True, "won", pd.Timestamp("2026-02-01"), 1234.56, "EUR", "X", "Alpha",
             "log.csv", "", 2],
            ["r0000003", day, "Eve", "Bob", *[None] * 7, "Beta", "beta.csv", "", 2],
        ]  # fmt: skip

    def test_ids_that_may_not_be_seen_give_no_rows(self, reader: Reader) -> None:
        assert list(queries.event_rows(reader, ["r0000001", "r0000003"], ("g0002",)).referral_id) == ["r0000003"]
        for ids, groups in (([], None), (["r0000001"], ()), (["r9"], None), (["r0000001' or 1=1 --"], None)):
            frame = queries.event_rows(reader, ids, groups)
            assert (len(frame), shape(frame)) == (0, self.COLUMNS)

    def test_pages_follow_one_another_newest_first(self, reader: Reader) -> None:
        pages = [list(queries.event_rows(reader, None, None, 2, offset).referral_id) for offset in (0, 2, 4)]
        assert pages == [["r0000001", "r0000003"], ["r0000004", "r0000002"], []]
        assert list(queries.event_rows(reader, None, None, receiver="p0000005").referral_id) == ["r0000004"]

    def test_many_ids(self, tmp_path: Path) -> None:
        """A figure over a hundred thousand rows still shows the first page of them."""
        many = log(*({"prospect": str(i)} for i in range(2_000)))
        reader = store(tmp_path, many).reader()
        ids = [f"r{i:07d}" for i in range(1_001, 100_001)]
        assert list(queries.event_rows(reader, ids, None, 2).referral_id) == ["r0001001", "r0001002"]


def test_month_tables_have_fixed_columns_and_keep_to_the_groups(reader: Reader) -> None:
    months, values = queries.month_table(reader, None), queries.value_table(reader, None)
    assert shape(months) == {
        "group_id": "str", "month": "datetime64[us]", "days": "Int64", "covered_days": "Int64", "referrals": "Int64",
        "won": "Int64", "lost": "Int64", "still_open": "Int64", "linear": "Int64", "networked": "Int64",
        "active_sources": "Int64", "active_receivers": "Int64",
    }  # fmt: skip
    january = pd.Timestamp("2026-01-01")
    assert cells(months) == [
        ["g0001", january, 31, 2, 2, 1, 0, 0, 1, 0, 2, 1], ["g0002", january, 31, 1, 2, 0, 0, 0, 0, 0, 1, 2]
    ]  # fmt: skip
    assert cells(values) == [["g0001", january, "EUR", 1, 1234.56]]
    assert shape(values) == shape(queries.value_table(reader, ("g0002",)))
    assert len(queries.value_table(reader, ("g0002",))) == 0
    assert cells(queries.month_table(reader, ("g0002",))) == cells(months)[1:]


def test_the_store_is_what_the_queries_say(tmp_path: Path) -> None:
    """A group's currency is the one most of its amounts have, and stays once it is set."""
    euro, dollar = ({"amount": "1", "currency": currency} for currency in ("EUR", "USD"))
    workspace = store(tmp_path, log(dollar, euro, euro), log(*[{**dollar, "given_on": "2026-02-01"}] * 5))
    assert rows(workspace, "select currency from groups") == [("EUR",)]
