"""How long reports take: a deck of forty slides, the page of everything, its print.

    python -m bench.report [--world harbour] [--slides 40]

The findings are computed beforehand: the times are those of writing, in seconds, beside what was promised.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import service
from charts.theme import LIGHT
from report import deck, html, letters, pdf
from report.content import content
from report.model import Content
from sample.world import make_world

PROMISED = {"deck": 5.0, "page": 3.0, "print": 15.0}


def timed(name: str, work: Callable[[], object]) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    promise = f" of {PROMISED[name]:.0f} s promised ({wall / PROMISED[name]:.0%})" if name in PROMISED else ""
    print(f"{name:8} {wall:6.2f} s, {cpu:6.2f} s of processor{promise}")


def first_slides(made: Content, count: int) -> Content:
    """As many sections as make so many slides, the opening among them."""
    kept = made.sections
    while kept and 1 + len(deck.slides_of(replace(made, sections=kept))) > count:
        kept = kept[:-1]
    return replace(made, sections=kept)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", default="harbour")
    parser.add_argument("--slides", type=int, default=40)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace"
        service.write_sample(make_world(chosen.world), path)
        session, scope = service.open_workspace(path), service.Scope()
        made = content(session, scope, None, LIGHT)
        part = first_slides(made, chosen.slides)
        print(f"{1 + len(deck.slides_of(part))} slides, {len(made.sections)} sections")
        timed("deck", lambda: deck.write(part, io.BytesIO()))
        timed("page", lambda: html.text(made))
        timed("letters", lambda: letters.all_members(session, scope))
        if pdf.browser() is None:
            print("print    no browser was found")
        else:
            timed("print", lambda: pdf.make(html.text(made)))


if __name__ == "__main__":
    main()
