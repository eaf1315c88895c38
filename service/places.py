"""The workspaces that stand on this machine: the user's own, the sample beside it, those that a sign-in grants."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import platformdirs

from data.building import is_marts_folder
from data.draft import Draft, Frames
from data.folder import Folder
from data.importing import ImportOutcome
from data.reader import release
from data.store import Workspace
from sample.world import World, make_world
from service.access import Grant
from service.session import LOCAL, Session, Viewer

SAMPLE_WORLD = "harbour"
HOME_VARIABLE = "NET_EFFECT_WORKSPACE"


def home() -> Path:
    """The user's own workspace: $NET_EFFECT_WORKSPACE, else a folder of the platform's kind."""
    if chosen := os.environ.get(HOME_VARIABLE):
        return Path(chosen).expanduser()
    return platformdirs.user_data_path("net-effect", appauthor=False) / "workspace"


def sample_path() -> Path:
    """The sample chapter stands beside the user's workspace and never mixes with it."""
    return home().with_name(home().name + "-sample")


def open_workspace(path: Path | str, viewer: Viewer = LOCAL) -> Session:
    """The workspace in a folder, or the marts in it, which everybody sees as a viewer at most."""
    if is_marts_folder(Path(path)):
        return Session(Folder(path), replace(viewer, role="viewer"))
    return Session(Workspace(Path(path)), viewer)


def current(viewer: Viewer = LOCAL) -> Session:
    """The user's workspace once it holds anything, else the sample where one stands, else the empty workspace."""
    if is_marts_folder(home()):
        return open_workspace(home(), viewer)
    own = Workspace(home())
    if own.version is None and Workspace(sample_path()).version is not None:
        return Session(Workspace(sample_path()), viewer, target=own)
    return Session(own, viewer)


def granted(grant: Grant, name: str, until: float | None = None) -> Session:
    """The workspace of a grant, for the person who holds it."""
    whole = open_workspace(grant.place.path)
    groups: frozenset[str] | None = None
    if grant.groups is not None:
        wanted = {one.casefold() for one in grant.groups}
        known = None if whole.is_empty else whole.groups()
        groups = frozenset(
            str(gid)
            for gid, title in (zip(known.group_id, known.name, strict=True) if known is not None else ())
            if {str(gid).casefold(), str(title).casefold()} & wanted
        )
    return open_workspace(grant.place.path, Viewer(name, groups, grant.role, grant.masked, until))


def add_sample(world: World | None = None) -> None:
    """Put the invented sample chapter beside the user's workspace."""
    write_sample(world or make_world(SAMPLE_WORLD), sample_path())


def remove_sample() -> None:
    release(sample_path())
    shutil.rmtree(sample_path(), ignore_errors=True)


_LAYOUT_OF = {"referrals": "referral_log", "members": "member_list"}


def world_drafts(world: World) -> list[Draft]:
    """A sample world as drafts, on the same way into the store as any file."""
    covers, frames = world.covers(), world.staging()

    def covered(kind: str) -> dict[str, tuple[date, date] | None]:
        """What a frame speaks for: its own kind of record, or for touches all that are no table's."""
        return {k: v for k, v in covers.items() if k == kind or (kind == "touches" and k not in frames)}

    return [
        Draft(name=f"sample {kind}", sheet="", sha256=f"sample-{world.name}-{world.seed}-{kind}", container="sample",
              layout=_LAYOUT_OF.get(kind, kind), rows_read=len(frame), frames=Frames({kind: frame}),
              covers=covered(kind))
        for kind, frame in frames.items()
    ]  # fmt: skip


def write_sample(world: World, path: Path) -> ImportOutcome:
    """Fill a workspace with a sample world."""
    return Workspace(path).import_drafts(world_drafts(world), answers={"sample": world.name})
