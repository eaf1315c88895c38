"""One slide: title, verdict, figure, words, footer and notes, in whatever layout the template gives."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pandas as pd
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches, Pt

from charts.theme import LIGHT
from report import cells, deck_figure, deck_place
from report.deck_house import TITLES, Area, Base
from report.deck_text import POINT, Run, fitted, rows, tied, width, xml
from report.plain import writable

INCH = 914400
PARAGRAPH = "{http://schemas.openxmlformats.org/drawingml/2006/main}p"
ROW = round(22 * POINT)
GAP = round(0.12 * INCH)
KICKER = round(0.34 * INCH)
READABLE = 0.0145  # inches a pixel below which a figure has its words beside it and not under it
WORDS = (15.0, 10.0)  # points, largest and smallest
MOST_ROWS, MOST_COLUMNS = 13, 7
MORE = "More in the notes."
SPACES = deck_place.SPACES


def opening(base: Base, title: str, lines: list[str]) -> None:
    slide = base.deck.slides.add_slide(base.opening)
    second = [p for p in slide.placeholders if p.placeholder_format.type not in TITLES]
    _titled(slide, title, 40, 20)
    if second and second[0].has_text_frame:
        box = second[0]
        across, high = (box.width or 0) / POINT - 14, (box.height or 0) / POINT
        text, size = _fit_lines(lines, across, high, 20, 11)
        _written(box, text, size, LIGHT.soft)
        for other in second[1:]:
            _gone(other)
    else:
        for other in second:
            _gone(other)
        room = base.room
        _words(slide, lines, Area(room.left, room.top, room.width, room.height), 20, 12)


def add(base: Base, slide: Any, foot: str, locale: str) -> None:
    """slide: report.deck.Slide."""
    made = base.deck.slides.add_slide(base.finding)
    for holder in list(made.placeholders):
        if holder.placeholder_format.type not in TITLES:
            _gone(holder)
    _titled(made, slide.title, 28, 13)
    room = base.room
    if slide.kicker:
        _kicker(made, slide, Area(room.left, room.top, room.width, KICKER))
        room = Area(room.left, room.top + KICKER + GAP // 2, room.width, room.height - KICKER - GAP // 2)
    if slide.drawing is not None:
        _with_figure(made, slide, room)
    elif slide.table is not None and len(slide.table):
        left = _words_above(made, slide.lines, room)
        _table(made, slide.table, slide.table_title, left, locale)
    else:
        _words(made, slide.lines, room, 20, 11)
    _footed(base, made, foot)
    made.notes_slide.notes_text_frame.text = slide.notes


# --- the figure and its words --------------------------------------------------------------------------------------


def _with_figure(made: Any, slide: Any, room: Area) -> None:
    height = deck_figure.height_of(slide.drawing.figure)
    lines = list(slide.lines)
    if not lines:
        deck_place.place(made, slide.drawing.figure, slide.drawing.sentence, room, height)
        return
    across = room.width / POINT
    needed = round(sum(rows(line, 13, across) * 13 * 1.2 + 5 for line in lines) * POINT) + GAP
    words = min(round(room.height * 0.5), needed)
    below = Area(room.left, room.top, room.width, room.height - words - GAP)
    beside = Area(room.left, room.top, round(room.width * 0.68), room.height)
    short = needed < room.height * 0.13
    if not short and deck_place.scale_for(height, below) < min(READABLE * INCH, deck_place.scale_for(height, beside)):
        deck_place.place(made, slide.drawing.figure, slide.drawing.sentence, beside, height)
        left = beside.left + beside.width + 2 * GAP
        _words(made, lines, Area(left, room.top, room.left + room.width - left, room.height), *WORDS)
        return
    deck_place.place(made, slide.drawing.figure, slide.drawing.sentence, below, height)
    top = room.top + round(height * deck_place.scale_for(height, below)) + GAP
    _words(made, lines, Area(room.left, top, room.width, room.top + room.height - top), *WORDS)


def _words_above(made: Any, lines: tuple[str, ...], room: Area) -> Area:
    """The lines above a table, and the room that is left below them."""
    if not lines:
        return room
    across = room.width / POINT
    text, size = _fit_lines(list(lines), across, room.height / POINT * 0.4, 15, 10)
    high = round(sum(rows(line, size, across) * size * 1.2 + 5 for line in text) * POINT) + GAP
    _box(made, text, size, Area(room.left, room.top, room.width, high), LIGHT.ink)
    return Area(room.left, room.top + high, room.width, room.height - high)


def _words(made: Any, lines: Any, room: Area, largest: float, smallest: float) -> None:
    text, size = _fit_lines(list(lines), room.width / POINT, room.height / POINT, largest, smallest)
    if text:
        _box(made, text, size, room, LIGHT.ink)


def _fit_lines(
    lines: list[str], across: float, high: float, largest: float, smallest: float
) -> tuple[list[str], float]:
    """The lines at the largest size at which all stand; what does not stand at the smallest is left to the notes."""

    def needed(size: float, kept: list[str]) -> float:
        return sum(rows(line, size, across) * size * 1.2 + 5 for line in kept)

    size = largest
    while size > smallest and needed(size, lines) > high:
        size -= 0.5
    kept = list(lines)
    while len(kept) > 1 and needed(size, [*kept, MORE]) > high and needed(size, lines) > high:
        kept = kept[:-1]
    most = max(1, int(high / (size * 1.2)))
    kept = [fitted(line, across, most, size, size)[0] for line in kept]
    return (kept if len(kept) == len(lines) else [*kept, MORE]), size


def _box(made: Any, lines: list[str], size: float, room: Area, colour: str) -> None:
    body = deck_place.paragraphs([(Run(tied(writable(line))),) for line in lines], size, "l", colour, after=5)
    deck_place.text_box(made, room, body, "Words")


def _kicker(made: Any, slide: Any, room: Area) -> None:
    said = f"{slide.sign}  {slide.kicker}" if slide.sign else slide.kicker
    text, size = fitted(writable(said), room.width / POINT, 1, 14, 10, bold=True)
    runs = [(Run(text, bold=bool(slide.sign)),)]
    deck_place.text_box(
        made, room, deck_place.paragraphs(runs, size, "l", getattr(LIGHT, slide.colour)), "Verdict", "ctr"
    )


# --- titles, footers, tables ---------------------------------------------------------------------------------------


def _titled(made: Any, title: str, largest: float, smallest: float) -> None:
    """The title at the largest size at which all of it stands in its box."""
    box = made.shapes.title
    if box is None:
        wide = made.part.package.presentation_part.presentation.slide_width
        box = made.shapes.add_textbox(Inches(0.5), Inches(0.3), Emu(wide - Inches(1)), Inches(0.9))
    across, high = (box.width or INCH * 9) / POINT - 16, (box.height or INCH) / POINT
    text, size = tied(writable(title)), largest
    while size > smallest and rows(text, size, across, bold=True) * size * 1.2 > high:
        size -= 1
    text, size = fitted(text, across, max(1, int(high / (size * 1.2))), size, size, bold=True)
    frame = box.text_frame
    frame.word_wrap = True
    frame.text = text
    for run in frame.paragraphs[0].runs:
        run.font.size = Pt(round(size * 2) / 2)


def _written(box: Any, lines: list[str], size: float, colour: str) -> None:
    body = box._element.txBody
    for old in body.findall(PARAGRAPH):
        body.remove(old)
    runs = deck_place.paragraphs([(Run(tied(writable(line))),) for line in lines], size, "l", colour, after=5)
    for paragraph in parse_xml(f"<p:txBody {SPACES}><a:bodyPr/>{runs}</p:txBody>").findall(PARAGRAPH):
        body.append(paragraph)


def _gone(shape: Any) -> None:
    shape._element.getparent().remove(shape._element)


def _footed(base: Base, made: Any, foot: str) -> None:
    """Footer and page number where the layout has them; else at the lower edge."""
    held = {p.placeholder_format.type: p for p in base.finding.placeholders}
    footer, page = held.get(PP_PLACEHOLDER.FOOTER), held.get(PP_PLACEHOLDER.SLIDE_NUMBER)
    room, low = base.room, round(base.deck.slide_height * 0.94)
    area = _area(footer) if footer is not None else Area(room.left, low, round(room.width * 0.9), round(0.3 * INCH))
    text, size = fitted(writable(foot), area.width / POINT - 4, 2 if area.height > 0.34 * INCH else 1, 10, 8)
    _at_foot(
        made, footer, area, f'<a:r><a:rPr lang="en-GB" sz="{round(size * 100)}"/><a:t>{xml(text)}</a:t></a:r>', "l"
    )
    right = Area(room.left + round(room.width * 0.9), low, round(room.width * 0.1), round(0.3 * INCH))
    field = ('<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-GB" sz="1000"/>'
             f"<a:t>{len(base.deck.slides)}</a:t></a:fld>")  # fmt: skip
    _at_foot(made, page, right, field, "r")


def _area(shape: Any) -> Area:
    return Area(shape.left or 0, shape.top or 0, shape.width or 0, shape.height or 0)


def _at_foot(made: Any, holder: Any, area: Area, runs: str, side: str) -> None:
    name = "Footer" if side == "l" else "Page"
    if holder is None:
        deck_place.text_box(made, area, f'<a:p><a:pPr algn="{side}"/>{runs}</a:p>', name)
        return
    mark = deepcopy(holder._element.xpath("./p:nvSpPr/p:nvPr/p:ph")[0])
    shape = parse_xml(
        f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="{deck_place.next_id(made)}" name="{name}"/><p:cNvSpPr>'
        '<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>'
        f"<a:p>{runs}</a:p></p:txBody></p:sp>"
    )
    shape.xpath("./p:nvSpPr/p:nvPr")[0].append(mark)
    made.shapes._spTree.append(shape)


def _table(made: Any, frame: pd.DataFrame, title: str, room: Area, locale: str) -> None:
    """The first rows of a table that stand on the slide; how many there are is said."""
    most = max(2, min(MOST_ROWS, int(room.height / ROW) - 2))
    shown = frame.iloc[:most, :MOST_COLUMNS]
    kinds = {name: cells.kind(str(name), frame[name]) for name in shown}
    texts = {name: [cells.written(value, kinds[name], locale) for value in shown[name]] for name in shown}
    high = ROW * (len(shown) + 1)
    shape = made.shapes.add_table(len(shown) + 1, len(texts), room.left, room.top, room.width, high)
    about = shape._element.nvGraphicFramePr.cNvPr
    about.set("descr", writable(title))
    about.set("name", "Table")
    widths = _widths(texts, room.width)
    size = _size(texts, widths)
    for at, (name, column) in enumerate(texts.items()):
        shape.table.columns[at].width = Emu(widths[at])
        for row, text in enumerate([str(name), *column]):
            shown_text = fitted(writable(text), widths[at] / POINT - 12, 1, size, size, bold=row == 0)[0]
            _cell(shape.table.cell(row, at), shown_text, size, bold=row == 0, number=kinds[name] != "text")
    if len(frame) > len(shown):
        said = [f"The first {len(shown)} of {len(frame)} rows."]
        _box(made, said, 10, Area(room.left, room.top + high + GAP, room.width, 2 * GAP), LIGHT.soft)


def _widths(texts: dict[Any, list[str]], across: int) -> list[int]:
    wanted = [min(60, max(len(text) for text in [str(name), *column])) + 3 for name, column in texts.items()]
    return [max(1, round(across * w / sum(wanted))) for w in wanted]


def _size(texts: dict[Any, list[str]], widths: list[int]) -> float:
    """The largest size at which every cell stands in one line, down to nine points."""
    size = 12.0
    columns = [([str(name), *column], across / POINT - 12) for (name, column), across in
               zip(texts.items(), widths, strict=True)]  # fmt: skip
    while size > 9 and any(width(text, size, bold=True) > across for column, across in columns for text in column):
        size -= 0.5
    return size


def _cell(cell: Any, text: str, size: float, *, bold: bool, number: bool) -> None:
    frame = cell.text_frame
    frame.text = text
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Pt(1)
    cell.margin_left = cell.margin_right = Pt(5)
    for run in frame.paragraphs[0].runs:
        run.font.size = Pt(size)
        run.font.bold = bold
    if number:
        frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
