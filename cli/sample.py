"""The sample chapter, and the dashboard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click

import service
from cli.common import as_json, option_workspace, sentences
from errors import UsageError
from sample.files import CONTAINERS, DATE_ORDERS, DECIMALS, LANGUAGES, Style, write_files
from sample.world import WORLDS, make_world

ROOT = Path(__file__).resolve().parents[1]


@click.command()
@option_workspace
@click.option("--world", default=service.SAMPLE_WORLD, show_default=True, type=click.Choice(sorted(WORLDS)))
@click.option("--seed", default=1, show_default=True)
@click.option("--members", type=int)
@click.option("--months", type=int)
@click.option("--files", "files", type=click.Path(path_type=Path, file_okay=False),
              help="Write the files that a user would bring into this folder instead.")  # fmt: skip
@click.option("--container", type=click.Choice(CONTAINERS), default=Style.container, show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default=Style.language, show_default=True)
@click.option("--date-order", type=click.Choice(list(DATE_ORDERS)), default=Style.date_order, show_default=True)
@click.option("--decimal", type=click.Choice(DECIMALS), default=Style.decimal, show_default=True)
@click.option("--delimiter", default=Style.delimiter, show_default=True)
@click.option("--encoding", default=Style.encoding, show_default=True)
@sentences
def sample(folder: Path, world: str, seed: int, members: int | None, months: int | None, files: Path | None,
           **habits: Any) -> None:  # fmt: skip
    """An invented world whose truth is known: a workspace, or its export files, with truth.json."""
    made = make_world(world, seed=seed, members=members, months=months)
    if files:
        files.mkdir(parents=True, exist_ok=True)
        try:
            write_files(made, files, style=Style(**habits, seed=seed))
        except (ValueError, LookupError) as error:
            raise UsageError(f"These files cannot be written: {error}") from error
    else:
        service.write_sample(made, folder)
        files = folder
    (files / "truth.json").write_text(as_json(made.truth), encoding="utf-8")
    click.echo(f"{world} (seed {seed}) is in {files}")


@click.command()
@option_workspace
@click.option("--port", default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Do not open a browser window.")
@click.option("--no-sample", is_flag=True, help="Start with an empty workspace, not with the sample chapter.")
@sentences
def serve(folder: Path, port: int, no_browser: bool, no_sample: bool) -> None:
    """The dashboard, on this machine only."""
    os.environ[service.HOME_VARIABLE] = str(folder)
    if not no_sample and service.current().is_empty:
        service.add_sample()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port),
               "--server.headless", "true" if no_browser else "false"]  # fmt: skip
    try:
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)  # noqa: S603 our own command
    except KeyboardInterrupt:
        sys.exit(0)


COMMANDS = (sample, serve)
