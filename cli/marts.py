"""Past one machine: canonical Parquet in, marts out."""

from __future__ import annotations

from pathlib import Path

import click

from cli.common import as_json, err, sentences
from errors import UsageError
from service import marts as seam

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.option("--engine", type=click.Choice(seam.ENGINES), default="duckdb", show_default=True)
@click.option("--master", help="The Spark master: spark://HOST:7077, local[4]; this machine if left out.")
@click.option("--conf", multiple=True, metavar="KEY=VALUE", help="A Spark setting; may be given several times.")
@click.option("--input", "source", type=_FOLDER, required=True, help="The folder of canonical Parquet.")
@click.option("--output", "folder", type=_FOLDER, required=True, help="The marts folder.")
@click.option("--workspace", type=_FOLDER, help="First write this workspace's canonical tables into --input.")
@click.option("--json", "as_data", is_flag=True, help="Say what was done as JSON.")
@sentences
def marts(
    engine: str, master: str | None, conf: tuple[str, ...], source: Path, folder: Path, workspace: Path | None,
    as_data: bool,
) -> None:  # fmt: skip
    """Build the marts of canonical Parquet, on this machine or on a Spark cluster; only where something changed.

    The dashboard opens the marts folder like a workspace, read-only.
    """
    if wrong := [one for one in conf if "=" not in one]:
        raise UsageError(f"{wrong[0]!r} is no KEY=VALUE.")
    written = seam.export(workspace, source) if workspace else None
    if written and not as_data:
        click.echo(f"{written.rows:,} rows in {written.units:,} units of {source}, {written.new:,} of them new")
    err.print(f"Building the marts with {engine} …", style="dim")
    settings = {key: value for key, _, value in (one.partition("=") for one in conf)}
    built = seam.build(source, folder, engine=engine, master=master, conf=settings)
    counts = {mart: len(units) for mart, units in built.built.items()}
    if as_data:
        exported = {"rows": written.rows, "units": written.units, "new": written.new} if written else None
        click.echo(as_json({"version": built.version, "changed": built.changed, "units": built.units, "built": counts,
                            "exported": exported}))  # fmt: skip
        return
    listed = ", ".join(f"{mart} {count:,}" for mart, count in counts.items()) or "nothing"
    click.echo(f"Version {built.version} of {folder}: {built.units:,} units, built anew: {listed}")


COMMANDS = (marts,)
