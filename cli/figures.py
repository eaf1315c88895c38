"""Figures and tables out: analyse, export."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import service
from charts import words
from cli.common import Day, as_json, option_workspace, sentences
from errors import UsageError
from service import printed


def scope_of(session: service.Session, group: Sequence[str], receiver: str | None, start: date | None,
             end: date | None, as_of: date | None) -> service.Scope:  # fmt: skip
    scope = service.Scope(groups=session.group_ids(group), start=start, end=end, as_of=as_of)
    if not receiver:
        return scope
    known = session.receivers(scope)
    found = known.person_id[(known.name.str.casefold() == receiver.casefold()) | (known.person_id == receiver)]
    if found.empty:
        raise UsageError(f"Nobody named {receiver!r} received a referral here.")
    return service.Scope(groups=scope.groups, start=start, end=end, as_of=as_of, receiver=found.iloc[0])


@click.command()
@click.argument("claims", nargs=-1)
@option_workspace
@click.option("--group", multiple=True, help="Only this group; may be given several times.")
@click.option("--receiver", help="Only what this person received: a coach's client.")
@click.option("--from", "start", type=Day())
@click.option("--to", "end", type=Day(), help="Exclusive.")
@click.option("--as-of", type=Day(), help="Count only what was dated before this day.")
@click.option("--json", "as_data", is_flag=True)
@sentences
def analyse(claims: tuple[str, ...], folder: Path, group: tuple[str, ...], receiver: str | None, start: date | None,
            end: date | None, as_of: date | None, as_data: bool) -> None:  # fmt: skip
    """Test the headline claims, or those named."""
    session = service.open_workspace(folder)
    if session.is_empty:
        raise UsageError(f"The workspace {folder} is empty.", "Import a log first: net-effect import FILE.")
    scope = scope_of(session, group, receiver, start, end, as_of)
    if as_data:
        click.echo(as_json(printed.findings(session, scope, claims or None)))
        return
    results = session.results(scope, claims or None)
    table = Table("claim", "verdict", "what this log says", "how surely", "what it would take")
    for result in results:
        table.add_row(result.claim, words.verdict_line(result), words.headline(result), words.interval_line(result),
                      words.need_more(result))  # fmt: skip
    Console().print(table)
    if results and (line := words.method_line(results[0])):
        click.echo(line)


@click.command()
@click.argument("table")
@option_workspace
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Standard output by default.")
@sentences
def export(table: str, folder: Path, out: Path | None) -> None:
    """A canonical table or mart as CSV."""
    session = service.open_workspace(folder)
    if session.is_empty:
        raise UsageError(f"The workspace {folder} is empty.")
    session.export_table(table, out or sys.stdout)


COMMANDS = (analyse, export)
