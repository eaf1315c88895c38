"""What ends a long work early: the reader's wish."""

from __future__ import annotations

from collections.abc import Callable

from errors import NetEffectError

Progress = Callable[[int, int], None]  # (done, in all)
Cancelled = Callable[[], bool]


class CancelledError(NetEffectError):
    """The reader stopped it; nothing was written."""

    title = "Stopped"


def going_on(cancelled: Cancelled | None) -> None:
    """Raise CancelledError where the work is no longer wanted."""
    if cancelled is not None and cancelled():
        raise CancelledError("It was stopped.", "Nothing was written.")
