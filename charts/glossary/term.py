"""One entry of the glossary."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A word of the field, or a figure. All are our own sentences, without Markdown."""

    name: str
    means: str  # one sentence that a member of a chapter understands
    computed: str = ""  # how the figure comes about, and what is left out
    wrong: str = ""  # the tempting other way, and why it misleads
