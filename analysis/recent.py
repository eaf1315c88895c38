"""The logs that were prepared last: every builder of a page prepares the same tables."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.result import Frames

if TYPE_CHECKING:
    from analysis.population import Log

MOST = 4


class Recent:
    """Answers about frames, told apart by their tables themselves (which nobody changes in place) and by whatever else
    counts. It keeps no table alive: an answer whose tables are gone goes at the next asking."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: list[tuple[list[weakref.ref], tuple[Any, ...], Log]] = []
        self._lock = threading.Lock()

    def get(self, frames: Frames, also: Any, make: Callable[[], Log]) -> Log:
        values = [getattr(frames, field.name) for field in fields(frames)]
        tables = [value for value in values if isinstance(value, pd.DataFrame)]
        key = (*(value for value in values if not isinstance(value, pd.DataFrame)), also)
        with self._lock:
            for at, (known, other, log) in enumerate(self._kept):
                if other == key and all(ref() is table for ref, table in zip(known, tables, strict=True)):
                    self._kept.append(self._kept.pop(at))
                    return log
        log = make()
        with self._lock:
            alive = [one for one in self._kept if all(ref() is not None for ref in one[0])]
            self._kept = [*alive, ([weakref.ref(table) for table in tables], key, log)][-self._most :]
        return log
