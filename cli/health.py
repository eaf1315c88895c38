"""The health of a workspace: doctor, and what is forgotten after a time."""

from __future__ import annotations

import sys
from dataclasses import fields
from importlib.metadata import version as installed
from pathlib import Path

import click

import service
from cli.common import option_workspace, sentences
from errors import UsageError
from service import retention


@click.command()
@option_workspace
@click.option("--repair", is_flag=True, help="Point to the newest version that is whole; nothing is deleted.")
@sentences
def doctor(folder: Path, repair: bool) -> None:
    """Versions of the parts, and whether the workspace is whole. Exit 1 where something is wrong."""
    for name in ("net-effect", "streamlit", "duckdb", "pandas", "plotly", "python-calamine"):
        click.echo(f"{name} {installed(name)}")
    click.echo(f"python {sys.version.split()[0]}\nworkspace {folder}")
    session = service.open_workspace(folder)
    for done in session.repair() if repair else ():
        click.echo(f"repair: {done}")
    findings = session.doctor()
    for finding in findings:
        click.echo(f"{finding.level}: {finding.text}")
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)


@click.command()
@option_workspace
@click.option("--versions", "versions_months", type=click.IntRange(1), help="Versions older than so many months.")
@click.option("--originals", "originals_months", type=click.IntRange(1), help="Kept copies of uploaded files.")
@click.option("--people", "people_months", type=click.IntRange(1),
              help="People who left every group so many months ago, and whom no later row names.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, and forget nothing.")
@sentences
def forget(folder: Path, dry_run: bool, **months: int | None) -> None:
    """Delete what is older than retention.toml in the workspace says, or the options. It cannot be undone.

    The same happens after each import, by retention.toml alone.
    """
    session = service.open_workspace(folder)
    given = {name: value for name, value in months.items() if value is not None}
    rule = retention.Rule(**given) if given else retention.rule(session)
    if not rule:
        known = ", ".join(one.name for one in fields(retention.Rule))
        raise UsageError("Nothing is to be forgotten.", f"Say what, or write it into {retention.FILE}: {known}.")
    if dry_run:
        found = retention.due(session, rule)
        counts = (len(found.versions), len(found.originals), len(found.people))
    else:
        done = retention.apply(session, rule)
        counts = (done.versions, done.originals, done.people)
    words = zip(counts, ("version", "original", "person"), ("versions", "originals", "people"), strict=True)
    listed = ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in words)
    click.echo(f"{'Would forget' if dry_run else 'Forgot'} {listed}.")


COMMANDS = (doctor, forget)
