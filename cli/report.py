"""Reports out: one workspace, or every workspace of a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

import formats
import service
from cli.common import Day, err, option_workspace, sentences
from cli.figures import scope_of
from errors import NetEffectError, UsageError
from report.kinds import KINDS


@click.command()
@option_workspace
@click.option("--all", "every", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Every workspace of this folder, a file each; --out is then a folder.")  # fmt: skip
@click.option("--format", "kind", type=click.Choice(list(KINDS)), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--mask", is_flag=True, help="Without names, professions, firms and exact amounts.")
@click.option("--group", multiple=True, help="Only this group; may be given several times.")
@click.option("--receiver", help="Only what this person received: a coach's client.")
@click.option("--from", "start", type=Day())
@click.option("--to", "end", type=Day(), help="Exclusive.")
@click.option("--as-of", type=Day(), help="Count only what was dated before this day.")
@click.option("--items", multiple=True, help="What goes in, e.g. claim:L1,overview,chapter; everything without.")
@click.option("--story", "told", help="A story of the workspace by its name or key, in its order and with its words; "
              "“usual” for the one that is offered.")  # fmt: skip
@click.option("--template", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="A .pptx to write into.")
@click.option("--logo", type=click.Path(path_type=Path, dir_okay=False, exists=True), help="For the deck.")
@click.option(
    "--locale", default=formats.DEFAULT, show_default=True, help="How numbers and dates are written, e.g. de."
)
@sentences
def report(folder: Path, every: Path | None, kind: str, out: Path, mask: bool, group: tuple[str, ...],
           receiver: str | None, start: date | None, end: date | None, as_of: date | None, items: tuple[str, ...],
           told: str | None, template: Path | None, logo: Path | None, locale: str) -> None:  # fmt: skip
    """Findings, charts and tables as one page, a workbook, a PDF, a deck or JSON.

    A report is written whole or not at all: stopped by Ctrl-C it leaves no file behind.
    """
    from report import build, story  # noqa: PLC0415 drawing is heavy, and most commands draw nothing

    if told is not None and items:
        raise UsageError("--story and --items both say what goes in.", "Use one of them.")

    def one(path: Path, file: Path) -> None:
        session = service.open_workspace(path)
        if session.is_empty:
            raise UsageError(f"The workspace {path} is empty.", "Import a log first: net-effect import FILE.")
        # Groups, persons and stories are named as the user knows them; what is written is masked.
        scope = scope_of(session, group, receiver, start, end, as_of)
        tale = story.named(session, scope, told) if told is not None else None
        if mask:
            session = session.hiding()
            scope = replace(scope, receiver=session.id_here(scope.receiver) if scope.receiver else None)
            tale = story.known_as(session, tale) if tale else None
        whats = build.items_of(items)
        whats = tuple(story.named_here(session, what) for what in whats) if whats else None
        order = build.Order(kind, scope, whats, tale, formats.locale_of(locale), template, logo)
        _write(session, order, file)

    try:
        if every is None:
            one(folder, out)
        else:
            _each(_workspaces(every), out, kind, mask, one)
    except KeyboardInterrupt:
        err.print("Stopped; nothing was written of what was under way.", style="yellow")
        sys.exit(130)


def _workspaces(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.is_dir() and not service.open_workspace(path).is_empty)
    if not found:
        raise UsageError(f"There is no workspace in {folder}.", "A workspace is a folder that an import has made.")
    return found


def _each(paths: list[Path], out: Path, kind: str, mask: bool, one: Callable[[Path, Path], None]) -> None:
    """A file a workspace, named as it is, or numbered where names are masked. One that fails does not end the rest."""
    failed = 0
    for number, path in enumerate(paths, 1):
        err.print(f"{path.name} ({number} of {len(paths)})", markup=False)
        try:
            one(path, out / (f"report-{number:02d}.{kind}" if mask else f"{path.name}.{kind}"))
        except NetEffectError as error:
            failed += 1
            err.print(f"{error.title}: {error}", style="red", markup=False, soft_wrap=True)
    if failed:
        sys.exit(1)


def _write(session: service.Session, order: Any, out: Path) -> None:
    from report import build  # noqa: PLC0415 as above

    shown = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=err, transient=True)
    with shown as progress:
        task = progress.add_task("", total=1.0)
        build.write(session, order, out, lambda part, what: progress.update(task, completed=part, description=what))
    err.print(f"Written to {out} ({out.stat().st_size // 1024:,} kB).", markup=False, soft_wrap=True)


COMMANDS = (report,)
