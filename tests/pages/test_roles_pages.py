"""What each role finds on every page: a control it may use or a sentence, and nothing of what it may not see.

All in one process, so that whatever an admin's visit left in a cache is there when the others come.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

import service
from pages import _gate

ROOT = Path(__file__).resolve().parents[2]
HEADER = "Date,From,To,Group,Present?,Status,Closed on,Amount,Currency,Prospect\n"
NORTH, SOUTH = ("Ann Ash", "Bob Birch"), ("Cy Cedar", "Di Dogwood")
PROSPECTS = {"North": "Acorn Press", "South": "Quince Mill"}
ROWS = [
    f"2025-{m:02d}-{d:02d},{giver},{taker},{group},no,won,2025-{m:02d}-20,{amount}.17,EUR,{PROSPECTS[group]}\n"
    for m in range(1, 13)
    for d in (3, 8)
    for group, (giver, taker), amount in (("North", NORTH, 4321), ("South", SOUTH, 8765))
]
PAGES = sorted(path.name for path in (ROOT / "pages").glob("[a-z]*.py"))
RULES = """
[workspaces.harbour]
path = "harbour"
"""
RULE = """
[[allow]]
emails = ["{role}@example.org"]
workspaces = ["harbour"]
role = "{role}"
"""
LEADER = """
[[allow]]
emails = ["{name}@example.org"]
workspaces = ["harbour"]
groups = ["North"]
masked = {masked}
"""
# Page, parameters, widget keys that need the role, and the role.
CONTROLS = [
    ("data.py", {}, {"undo", "redo"}, "editor"),
    ("log.py", {}, {"bring_back"}, "editor"),
    ("log.py", {"entry": "Correct"}, {"save_log"}, "editor"),
    ("people.py", {"list": "Customer or partner?"}, {"save_kinds"}, "editor"),
    ("people.py", {"list": "One person"}, {"erase"}, "admin"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two chapters, and who may see what of it."""
    folder = tmp_path_factory.mktemp("roles")
    session = service.open_workspace(folder / "harbour")
    session.commit(session.preview([("log.csv", (HEADER + "".join(ROWS)).encode())]))
    text = RULES + "".join(RULE.format(role=role) for role in ("viewer", "editor", "admin"))
    text += LEADER.format(name="leader", masked="false") + LEADER.format(name="stranger", masked="true")
    (folder / "access.toml").write_text(text)
    return folder


@pytest.fixture
def come(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page as somebody of that role, by its address."""
    monkeypatch.setenv("NET_EFFECT_ACCESS", str(folder / "access.toml"))
    monkeypatch.setattr(_gate, "configured", lambda: True)

    def open_one(role: str, page: str, **url: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60)
        at.user = {
            "is_logged_in": True, "iss": "https://id.example", "sub": role, "iat": time.time(),
            "email": f"{role}@example.org", "email_verified": True,
        }  # fmt: skip
        for key, value in url.items():
            at.query_params[key] = value
        at.run()
        at.switch_page(page).run()
        assert not at.exception
        assert not at.error
        return at

    return open_one


def usable(at: AppTest) -> set[str]:
    """The keys of buttons that can be pressed; those of the bar are not asked about."""
    return {button.key or "" for button in at.button if not button.disabled}


def shown(at: AppTest) -> set[str]:
    return {button.key or "" for button in at.button}


@pytest.mark.parametrize(("page", "url", "keys", "needed"), CONTROLS)
@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_a_control_is_there_for_whom_it_is(
    come: Callable[..., AppTest], role: str, page: str, url: dict[str, str], keys: set[str], needed: str
) -> None:
    at = come(role, page, **url)
    if person := [box for box in at.selectbox if box.key == "person"]:
        person[0].select_index(0).run()
    may = ("viewer", "editor", "admin").index(role) >= ("viewer", "editor", "admin").index(needed)
    said = " ".join(info.value for info in at.info)
    if may:
        assert keys <= shown(at)
        assert "You are here as" not in said
    else:
        assert not keys & usable(at)
        assert f"You are here as **{role}**" in said
        assert f"needs the role **{needed}**" in said


@pytest.mark.parametrize("entry", ["Referral", "Contact", "Assessment", "Outcome", "Correct"])
def test_a_viewers_log_has_no_form_whatever_the_address_says(come: Callable[..., AppTest], entry: str) -> None:
    at = come("viewer", "log.py", entry=entry)
    assert usable(at) <= {"sign_out"}
    assert not at.text_input
    assert len(at.dataframe) == 1


@pytest.mark.parametrize("part", ["Same person?", "Customer or partner?", "In the room?"])
def test_a_viewers_lists_of_people_cannot_be_saved(come: Callable[..., AppTest], part: str) -> None:
    at = come("viewer", "people.py", list=part)
    assert usable(at) <= {"sign_out"}


def held(block: Block) -> bytes:
    """Everything that the server sent for a part of a page: texts, tables, charts, options, parameters."""
    parts = [] if block.proto is None else [block.proto.SerializeToString()]
    for child in block.children.values():
        parts.append(held(child) if isinstance(child, Block) else child.proto.SerializeToString())
    return b"\0".join(parts)


def of(at: AppTest) -> bytes:
    return held(at.main) + held(at.sidebar) + str(dict(at.query_params)).encode()


ASKED = {"group": "g0002", "receiver": "p0000004", "member": "p0000003", "filter": "source:p0000003"}


def test_nobody_is_sent_what_is_not_theirs(come: Callable[..., AppTest]) -> None:
    """On every page, after an admin has seen it, though the address asks for the other chapter and its people."""
    admin = come("admin", "overview.py")
    visitors = {name: come(name, "overview.py", **ASKED) for name in ("leader", "stranger")}
    theirs = [*SOUTH, PROSPECTS["South"], "8765"]
    forbidden = {"leader": theirs, "stranger": [*theirs, *NORTH, PROSPECTS["North"], "4321", "South"]}
    found: set[str] = set()
    for page in PAGES:
        seen = of(admin.switch_page(page).run())
        found |= {text for text in forbidden["stranger"] if text.encode() in seen}
        for name, at in visitors.items():
            sent = of(at.switch_page(page).run())
            assert not at.exception
            assert [text for text in forbidden[name] if text.encode() in sent] == [], (name, page)
    assert found >= {*NORTH, *SOUTH, "South"}  # what was looked for could be found
