"""A panel as a native chart that PowerPoint edits: its XML, and a workbook of what is drawn and nothing else."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from report.deck_axes import Axis
from report.deck_colour import fill, stroke
from report.deck_figure import LETTER, Bars, Error, Mark, Numbers, Panel, Series
from report.deck_text import xml
from report.plain import writable

SHEET = "Data"
SPACES = ('xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
          'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
          'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')  # fmt: skip
SYMBOLS = {"circle": "circle", "square": "square", "diamond": "diamond", "triangle": "triangle", "x": "x",
           "cross": "plus", "star": "star"}  # fmt: skip
ACROSS, UP = "111111101", "111111102"  # ids of the axes


@dataclass
class Sheet:
    """Columns of the workbook, and where they came to stand."""

    columns: list[tuple[str, list[float | str | None], bool]] = field(default_factory=list)

    def add(self, title: str, values: Sequence[float | str | None], *, dates: bool = False) -> int:
        self.columns.append((title, list(values), dates))
        return len(self.columns) - 1

    def cells(self, column: int) -> str:
        name, rows = xl_col_to_name(column), len(self.columns[column][1])
        return f"{SHEET}!${name}$2:${name}${rows + 1}"

    def head(self, column: int) -> str:
        return f"{SHEET}!${xl_col_to_name(column)}$1"

    def blob(self) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
            book.set_properties({"author": "Net Effect"})
            day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
            sheet = book.add_worksheet(SHEET)
            sheet.freeze_panes(1, 0)
            for at, (title, values, dates) in enumerate(self.columns):
                sheet.write_string(0, at, writable(title), bold)
                for row, value in enumerate(values, 1):
                    if isinstance(value, str):
                        sheet.write_string(row, at, writable(value))
                    elif value is not None and math.isfinite(value):
                        sheet.write_number(row, at, value, day if dates else None)
        return out.getvalue()


@dataclass(frozen=True)
class NativeChart:
    """What python-pptx asks of chart data: the XML of the part and its workbook."""

    part: bytes
    xlsx_blob: bytes

    def xml_bytes(self, _: object) -> bytes:
        return self.part


@dataclass(frozen=True)
class Frame:
    """Where a panel's plot lies within its chart, in parts of it; points a pixel; pixels a step of each axis."""

    left: float
    top: float
    width: float
    height: float
    points: float
    across: float
    up: float


def native(panel: Panel, frame: Frame) -> NativeChart:
    sheet = Sheet()
    body = _bars(panel, frame, sheet) if panel.bars else _points(panel, frame, sheet)
    layout = (
        '<c:layout><c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{frame.left:.5f}"/><c:y val="{frame.top:.5f}"/><c:w val="{frame.width:.5f}"/>'
        f'<c:h val="{frame.height:.5f}"/></c:manualLayout></c:layout>'
    )
    size = max(700, round(LETTER * frame.points * 100))
    part = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {SPACES}><c:date1904 val="0"/>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
        f"<c:plotArea>{layout}{body}<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr></c:plotArea>"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{size}">'
        '<a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:defRPr></a:pPr><a:endParaRPr lang="en-GB"/></a:p>'
        "</c:txPr></c:chartSpace>"
    )
    return NativeChart(part.encode("utf-8"), sheet.blob())


# --- points and lines ----------------------------------------------------------------------------------------------


def _points(panel: Panel, frame: Frame, sheet: Sheet) -> str:
    longest = max((len(one.x) for one in panel.series), default=0)
    named = [_padded(one, longest) for one in panel.series if one.x]
    made = "".join(_series(at, one, panel, frame, sheet) for at, one in enumerate(named))
    axes = _value_axis(ACROSS, UP, panel.x, panel.y, "b") + _value_axis(UP, ACROSS, panel.y, panel.x, "l")
    return (f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{made}'
            f'<c:axId val="{ACROSS}"/><c:axId val="{UP}"/></c:scatterChart>{axes}')  # fmt: skip


def _padded(one: Series, length: int) -> Series:
    """As long as the others: LibreOffice reads no more of a series than its first one has."""
    more = length - len(one.x)
    errors = tuple(replace(e, plus=(*e.plus, *(0.0,) * more), minus=(*e.minus, *(0.0,) * more)) for e in one.errors)
    marks = (*one.marks, *one.marks[-1:] * more) if len(one.marks) > 1 else one.marks
    return replace(one, x=(*one.x, *one.x[-1:] * more), y=(*one.y, *(math.nan,) * more), marks=marks, errors=errors)


def _series(at: int, one: Series, panel: Panel, frame: Frame, sheet: Sheet) -> str:
    name = one.name or f"Series {at + 1}"
    x = sheet.add(f"{name}: x", one.x, dates=panel.x.dates)
    y = sheet.add(name, one.y, dates=panel.y.dates)
    pixels = one.width if one.width >= 0 else -one.width * frame.up
    line = stroke(one.colour, pixels * frame.points, one.dash, one.opacity)
    common = one.marks[0] if one.marks else None
    own = "".join(
        f'<c:dPt><c:idx val="{i}"/>{_marker(mark, frame)}<c:bubble3D val="0"/><c:spPr>{line}</c:spPr></c:dPt>'
        for i, mark in enumerate(one.marks)
        if len(one.marks) > 1 and i < len(one.y) and mark != common and math.isfinite(one.y[i])
    )
    errors = "".join(_error(error, name, frame, sheet) for error in one.errors)
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/>{_name(sheet, y, name)}<c:spPr>{line}</c:spPr>'
        f"{_marker(common, frame)}{own}{errors}<c:xVal>{_numbers(sheet, x, one.x)}</c:xVal>"
        f'<c:yVal>{_numbers(sheet, y, one.y)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _marker(mark: Mark | None, frame: Frame) -> str:
    if mark is None:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    symbol = next((SYMBOLS[key] for key in SYMBOLS if mark.symbol.startswith(key)), "circle")
    hollow = mark.symbol.endswith("-open") or symbol in ("x", "plus", "star")
    edge = stroke(mark.colour, 1.5) if hollow else stroke(mark.edge, mark.edge_width * frame.points)
    size = min(72, max(2, round(mark.size * frame.points)))
    inside = "<a:noFill/>" if hollow else fill(mark.colour)
    return f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{inside}{edge}</c:spPr></c:marker>'


def _error(error: Error, name: str, frame: Frame, sheet: Sheet, *, directed: bool = True) -> str:
    unit = (frame.across if error.across else frame.up) if error.pixels else 1.0
    up, down = (tuple(v / unit for v in ends) for ends in (error.plus, error.minus))
    plus, minus = sheet.add(f"{name}: up to +", up), sheet.add(f"{name}: down to −", down)
    direction = f'<c:errDir val="{"x" if error.across else "y"}"/>' if directed else ""
    return (
        f'<c:errBars>{direction}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
        f"<c:plus>{_numbers(sheet, plus, up)}</c:plus><c:minus>{_numbers(sheet, minus, down)}</c:minus>"
        f"<c:spPr>{stroke(error.colour, max(0.75, error.width * frame.points))}</c:spPr></c:errBars>"
    )


# --- bars ----------------------------------------------------------------------------------------------------------


def _bars(panel: Panel, frame: Frame, sheet: Sheet) -> str:
    categories = sheet.add("", panel.categories)
    made = "".join(_bar(at, one, panel, frame, sheet, categories) for at, one in enumerate(panel.bars))
    gap = round(100 * panel.gap / max(0.05, 1 - panel.gap))
    overlap = 100 if panel.stacked or panel.over else 0
    grouping = "stacked" if panel.stacked else "clustered"
    along, value = (panel.y, panel.x) if panel.flat else (panel.x, panel.y)
    axes = _category_axis(along, panel) + _value_axis(UP, ACROSS, value, along, "b" if panel.flat else "l", bars=True)
    return (
        f'<c:barChart><c:barDir val="{"bar" if panel.flat else "col"}"/><c:grouping val="{grouping}"/>'
        f'<c:varyColors val="0"/>{made}<c:gapWidth val="{min(500, gap)}"/><c:overlap val="{overlap}"/>'
        f'<c:axId val="{ACROSS}"/><c:axId val="{UP}"/></c:barChart>{axes}'
    )


def _bar(at: int, one: Bars, panel: Panel, frame: Frame, sheet: Sheet, categories: int) -> str:
    name = one.name or ("Value" if len(panel.bars) == 1 else f"Series {at + 1}")
    column = sheet.add(name, one.values)
    dresses = list(zip(one.colours, one.patterns, strict=True))
    usual = max(set(dresses), key=dresses.count)
    own = "".join(
        f'<c:dPt><c:idx val="{i}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{_dress(*dress)}</c:spPr></c:dPt>"
        for i, dress in enumerate(dresses)
        if dress != usual and math.isfinite(one.values[i])
    )
    error = _error(one.error, name, frame, sheet, directed=False) if one.error else ""
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/>{_name(sheet, column, name)}<c:spPr>{_dress(*usual)}</c:spPr>'
        f'<c:invertIfNegative val="0"/>{own}{_texts(one, panel, frame)}{error}'
        f"<c:cat>{_words(sheet, categories, panel.categories)}</c:cat>"
        f"<c:val>{_numbers(sheet, column, one.values)}</c:val></c:ser>"
    )


def _dress(colour: str, pattern: str) -> str:
    return f"{fill(colour, pattern=pattern)}<a:ln><a:noFill/></a:ln>"


def _texts(one: Bars, panel: Panel, frame: Frame) -> str:
    if not one.texts:
        return ""
    size = max(700, round(LETTER * frame.points * 100))
    place = "ctr" if panel.stacked else "outEnd"
    shown = '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>' \
            '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'  # fmt: skip
    labels = "".join(
        f'<c:dLbl><c:idx val="{i}"/><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:r>'
        f'<a:rPr lang="en-GB" sz="{size}"><a:solidFill><a:schemeClr val="tx1"/></a:solidFill></a:rPr>'
        f'<a:t>{xml(text)}</a:t></a:r></a:p></c:rich></c:tx><c:dLblPos val="{place}"/>{shown}</c:dLbl>'
        for i, text in enumerate(one.texts)
        if text
    )
    off = shown.replace('showVal val="1"', 'showVal val="0"')
    return f"<c:dLbls>{labels}{off}</c:dLbls>"


# --- axes and data -------------------------------------------------------------------------------------------------


def _scaling(axis: Axis) -> str:
    """Ends in the numbers of the workbook, not in the axis's own measure."""
    low, high = ((10.0**end if axis.log else end) for end in (axis.low, axis.high))
    base = '<c:logBase val="10"/>' if axis.log else ""
    way = "maxMin" if axis.reversed else "minMax"
    return f'<c:scaling>{base}<c:orientation val="{way}"/><c:max val="{high!r}"/><c:min val="{low!r}"/></c:scaling>'


def _value_axis(own: str, other: str, axis: Axis, across: Axis, side: str, *, bars: bool = False) -> str:
    shown = axis.visible and axis.unit is not None
    grid = (
        f"<c:majorGridlines><c:spPr>{stroke('#E3E7EC', 0.75)}</c:spPr></c:majorGridlines>"
        if axis.grid and shown
        else ""
    )
    unit = f'<c:majorUnit val="{axis.unit!r}"/>' if axis.unit else ""
    crosses = "max" if across.reversed else "autoZero" if bars else "min"
    return (
        f'<c:valAx><c:axId val="{own}"/>{_scaling(axis)}<c:delete val="{0 if shown else 1}"/>'
        f'<c:axPos val="{side}"/>{grid}<c:numFmt formatCode="{xml(axis.code)}" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="{other}"/><c:crosses val="{crosses}"/>'
        f'<c:crossBetween val="{"between" if bars else "midCat"}"/>{unit}</c:valAx>'
    )


def _category_axis(axis: Axis, panel: Panel) -> str:
    shown = axis.visible and panel.named
    way = "maxMin" if axis.reversed else "minMax"
    return (
        f'<c:catAx><c:axId val="{ACROSS}"/><c:scaling><c:orientation val="{way}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{"l" if panel.flat else "b"}"/>'
        '<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="{"low" if shown else "none"}"/><c:spPr>{stroke("#566070", 0.75)}</c:spPr>'
        f'<c:crossAx val="{UP}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="40"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _name(sheet: Sheet, column: int, name: str) -> str:
    return (f'<c:tx><c:strRef><c:f>{sheet.head(column)}</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0">'
            f"<c:v>{xml(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>")  # fmt: skip


def _numbers(sheet: Sheet, column: int, values: Numbers) -> str:
    points = "".join(
        f'<c:pt idx="{i}"><c:v>{v!r}</c:v></c:pt>' for i, v in enumerate(map(float, values)) if math.isfinite(v)
    )
    return (f"<c:numRef><c:f>{sheet.cells(column)}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
            f'<c:ptCount val="{len(values)}"/>{points}</c:numCache></c:numRef>')  # fmt: skip


def _words(sheet: Sheet, column: int, values: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{i}"><c:v>{xml(v)}</c:v></c:pt>' for i, v in enumerate(values))
    return (f'<c:strRef><c:f>{sheet.cells(column)}</c:f><c:strCache><c:ptCount val="{len(values)}"/>{points}'
            "</c:strCache></c:strRef>")  # fmt: skip
