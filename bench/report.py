"""How long reports take and how large they are: a deck of forty slides, the page of everything, its print.

    python -m bench.report [--world harbour] [--slides 40]

The findings are computed beforehand, as they are for whoever has the pages open. A report's seconds are those of
drawing its charts and of writing it, on the clock and, beside them, of processor: a busy machine stretches the clock.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import service
from bench.figures import Figure, table
from charts.theme import LIGHT
from report import build, deck, letters, pdf
from report.content import content, default_items
from sample.world import make_world

COMMAND = "python -m bench.report"
SLIDES = 40
SECONDS = {"pptx": 5.0, "html": 3.0, "pdf": 15.0}  # that a user waits at most


def measure(world: str = "harbour", slides: int = SLIDES) -> list[Figure]:
    """Seconds and megabytes of each format; PDF where a browser is found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace"
        service.write_sample(make_world(world), path)
        session, scope = service.open_workspace(path), service.Scope()
        items, count = _items(session, scope, slides)
        every = f"{len(default_items(session, scope))} items"
        orders = [(f"deck of {count} slides", build.Order("pptx", scope, items), ""),
                  ("page of everything", build.Order("html", scope), every),
                  ("workbook of everything", build.Order("xlsx", scope), every)]  # fmt: skip
        if pdf.browser() is not None:
            orders.append(("print of everything", build.Order("pdf", scope), every))
        made = [one for name, order, note in orders for one in _made(session, name, order, note)]
        wall, cpu, data = _timed(lambda: letters.all_members(session, scope))
        return [*made, Figure("letters to all members", wall, "s", command=COMMAND, note=_note(cpu, data))]


def _items(session: service.Session, scope: service.Scope, slides: int) -> tuple[tuple[str, ...], int]:
    """As many of the usual items as make at most so many slides, the opening among them."""
    kept: list[str] = []
    count = 1
    for item in default_items(session, scope):
        more = len(deck.slides_of(content(session, scope, [item], LIGHT)))
        if count + more <= slides:
            kept.append(item)
            count += more
    return tuple(kept), count


def _made(session: service.Session, name: str, order: build.Order, note: str) -> list[Figure]:
    wall, cpu, data = _timed(lambda: build.make(session, order))
    said = ", ".join(part for part in (note, f"{cpu:.1f} s of processor") if part)
    return [Figure(name, wall, "s", SECONDS.get(order.kind), command=COMMAND, note=said),
            Figure(f"{name}, size", len(data) / 1e6, "MB", command=COMMAND)]  # fmt: skip


def _note(cpu: float, data: bytes) -> str:
    return f"{cpu:.1f} s of processor, {len(data) / 1e6:.2f} MB"


def _timed(work: Callable[[], bytes]) -> tuple[float, float, bytes]:
    """Seconds on the clock, seconds of processor (of the browser only what it hands over at its end), what was made."""
    clock, before = time.perf_counter(), _processor()
    data = work()
    return time.perf_counter() - clock, _processor() - before, data


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--world", default="harbour")
    parser.add_argument("--slides", type=int, default=SLIDES)
    chosen = parser.parse_args()
    print(table(measure(chosen.world, chosen.slides)))


if __name__ == "__main__":
    main()
