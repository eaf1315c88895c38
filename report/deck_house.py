"""The template of a deck: ours, made at run time, or the coach's own file; and its logo."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image, UnidentifiedImageError
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches

from charts.theme import LIGHT
from errors import FileRefusedError

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
FONT = "Calibri"  # on every machine that has PowerPoint; ours of the page is on few
LARGEST = 60 * 2**20  # bytes of a template
UNPACKED = 400 * 2**20
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
EDGE = Inches(0.55)
# Parts that may name a person or a firm, and that a deck does not need.
PERSONAL = ("extended-properties", "custom-properties", "thumbnail", "commentAuthors", "printerSettings", "people",
            "custom-xml", "customXml", "authors", "tags", "vbaProject")  # fmt: skip
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
BODIES = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.TABLE)


@dataclass(frozen=True)
class Area:
    """A rectangle of a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Base:
    """An empty deck with the two layouts that it is made of. room: where the content may stand."""

    deck: Any
    opening: Any
    finding: Any
    room: Area
    house: bool


def base(template: Path | None, logo: Path | None) -> Base:
    """An empty deck in our template, or in the given one.

    Raises:
        FileRefusedError: the template is not a deck that can be read, or the logo is not a picture.
    """
    deck = _house() if template is None else _opened(template)
    _forget(deck)
    opening = _layout(deck, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.SUBTITLE) or deck.slide_layouts[0]
    finding = _finding(deck)
    if logo is not None:
        _branded(deck, logo)
    return Base(deck, opening, finding, _room(deck, finding), template is None)


# --- the coach's own -----------------------------------------------------------------------------------------------


def _opened(path: Path) -> Any:
    hint = "Save it in PowerPoint as a presentation (.pptx), without a password and without macros."
    try:
        if path.stat().st_size > LARGEST:
            raise FileRefusedError("The template is larger than 60 MB.", "Take the pictures out that it does not need.")
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise FileRefusedError("The template unpacks to more than 400 MB.", hint)
        deck = Presentation(str(path))
    except (OSError, zipfile.BadZipFile, PythonPptxError, ValueError, KeyError, etree.XMLSyntaxError) as error:
        raise FileRefusedError(f"{path.name} is not a presentation that can be read.", hint) from error
    slides = deck.slides._sldIdLst
    for one in list(slides):  # its examples are not ours to show
        deck.part.drop_rel(one.rId)
        slides.remove(one)
    _unlisted(deck)
    if not len(deck.slide_layouts):
        raise FileRefusedError(f"{path.name} has no slide layout.", hint)
    return deck


def _unlisted(deck: Any) -> None:
    """Sections and shows that name slides which are no longer there."""
    root = deck.part._element
    for tag in ("custShowLst", "extLst"):
        for found in root.findall(f"{P}{tag}"):
            root.remove(found)


def _layout(deck: Any, *wanted: Any) -> Any:
    for layout in deck.slide_layouts:
        if {p.placeholder_format.type for p in layout.placeholders} >= set(wanted):
            return layout
    return None


def _finding(deck: Any) -> Any:
    """The layout with a title and one body: by what it holds, never by its name."""

    def rank(layout: Any) -> tuple[int, int, int]:
        types = [p.placeholder_format.type for p in layout.placeholders]
        bodies = sum(t in BODIES for t in types)
        titled = PP_PLACEHOLDER.TITLE in types
        return (not titled, abs(bodies - 1), sum(t == PP_PLACEHOLDER.OBJECT for t in types) == 0)

    return min(deck.slide_layouts, key=rank)


def _room(deck: Any, layout: Any) -> Area:
    """Where the body stands; without one, the slide below its title."""
    bodies = [p for p in layout.placeholders if p.placeholder_format.type in BODIES]
    wide, high = deck.slide_width, deck.slide_height
    if bodies:
        largest = max(bodies, key=lambda p: (p.width or 0) * (p.height or 0))
        if largest.width and largest.height and largest.width > wide * 0.4 and largest.height > high * 0.3:
            return Area(largest.left, largest.top, largest.width, largest.height)
    title = next((p for p in layout.placeholders if p.placeholder_format.type in TITLES), None)
    top = title.top + title.height if title is not None and title.height else int(high * 0.2)
    edge = int(wide * 0.05)
    return Area(edge, top, wide - 2 * edge, int(high * 0.9) - top)


def _forget(deck: Any) -> None:
    """Take out what says who made the template."""
    package = deck.part.package
    for holder in (package, deck.part):
        rels = holder._rels
        for key, rel in list(rels.items()):
            if any(word in rel.reltype for word in PERSONAL) and not rel.reltype.endswith("core-properties"):
                rels.pop(key)
    core = deck.core_properties
    for name in ("author", "last_modified_by", "category", "comments", "content_status", "identifier", "keywords",
                 "language", "subject", "title", "version"):  # fmt: skip
        setattr(core, name, "")


# --- the logo ------------------------------------------------------------------------------------------------------


def _branded(deck: Any, logo: Path) -> None:
    """The logo on the master, in the upper right corner: once, and on every slide."""
    try:
        with Image.open(logo) as image:
            image.verify()
            kind = image.format
        if kind not in ("PNG", "JPEG", "GIF", "BMP", "TIFF"):
            raise UnidentifiedImageError(str(kind))
        data = io.BytesIO()
        with Image.open(logo) as image:  # drawn anew: a photograph's metadata may say who took it
            image.convert("RGBA").save(data, "PNG")
            wide, high = image.size
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError) as error:
        raise FileRefusedError("The logo is not a picture that can be read.", "Use a PNG or JPEG file.") from error
    data.seek(0)
    master = deck.slide_master
    _, rel = master.part.get_or_add_image_part(data)
    scale = min(Inches(1.5) / wide, Inches(0.42) / high)
    across, down = round(wide * scale), round(high * scale)
    left, top = deck.slide_width - across - round(EDGE * 0.7), round(EDGE * 0.4)
    master.shapes._spTree.append(parse_xml(
        '<p:pic xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><p:nvPicPr>'
        '<p:cNvPr id="9001" name="Logo" descr="Logo"/><p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr>'
        f'<p:nvPr userDrawn="1"/></p:nvPicPr><p:blipFill><a:blip r:embed="{rel}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</p:blipFill><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{across}" cy="{down}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    ))  # fmt: skip


# --- ours ----------------------------------------------------------------------------------------------------------


def _house() -> Any:
    """Sixteen to nine, our colours, one font; a title layout and one for findings."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    layouts = deck.slide_layouts
    for layout in list(layouts)[2:]:
        layouts.remove(layout)
    master = deck.slide_master
    _themed(master)
    across = WIDTH - 2 * EDGE
    title = Area(EDGE, Inches(0.42), across - Inches(1.4), Inches(1.0))
    body = Area(EDGE, Inches(1.5), across, Inches(5.3))
    foot = Inches(7.0)
    for holder in (master, *layouts):
        for shape in holder.placeholders:
            kind = shape.placeholder_format.type
            if kind in (*TITLES, PP_PLACEHOLDER.SUBTITLE) and holder is layouts[0]:
                first = kind != PP_PLACEHOLDER.SUBTITLE
                _put(
                    shape,
                    Area(EDGE, Inches(2.1 if first else 4.55), across - Inches(1.5), Inches(2.0 if first else 1.2)),
                )
                _anchored(shape, "b" if first else "t")
            elif kind in TITLES:
                _put(shape, title)
                _anchored(shape, "b")
            elif kind in BODIES:
                _put(shape, body)
            elif kind == PP_PLACEHOLDER.FOOTER:
                _put(shape, Area(EDGE, foot, across - Inches(1.0), Inches(0.3)))
                _small(shape, "l")
            elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
                _put(shape, Area(WIDTH - EDGE - Inches(0.9), foot, Inches(0.9), Inches(0.3)))
                _small(shape, "r")
            elif kind == PP_PLACEHOLDER.DATE:
                shape._element.getparent().remove(shape._element)
    _styled(master)
    _marked(layouts[0])
    layouts[0].name, layouts[1].name = "Opening", "Finding"
    return deck


def _marked(layout: Any) -> None:
    """A short bar of the first colour below the opening's title."""
    layout.shapes._spTree.append(parse_xml(
        '<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:nvSpPr><p:cNvPr id="9002" name="Bar"/>'
        f'<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="{EDGE}" y="{Inches(4.28)}"/>'
        f'<a:ext cx="{Inches(0.9)}" cy="{Inches(0.09)}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    ))  # fmt: skip


def _put(shape: Any, area: Area) -> None:
    shape.left, shape.top, shape.width, shape.height = (
        Emu(int(v)) for v in (area.left, area.top, area.width, area.height)
    )


def _anchored(shape: Any, where: str) -> None:
    body = shape._element.txBody.find(f"{A}bodyPr")
    for key, value in (("anchor", where), ("lIns", "0"), ("rIns", "0")):
        body.set(key, value)


def _small(shape: Any, side: str) -> None:
    body = shape._element.txBody
    body.find(f"{A}bodyPr").set("lIns", "0")
    body.find(f"{A}bodyPr").set("rIns", "0")
    old = body.find(f"{A}lstStyle")
    new = parse_xml(
        '<a:lstStyle xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        f'<a:lvl1pPr algn="{side}"><a:defRPr sz="1000"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:defRPr>'
        "</a:lvl1pPr></a:lstStyle>"
    )
    body.replace(old, new)


def _themed(master: Any) -> None:
    part = master.part.part_related_by(RT.THEME)
    root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
    root.set("name", "Net Effect")
    scheme = root.find(f".//{A}clrScheme")
    scheme.set("name", "Net Effect")
    colours = {"dk1": LIGHT.ink, "lt1": "#FFFFFF", "dk2": LIGHT.soft, "lt2": LIGHT.line, "accent1": LIGHT.first,
               "accent2": LIGHT.second, "accent3": LIGHT.third, "accent4": LIGHT.fourth, "accent5": LIGHT.wrong,
               "accent6": "#4D4D4D", "hlink": "#00588F", "folHlink": LIGHT.soft}  # fmt: skip
    for slot, colour in colours.items():
        holder = scheme.find(f"{A}{slot}")
        holder[:] = [etree.Element(f"{A}srgbClr", val=colour[1:])]
    for latin in root.iterfind(f".//{A}fontScheme/*/{A}latin"):
        latin.set("typeface", FONT)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _styled(master: Any) -> None:
    """Titles at the left and bold; the first lines of a body without bullets."""
    styles = master._element.find(f"{P}txStyles")
    first = styles.find(f"{P}titleStyle/{A}lvl1pPr")
    first.set("algn", "l")
    first.find(f"{A}defRPr").set("sz", "2800")
    first.find(f"{A}defRPr").set("b", "1")
