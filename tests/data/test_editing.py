"""Merging and telling apart people, labels and presence: what changes, what stays, and that undo brings all of it back."""

# ruff: noqa: E501 tables of cells read better whole

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from store_builders import log, members, rows, slips, store

from data import editing
from data.editing import Change
from data.store import Workspace
from errors import UsageError, WorkspaceError

NAMES = "select person_id, name from people order by 1"
PAIRS = """select source.name, receiver.name, count(*) from referrals inner join people as source on source.person_id = source_id
  inner join people as receiver on receiver.person_id = receiver_id group by all order by all"""


def exported(workspace: Workspace) -> dict[str, str]:
    with workspace.reader() as reader:
        return {table: reader.csv(table) for table in reader.tables()}


def edit(workspace: Workspace, work: Callable[..., Change], *arguments) -> int:
    return workspace.edit("edit", lambda con: work(con, *arguments))


def ids(workspace: Workspace) -> dict[str, str]:
    return {name: person for person, name in rows(workspace, NAMES)}


@pytest.fixture
def spelled(tmp_path: Path) -> Workspace:
    """Bob Smith under two spellings, in every table."""
    day = "2026-01-14"
    return store(
        tmp_path,
        members(
            {"name": "Bob Smith", "joined_on": "2020-01-01", "profession": "Baker"},
            {"name": "Smith, Bob"},
            {"name": "Ann"},
        ),
        log(
            {"receiver": "Bob Smith"},
            {"receiver": "Smith, Bob", "given_on": "2026-01-05", "prospect": "X"},
            {"source": "Smith, Bob", "receiver": "Ann"},
        ),
        slips(
            thanks=[{"given_on": day, "to": "Smith, Bob", "amount": "5"}],
            touches=[{"happened_on": day, "kind": "help", "from": "Smith, Bob", "to": "Ann"}],
            attendance=[{"meeting_on": day, "name": "Smith, Bob", "status": "P"}],
            snapshots=[{"name": "Smith, Bob", "period_from": day, "period_to": day, "p": 1.0}],
            assessments=[{"assessed_on": day, "assessor": "Smith, Bob", "source": "Ann"}],
        ),
    )


class TestMerge:
    def test_all_of_one_is_the_others(self, spelled: Workspace) -> None:
        keep, drop = ids(spelled)["Bob Smith"], ids(spelled)["Smith, Bob"]
        before, version = exported(spelled), spelled.version
        assert edit(spelled, editing.merge, [(keep, drop)]) == version + 1
        assert rows(spelled, PAIRS) == [("Ann", "Bob Smith", 2), ("Bob Smith", "Ann", 1)]
        assert [drop in text for text in exported(spelled).values()] == [False] * len(before)
        assert rows(spelled, "select profession, joined_on from memberships where person_id = ?", [keep]) == [
            ("Baker", date(2020, 1, 1))
        ]
        assert rows(spelled, "select alias, decided_by from aliases where person_id = ? order by 1", [keep]) == [
            ("bob smith", "same name"), ("smith, bob", "the user")
        ]  # fmt: skip
        assert rows(spelled, "select first_known_on from relations where receiver_id = ?", [keep]) == [
            (date(2026, 1, 5),)
        ]
        assert rows(spelled, "select sum(referrals) from recv_cube where receiver_id = ?", [keep]) == [(2,)]
        assert spelled.history()[-1].what == "Merged 1 person into others."
        assert all(finding.level == "ok" for finding in spelled.doctor())
        spelled.undo()
        assert exported(spelled) == before

    def test_later_files_know_the_spelling(self, spelled: Workspace) -> None:
        edit(spelled, editing.merge, [(ids(spelled)["Bob Smith"], ids(spelled)["Smith, Bob"])])
        spelled.import_drafts([log({"receiver": "SMITH,  Bob", "given_on": "2026-03-01"})])
        assert rows(spelled, "select name from people order by 1") == [("Ann",), ("Bob Smith",)]

    def test_a_chain_of_merges_ends_with_one(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"source": "A"}, {"source": "B"}, {"source": "C"}))
        who = ids(workspace)
        edit(workspace, editing.merge, [(who["A"], who["B"]), (who["B"], who["C"])])
        assert rows(workspace, PAIRS) == [("A", "Bob", 3)]

    def test_the_kept_persons_label_goes_first(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"source": "A"}, {"source": "B"}))
        who = ids(workspace)
        edit(workspace, editing.set_kinds, [(who["A"], who["Bob"], "customer"), (who["B"], who["Bob"], "partner")])
        edit(workspace, editing.merge, [(who["A"], who["B"])])
        assert rows(workspace, "select kind from relations") == [("customer",)]
        assert rows(workspace, "select source_kind, source_kind_basis from referrals") == [("customer", "labelled")] * 2

    def test_who_is_not_there_cannot_be_merged(self, spelled: Workspace) -> None:
        version, bob = spelled.version, ids(spelled)["Bob Smith"]
        with pytest.raises(UsageError, match="There is no person 'p9'"):
            edit(spelled, editing.merge, [(bob, "p9")])
        with pytest.raises(UsageError, match="is one person already"):
            edit(spelled, editing.merge, [(bob, bob)])
        assert (edit(spelled, editing.merge, []), spelled.version) == (version, version)

    def test_an_empty_workspace_has_nobody(self, tmp_path: Path) -> None:
        with pytest.raises(WorkspaceError, match="There is nothing in the workspace"):
            edit(Workspace(tmp_path / "none"), editing.merge, [("p1", "p2")])
        assert not (tmp_path / "none").exists()


class TestApart:
    def test_two_namesakes_are_told_apart_by_group(self, tmp_path: Path) -> None:
        """Rows, spells and later files of the one group are the new person's; the other's stay."""
        workspace = store(tmp_path, members({"name": "Bob"}, {"name": "Bob", "group": "Beta"}),
                          log({}, {"group": "Beta", "source": "Kim", "given_on": "2026-01-02"}))  # fmt: skip
        before, bob = exported(workspace), ids(workspace)["Bob"]
        edit(workspace, editing.set_kinds, [(ids(workspace)["Kim"], bob, "partner")])
        edit(workspace, editing.split, bob, "g0002")
        workspace.import_drafts(
            [log({"group": "Beta", "source": "Kim", "given_on": "2026-04-01"}, {"given_on": "2026-04-01"})]
        )
        assert rows(workspace, "select group_id, receiver_id, count(*), min(source_kind) from referrals group by all order by all") == [
            ("g0001", bob, 2, None), ("g0002", "p0000004", 2, "partner")
        ]  # fmt: skip
        assert rows(workspace, "select person_id, group_id from memberships order by 2") == [
            (bob, "g0001"),
            ("p0000004", "g0002"),
        ]
        assert rows(workspace, "select receiver_id, kind, first_known_on from relations order by 1") == [
            (bob, None, date(2026, 1, 10)), ("p0000004", "partner", date(2026, 1, 2))
        ]  # fmt: skip
        assert rows(workspace, "select person_id, other_id from kept_apart") == [(bob, "p0000004")]
        for _ in range(3):
            workspace.undo()
        assert exported(workspace) == before

    def test_a_group_in_which_he_never_was(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}, {"group": "Beta", "source": "Kim", "receiver": "Eve"}))
        with pytest.raises(UsageError, match="has no row in the group g0002"):
            edit(workspace, editing.split, ids(workspace)["Bob"], "g0002")

    def test_a_refused_suggestion_is_remembered_once(self, spelled: Workspace) -> None:
        pair = (ids(spelled)["Smith, Bob"], ids(spelled)["Bob Smith"])
        version = edit(spelled, editing.keep_apart, [pair])
        assert edit(spelled, editing.keep_apart, [pair[::-1]]) == version
        assert rows(spelled, "select person_id, other_id from kept_apart") == [tuple(sorted(pair))]
        edit(spelled, editing.merge, [pair])
        assert rows(spelled, "select * from kept_apart") == []


class TestLabels:
    KINDS = "select source_kind, source_kind_basis from referrals order by referral_id"

    def test_a_label_holds_for_later_rows_and_gives_way_to_what_is_recorded(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"prospect": "X"}, {"prospect": "Y", "source_kind": "personal"}, sha256="a"))
        before, who = exported(workspace), ids(workspace)
        edit(workspace, editing.set_kinds, [(who["Ann"], who["Bob"], "customer")])
        assert rows(workspace, self.KINDS) == [("customer", "labelled"), ("personal", "recorded")]
        workspace.import_drafts([log({"prospect": "X"}, {"prospect": "Z", "given_on": "2026-02-01"}, sha256="b")])
        assert rows(workspace, self.KINDS) == [
            ("customer", "labelled"),
            ("personal", "recorded"),
            ("customer", "labelled"),
        ]
        workspace.import_drafts([log({"prospect": "X", "source_kind": "inbound"}, sha256="c")])
        assert rows(workspace, self.KINDS)[0] == ("inbound", "recorded")
        edit(workspace, editing.set_kinds, [(who["Ann"], who["Bob"], None)])
        assert rows(workspace, self.KINDS) == [("inbound", "recorded"), ("personal", "recorded"), (None, "none")]
        for _ in range(4):
            workspace.undo()
        assert exported(workspace) == before

    def test_a_membership_goes_before_a_label_whichever_came_first(self, tmp_path: Path) -> None:
        crew = members({"name": "Ann", "joined_on": "2025-01-01"})
        for name, member_first in (("a", True), ("b", False)):
            workspace = store(tmp_path / name, *([crew] if member_first else []), log({}))
            who = ids(workspace)
            edit(workspace, editing.set_kinds, [(who["Ann"], who["Bob"], "customer")])
            workspace.import_drafts([crew, log({"given_on": "2024-01-01"})])
            assert rows(workspace, self.KINDS) == [("member", "recorded"), ("customer", "labelled")]

    def test_what_cannot_be_labelled(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}))
        who = ids(workspace)
        with pytest.raises(UsageError, match=r"no kind of source called 'member'. Choose from customer, partner"):
            edit(workspace, editing.set_kinds, [(who["Ann"], who["Bob"], "member")])
        with pytest.raises(UsageError, match="has never referred to"):
            edit(workspace, editing.set_kinds, [(who["Bob"], who["Ann"], "customer")])
        assert workspace.version == 1


class TestPresence:
    ROWS = "select receiver_present, presence_basis from referrals order by referral_id"

    def test_a_label_a_proxy_and_what_a_file_recorded(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({"receiver_present": True}, {"prospect": "X"}, {"prospect": "Y"}, sha256="a"))
        before = exported(workspace)
        referrals = ["r0000001", "r0000002"]
        assert edit(workspace, editing.set_presence, referrals, False, "labelled") == 2
        assert rows(workspace, self.ROWS) == [(True, "recorded"), (False, "labelled"), (None, "none")]
        assert rows(workspace, "select sum(networked) from group_month") == [(1,)]
        assert edit(workspace, editing.set_presence, referrals, False, "labelled") == 2
        workspace.import_drafts([log({"receiver_present": True}, {"prospect": "X"}, sha256="b")])
        assert workspace.version == 2  # the file without a word on it is the same file
        workspace.import_drafts([log({"prospect": "X", "receiver_present": True}, sha256="c")])
        edit(workspace, editing.set_presence, ["r0000003"], True, "proxy")
        assert rows(workspace, self.ROWS) == [(True, "recorded"), (True, "recorded"), (True, "proxy")]
        edit(workspace, editing.set_presence, ["r0000003"], None, "proxy")
        assert rows(workspace, self.ROWS)[2] == (None, "none")
        for _ in range(4):
            workspace.undo()
        assert exported(workspace) == before

    def test_what_cannot_be_said(self, tmp_path: Path) -> None:
        workspace = store(tmp_path, log({}))
        with pytest.raises(UsageError, match="1 of the referrals named are not in the store"):
            edit(workspace, editing.set_presence, ["r0000001", "r9"], True, "labelled")
        with pytest.raises(UsageError, match=r"no basis called 'recorded'. Choose from labelled, proxy"):
            edit(workspace, editing.set_presence, ["r0000001"], True, "recorded")
