"""access.toml: what it says, what it refuses, and what each role may do to a workspace."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import service
from errors import UsageError
from service import access, entries, journal, people
from service.access import AccessError, NotAllowedError, grants, identify, parse

GOOD: dict[str, Any] = {
    "workspaces": {"harbour": {"path": "harbour"}, "lake": {"path": "/srv/lake", "title": "The lake"}},
    "allow": [
        {"emails": ["Kim@Example.org"], "workspaces": ["harbour"], "role": "editor"},
        {"domains": ["example.org"], "workspaces": ["*"], "groups": ["North"], "masked": True},
        {"teams": ["coaches"], "workspaces": ["*"], "role": "admin"},
    ],
}
HEADER = "Date,From,To,Group,Present?,Status,Closed on\n"
ROWS = "2025-01-05,Ann Ash,Bob Birch,North,no,won,2025-01-20\n2025-01-06,Cy Cedar,Di Dogwood,South,yes,lost,\n"


def of(claims: dict[str, Any], data: dict[str, Any] | None = None) -> dict[str, tuple[Any, ...]]:
    """Workspace → (role, groups, masked) of somebody who signed in with these claims."""
    rule = parse(data or GOOD, Path("/etc/net-effect"))
    found = grants(identify({"iss": "https://id.example", "sub": "1", "iat": 1000, **claims}, rule), rule)
    return {grant.place.id: (grant.role, grant.groups, grant.masked) for grant in found}


def test_for_each_workspace_the_first_rule_that_fits_decides() -> None:
    kim = {"email": "kim@example.org", "email_verified": True}
    assert of(kim) == {"harbour": ("editor", None, False), "lake": ("viewer", ("North",), True)}
    assert of({**kim, "groups": ["coaches"]}) == of(kim)  # not the best of all: the file is read from above
    assert of({"groups": ["coaches"]}) == {"harbour": ("admin", None, False), "lake": ("admin", None, False)}


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "kim@example.org"},
        {"email": "kim@example.org", "email_verified": False},
        {"email": "kim@example.org", "email_verified": "no"},
        {"email": "kim@example.org", "email_verified": 1},
        {"email": "kim@example.org@evil.example", "email_verified": True},
        {"email": "kim@evil-example.org", "email_verified": True},
        {"email": "kim@sub.example.org", "email_verified": True},
        {"email": "kim@example.org.evil.example", "email_verified": True},
        {"email": ["kim@example.org"], "email_verified": True},
        {"email": None, "groups": None},
        {"groups": "coach"},
        {"groups": [{"name": "coaches"}]},
        {},
    ],
)
def test_whoever_is_not_surely_named_gets_nothing(claims: dict[str, Any]) -> None:
    assert of(claims) == {}


def test_an_issuer_whose_addresses_count_is_named_in_the_file() -> None:
    claims = {"email": "kim@example.org"}
    assert of(claims, {**GOOD, "verified_issuers": ["https://id.example"]}) == of({**claims, "email_verified": True})
    assert of(claims, {**GOOD, "verified_issuers": ["https://other.example"]}) == {}


def test_a_role_can_be_masked_wherever_it_is_given() -> None:
    kim = {"email": "kim@example.org", "email_verified": True}
    assert of(kim, {**GOOD, "masked_roles": ["editor"]})["harbour"] == ("editor", None, True)


def test_relative_paths_start_at_the_file() -> None:
    rule = parse(GOOD, Path("/etc/net-effect"))
    assert [str(place.path) for place in rule.places.values()] == ["/etc/net-effect/harbour", "/srv/lake"]
    assert [place.title for place in rule.places.values()] == ["harbour", "The lake"]


def wrong(**change: Any) -> dict[str, Any]:
    return {**GOOD, **change}


def ruled(**change: Any) -> dict[str, Any]:
    return {**GOOD, "allow": [{"emails": ["a@b.example"], "workspaces": ["harbour"], **change}]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (wrong(hostz=["a"]), "'hostz', which is not known"),
        (ruled(roles="admin"), "rule 1 says 'roles', which is not known"),
        (ruled(role="owner"), "the role 'owner' is not known"),
        (ruled(workspaces=["harbor"]), "'harbor', which is no workspace"),
        (ruled(workspaces=[]), "opens no workspace"),
        (ruled(emails=[]), "fits nobody"),
        (ruled(emails=["example.org"]), "no e-mail address"),
        (ruled(domains=["@example.org"]), "no e-mail address, or no domain"),
        (ruled(emails="a@b.example"), "must be a list"),
        (ruled(masked="yes"), "must be true or false"),
        (ruled(role="editor", groups=["North"]), "only a viewer can be held to groups"),
        (wrong(workspaces={}), "names no workspace"),
        (wrong(workspaces={"../etc": {"path": "x"}}), "small letters"),
        (wrong(workspaces={"a": {}}), "needs a text for 'path'"),
        (wrong(workspaces={"a": {"path": "x", "pass": 1}}), "'pass', which is not known"),
        (wrong(workspaces={"a": 3}), "is no table"),
        (wrong(allow={"emails": []}), "no list of tables"),
        (wrong(session_hours=0), "session_hours"),
        (wrong(session_hours=True), "session_hours"),
        (wrong(session_hours=720.5), "session_hours"),
        (wrong(session_hours=-1), "session_hours"),
        (wrong(session_hours="12"), "session_hours"),
        (ruled(domains=["example"]), "no e-mail address, or no domain"),
        (ruled(emails=["a@b.example", " "]), "must be a list of texts"),
        (wrong(workspaces={"a": {"path": " "}}), "needs a text for 'path'"),
        (wrong(proxy="yes"), "must be true or false"),
        (wrong(masked_roles=["client"]), "not known"),
    ],
)
def test_what_is_not_understood_is_refused(data: dict[str, Any], words: str) -> None:
    with pytest.raises(AccessError, match=words):
        parse(data, Path())


@pytest.mark.parametrize(
    ("hours", "seconds"), [({}, 12 * 3600), ({"session_hours": 0.5}, 1800), ({"session_hours": 720}, 720 * 3600)]
)
def test_a_sign_in_lasts_as_long_as_the_file_says(hours: dict[str, Any], seconds: float) -> None:
    """From the moment that the provider names; one that names none has ended long ago."""
    rule = parse({**GOOD, **hours}, Path())
    assert access.ends(identify({"sub": "1", "iat": 1000}, rule), rule) == 1000 + seconds
    for iat in (None, True, "1000"):
        assert access.ends(identify({"sub": "1", "iat": iat}, rule), rule) == seconds


def test_somebody_without_an_address_that_counts_is_named_by_the_account() -> None:
    rule = parse(GOOD, Path())
    assert identify({"sub": "7", "email": "kim@example.org"}, rule).name == "account 7"
    assert (
        identify({"sub": "7", "email": " Kim@Example.org ", "email_verified": "true"}, rule).name == "kim@example.org"
    )
    assert identify({}, rule).name == "account ?"


def test_hosts_and_the_proxy_are_as_the_file_says() -> None:
    assert (parse(GOOD, Path()).hosts, parse(GOOD, Path()).proxy) == ((), False)
    said = parse({**GOOD, "hosts": [" Figures.Example.org "], "proxy": True}, Path())
    assert (said.hosts, said.proxy) == (("figures.example.org",), True)


def test_the_claim_that_lists_teams_is_named_in_the_file() -> None:
    claims = {"roles": ["coaches"], "groups": ["others"]}
    assert of(claims) == {}
    assert set(of(claims, {**GOOD, "team_claim": "roles"})) == {"harbour", "lake"}


def test_the_words_of_a_refusal_come_with_the_files_name(tmp_path: Path) -> None:
    (tmp_path / "access.toml").write_text("workspaces = 3\n")
    with pytest.raises(AccessError, match=r"access\.toml: 'workspaces' is no table"):
        access.read(tmp_path / "access.toml")


@pytest.mark.parametrize("role", [*access.ROLES, "owner", ""])
@pytest.mark.parametrize("needed", access.ROLES)
def test_a_role_reaches_what_stands_below_it_and_an_unknown_one_nothing(role: str, needed: str) -> None:
    order = ("viewer", "editor", "admin")
    assert access.reaches(role, needed) == (role in order and order.index(role) >= order.index(needed))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for text in (None, "[[", "\xff"):
        if text is not None:
            (tmp_path / "access.toml").write_bytes(text.encode("latin-1"))
        with pytest.raises(AccessError, match=r"access\.toml cannot be read"):
            access.read(tmp_path / "access.toml")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    session = service.open_workspace(tmp_path / "harbour")
    session.commit(session.preview([("log.csv", (HEADER + ROWS).encode())]))
    return tmp_path / "harbour"


def session_of(workspace: Path, role: str, groups: list[str] | None = None, until: float | None = None) -> Any:
    rule = {"emails": ["a@b.example"], "workspaces": ["w"], "role": role}
    rule |= {"groups": groups} if groups is not None else {}
    made = parse({"workspaces": {"w": {"path": str(workspace)}}, "allow": [rule]}, workspace)
    (grant,) = grants(identify({"email": "a@b.example", "email_verified": True}, made), made)
    return service.granted(grant, "a@b.example", until)


NEW = {"given_on": "2025-02-02", "source": "A", "receiver": "B"}
CHANGES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "preview": ("editor", lambda s: s.preview([("x.csv", (HEADER + ROWS).encode())])),
    "commit": ("editor", lambda s: s.commit(service.Preview((), (), ()))),
    "undo": ("editor", lambda s: s.undo()),
    "redo": ("editor", lambda s: s.redo()),
    "forget a layout": ("editor", lambda s: s.forget("none")),
    "learn a layout": ("editor", lambda s: s.learn(None)),
    "merge": ("editor", lambda s: people.merge(s, [("p0000001", "p0000003")])),
    "label": ("editor", lambda s: people.label(s, [("p0000001", "p0000002", "customer")])),
    "enter": (
        "editor",
        lambda s: entries.add(s, "referrals", NEW, group="North"),
    ),
    "delete": ("editor", lambda s: entries.delete(s, ["r0000001"])),
    "doctor": ("editor", lambda s: s.doctor()),
    "dossier": ("admin", lambda s: people.dossier(s, "p0000001")),
    "erase": ("admin", lambda s: people.erase(s, "p0000001")),
    "repair": ("admin", lambda s: s.repair()),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("role", access.ROLES)
def test_each_role_may_do_what_it_may_and_no_more(workspace: Path, change: str, role: str) -> None:
    needed, work = CHANGES[change]
    session = session_of(workspace, role)
    before = (workspace / "CURRENT").read_bytes()
    if access.reaches(role, needed):
        try:
            work(session)
        except NotAllowedError:
            pytest.fail(f"{role} may {change}")
        except Exception:  # noqa: BLE001 a made-up argument: it got as far as the thing itself
            return
    else:
        with pytest.raises(NotAllowedError, match=f"You are here as {role}; this needs the role {needed}"):
            work(session)
        assert (workspace / "CURRENT").read_bytes() == before


def test_who_is_held_to_a_group_sees_it_alone_and_changes_nothing(workspace: Path) -> None:
    session = session_of(workspace, "viewer", ["north"])
    assert session.groups().name.tolist() == ["North"]
    assert set(session.names().values()) == {"Ann Ash", "Bob Birch"}
    assert [entry.what for entry in session.history()] == ["A change."] * 2
    assert session.learned() == ()
    with pytest.raises(UsageError):
        session.whole()
    for nobody in (["East"], []):
        empty = session_of(workspace, "viewer", nobody)
        assert empty.groups().empty
        assert empty.names() == {}
        assert empty.frames(service.Scope()).referrals.empty


def test_a_session_whose_sign_in_has_ended_reads_nothing(workspace: Path) -> None:
    held = session_of(workspace, "admin", until=time.time() + 60)
    assert len(held.names()) == 4
    over = session_of(workspace, "admin", until=time.time() - 1)
    for look in (over.names, over.groups, over.history, over.tables, lambda: over.frames(service.Scope())):
        with pytest.raises(NotAllowedError, match="Your sign-in has ended"):
            look()
    assert not over.may("viewer")


def test_whoever_changes_something_is_named_in_the_history(workspace: Path) -> None:
    session = session_of(workspace, "editor")
    more = HEADER + "2025-03-05,Ann Ash,Bob Birch,North,no,won,2025-03-20\n"
    session.commit(session.preview([("more.csv", more.encode())]))
    assert session.history()[-1].actor == "a@b.example"


def test_the_log_says_where_and_never_what(caplog: pytest.LogCaptureFixture) -> None:
    """The text of an exception may hold a cell of somebody's file."""
    before = logging.getLogRecordFactory()
    try:
        journal.install()
        request = journal.begin()
        try:
            try:
                int("Ann Ash paid 1200")
            except ValueError as error:
                raise KeyError("Bob Birch") from error
        except KeyError as error:
            logging.getLogger("anything").error("It failed for %s.", "r0000001", exc_info=error)
        record = caplog.records[-1]
    finally:
        logging.setLogRecordFactory(before)
    text = logging.Formatter(journal.FORMAT).format(record)
    assert f"request={request} It failed for r0000001. error=KeyError where=tests/test_access.py:" in text
    assert "cause: error=ValueError" in text
    assert "Ann" not in text
    assert "Bob" not in text
    assert "\n" not in text
