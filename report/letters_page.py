"""A page of paper as HTML: it stands alone, asks nobody for anything, runs no script, and prints on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from report.plain import writable

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = """
:root { color-scheme: light; --ink: #1C2430; --soft: #566070; --line: #DEE3E8; --blue: #0063A0; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 2.2rem 1.4rem; color: var(--ink); background: #fff;
  font: 16px/1.5 "Source Sans 3", "Source Sans Pro", system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .2rem 0 .3rem; text-wrap: balance; }
h2 { font-size: 1.06rem; margin: 1.3rem 0 .3rem; }
p, ul { margin: .25rem 0; }
ul { padding-left: 1.15rem; }
.mark { color: var(--blue); font-weight: 600; margin: 0; }
.soft, footer { color: var(--soft); font-size: .88rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.6rem, 1fr)); gap: .8rem;
  margin-top: 1.1rem; }
.figure { border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; }
.figure b { display: block; font-size: 1.7rem; line-height: 1.2; }
.one { border-left: 4px solid var(--blue); padding: .5rem .9rem; background: #F3F7FA; margin-top: 1.2rem; }
.one h2 { margin-top: 0; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { text-align: left; padding: .18rem .8rem .18rem 0; border-bottom: 1px solid var(--line);
  unicode-bidi: isolate; }
th { color: var(--soft); font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.minutes { float: right; color: var(--soft); font-weight: 400; font-size: .88rem; }
footer { border-top: 1px solid var(--line); margin-top: 1.5rem; padding-top: .5rem; }
@page { size: A4; margin: 15mm; }
@media print { body { padding: 0; font-size: 11pt; } .one, section { break-inside: avoid; } }
"""


def safe(text: object) -> str:
    return escape(writable(text))


def page(title: str, about: str, parts: Sequence[str], foot: Sequence[str]) -> str:
    """The file. title, about, foot: plain text; parts: HTML from the functions below."""
    end = "".join(f"<p>{safe(line)}</p>" for line in foot if line)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{safe(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<header><p class="mark">Net Effect</p><h1>{safe(title)}</h1><p class="soft">{safe(about)}</p></header>\n'
        f"<main>\n{chr(10).join(part for part in parts if part)}\n</main>\n<footer>{end}</footer>\n</body>\n</html>\n"
    )


def figures(found: Sequence[tuple[str, str, Sequence[str]]]) -> str:
    """Large numbers side by side: what it is, the number, what is to be known about it."""
    made = "".join(
        f'<div class="figure">{safe(name)}<b>{safe(value)}</b>'
        + "".join(f'<span class="soft">{safe(line)}<br></span>' for line in beside if line)
        + "</div>"
        for name, value, beside in found
    )
    return f'<div class="figures">{made}</div>' if made else ""


def section(title: str, lines: Sequence[str], table: str = "", minutes: str = "") -> str:
    """A heading with a sentence, or with several as a list."""
    kept = [line for line in lines if line]
    body = f"<p>{safe(kept[0])}</p>" if len(kept) == 1 else "".join(f"<li>{safe(line)}</li>" for line in kept)
    body = f"<ul>{body}</ul>" if len(kept) > 1 else body
    aside = f'<span class="minutes">{safe(minutes)}</span>' if minutes else ""
    return f"<section><h2>{aside}{safe(title)}</h2>{body}{table}</section>"


def one_thing(title: str, line: str) -> str:
    return f'<section class="one"><h2>{safe(title)}</h2><p>{safe(line)}</p></section>'


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The first column of words, the others of numbers."""
    if not rows:
        return ""
    top = "".join(f'<th scope="col"{"" if at == 0 else _NUMBER}>{safe(name)}</th>' for at, name in enumerate(head))
    body = "".join(
        "<tr>" + "".join(f"<td{'' if at == 0 else _NUMBER}>{safe(cell)}</td>" for at, cell in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


_NUMBER = ' class="n"'
