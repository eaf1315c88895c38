"""The findings as a deck: one a slide, its sentence as the title, its chart native, its method in the notes.

A deck is written whole or not at all, and takes the look of the house or of the coach's own template.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import formats
from charts import words
from charts.theme import Drawing
from errors import WorkspaceError
from report import deck_figure, deck_house, deck_slide
from report.model import Content, Section
from report.plain import writable
from report.stopped import Cancelled, Progress, going_on

# A sign beside the word, which alone would do: colour never stands alone.
SIGNS = {
    "supported": ("✓", "third"),
    "contradicted": ("✕", "second"),
    "no difference that matters": ("=", "first"),
    "not enough data": ("…", "soft"),
    "not recorded": ("?", "soft"),
    "method under test": ("~", "soft"),
    "not computed at this size": ("–", "soft"),
}


@dataclass(frozen=True)
class Slide:
    """What stands on one slide. drawing or table may be None; kicker: the line above, in a colour of the look."""

    title: str
    kicker: str
    sign: str
    colour: str
    lines: tuple[str, ...]
    drawing: Drawing | None
    table: Any
    table_title: str
    notes: str
    footer: str


def write(
    content: Content, out: Path | IO[bytes], template: Path | None = None, logo: Path | None = None,
    progress: Progress | None = None, cancelled: Cancelled | None = None, locale: str = formats.DEFAULT,
) -> None:  # fmt: skip
    """Write the deck. progress: slides done, slides in all; cancelled: asked before each slide.

    Raises:
        FileRefusedError: the template or the logo cannot be read.
        CancelledError: it was stopped; nothing is left of it.
        WorkspaceError: the file cannot be written.
    """
    base = deck_house.base(template, logo)
    slides = slides_of(content)
    _opening(base, content, locale)
    for done, slide in enumerate(slides):
        going_on(cancelled)
        deck_slide.add(base, slide, _foot(content, slide.footer), locale)
        if progress is not None:
            progress(done + 1, len(slides))
    _named(base.deck, content)
    _save(base.deck, out)


def slides_of(content: Content) -> list[Slide]:
    """Each finding with its first chart, then each further chart under its own sentence."""
    return [slide for section in content.sections for slide in _of(section)]


def _of(section: Section) -> list[Slide]:
    sign, colour = _sign(section.badge)
    notes = _notes(section)
    first = section.drawings[0] if section.drawings else None
    table = section.tables[0] if section.tables and not section.drawings else None
    made = [Slide(section.heading, section.badge, sign, colour, section.said, first, table and table.frame,
                  table.title if table else "", notes(first), section.footer)]  # fmt: skip
    for drawing in section.drawings[1:]:
        lead, _, rest = drawing.sentence.partition(". ")
        about = drawing.heading.partition(". ")[0].rstrip(".") or section.heading
        made.append(Slide(lead.rstrip("."), section.heading if about == lead.rstrip(".") else about, "", "soft",
                          (rest,) if rest else (), drawing, None, "", notes(drawing), section.footer))  # fmt: skip
    fallback = section.tables[0] if section.tables else None
    return [_drawable(slide, fallback) for slide in made]


def _drawable(slide: Slide, table: Any) -> Slide:
    """A chart of a kind that a slide does not know stands there as its table, never as a blank."""
    if slide.drawing is None or deck_figure.can_draw(slide.drawing.figure):
        return slide
    frame = table.frame if table is not None else deck_figure.as_table(slide.drawing.figure)
    return replace(slide, drawing=None, table=frame, table_title=table.title if table is not None else slide.title,
                   lines=(slide.drawing.sentence, *slide.lines))  # fmt: skip


def _sign(badge: str) -> tuple[str, str]:
    known = {shown.word: key for key, shown in words.VERDICTS.items()}
    return SIGNS.get(known.get(badge.split(" · ", maxsplit=1)[0], ""), ("", "soft"))


def _notes(section: Section) -> Callable[[Drawing | None], str]:
    def of(drawing: Drawing | None) -> str:
        shown = (drawing.sentence,) if drawing else ()
        parts = [section.heading, *section.said, *shown, "", "How this is computed:", *section.how, "", section.footer]
        return writable("\n".join(parts).strip())

    return of


def _foot(content: Content, source: str) -> str:
    masked = " · names masked" if content.masked else ""
    about = f"{content.subtitle} · data version {content.store_version}{masked}"
    return " · ".join(part for part in (about.strip(" ·"), source) if part)


def _opening(base: deck_house.Base, content: Content, locale: str) -> None:
    made = f"{formats.day(content.made_on, locale)} · data version {content.store_version}"
    said = [content.subtitle, made, f"Method: {content.method}"]
    deck_slide.opening(base, content.title, [*said, *(["Names are masked"] if content.masked else [])])


def _named(deck: Any, content: Content) -> None:
    core = deck.core_properties
    core.title, core.author, core.last_modified_by = writable(content.title), "Net Effect", "Net Effect"
    core.revision = 1
    core.created = core.modified = datetime(content.made_on.year, content.made_on.month, content.made_on.day)  # noqa: DTZ001


def _save(deck: Any, out: Path | IO[bytes]) -> None:
    """Into a file beside the wanted one first, so that a crash leaves no half deck."""
    if not isinstance(out, Path):
        deck.save(out)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".net-effect-", suffix=".pptx", dir=out.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                deck.save(file)
            Path(name).replace(out)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise WorkspaceError(
            f"{out} cannot be written ({error.strerror or error}).", "Choose another folder."
        ) from error
