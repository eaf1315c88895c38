"""Text on a slide: how wide it is, and what size lets it fit."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from math import ceil

from report.plain import writable

POINT = 12700  # EMU
# Widths of a sans-serif letter in parts of its size, a little generous: the reader's font may be wider than ours.
_WIDE = {
    **dict.fromkeys("ijl.,:;'|!’ \u00a0", 0.27),
    **dict.fromkeys('frt()[]-/“”"°*', 0.36),
    **dict.fromkeys("mwMW@%—", 0.86),
}
_CAPITAL, _LETTER, _FULL = 0.63, 0.51, 1.0
_TAG = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True)
class Run:
    """A piece of a line in one dress. colour: as CSS writes it, "" for the text's own."""

    text: str
    bold: bool = False
    colour: str = ""


def xml(text: object) -> str:
    return html.escape(writable(text), quote=True)


def lines_of(text: str) -> tuple[tuple[Run, ...], ...]:
    """A figure's text, which is a little HTML (b, br, span with a colour), as lines of runs."""
    made: list[list[Run]] = [[]]
    bold, colours = 0, [""]
    for part in _TAG.split(text):
        tag = part.lower()
        if tag in ("<br>", "<br/>"):
            made.append([])
        elif tag in ("<b>", "</b>"):
            bold += 1 if tag == "<b>" else -1
        elif tag.startswith("<span"):
            found = re.search(r"color:\s*([^;\"']+)", part)
            colours.append(found.group(1).strip() if found else colours[-1])
        elif tag == "</span>":
            colours = colours[:-1] or [""]
        elif part and not tag.startswith("<"):
            made[-1].append(Run(html.unescape(part), bold > 0, colours[-1]))
    return tuple(tuple(line) for line in made)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Points that a line takes at a font size in points."""
    return sum(_letter(c) for c in text) * size * (1.06 if bold else 1.0)


def _letter(c: str) -> float:
    if c in _WIDE:
        return _WIDE[c]
    if unicodedata.east_asian_width(c) in "WF" or ord(c) > 0x1F000:
        return _FULL
    if unicodedata.combining(c):
        return 0.0
    return _CAPITAL if c.isupper() else _LETTER


def rows(text: str, size: float, across: float, *, bold: bool = False) -> int:
    """Lines that a text takes in a box `across` points wide; a word that is wider is broken."""
    count, used = 1, 0.0
    for word in text.split(" "):
        needed = width(word + " ", size, bold=bold)
        if used and used + needed > across:
            count, used = count + 1, 0.0
        if needed > across:
            extra = ceil(needed / across) - 1
            count, needed = count + extra, needed - extra * across
        used += needed
    return count


def fitted(
    text: str, across: float, most: int, largest: float, smallest: float, *, bold: bool = False
) -> tuple[str, float]:
    """The text and the largest size at which it stands in `most` lines; cut at the smallest where it does not."""
    size = largest
    while size > smallest and rows(text, size, across, bold=bold) > most:
        size -= 1
    if rows(text, size, across, bold=bold) <= most:
        return text, size
    low, high = 0, len(text)
    while low < high:  # the longest beginning that stands
        middle = (low + high + 1) // 2
        fits = rows(text[:middle] + "…", size, across, bold=bold) <= most
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…", size


def plain(text: str) -> str:
    """A figure's text in one line, without its dress."""
    return " ".join("".join(run.text for run in line) for line in lines_of(text))


def tied(text: str) -> str:
    """A number stays in one line with its unit."""
    return re.sub(r"(?<=\d) (?=%|points?\b|times\b)", "\u00a0", text)
