"""The sample chapter, and the dashboard."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import service
from cli.common import as_json, option_workspace, sentences
from errors import UsageError
from sample.exports import CONTAINERS, LAYOUTS, NATIVE, write_exports
from sample.files import DATE_ORDERS, DECIMALS, LANGUAGES, Style, write_files
from sample.world import WORLDS, World, make_world

ROOT = Path(__file__).resolve().parents[1]


@click.command()
@option_workspace
@click.option("--world", default=service.SAMPLE_WORLD, show_default=True, type=click.Choice(sorted(WORLDS)))
@click.option("--seed", default=1, show_default=True)
@click.option("--members", type=int)
@click.option("--months", type=int)
@click.option("--files", "files", type=click.Path(path_type=Path, file_okay=False),
              help="Write the files that a user would bring into this folder instead.")  # fmt: skip
@click.option("--layout", "wanted", multiple=True, type=click.Choice(list(LAYOUTS)),
              help="Write it as this export, not as a log kept by hand; may be given several times.")  # fmt: skip
@click.option("--container", type=click.Choice(CONTAINERS), help="csv for a log; an export as its system writes it.")
@click.option("--banner/--no-banner", default=None, help="A title above the table.")
@click.option("--period", is_flag=True, help="Exports without a date are about a period, not about one day.")
@click.option("--language", type=click.Choice(LANGUAGES), default=Style.language, show_default=True)
@click.option("--date-order", type=click.Choice(list(DATE_ORDERS)), default=Style.date_order, show_default=True)
@click.option("--decimal", type=click.Choice(DECIMALS), default=Style.decimal, show_default=True)
@click.option("--delimiter", default=Style.delimiter, show_default=True)
@click.option("--encoding", default=Style.encoding, show_default=True)
@sentences
def sample(folder: Path, world: str, seed: int, members: int | None, months: int | None, files: Path | None,
           wanted: tuple[str, ...], container: str | None, banner: bool | None, **habits: Any) -> None:  # fmt: skip
    """An invented world whose truth is known: a workspace, or its export files, with truth.json."""
    made = make_world(world, seed=seed, members=members, months=months)
    if files:
        files.mkdir(parents=True, exist_ok=True)
        try:
            if wanted:
                write_reports(made, files, wanted, container, banner, Style(**habits, seed=seed))
            else:
                habits |= {"container": container or Style.container, "banner": bool(banner)}
                write_files(made, files, style=Style(**habits, seed=seed))
        except (ValueError, LookupError) as error:
            raise UsageError(f"These files cannot be written: {error}") from error
    else:
        service.write_sample(made, folder)
        files = folder
    (files / "truth.json").write_text(as_json(made.truth), encoding="utf-8")
    click.echo(f"{world} (seed {seed}) is in {files}")


def write_reports(
    world: World, folder: Path, layouts: Sequence[str], container: str | None, banner: bool | None, style: Style
) -> None:
    """The world as exports, and answers.json with what `net-effect import --answers` needs to read them."""
    answers: dict[str, Any] = {}
    for layout in layouts:
        native = layout in NATIVE
        habits = replace(
            style,
            container=container or ("xml" if native else "csv"),
            banner=native if banner is None else banner,
        )
        written = write_exports(world, folder, layouts=[layout], style=habits)
        answers |= {one.path.name: dict(one.answers) for one in written if one.answers}
    (folder / "answers.json").write_text(as_json(answers), encoding="utf-8")


@click.command()
@option_workspace
@click.option("--port", default=8501, show_default=True)
@click.option("--address", default="127.0.0.1", show_default=True,
              help="Where to listen; any other needs a sign-in (docs/security.md).")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option("--no-sample", is_flag=True, help="Start with an empty workspace, not with the sample chapter.")
@sentences
def serve(folder: Path, port: int, address: str, no_browser: bool, no_sample: bool) -> None:
    """The dashboard: on this machine only, unless a sign-in is set up."""
    os.environ[service.HOME_VARIABLE] = str(folder)
    if not no_sample and service.current().is_empty:
        service.add_sample()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port),
               "--server.address", address, "--server.headless", "true" if no_browser else "false"]  # fmt: skip
    try:
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)  # noqa: S603 our own command
    except KeyboardInterrupt:
        sys.exit(0)


COMMANDS = (sample, serve)
