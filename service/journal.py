"""The server's log: one line an event, key=value, with the id of the request; never a name, an amount or a row.

What an exception says may hold a cell of somebody's file, so it is left out: its kind and the lines that it passed
through stay. This holds for every logger of the process, the libraries' too.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from contextvars import ContextVar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FORMAT = "time=%(asctime)s level=%(levelname)s logger=%(name)s request=%(request)s %(message)s"
log = logging.getLogger("net_effect")
_request: ContextVar[str] = ContextVar("request", default="-")


def begin() -> str:
    """A new request id, for everything that this thread or task logs from here on."""
    _request.set(secrets.token_hex(4))
    return _request.get()


def request() -> str:
    return _request.get()


def trace(error: BaseException) -> str:
    """The kind of an error and of what led to it, and where, innermost first; nothing of what it says."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < 5:
        parts.append(f"error={type(seen).__name__} where={_places(seen)}")
        seen = seen.__cause__ or seen.__context__
    return " cause: ".join(parts)


def _places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[::-1][:12]
    return "<".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames) or "-"


def _short(name: str) -> str:
    path = Path(name)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else "/".join(path.parts[-2:])


def install(level: int = logging.INFO) -> None:
    """Make every log record of this process carry the request id and no exception's text. Calling it again is fine."""
    made = logging.getLogRecordFactory()
    if getattr(made, "scrubs", False):
        return

    def factory(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = made(*args, **kwargs)
        record.request = request()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg = f"{record.getMessage()} {trace(error)}"
            record.args, record.exc_info = (), None
        return record

    factory.scrubs = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(factory)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    log.addHandler(handler)
    log.setLevel(level)
    log.propagate = False
