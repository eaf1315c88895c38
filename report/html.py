"""The report as one HTML file that asks nobody for anything: it opens without a network, and prints well."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path

import pandas as pd

import formats
from charts import embed
from charts.theme import LIGHT, Drawing
from report import cells
from report.model import Content, Section, Table
from report.plain import writable

MOST_ROWS = 200  # of a table on the page; the workbook has all
OPEN_ROWS = 40  # up to which a table stands open where a section has no chart
SIGNS = {"Supported": "✓", "Contradicted": "✗", "No difference": "=", "Not enough": "…", "Not recorded": "?",
         "Method under": "◇"}  # fmt: skip
_HERE = Path(__file__).parent


def text(content: Content, locale: str = formats.DEFAULT, *, paper: bool = False) -> str:
    """The whole file. Charts are drawn in the light look: what is printed must read.

    paper: for the printer alone, with charts as they lie on paper and without what stays folded there.
    """
    drawings = [drawing for section in content.sections for drawing in section.drawings]
    numbers = iter(range(len(drawings)))
    body = "\n".join(
        _section(section, nth, numbers, locale, paper=paper) for nth, section in enumerate(content.sections, 1)
    )
    use = "yes" if paper else "no"
    library, start = embed.library(), (_HERE / "page.js").read_text(encoding="utf-8")
    about = f"{content.subtitle} · {formats.day(content.made_on, locale)} · version {content.store_version}"
    style = (_HERE / "page.css").read_text(encoding="utf-8").replace("FOOTER", _quoted(about))
    return "\n".join(
        (
            f'<!doctype html>\n<html lang="en" data-paper="{use}">\n<head>\n<meta charset="utf-8">',
            _policy(library, start),
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light"><meta name="referrer" content="no-referrer">',
            f"<title>{_safe(content.title)}</title>\n<style>{style}</style>\n</head>\n<body>",
            f'<header>\n<p class="mark">Net Effect</p>\n<h1>{_safe(content.title)}</h1>',
            f'<p class="scope">{_safe(about)}</p>{_notes(content)}\n</header>',
            f"<nav aria-label='Contents'>\n<ol>{_contents(content)}</ol>\n</nav>\n<main>\n{body}\n</main>",
            f'<script type="application/json" id="figures">{_data(drawings, paper=paper)}</script>',
            f"<script>{library}</script>\n<script>{start}</script>\n</body>\n</html>\n",
        )
    )


def _data(drawings: list[Drawing], *, paper: bool) -> str:
    figures = [drawing.figure for drawing in drawings]
    return embed.data([embed.plain(figure) for figure in figures] if paper else figures, LIGHT)


def _policy(*scripts: str) -> str:
    """Nothing from elsewhere may be fetched, and no script runs but the two of this file."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    rules = (f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
             "font-src data:; base-uri 'none'; form-action 'none'")  # fmt: skip
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def _notes(content: Content) -> str:
    masked = " Names are masked and amounts rounded." if content.masked else ""
    said = f"No finding here claims a cause. Method: {content.method}.{masked}"
    return f'<p class="scope">{_safe(said)}</p>'


def _contents(content: Content) -> str:
    return "".join(
        f'<li><a href="#s{nth}">{_sign(section.badge)}{_safe(_first(section.heading))}</a></li>'
        for nth, section in enumerate(content.sections, 1)
    )


def _section(section: Section, nth: int, numbers: Iterator[int], locale: str, *, paper: bool) -> str:
    figures = "".join(_figure(drawing, at, next(numbers)) for at, drawing in enumerate(section.drawings))
    badge = f'<p class="badge">{_sign(section.badge)}{_safe(section.badge)}</p>' if section.badge else ""
    lines = "".join(f"<p>{_safe(line)}</p>" for line in section.said if line)
    tables = "".join(_table(table, locale, alone=not section.drawings, paper=paper) for table in section.tables)
    how = "".join(f"<p>{_safe(line)}</p>" for line in section.how)
    how = f"<details><summary>How this is computed</summary>{how}</details>" if how and not paper else ""
    footer = f"<footer>{_safe(section.footer)}</footer>" if section.footer else ""
    whole = ' class="whole"' if section.drawings else ""
    return (f'<section id="s{nth}"{whole}>\n{badge}<h2>{_safe(section.heading)}</h2>\n{lines}{figures}'
            f"{footer}{tables}{how}\n</section>")  # fmt: skip


def _figure(drawing: Drawing, nth: int, number: int) -> str:
    """The chart under its heading; what it shows is also said to those who do not see it."""
    heading = drawing.heading or drawing.sentence if nth else ""
    lead, _, rest = heading.partition(". ")
    caption = f"<figcaption><b>{_safe(lead)}</b>{f'<br>{_safe(rest)}' if rest else ''}</figcaption>" if lead else ""
    height = int(drawing.figure.layout.height or 300)
    return (f'<figure>{caption}<div class="chart" role="img" aria-label="{_safe(drawing.sentence)}" '
            f'data-figure="{number}" style="height:{height}px"></div></figure>')  # fmt: skip


def _table(table: Table, locale: str, *, alone: bool, paper: bool) -> str:
    n = len(table.frame)
    if paper and not (alone and n <= OPEN_ROWS):
        return ""
    shown = table.frame.head(MOST_ROWS)
    rest = f"<p>The first {MOST_ROWS} of {n} rows; the workbook has all.</p>" if n > MOST_ROWS else ""
    opened = " open" if alone and n <= OPEN_ROWS else ""
    return (f"<details{opened}><summary>{_safe(table.title)} ({formats.number(n, locale)})</summary>"
            f'<div class="wide">{_rows(shown, locale)}</div>{rest}</details>')  # fmt: skip


def _rows(frame: pd.DataFrame, locale: str) -> str:
    kinds = {name: cells.kind(str(name), frame[name]) for name in frame}
    cut = {name: "" if how == "text" else ' class="n"' for name, how in kinds.items()}
    head = "".join(f'<th scope="col"{cut[name]}>{_safe(name)}</th>' for name in frame)
    columns = [[f"<td{cut[name]}>{_safe(cells.written(value, how, locale))}</td>" for value in frame[name]]
               for name, how in kinds.items()]  # fmt: skip
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in zip(*columns, strict=True))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _first(title: str) -> str:
    """The first sentence of a title."""
    return title.partition(". ")[0].rstrip(".")


def _sign(badge: str) -> str:
    sign = next((sign for word, sign in SIGNS.items() if badge.startswith(word)), "")
    return f'<span aria-hidden="true">{sign}</span> ' if sign else ""


def _safe(value: object) -> str:
    return escape(writable(value))


def _quoted(value: str) -> str:
    """A text inside a style sheet: no quotation mark, backslash, bracket or line end of it may end the string."""
    return "".join(c if c.isalnum() or c in " .,-–" else f"\\{ord(c):x} " for c in writable(value))
