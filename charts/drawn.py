"""A drawing is made once for what it is made of: pages run anew with every click, and Plotly is slow to build a figure.

Results and views are kept by the session until the next version, so the same object comes back with every run. What has
more to it than compares (anything with a frame in it) is told by being that very object, which the key keeps alive; all
else by its value. Whoever gets a drawing leaves it as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from charts.theme import Canvas, Drawing

KEPT = 256  # drawings: what thirty people have open
P = ParamSpec("P")
T = TypeVar("T")


def _whole(value: Any) -> bool:
    """Whether two that are equal are alike in everything: a result that leaves its frames or names out of comparing is
    equal to the same one masked."""
    if is_dataclass(value):
        return all(one.compare and _whole(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, tuple | frozenset):
        return all(map(_whole, value))
    return value is None or isinstance(value, str | int | float | date)


class _Given:
    """One argument as part of a key: a list by what is in it, plain values by value, all else by identity."""

    __slots__ = ("hashed", "known", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.known: Any = tuple(map(_Given, value)) if isinstance(value, list | tuple) else value
        if isinstance(value, list | tuple) or _whole(value):
            self.hashed = hash((type(value), self.known))
        else:
            self.hashed, self.known = id(value), None

    def __hash__(self) -> int:
        return self.hashed

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Given):
            return NotImplemented
        if self.value is other.value:
            return True
        if self.known is None or type(self.value) is not type(other.value):
            return False
        return bool(self.known == other.known)


@lru_cache(KEPT)
def _made(build: Callable[..., Any], given: tuple[_Given, ...], named: tuple[tuple[str, _Given], ...]) -> Any:
    made = build(*(one.value for one in given), **{key: one.value for key, one in named})
    if isinstance(made, Drawing) and isinstance(made.figure, Canvas):
        made.figure.finish()
    return made


def drawn(build: Callable[P, T]) -> Callable[P, T]:
    """Keep what a chart draws, for as long as it is among the last KEPT that were asked for."""

    @wraps(build)
    def kept(*given: P.args, **named: P.kwargs) -> T:
        made: T = _made(build, tuple(map(_Given, given)), tuple((key, _Given(one)) for key, one in named.items()))
        return made

    return kept


def forget() -> None:
    """Let go of every drawing: somebody was erased."""
    _made.cache_clear()
