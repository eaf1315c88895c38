"""Versions of a workspace: history, undo, redo."""

from __future__ import annotations

from pathlib import Path

import click

import service
from cli.common import as_json, option_workspace, sentences


@click.command()
@option_workspace
@click.option("--json", "as_data", is_flag=True)
@sentences
def history(folder: Path, as_data: bool) -> None:
    """Who imported or changed what, and when."""
    entries = service.open_workspace(folder).history()
    if as_data:
        click.echo(as_json([vars(entry) for entry in entries]))
        return
    for entry in entries:
        click.echo(f"{'→' if entry.current else ' '} {entry.version:>4}  {entry.at:%Y-%m-%d %H:%M}  {entry.what}")


@click.command()
@option_workspace
@sentences
def undo(folder: Path) -> None:
    """One version back."""
    click.echo(f"Now at version {service.open_workspace(folder).undo()}.")


@click.command()
@option_workspace
@sentences
def redo(folder: Path) -> None:
    """One version forward again."""
    click.echo(f"Now at version {service.open_workspace(folder).redo()}.")


COMMANDS = (history, undo, redo)
