"""A report in a format: what to write, step by step, so that whoever waits sees how far it is and can stop it."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import formats
from analysis.scope import Scope
from charts.theme import LIGHT
from errors import UsageError, WorkspaceError
from report import html, pdf, story, workbook
from report.content import content, version_of
from report.kinds import KINDS
from report.model import Content
from report.story import Story
from service import Session, printed


@dataclass(frozen=True)
class Order:
    """What to make. items: as report.content knows them; None = everything. story: one to tell instead, in its order
    and with its author's words. template, logo: for a deck."""

    kind: str
    scope: Scope = field(default_factory=Scope)
    items: tuple[str, ...] | None = None
    story: Story | None = None
    locale: str = formats.DEFAULT
    template: Path | None = None
    logo: Path | None = None


Step = Callable[[float, str], None]  # (part that is done, what comes next); may raise to stop


def make(session: Session, order: Order, step: Step = lambda part, what: None) -> bytes:
    """The report as bytes.

    Raises:
        UsageError: the workspace is empty, an item or format is not there.
        NoBrowserError: PDF without a browser.
    """
    if order.kind not in KINDS:
        raise UsageError(f"There is no format {order.kind!r}.", f"Formats are {', '.join(KINDS)}.")
    if order.kind == "pdf":
        pdf.check()  # before the long work
    step(0.0, "Computing the findings")
    if order.kind == "json":
        return _json(session, order)
    made = _content(session, order, lambda done, of: step(0.1 + 0.7 * done / max(1, of), f"Section {done} of {of}"))
    step(0.8, "Writing the file")
    return _written(made, order, step)


def _content(session: Session, order: Order, told: Callable[[int, int], None]) -> Content:
    if order.story is not None:
        return story.content(session, order.scope, order.story, LIGHT, order.locale, told)
    return content(session, order.scope, order.items, LIGHT, order.locale, told)


def _written(made: Content, order: Order, step: Step) -> bytes:
    if order.kind == "xlsx":
        return workbook.book_bytes(made, order.locale)
    if order.kind == "pptx":
        return _deck(made, order, step)
    if order.kind == "html":
        return html.text(made, order.locale).encode("utf-8")
    step(0.85, "Printing")
    return pdf.make(html.text(made, order.locale, paper=True), lambda: step(0.85, "Printing"))


def _deck(made: Content, order: Order, step: Step) -> bytes:
    from report import deck  # noqa: PLC0415 a deck is asked for seldom, and what writes it loads slowly

    out = io.BytesIO()
    deck.write(made, out, order.template, order.logo, locale=order.locale,
               progress=lambda done, of: step(0.8 + 0.2 * done / max(1, of), f"Slide {done} of {of}"))  # fmt: skip
    return out.getvalue()


def _json(session: Session, order: Order) -> bytes:
    """The findings as `net-effect analyse --json` prints them."""
    version_of(session)
    items = [item.what for item in order.story.items] if order.story is not None else order.items
    wanted = None if items is None else [what for kind, _, what in (i.partition(":") for i in items) if kind == "claim"]
    found = [one for one in printed.findings(session, order.scope, wanted) if wanted is None or one["claim"] in wanted]
    text = json.dumps(found, indent=1, ensure_ascii=False, default=str)
    return f"{text}\n".encode()


def write(session: Session, order: Order, out: Path, step: Step = lambda part, what: None) -> None:
    """The report as a file: whole or not at all, also when it is stopped half-way.

    Raises what make raises, and WorkspaceError where the file cannot be written.
    """
    half = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(make(session, order, step))
        half.replace(out)
    except OSError as error:
        raise WorkspaceError(f"{out} cannot be written: {error.strerror or error}.", "Choose another place.") from error
    finally:
        half.unlink(missing_ok=True)


def filename(session: Session, order: Order) -> str:
    """ "net-effect-2026-06-30.html": no name of a group or person in it."""
    day = session.overview(order.scope).as_of
    return f"net-effect{f'-{day}' if day else ''}{'-masked' if session.masked else ''}.{order.kind}"


def items_of(texts: Sequence[str]) -> tuple[str, ...] | None:
    """Items as a user lists them: several, or one text with commas; None where nothing was said."""
    found = [item.strip() for text in texts for item in text.split(",") if item.strip()]
    return tuple(found) or None
