"""A figure on a slide: native charts, with what PowerPoint's charts do not have as shapes and texts of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml

from report.deck_chart import Frame, native
from report.deck_colour import fill, parsed, stroke
from report.deck_figure import Area, Label, Panel, Picture
from report.deck_house import Area as Room
from report.deck_read import picture
from report.deck_text import POINT, Run, width, xml
from report.plain import writable

SPACES = ('xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
          'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"')  # fmt: skip
INCH = 914400
LARGEST = 0.022  # inches a pixel: labels of nineteen points
NARROWEST = 380  # pixels, the telephone for which every figure is made
SMALLEST = 7.0  # points
LINE = 1.2


def scale_for(height: float, room: Room) -> float:
    """EMU a pixel at which a figure that many pixels high fills the room."""
    return min(room.height / height, room.width / NARROWEST, LARGEST * INCH)


def place(slide: Any, figure: Any, sentence: str, room: Room, height: float) -> None:
    """Draw the figure into the room's upper part. sentence: the alternative text."""
    scale = scale_for(height, room)
    made = picture(figure, room.width / scale)
    ids = count(next_id(slide))
    tree = slide.shapes._spTree
    _group(tree, ids, "Ground of the chart", [_outline(area, room, scale, ids) for area in made.under])
    alt = sentence
    for panel in made.panels:
        if panel.bars or panel.series:
            _chart(slide, made, panel, room, scale, alt)
            ids = count(next_id(slide))
            alt = f"Part of the same chart: {sentence}"
    above = [_outline(area, room, scale, ids) for area in made.over]
    texts = [
        _text(label, room, scale, ids) for label in made.labels if any(r.text.strip() for n in label.lines for r in n)
    ]
    _group(tree, ids, "Words of the chart", [*above, *texts], "" if alt is not sentence else sentence)


def _chart(slide: Any, made: Picture, panel: Panel, room: Room, scale: float, alt: str) -> None:
    left, top, right, bottom = made.frame(panel)
    alone = len(made.panels) == 1
    box = (0.0, 0.0, made.width, made.height)
    if not alone:
        starts, ends = panel.x.domain[0] <= 0.001, panel.x.domain[1] >= 0.999
        lowest, highest = panel.y.domain[0] <= 0.001, panel.y.domain[1] >= 0.999
        box = (0.0 if starts else left - 4, 0.0 if highest else top - 4, made.width if ends else right + 4,
               made.height if lowest else bottom + 4)  # fmt: skip
    wide, high = box[2] - box[0], box[3] - box[1]
    across, up = panel.x.high - panel.x.low, panel.y.high - panel.y.low
    frame = Frame((left - box[0]) / wide, (top - box[1]) / high, (right - left) / wide, (bottom - top) / high,
                  scale / POINT, (right - left) / (across or 1), (bottom - top) / (up or 1))  # fmt: skip
    kind = XL_CHART_TYPE.COLUMN_CLUSTERED if panel.bars else XL_CHART_TYPE.XY_SCATTER
    x, y, cx, cy = (
        round(v) for v in (room.left + box[0] * scale, room.top + box[1] * scale, wide * scale, high * scale)
    )
    shape = slide.shapes.add_chart(kind, x, y, cx, cy, native(panel, frame))
    about = shape._element.nvGraphicFramePr.cNvPr
    about.set("name", "Chart")
    about.set("descr", writable(alt))


def _group(tree: Any, ids: Any, name: str, shapes: Iterable[str], alt: str = "") -> None:
    """Shapes as one group, so that they move together. Nothing without shapes."""
    made = "".join(shapes)
    if not made:
        return
    described = f' descr="{xml(alt)}"' if alt else ""
    decorative = (
        ""
        if alt
        else (
            '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
            'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        )
    )
    group = parse_xml(
        f'<p:grpSp {SPACES}><p:nvGrpSpPr><p:cNvPr id="{next(ids)}" name="{name}"{described}>{decorative}</p:cNvPr>'
        f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{made}</p:grpSp>"
    )
    tree.append(group)
    group.recalculate_extents()


def _outline(area: Area, room: Room, scale: float, ids: Any) -> str:
    spots = [point for outline in area.outlines for point in outline]
    left, top = min(x for x, _ in spots), min(y for _, y in spots)
    wide, high = max(x for x, _ in spots) - left, max(y for _, y in spots) - top
    end = "<a:close/>" if area.closed else ""
    paths = "".join(_path(outline, left, top, scale) + end for outline in area.outlines)
    cx, cy = max(0, round(wide * scale)), max(0, round(high * scale))
    inside = fill(area.colour, area.opacity) if area.closed else "<a:noFill/>"
    number = next(ids)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Shape {number}"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr>'
        f'<a:xfrm><a:off x="{round(room.left + left * scale)}" y="{round(room.top + top * scale)}"/>'
        f'<a:ext cx="{cx}" cy="{cy}"/></a:xfrm><a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>'
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{cx}" h="{cy}"'
        f"{'' if area.closed else ' fill=' + chr(34) + 'none' + chr(34)}>{paths}</a:path></a:pathLst></a:custGeom>"
        f"{inside}{stroke(area.edge, area.edge_width * scale / POINT, area.dash, area.opacity)}</p:spPr></p:sp>"
    )


def _path(outline: Sequence[tuple[float, float]], left: float, top: float, scale: float) -> str:
    steps = (f'<a:pt x="{round((x - left) * scale)}" y="{round((y - top) * scale)}"/>' for x, y in outline)
    named = ((step, "lnTo" if at else "moveTo") for at, step in enumerate(steps))
    return "".join(f"<a:{name}>{step}</a:{name}>" for step, name in named)


def _text(label: Label, room: Room, scale: float, ids: Any) -> str:
    points = max(SMALLEST, label.size * scale / POINT)
    widths = [width("".join(r.text for r in line), points, bold=any(r.bold for r in line)) for line in label.lines]
    wide = max([4.0, *widths])
    high = len(label.lines) * points * LINE
    cx, cy = round(wide * POINT), round(high * POINT)
    x, y = room.left + label.x * scale, room.top + label.y * scale
    x -= {"left": 0, "center": cx / 2, "right": cx}.get(label.anchor, cx / 2)
    y -= {"top": 0, "middle": cy / 2, "bottom": cy}.get(label.hold, cy / 2)
    if not label.turned:  # nothing leaves the room at its sides
        x = min(max(x, room.left), max(room.left, room.left + room.width - cx))
    side = {"left": "l", "right": "r"}.get(label.anchor, "ctr")
    hold = {"top": "t", "bottom": "b"}.get(label.hold, "ctr")
    turned = f' rot="{round(label.turned * 60000)}"' if label.turned else ""
    ground = fill(label.ground) if parsed(label.ground) else "<a:noFill/>"
    number = next(ids)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Label {number}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr><a:xfrm{turned}><a:off x="{round(x)}" y="{round(y)}"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{ground}</p:spPr><p:txBody>'
        f'<a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{hold}"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle/>{paragraphs(label.lines, points, side, label.colour)}</p:txBody></p:sp>"
    )


def next_id(slide: Any) -> int:
    """A number that no shape of the slide has."""
    return max((int(i) for i in slide.shapes._spTree.xpath(".//p:cNvPr/@id")), default=1) + 1


def text_box(slide: Any, room: Room, body: str, name: str, hold: str = "t") -> None:
    """Paragraphs in a box of their own. hold: t | ctr | b."""
    slide.shapes._spTree.append(parse_xml(
        f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="{next_id(slide)}" name="{name}"/><p:cNvSpPr txBox="1"/><p:nvPr/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{room.left}" y="{room.top}"/><a:ext cx="{room.width}" '
        f'cy="{max(1, room.height)}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="{hold}"><a:noAutofit/>'
        f"</a:bodyPr><a:lstStyle/>{body}</p:txBody></p:sp>"
    ))  # fmt: skip


def paragraphs(lines: Iterable[Iterable[Run]], points: float, side: str, colour: str = "", after: float = 0.0) -> str:
    """Lines of runs as DrawingML. after: points of space below each."""
    space = f'<a:spcAft><a:spcPts val="{round(after * 100)}"/></a:spcAft>' if after else ""
    made = []
    for line in lines:
        runs = "".join(
            f'<a:r><a:rPr lang="en-GB" sz="{round(points * 100)}"{" b=" + chr(34) + "1" + chr(34) if run.bold else ""}>'
            f"{_ink(run.colour or colour)}</a:rPr><a:t>{xml(run.text)}</a:t></a:r>"
            for run in line
            if run.text
        )
        made.append(f'<a:p><a:pPr marL="0" indent="0" algn="{side}">{space}<a:buNone/></a:pPr>{runs}</a:p>')
    return "".join(made)


def _ink(colour: str) -> str:
    return fill(colour) if parsed(colour) else '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
