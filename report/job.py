"""A report made beside the page: it says how far it is, can be stopped, and ends by itself."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from errors import NetEffectError
from report import build
from service import Session, Viewer

SECONDS = 300.0
_ONE = threading.Lock()  # one report at a time: a second waits, so that pages stay quick for everybody


class _StoppedError(Exception):
    """Cancelled, or out of time."""


@dataclass
class Job:
    """What is being made. done: whether it ended, well or not; made: the file, where it ended well."""

    name: str
    kind: str
    whose: Viewer
    workspace: Path
    part: float = 0.0
    what: str = "Waiting for its turn"
    made: bytes | None = None
    failed: str = ""
    done: bool = False
    _stop: threading.Event = field(default_factory=threading.Event)
    _until: float = field(default_factory=lambda: time.monotonic() + SECONDS)

    def of(self, session: Session) -> bool:
        """Whether it was made for this viewer and workspace."""
        return self.whose == session.viewer and self.workspace == session.workspace.path

    def cancel(self) -> None:
        self._stop.set()

    def run(self, session: Session, order: build.Order) -> None:
        """Make it; every way out leaves `done`."""
        try:
            while not _ONE.acquire(timeout=0.2):
                self._step(0.0, "Waiting for its turn")
            try:
                self.made = build.make(session, order, self._step)
            finally:
                _ONE.release()
        except _StoppedError as stopped:
            self.failed = str(stopped)
        except NetEffectError as error:
            self.failed = f"{error.title}: {error}"
        except Exception:
            self.failed = "Something went wrong while it was made."
            raise  # to the log: a bug must not be swallowed
        finally:
            self.done = True

    def _step(self, part: float, what: str) -> None:
        self.part, self.what = part, what
        if self._stop.is_set():
            raise _StoppedError("Cancelled.")
        if time.monotonic() > self._until:
            raise _StoppedError("It took too long and was stopped. Choose fewer findings or a shorter period.")


def start(session: Session, order: build.Order) -> Job:
    """Begin in a thread of its own."""
    job = Job(build.filename(session, order), order.kind, session.viewer, session.workspace.path)
    threading.Thread(target=job.run, args=(session, order), daemon=True, name="report").start()
    return job
