"""What every command shares: sentences for errors, JSON, the workspace option, dates."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console

import service
from errors import NetEffectError, UsageError

err = Console(stderr=True)


def sentences(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn our own errors into a sentence on stderr and exit code 1 (2 for a name that is not there)."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except NetEffectError as error:
            err.print(f"{error.title}: {error}", style="red", markup=False, soft_wrap=True)
            sys.exit(2 if isinstance(error, UsageError) else 1)

    return wrapped


def as_json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str)


def option_workspace(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--workspace", "folder", type=click.Path(path_type=Path, file_okay=False), default=service.home,
        show_default="your own", help="The workspace folder.",
    )(function)  # fmt: skip


class Day(click.ParamType):
    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-06-30.", param, ctx)
