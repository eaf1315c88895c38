"""Who may see what: access.toml, and what it makes of the claims of somebody who signed in.

    hosts = ["figures.example.org"]        # the names under which the dashboard may be asked for
    session_hours = 12                     # after which one signs in again
    team_claim = "groups"                  # the claim that lists a person's teams

    [workspaces.harbour]                   # the id is what stands in the address
    title = "Harbour Chapter"
    path = "/srv/net-effect/harbour"

    [[allow]]                              # for each workspace the first rule that fits a person decides
    emails = ["kim@example.org"]
    workspaces = ["harbour"]
    role = "editor"

    [[allow]]
    domains = ["example.com"]
    workspaces = ["*"]
    groups = ["North"]                     # ids or names of groups; left out: all of them
    role = "viewer"
    masked = true

Nothing is guessed: an unknown key, role or workspace is refused, and whoever no rule names sees nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import NetEffectError

ROLES = ("viewer", "editor", "admin")  # each may do what the one before may
FILE = "access.toml"
FILE_VARIABLE = "NET_EFFECT_ACCESS"
EVERY = "*"
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_TOP = {"hosts", "proxy", "session_hours", "team_claim", "verified_issuers", "masked_roles", "workspaces", "allow"}
_PLACE = {"title", "path"}
_RULE = {"emails", "domains", "teams", "workspaces", "groups", "role", "masked"}


class AccessError(NetEffectError):
    """access.toml, or the sign-in that it belongs to, cannot be used as it is."""

    title = "Access is not set up"


class NotAllowedError(NetEffectError):
    """The viewer's role does not reach that far."""

    title = "That is not open to you"


@dataclass(frozen=True)
class Place:
    """A workspace that is served, and the id that addresses name it by."""

    id: str
    title: str
    path: Path


@dataclass(frozen=True)
class Rule:
    """Whom it fits (any of emails, domains, teams), and what it opens."""

    emails: frozenset[str]
    domains: frozenset[str]
    teams: frozenset[str]
    workspaces: frozenset[str]
    groups: tuple[str, ...] | None
    role: str
    masked: bool


@dataclass(frozen=True)
class Access:
    places: Mapping[str, Place]
    rules: tuple[Rule, ...]
    hosts: tuple[str, ...]
    proxy: bool
    session_hours: float
    team_claim: str
    verified_issuers: frozenset[str]


@dataclass(frozen=True)
class Identity:
    """Somebody who signed in. email: None unless the provider says that it was verified; since: epoch seconds."""

    name: str
    email: str | None
    teams: frozenset[str]
    since: float


@dataclass(frozen=True)
class Grant:
    """What one person may do in one workspace. groups: ids or names as the file has them; None = all."""

    place: Place
    role: str
    groups: tuple[str, ...] | None
    masked: bool


def reaches(role: str, needed: str) -> bool:
    """Whether a role may do what `needed` may."""
    return role in ROLES and ROLES.index(role) >= ROLES.index(needed)


def read(path: Path) -> Access:
    """The file's rules.

    Raises:
        AccessError: it is not there, is no TOML, or says something that is not known.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AccessError(f"{path} cannot be read: {error}.", "docs/security.md shows what stands in it.") from error
    try:
        return parse(data, path.parent)
    except AccessError as error:
        raise AccessError(f"{path}: {error.message}", error.hint) from error


def parse(data: Mapping[str, Any], folder: Path) -> Access:
    """The rules of a file that was read; `folder` is what its relative paths start from."""
    _known(data, _TOP, "the file")
    places = {}
    for name, said in _table(data, "workspaces").items():
        if not _ID.fullmatch(name):
            raise AccessError(f"The workspace id {name!r} must be small letters, digits, - and _.")
        if not isinstance(said, Mapping):
            raise AccessError(f"[workspaces.{name}] is no table.")
        _known(said, _PLACE, f"[workspaces.{name}]")
        path = Path(_text(said, "path", f"[workspaces.{name}]")).expanduser()
        title = _text(said, "title", f"[workspaces.{name}]") if "title" in said else name
        places[name] = Place(name, title, path if path.is_absolute() else folder / path)
    if not places:
        raise AccessError("It names no workspace.", "Add [workspaces.NAME] with its path.")
    forced = _role_list(data)
    said = data.get("allow", [])
    if not (isinstance(said, list) and all(isinstance(one, Mapping) for one in said)):
        raise AccessError("'allow' is no list of tables.", "Write [[allow]] above each rule.")
    rules = tuple(_rule(one, f"rule {n}", places, forced) for n, one in enumerate(said, 1))
    hours = data.get("session_hours", 12)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 24 * 30:
        raise AccessError("'session_hours' must be a number above 0, 720 at most.")
    return Access(
        places, rules, tuple(host.lower() for host in _texts(data, "hosts", "the file")),
        _flag(data, "proxy", "the file"), float(hours), str(data.get("team_claim", "groups")),
        frozenset(_texts(data, "verified_issuers", "the file")),
    )  # fmt: skip


def _rule(said: Mapping[str, Any], where: str, places: Mapping[str, Place], forced: frozenset[str]) -> Rule:
    _known(said, _RULE, where)
    emails, domains, teams = (_texts(said, key, where) for key in ("emails", "domains", "teams"))
    if not (emails or domains or teams):
        raise AccessError(f"{where} fits nobody.", "Name emails, domains or teams.")
    if wrong := [one for one in emails if "@" not in one] + [one for one in domains if "@" in one or "." not in one]:
        raise AccessError(f"{where}: {wrong[0]!r} is no e-mail address, or no domain.")
    workspaces = _texts(said, "workspaces", where)
    if wrong := [one for one in workspaces if one != EVERY and one not in places]:
        raise AccessError(f"{where} opens {wrong[0]!r}, which is no workspace.", f"There are: {', '.join(places)}.")
    if not workspaces:
        raise AccessError(f"{where} opens no workspace.")
    role = said.get("role", "viewer")
    if role not in ROLES:
        raise AccessError(f"{where}: the role {role!r} is not known.", f"Choose from {', '.join(ROLES)}.")
    groups = tuple(_texts(said, "groups", where)) if "groups" in said else None
    if groups is not None and role != "viewer":
        raise AccessError(f"{where}: only a viewer can be held to groups.", "An import reaches all of a workspace.")
    return Rule(
        frozenset(one.casefold() for one in emails), frozenset(one.casefold() for one in domains), frozenset(teams),
        frozenset(places if EVERY in workspaces else workspaces), groups, role,
        _flag(said, "masked", where) or role in forced,
    )  # fmt: skip


def identify(claims: Mapping[str, Any], access: Access) -> Identity:
    """Who signed in, by the claims of the identity token.

    An e-mail address counts only where the provider says that it was verified, or is listed in verified_issuers: with
    some providers anybody can write any address into their profile.
    """
    email = claims.get("email")
    said = claims.get("email_verified")
    verified = said is True or said == "true" or claims.get("iss") in access.verified_issuers
    kept = email.strip().casefold() if isinstance(email, str) and email.count("@") == 1 and verified else None
    teams = claims.get(access.team_claim, ())
    teams = [teams] if isinstance(teams, str) else teams
    listed = frozenset(one for one in teams if isinstance(one, str)) if isinstance(teams, Iterable) else frozenset()
    since = claims.get("iat")
    moment = float(since) if isinstance(since, int | float) and not isinstance(since, bool) else 0.0
    return Identity(kept or f"account {claims.get('sub', '?')}", kept, listed, moment)


def ends(identity: Identity, access: Access) -> float:
    """When one must sign in again, in epoch seconds."""
    return identity.since + access.session_hours * 3600


def grants(identity: Identity, access: Access) -> tuple[Grant, ...]:
    """What this person may open, in the order of the file; for each workspace the first rule that fits decides."""
    found: dict[str, Grant] = {}
    for rule in access.rules:
        if _fits(rule, identity):
            for name in rule.workspaces - found.keys():
                found[name] = Grant(access.places[name], rule.role, rule.groups, rule.masked)
    return tuple(found[name] for name in access.places if name in found)


def _fits(rule: Rule, identity: Identity) -> bool:
    email = identity.email
    named = email is not None and (email in rule.emails or email.rpartition("@")[2] in rule.domains)
    return named or bool(rule.teams & identity.teams)


def _known(said: Mapping[str, Any], keys: set[str], where: str) -> None:
    if unknown := [key for key in said if key not in keys]:
        raise AccessError(f"{where} says {unknown[0]!r}, which is not known.", f"Known: {', '.join(sorted(keys))}.")


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise AccessError(f"'{key}' is no table.")
    return value


def _text(said: Mapping[str, Any], key: str, where: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value.strip():
        raise AccessError(f"{where} needs a text for {key!r}.")
    return value


def _texts(said: Mapping[str, Any], key: str, where: str) -> list[str]:
    value = said.get(key, [])
    if not (isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)):
        raise AccessError(f"{where}: {key!r} must be a list of texts.")
    return [one.strip() for one in value]


def _flag(said: Mapping[str, Any], key: str, where: str) -> bool:
    value = said.get(key, False)
    if not isinstance(value, bool):
        raise AccessError(f"{where}: {key!r} must be true or false.")
    return value


def _role_list(data: Mapping[str, Any]) -> frozenset[str]:
    """Roles that see no names, whatever a rule says."""
    roles = _texts(data, "masked_roles", "the file")
    if wrong := [one for one in roles if one not in ROLES]:
        raise AccessError(f"masked_roles: the role {wrong[0]!r} is not known.", f"Choose from {', '.join(ROLES)}.")
    return frozenset(roles)
