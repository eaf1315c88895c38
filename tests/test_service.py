"""The seam: who sees what, what is cached, and how the sample gives way to the user's own log."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import service
from errors import UsageError, WorkspaceError
from sample.world import make_world
from service import Answers, Scope, Viewer

HEADER = "Date,From,To,Group,Present?,Status,Closed on\n"
NORTH = [f"2025-{m:02d}-05,Ann Ash,Bob Birch,North,no,won,2025-{m:02d}-20\n" for m in range(1, 13)]
SOUTH = [f"2025-{m:02d}-06,Cy Cedar,Di Dogwood,South,yes,lost,2025-{m:02d}-21\n" for m in range(1, 7)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(service.HOME_VARIABLE, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    session = service.open_workspace(tmp_path / "two")
    session.commit(session.preview([("log.csv", (HEADER + "".join(NORTH + SOUTH)).encode())]))
    return tmp_path / "two"


def ids(workspace: Path) -> dict[str, str]:
    groups = service.open_workspace(workspace).groups()
    return dict(zip(groups.name, groups.group_id, strict=True))


def test_a_viewer_sees_the_rows_of_the_allowed_groups_alone(workspace: Path) -> None:
    group = ids(workspace)
    everything = service.open_workspace(workspace)
    north = service.open_workspace(workspace, Viewer("lee", frozenset({group["North"]})))
    hidden = everything.frames(Scope(groups=(group["South"],))).referrals.referral_id.tolist()
    assert len(hidden) == 6
    assert north.groups().name.tolist() == ["North"]
    assert set(north.frames(Scope()).referrals.group_id) == {group["North"]}
    assert north.frames(Scope(groups=(group["South"],))).referrals.empty
    assert "Di Dogwood" not in set(north.frames(Scope()).people.name)
    assert north.receivers(Scope()).name.tolist() == ["Bob Birch"]
    assert north.rows(Scope(), hidden).empty
    with pytest.raises(UsageError):
        north.group_ids(["South"])


def test_two_viewers_never_share_a_cached_figure(workspace: Path) -> None:
    group = ids(workspace)
    seen = {
        name: service.open_workspace(workspace, Viewer("same name", frozenset({group[name]}))).result(Scope(), "L1")
        for name in ("North", "South")
    }
    share = {name: result.estimates[0].value for name, result in seen.items()}
    assert share == {"North": 1.0, "South": 0.0}


def test_a_new_version_is_seen_at_once(workspace: Path) -> None:
    session = service.open_workspace(workspace)
    before = len(session.frames(Scope()).referrals)
    session.commit(session.preview([("more.csv", (HEADER + "2026-01-05,Ann Ash,Bob Birch,North,no,open,\n").encode())]))
    assert len(session.frames(Scope()).referrals) == before + 1
    session.undo()
    assert len(session.frames(Scope()).referrals) == before


def test_rows_behind_a_figure_name_their_file_and_line(workspace: Path) -> None:
    session = service.open_workspace(workspace)
    first = session.frames(Scope()).referrals.referral_id.min()
    row = session.rows(Scope(), [first]).iloc[0]
    assert (row.source, row.receiver, row.file, row.row_no) == ("Ann Ash", "Bob Birch", "log.csv", 2)


def test_the_sample_gives_way_to_the_users_own_log(home: Path, tmp_path: Path) -> None:
    assert service.current().is_empty
    service.add_sample(make_world("base", members=20, months=24))
    session = service.current()
    assert (session.is_sample, session.is_empty) == (True, False)
    session.commit(session.preview([("log.csv", (HEADER + NORTH[0]).encode())]))
    assert not service.current().is_sample
    assert len(service.current().frames(Scope()).referrals) == 1
    service.remove_sample()
    assert not service.sample_path().exists()


def test_an_upload_is_never_stored_under_the_name_it_came_with(home: Path) -> None:
    session = service.current()
    preview = session.preview([("../../evil.csv", (HEADER + NORTH[0]).encode())])
    assert preview.folder is not None
    assert [p.name for p in preview.folder.iterdir()] == ["0000"]
    folder = preview.folder
    session.commit(preview)
    assert not folder.exists()
    assert not list(home.parent.glob("evil.csv"))
    assert {p.suffix for p in (home / "originals").iterdir()} == {".csv"}


def test_an_answer_is_remembered_for_the_next_file(home: Path) -> None:
    session = service.current()
    session.commit(session.preview([("a.csv", b"Date,From,To\n03/04/2025,Ann,Bob\n")], Answers(date_order="dmy")))
    again = session.preview([("b.csv", b"Date,From,To\n05/06/2025,Ann,Bob\n")])
    assert again.questions == ()
    assert any("05/06" in note or "day" in note for note in again.drafts[0].notes)


def test_two_files_answered_differently_leave_the_next_one_to_be_asked(home: Path) -> None:
    session = service.current()
    files = [(f"{name}.csv", f"Date,From,To\n03/04/2025,{name},Bob\n".encode()) for name in ("a", "b")]
    answers = {"a.csv": Answers(date_order="dmy"), "b.csv": Answers(date_order="mdy")}
    session.commit(session.preview(files, answers))
    again = session.preview([("c.csv", b"Date,From,To\n05/06/2025,Ann,Bob\n")])
    assert [question.id for question in again.questions] == ["date_order"]


def test_one_receiver_is_looked_at_on_the_groups_own_calendar(workspace: Path) -> None:
    """Bob's last event is in December; Di's in June. Her log ends when the imports end, not with her last referral."""
    session = service.open_workspace(workspace)
    di = session.receivers(Scope()).set_index("name").person_id["Di Dogwood"]
    result = session.result(Scope(receiver=di), "L1")
    assert result.as_of == session.result(Scope(), "L1").as_of
    assert set(session.rows(Scope(), result.data["rows"].referral_id.tolist()).receiver) == {"Di Dogwood"}


def test_the_subtitle_says_what_the_scope_holds(workspace: Path) -> None:
    group = ids(workspace)
    session = service.open_workspace(workspace)
    scope = Scope(groups=(group["North"],), start=date(2025, 1, 1), end=date(2026, 1, 1))
    assert session.subtitle(scope) == "North · 2025-01-01 to 2025-12-31"
    bob = session.receivers(scope).person_id.iloc[0]
    assert session.subtitle(replace(scope, start=None, end=None, receiver=bob)) == "North · received by Bob Birch"


def test_an_archive_stands_for_the_files_in_it(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "weeks.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("week1.csv", HEADER + NORTH[0])
        out.writestr("deep/week2.csv", HEADER + NORTH[1])
    session = service.current()
    preview = session.preview([archive], {"week2.csv": Answers(currency="EUR")})
    assert [draft.name for draft in preview.drafts] == ["weeks.zip/week1.csv", "weeks.zip/deep/week2.csv"]
    assert [draft.answers.currency for draft in preview.drafts] == [None, "EUR"]
    session.commit(preview)
    assert len(service.current().frames(Scope()).referrals) == 2
    assert len(list((home / "originals").iterdir())) == 2


def test_the_method_can_be_changed_for_a_workspace_and_every_result_says_so(workspace: Path) -> None:
    session = service.open_workspace(workspace)
    plain = session.result(Scope(), "L1")
    assert plain.to_json()["method"] == {}
    (workspace / "method.toml").write_text("window_days = 90\n[margins]\nshare = 0.1\n", encoding="utf-8")
    changed = session.result(Scope(), "L1")
    assert changed.method == {"window_days": 90, "margin_share": 0.1}
    assert changed.estimates[0].n["referrals"] < plain.estimates[0].n["referrals"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("windows = 90", "windows"),
        ("[margin]\nshare = 0.1", "[margin]"),
        ('window_days = "90"', "window_days"),
        ("window_days", "method.toml"),
    ],
)
def test_a_wrong_method_file_is_named_and_nothing_is_computed(workspace: Path, text: str, said: str) -> None:
    (workspace / "method.toml").write_text(text, encoding="utf-8")
    with pytest.raises(WorkspaceError, match=re.escape(said)):
        service.open_workspace(workspace).result(Scope(), "L1")
