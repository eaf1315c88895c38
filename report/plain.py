"""Plain text of sentences that are escaped for Markdown where they are made."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unescaped(text: str) -> str:
    """The opposite of formats.plain; bold marks go too."""
    return _ESCAPE.sub(r"\1", text.replace("**", "")).replace("\u2060", "")


# Characters that no file format of ours can hold: control characters, half characters, and what is no character.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def writable(text: object) -> str:
    """Text with a replacement sign for what a file cannot hold."""
    return _UNWRITABLE.sub("\ufffd", str(text))
