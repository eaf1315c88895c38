"""net-effect: everything that the pages do to data, on the command line.

Exit codes: 0 done, 1 refused and nothing changed, 2 usage, 3 a question must be answered and nothing changed.
"""

from __future__ import annotations

from importlib.metadata import version as installed

import click

from cli import entries, figures, health, imports, marts, people, report, sample, versions


@click.group()
@click.version_option(installed("net-effect"))
def main() -> None:
    """Net Effect: what a referral network really yields, net of luck."""


for command in (
    *imports.COMMANDS,
    *figures.COMMANDS,
    *report.COMMANDS,
    *people.COMMANDS,
    *entries.COMMANDS,
    *versions.COMMANDS,
    *health.COMMANDS,
    *sample.COMMANDS,
    *marts.COMMANDS,
):
    main.add_command(command)

__all__ = ["main"]
