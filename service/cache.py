"""A bounded least-recently-used store, shared by all sessions of the process."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[Any, ...]


def _one(_: Any) -> int:
    return 1


class Cache:
    """Keeps the answers that were asked for last, as long as they weigh no more than `most` together.

    weigh: what an answer counts for; one if not given. The last answer stays, however heavy it is. An answer that is
    being made is made once: whoever else asks for it waits.
    """

    def __init__(self, most: int, weigh: Callable[[Any], int] = _one) -> None:
        self._most, self._weigh = most, weigh
        self._kept: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()
        self._making: dict[Key, threading.Lock] = {}

    def get(self, key: Key, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                return self._found(key)
            turn = self._making.setdefault(key, threading.Lock())
        with turn:  # of this answer alone: one slow claim must not hold up other viewers
            with self._lock:
                if key in self._kept:
                    return self._found(key)
            try:
                made = make()
            finally:
                with self._lock:
                    self._making.pop(key, None)
            with self._lock:
                self._keep(key, made)
        return made

    def _found(self, key: Key) -> Any:
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def _keep(self, key: Key, made: Any) -> None:
        self._weight -= self._kept.pop(key, (None, 0))[1]
        self._kept[key] = made, self._weigh(made)
        self._weight += self._kept[key][1]
        while self._weight > self._most and len(self._kept) > 1:
            _, (_, weight) = self._kept.popitem(last=False)
            self._weight -= weight

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._weight = 0
