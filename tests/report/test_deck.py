"""The deck: native charts with the page's own numbers, whole or not at all, in the house's or the coach's template."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.util import Inches, Pt
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import service
from charts.theme import LIGHT, Drawing, canvas
from errors import FileRefusedError, WorkspaceError
from report import deck
from report.content import content
from report.deck_text import POINT, rows
from report.model import Content, Section, Table
from report.stopped import CancelledError
from tests.report.test_masked_exports import clean

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# The order in which the standard has the parts of a chart; PowerPoint repairs a file that has another.
ORDER = {
    "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr "
    "txPr externalData printSettings userShapes",
    "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs",
    "plotArea": "layout barChart scatterChart catAx valAx dTable spPr",
    "scatterChart": "scatterStyle varyColors ser dLbls axId",
    "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    "ser": "idx order tx spPr invertIfNegative marker dPt dLbls trendline errBars cat val xVal yVal smooth",
    "dPt": "idx invertIfNegative marker bubble3D explosion spPr",
    "dLbls": "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
    "showBubbleSize",
    "dLbl": "idx delete layout tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent "
    "showBubbleSize",
    "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    "valAx": "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark "
    "tickLblPos spPr txPr crossAx crosses crossesAt crossBetween majorUnit",
    "catAx": "axId scaling delete axPos majorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr "
    "crossAx crosses auto lblAlgn lblOffset tickLblSkip noMultiLvlLbl",
    "scaling": "logBase orientation max min",
}


def a_report(*drawings: Drawing, title: str = "6 of 10 come while you are away", **more: Any) -> Content:
    section = Section("L1", title, "Supported · confirmed", ("95 %: 5 to 7 of 10 · 43 members",), drawings,
                      how=("Counted once a member.",), footer="Somebody, “A book”", **more)  # fmt: skip
    return Content("Two things hold", "Harbour", date(2026, 6, 30), 7, "ours", masked=False, sections=(section,))


def bars() -> Drawing:
    figure = canvas(LIGHT, 200)
    error = {"type": "data", "symmetric": False, "array": [0.5, 0.25], "arrayminus": [0.125, 0.0625]}
    figure.add_trace(go.Bar(x=["in the room", "away"], y=[3.25, 1 / 3], error_y=error, name="share"))
    return Drawing(figure, "In the room 3.25, away 0.33.")


def dots() -> Drawing:
    figure = canvas(LIGHT, 300)
    error = {"type": "data", "symmetric": False, "array": [0.1, 0.2, 0.3], "arrayminus": [0.05, 0.1, 0.15]}
    figure.add_trace(go.Scatter(x=[1, 2, 3], y=[0.1, 0.7, None], mode="markers", error_y=error, name="dots"))
    figure.add_annotation(x=2, y=0.7, text="<b>half</b> & more", showarrow=False)
    return Drawing(figure, "Dots.")


def made(report: Content, **more: Any) -> Any:
    out = io.BytesIO()
    deck.write(report, out, **more)
    out.seek(0)
    return Presentation(out)


def charts(slides: Any) -> list[Any]:
    return [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]


def values(chart: Any, tag: str) -> list[str]:
    return [v.text for v in chart._chartSpace.iterfind(f".//{C}{tag}//{C}v")]


def workbook(chart: Any) -> list[list[Any]]:
    blob = chart.part.chart_workbook.xlsx_part.blob
    return CalamineWorkbook.from_filelike(io.BytesIO(blob)).get_sheet_by_index(0).to_python()


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of a package, and of every package in it."""
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            blob = archive.read(name)
            found[name] = blob
            if blob[:2] == b"PK":
                found |= {f"{name}/{inner}": deep for inner, deep in parts(blob).items()}
    return found


def test_a_bar_chart_is_native_with_its_intervals_to_the_digit() -> None:
    (chart,) = charts(made(a_report(bars())).slides)
    assert values(chart, "val") == ["3.25", repr(1 / 3)]
    assert values(chart, "cat") == ["in the room", "away"]
    assert values(chart, "plus") == ["0.5", "0.25"]
    assert values(chart, "minus") == ["0.125", "0.0625"]
    assert workbook(chart) == [["", "share", "share: up to +", "share: down to −"],
                               ["in the room", 3.25, 0.5, 0.125], ["away", 1 / 3, 0.25, 0.0625]]  # fmt: skip


def test_points_keep_their_gaps_and_a_note_stands_as_text() -> None:
    deck_ = made(a_report(dots()))
    (chart,) = charts(deck_.slides)
    assert values(chart, "xVal") == ["1.0", "2.0", "3.0"]
    assert values(chart, "yVal") == ["0.1", "0.7"]  # the third is no zero
    said = [t.text for t in deck_.slides[1].shapes._spTree.iter(f"{A}t")]
    assert "half" in said
    assert " & more" in said


def test_a_slide_says_what_its_section_says() -> None:
    slide = made(a_report(bars())).slides[1]
    texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert slide.shapes.title.text_frame.text == "6 of 10 come while you are away"
    assert any("✓" in text and "Supported · confirmed" in text for text in texts)
    assert any("43 members" in text for text in texts)
    assert any("Harbour · data version 7 · Somebody, “A book”" in text for text in texts)
    assert "Counted once a member." in slide.notes_slide.notes_text_frame.text
    chart = next(shape for shape in slide.shapes if shape.has_chart)
    assert chart._element.nvGraphicFramePr.cNvPr.get("descr") == "In the room 3.25, away 0.33."


@pytest.fixture(scope="module")
def whole(chapter: service.Session) -> Content:
    return content(chapter, service.Scope(), None, LIGHT)


@pytest.fixture(scope="module")
def written(whole: Content) -> bytes:
    out = io.BytesIO()
    deck.write(whole, out)
    return out.getvalue()


def test_every_finding_is_a_slide_and_none_is_blank(whole: Content, written: bytes) -> None:
    slides = Presentation(io.BytesIO(written)).slides
    assert len(slides) == 1 + len(deck.slides_of(whole))
    assert len(slides) > 40
    for slide in slides:
        assert slide.shapes.title.text_frame.text
        assert len(slide.shapes) > 1


def test_every_number_of_a_chart_is_the_figures_own(whole: Content, written: bytes) -> None:
    """Of all charts of bars and points: what is drawn is in the figure's data, to the last digit."""
    slides = list(Presentation(io.BytesIO(written)).slides)[1:]
    seen = 0
    for slide, told in zip(slides, deck.slides_of(whole), strict=True):
        if told.drawing is None:
            continue
        own = {float(v) for trace in told.drawing.figure.data for key in "xy" if trace[key] is not None
               for v in list(trace[key]) if isinstance(v, int | float | np.number)}  # fmt: skip
        for chart in charts([slide]):
            for tag in ("val", "yVal"):
                numbers = {float(v) for v in values(chart, tag)}
                if any(t.type == "bar" and t.base is not None for t in told.drawing.figure.data):
                    continue
                assert numbers <= own, told.title
                seen += len(numbers)
    assert seen > 500


def test_the_parts_of_every_chart_stand_in_the_standards_order(written: bytes) -> None:
    found = 0
    for name, blob in parts(written).items():
        if not re.search(r"charts/chart\d+\.xml$", name):
            continue
        for element in etree.fromstring(blob).iter():
            tag = etree.QName(element).localname
            if tag in ORDER and element.tag.startswith(C):
                order = ORDER[tag].split()
                places = [order.index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), (name, tag)
                found += 1
    assert found > 300


def test_ids_are_unique_on_every_slide(written: bytes) -> None:
    for slide in Presentation(io.BytesIO(written)).slides:
        ids = slide.shapes._spTree.xpath(".//p:cNvPr/@id")
        assert len(ids) == len(set(ids))


def test_no_part_of_a_masked_deck_tells_anything(chapter: service.Session) -> None:
    """Slides, notes, alternative texts, chart caches, embedded workbooks, properties."""
    out = io.BytesIO()
    deck.write(content(chapter.hiding(), service.Scope(), None, LIGHT), out)
    every = parts(out.getvalue())
    assert any("sharedStrings" in name for name in every)
    assert any("notesSlide" in name for name in every)
    clean("\n".join(blob.decode("utf-8", "replace") for blob in every.values()), chapter)
    assert "names masked" in every["ppt/slides/slide2.xml"].decode()


def test_properties_name_nobody(written: bytes) -> None:
    core = Presentation(io.BytesIO(written)).core_properties
    assert (core.author, core.last_modified_by) == ("Net Effect", "Net Effect")
    assert not [name for name in parts(written) if name.startswith(("docProps/app", "docProps/thumb"))]


def test_a_stopped_deck_leaves_no_file(tmp_path: Path) -> None:
    report = a_report(bars(), dots(), bars())
    asked = iter([False, True])
    with pytest.raises(CancelledError):
        deck.write(report, tmp_path / "deck.pptx", cancelled=lambda: next(asked))
    assert list(tmp_path.iterdir()) == []
    told: list[tuple[int, int]] = []
    deck.write(report, tmp_path / "deck.pptx", progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert [path.name for path in tmp_path.iterdir()] == ["deck.pptx"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError):
        deck.write(a_report(bars()), tmp_path / "file" / "deck.pptx")


def test_a_long_title_shrinks_and_stays_within_its_box() -> None:
    company = "Ferryman and Sons Haulage " * 8 + "Ltd"
    slide = made(a_report(bars(), title=f"{company}: 6 of 10 come while you are away")).slides[1]
    title = slide.shapes.title
    size = title.text_frame.paragraphs[0].runs[0].font.size
    assert Pt(13) <= size < Pt(28)
    assert title.text_frame.text.endswith("6 of 10 come while you are away")
    lines = rows(title.text_frame.text, size / POINT, title.width / POINT - 16, bold=True)
    assert lines * size * 1.2 <= title.height


def test_names_that_break_programs_break_no_deck(hostile: service.Session) -> None:
    out = io.BytesIO()
    deck.write(content(hostile, service.Scope(), None, LIGHT), out)
    for name, blob in parts(out.getvalue()).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(blob)
    for chart in charts(Presentation(io.BytesIO(out.getvalue())).slides):
        blob = chart.part.chart_workbook.xlsx_part.blob
        assert "<f>" not in "".join(b.decode() for n, b in parts(blob).items() if "worksheets/" in n)


def test_a_chart_of_another_kind_stands_as_its_table() -> None:
    figure = go.Figure(go.Sankey(node={"label": ["a", "b"]}, link={"source": [0], "target": [1], "value": [3]}))
    table = Table("flows", "Flows", pd.DataFrame({"From": ["a"], "Share": [0.5]}))
    slide = made(a_report(Drawing(figure, "From a to b."), tables=(table,))).slides[1]
    (shape,) = [s for s in slide.shapes if s.has_table]
    assert [cell.text for cell in shape.table.rows[1].cells] == ["a", "50 %"]


def a_template(path: Path) -> Path:
    """Four to three, with an example slide and somebody's name."""
    template = Presentation()
    template.core_properties.author = "Ann Ash"
    slide = template.slides.add_slide(template.slide_layouts[1])
    slide.shapes.title.text = "An example of Ann Ash"
    template.save(path)
    return path


def test_the_coachs_own_template_gives_size_layout_and_nothing_else(tmp_path: Path) -> None:
    out = io.BytesIO()
    deck.write(a_report(bars()), out, template=a_template(tmp_path / "own.pptx"))
    deck_ = Presentation(io.BytesIO(out.getvalue()))
    assert deck_.slide_width == Inches(10)
    assert [s.slide_layout.name for s in deck_.slides] == ["Title Slide", "Title and Content"]
    assert b"Ann Ash" not in b"".join(parts(out.getvalue()).values())
    (chart,) = [s for s in deck_.slides[1].shapes if s.has_chart]
    body = next(p for p in deck_.slides[1].slide_layout.placeholders if p.placeholder_format.idx == 1)
    assert body.left <= chart.left
    assert chart.left + chart.width <= body.left + body.width
    assert chart.top + chart.height <= body.top + body.height
    assert not [p for p in deck_.slides[1].placeholders if p.placeholder_format.idx == 1]


def test_what_is_no_template_or_logo_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "notes.pptx"
    bad.write_text("no deck")
    with pytest.raises(FileRefusedError):
        deck.write(a_report(bars()), io.BytesIO(), template=bad)
    with pytest.raises(FileRefusedError):
        deck.write(a_report(bars()), io.BytesIO(), logo=bad)
    with pytest.raises(FileRefusedError):
        deck.write(a_report(bars()), io.BytesIO(), template=tmp_path / "absent.pptx")


def test_a_logo_stands_once_on_the_master(tmp_path: Path) -> None:
    Image.new("RGB", (300, 100), "red").save(tmp_path / "logo.jpg")
    deck_ = made(a_report(bars(), dots()), logo=tmp_path / "logo.jpg")
    (picture,) = [s for s in deck_.slide_master.shapes if s.name == "Logo"]
    assert picture.left + picture.width <= deck_.slide_width
    assert picture.width / picture.height == pytest.approx(3, rel=0.01)


def test_libreoffice_opens_every_slide(written: bytes, tmp_path: Path, whole: Content) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice was found: install libreoffice-impress to render the deck")
    (tmp_path / "deck.pptx").write_bytes(written)
    command = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", "pdf",
               "--outdir", str(tmp_path), str(tmp_path / "deck.pptx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pages = PdfReader(tmp_path / "deck.pdf").pages
    assert len(pages) == 1 + len(deck.slides_of(whole))
    first = deck.slides_of(whole)[0].title
    assert first.split(",")[0][:20] in " ".join(pages[1].extract_text().split())


def test_an_empty_report_is_an_opening_alone() -> None:
    assert len(made(replace(a_report(), sections=())).slides) == 1
