"""Contact spheres: whether two professions serve the same clients without competing.

Read from the classification of the chapter's own roster where it has one ("Construction > Electrician"), else from a
short list of words (spheres.toml). It only orders a list of people to meet; no figure rests on it.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).with_name("spheres.toml")


@lru_cache(maxsize=1)
def _spheres() -> dict[str, tuple[str, ...]]:
    loaded = tomllib.loads(_FILE.read_text(encoding="utf-8"))["spheres"]
    return {name: tuple(words) for name, words in loaded.items()}


@lru_cache(maxsize=4096)
def spheres_of(profession: str | None) -> tuple[str, ...]:
    """The spheres that a profession falls into; none for an unknown one."""
    if not profession:
        return ()
    branch, _, rest = profession.partition(">")
    if rest:
        return (" ".join(branch.split()).casefold(),)
    padded = f" {' '.join(profession.casefold().replace('-', ' ').replace('/', ' ').split())} "
    return tuple(name for name, words in _spheres().items() if any(f" {word}" in padded for word in words))


def shared_sphere(one: str | None, other: str | None) -> str | None:
    """A sphere that both professions fall into; None for the same profession, which competes."""
    if not one or not other or one.casefold().strip() == other.casefold().strip():
        return None
    mine = set(spheres_of(other))
    return next((name for name in spheres_of(one) if name in mine), None)
