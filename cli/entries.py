"""The log kept by hand: add, correct and delete rows, and the workbook to fill in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

import service
from cli.common import Day, as_json, err, option_workspace, sentences
from errors import UsageError
from service import entries

YES_NO = click.Choice(["yes", "no"])


@click.group()
def edit() -> None:
    """Add to the log, correct it, delete what was entered by mistake; each call is one version."""


@edit.group()
def add() -> None:
    """Enter a referral, a contact or an assessment."""


def entry(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every entry has."""
    for option in (
        click.option("--json", "as_data", is_flag=True),
        click.option("--group", help="The group that it belongs to, where there are several."),
        option_workspace,
    ):
        function = option(function)
    return sentences(function)


def say(saved: entries.Saved, *, as_data: bool) -> None:
    if as_data:
        click.echo(as_json({"store_version": saved.version, "ids": saved.ids, "notes": saved.notes}))
        return
    for note in saved.notes:
        err.print(note, markup=False, soft_wrap=True)
    click.echo(f"Now at version {saved.version}{': ' if saved.ids else ''}{', '.join(saved.ids)}.")


def enter(table: str, folder: Path, group: str | None, as_data: bool, given: dict[str, Any]) -> None:
    fields = {name: value for name, value in given.items() if value is not None}
    say(entries.add(service.open_workspace(folder), table, fields, group=group), as_data=as_data)


@add.command()
@click.option("--given", "given_on", type=Day(), required=True, help="The day on which it was given.")
@click.option("--from", "source", metavar="NAME", help="Who gave it; nobody where --kind is inbound.")
@click.option("--to", "receiver", metavar="NAME", required=True, help="Who received it.")
@click.option("--present", "receiver_present", type=YES_NO, help="Was the receiver there?")
@click.option("--asked", type=YES_NO, help="Had the receiver asked for it?")
@click.option("--prospect", help="Who was referred.")
@click.option(
    "--kind", "source_kind", type=click.Choice(list(entries.KINDS)), help="What the giver is to the receiver."
)
@click.option("--via", metavar="REFERRAL", help="The earlier referral that it came out of.")
@click.option("--tier", type=click.Choice(["1", "2", "3"]))
@click.option("--status", type=click.Choice(list(entries.STATUSES)))
@click.option("--closed", "closed_on", type=Day())
@click.option("--amount")
@click.option("--currency")
@entry
def referral(folder: Path, group: str | None, as_data: bool, **given: Any) -> None:
    """A referral that was given."""
    enter("referrals", folder, group, as_data, given)


@add.command()
@click.option("--on", "happened_on", type=Day(), default=date.today, show_default="today")
@click.option("--from", "from", metavar="NAME", required=True, help="Who helped, introduced, wrote or asked.")
@click.option("--to", metavar="NAME", required=True, help="With or for whom.")
@click.option("--kind", type=click.Choice(list(entries.CONTACTS)), required=True)
@click.option("--purpose")
@click.option("--outcome")
@entry
def touch(folder: Path, group: str | None, as_data: bool, **given: Any) -> None:
    """A contact: help, a one-to-one, an introduction, a testimonial, an ask, a talk about where one stands."""
    enter("touches", folder, group, as_data, given)


@add.command(epilog="The points: " + "; ".join(f"{q} {words}" for q, words in entries.POINTS.items()) + ".")
@click.option("--on", "assessed_on", type=Day(), default=date.today, show_default="today")
@click.option("--assessor", metavar="NAME", required=True, help="Who assesses.")
@click.option("--source", metavar="NAME", required=True, help="Who is assessed: somebody who refers, or might.")
@click.option("--yes", "yes", metavar="POINT", multiple=True, type=click.Choice(list(entries.POINTS)))
@click.option("--no", "no", metavar="POINT", multiple=True, type=click.Choice(list(entries.POINTS)))
@click.option("--comfort", metavar="0–10")
@click.option("--value", "perceived_value", metavar="0–10")
@entry
def assessment(folder: Path, group: str | None, as_data: bool, yes: tuple[str, ...], no: tuple[str, ...],
               **given: Any) -> None:  # fmt: skip
    """Thirteen points, answered yes or no (q01 to q13; what is not named is not answered), and two marks."""
    if both := set(yes) & set(no):
        raise UsageError(f"{min(both)} is answered with yes and with no.")
    enter("assessments", folder, group, as_data, {**given, **dict.fromkeys(yes, True), **dict.fromkeys(no, False)})


@edit.command("set")
@click.argument("row")
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
@option_workspace
@click.option("--json", "as_data", is_flag=True)
@sentences
def set_(row: str, changes: tuple[str, ...], folder: Path, as_data: bool) -> None:
    """Correct fields of ROW (r0000012, k0000003, a0000001); FIELD= empties one."""
    if wrong := [change for change in changes if "=" not in change]:
        raise UsageError(f"{wrong[0]!r} does not say a field and its value.", "Write it as status=won.")
    fields = dict(change.split("=", 1) for change in changes)
    say(entries.correct(service.open_workspace(folder), [(row, fields)]), as_data=as_data)


@edit.command()
@click.argument("rows", nargs=-1, required=True, metavar="ROW…")
@option_workspace
@click.option("--json", "as_data", is_flag=True)
@sentences
def delete(rows: tuple[str, ...], folder: Path, as_data: bool) -> None:
    """Delete rows of the log that were entered by mistake."""
    say(entries.delete(service.open_workspace(folder), rows), as_data=as_data)


@click.command()
@option_workspace
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The workbook to write.")
@sentences
def template(folder: Path, out: Path) -> None:
    """A workbook to fill in and to import: referrals, members, contacts, assessments."""
    if out.suffix.lower() != ".xlsx":
        raise UsageError("The template is a workbook.", "Let its name end in .xlsx.")
    out.write_bytes(entries.workbook(service.open_workspace(folder)))
    click.echo(f"Written to {out}.")


COMMANDS = (edit, template)
