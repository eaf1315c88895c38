"""Who is one person, what kind of source somebody is, and what is held on somebody."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import service
from cli.common import as_json, option_workspace, sentences
from errors import UsageError
from service import people


@click.command()
@click.argument("keep", required=False)
@click.argument("drop", required=False)
@option_workspace
@click.option("--apart", is_flag=True, help="Keep the two apart: they are not suggested again.")
@click.option("--split", "group", metavar="GROUP", help="Make KEEP of this group a person of his own: a namesake.")
@click.option("--ticked", is_flag=True, help="Merge every suggestion that is near certain.")
@click.option("--json", "as_data", is_flag=True)
@sentences
def merge(keep: str | None, drop: str | None, folder: Path, apart: bool, group: str | None, ticked: bool,
          as_data: bool) -> None:  # fmt: skip
    """Make two spellings one person, KEEP's; without names, list what is suggested. Names or ids."""
    session = service.open_workspace(folder)
    if keep and group:
        (group_id,) = session.group_ids([group])
        version = people.split(session, people.find(session, keep), group_id)
    elif keep and drop:
        pair = [(people.find(session, keep), people.find(session, drop))]
        version = people.keep_apart(session, pair) if apart else people.merge(session, pair)
    elif keep:
        raise UsageError("Name the two that are one person.")
    elif ticked:
        pairs = [(s.keep.person_id, s.drop.person_id) for s in people.suggestions(session) if s.ticked]
        version = people.merge(session, pairs) if pairs else session.version or 0
    else:
        suggested(session, as_data=as_data)
        return
    click.echo(as_json({"store_version": version}) if as_data else f"Now at version {version}.")


def suggested(session: service.Session, *, as_data: bool) -> None:
    found = people.suggestions(session)
    if as_data:
        rows = [
            {"keep": s.keep.person_id, "keep_name": s.keep.name, "drop": s.drop.person_id, "drop_name": s.drop.name,
             "likeness": round(s.likeness, 3), "for": s.evidence, "against": s.against, "ticked": s.ticked}
            for s in found
        ]  # fmt: skip
        click.echo(as_json(rows))
        return
    table = Table("", "keep", "drop", "likeness", "for", "against")
    for s in found:
        table.add_row("✓" if s.ticked else "", f"{s.keep.name} ({s.keep.person_id})",
                      f"{s.drop.name} ({s.drop.person_id})", f"{s.likeness:.2f}", "; ".join(s.evidence),
                      "; ".join(s.against))  # fmt: skip
    Console().print(table)


@click.command()
@click.argument("source", required=False)
@click.argument("receiver", required=False)
@click.argument("kind", required=False, type=click.Choice([*people.KINDS, "unknown"]))
@option_workspace
@click.option("--present", metavar="REFERRAL", multiple=True, help="The receiver was there at this referral.")
@click.option("--away", metavar="REFERRAL", multiple=True, help="The receiver was not there at this referral.")
@click.option("--proxy", type=click.Choice([*people.PROXIES, "none"]), help="A rule that stands in for presence.")
@click.option("--json", "as_data", is_flag=True)
@sentences
def label(source: str | None, receiver: str | None, kind: str | None, folder: Path, present: tuple[str, ...],
          away: tuple[str, ...], proxy: str | None, as_data: bool) -> None:  # fmt: skip
    """Say what KIND of source SOURCE is to RECEIVER; without names, list the relations that lack it."""
    session = service.open_workspace(folder)
    if proxy:
        version = people.proxy(session, None if proxy == "none" else proxy)
    elif present or away:
        version = people.set_presence(session, [*((i, True) for i in present), *((i, False) for i in away)])
    elif source and receiver and kind:
        who = (people.find(session, source), people.find(session, receiver))
        version = people.label(session, [(*who, None if kind == "unknown" else kind)])
    elif source:
        raise UsageError("Say who, to whom and what: net-effect label SOURCE RECEIVER KIND.")
    else:
        open_ = people.relations(session)
        open_ = open_[open_.unknown > 0]
        if as_data:
            click.echo(as_json(open_.to_dict("records")))
            return
        table = Table("source", "receiver", "referrals", "without a kind")
        for row in open_.itertuples():
            table.add_row(row.source, row.receiver, str(row.referrals), str(row.unknown))
        Console().print(table)
        return
    click.echo(as_json({"store_version": version}) if as_data else f"Now at version {version}.")


@click.command()
@click.argument("person")
@option_workspace
@click.option("--pseudonym", is_flag=True, help="Replace the name only; profession, prospects and assessments stay.")
@click.option("--yes", is_flag=True, help="Do not ask: it cannot be undone.")
@sentences
def erase(person: str, folder: Path, pseudonym: bool, yes: bool) -> None:
    """Take a person out of every version and original that is kept. Counts stay."""
    session = service.open_workspace(folder)
    who = people.find(session, person)
    if not yes:
        click.confirm("This cannot be undone. Go on?", abort=True)
    done = people.erase(session, who, pseudonym=pseudonym)
    n = len(done.originals)
    gone = f", {n} uploaded {'original' if n == 1 else 'originals'} deleted" if n else ""
    click.echo(f"Done in {done.versions} versions{gone}; it stands there as {done.name} now (version {done.version}).")


@click.command()
@click.argument("person")
@option_workspace
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A ZIP of one CSV a table.")
@sentences
def person(person: str, folder: Path, out: Path) -> None:
    """Everything that is held on one person."""
    session = service.open_workspace(folder)
    out.write_bytes(people.dossier(session, people.find(session, person)))
    click.echo(f"Written to {out}.")


COMMANDS = (merge, label, erase, person)
