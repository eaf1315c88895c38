"""The tour of the pages: that somebody has put it away is kept in the workspace's folder, so that it stays away."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from service.session import Session

FOLDER = "tour"  # in the workspace's folder; a file for each viewer who has ended it, empty, under no name


def ended(session: Session) -> bool:
    return _mark(session).exists()


def end(session: Session) -> None:
    """For this viewer and workspace; the sample's tour is that of the user's own workspace."""
    with suppress(OSError):  # a folder that may only be read: it is put away until the page is loaded anew
        _mark(session).parent.mkdir(parents=True, exist_ok=True)
        _mark(session).touch()


def _mark(session: Session) -> Path:
    return session.target.path / FOLDER / sha256(session.viewer.name.encode()).hexdigest()[:16]
