"""net-effect: everything that the pages do to data, on the command line.

Exit codes: 0 done, 1 refused and nothing changed, 2 usage, 3 a question must be answered and nothing changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

import service
from charts import words
from errors import NetEffectError, UsageError
from sample.files import CONTAINERS, DATE_ORDERS, DECIMALS, LANGUAGES, Style, write_files
from sample.world import WORLDS, make_world

ROOT = Path(__file__).resolve().parent
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


@click.group()
@click.version_option(installed("net-effect"))
def main() -> None:
    """Net Effect: what a referral network really yields, net of luck."""


# --- import -------------------------------------------------------------------------------------------------------


def collect_answers(one: service.Answers, answers_file: Path | None) -> dict[str, service.Answers]:
    """Answers by file name: those of the flags for every file ("*"), those of --answers on top for the named ones."""
    answers = {"*": one}
    if answers_file:
        try:
            for name, given in json.loads(answers_file.read_text(encoding="utf-8")).items():
                answers[name] = one.merged(service.Answers.from_json(given))
        except (OSError, ValueError, AttributeError) as error:
            raise UsageError(
                f"--answers {answers_file.name}: {error}.",
                'Expected {"file name": {"date_order": "dmy", …}, …}.',
            ) from error
    return answers


def split_mapping(pairs: Sequence[str]) -> dict[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise click.UsageError(f"--map {wrong[0]!r}: expected 'Their header=our_column'.")
    return {theirs.strip(): ours.strip() for theirs, ours in (pair.rsplit("=", 1) for pair in pairs)}


def describe_drafts(preview: service.Preview) -> list[dict[str, Any]]:
    """What an import found, file by file, when it stored nothing."""
    files: list[dict[str, Any]] = [
        {
            "path": draft.name, "sheet": draft.sheet, "sha256": draft.sha256, "container": draft.container,
            "layout": draft.layout, "rows_read": draft.rows_read, "loaded": {}, "already_there": 0,
            "would_load": {kind: len(frame) for kind, frame in draft.frames.items()}, "mapping": draft.mapping,
            "rejected": [r.to_json() for r in draft.rejects], "questions": [q.to_json() for q in draft.questions],
            "notes": draft.notes,
        }
        for draft in preview.drafts
    ]  # fmt: skip
    files += [{"path": name, "error": {"title": e.title, "message": e.message, "hint": e.hint}, "loaded": {},
               "rejected": [], "questions": [], "notes": []} for name, e in preview.errors]  # fmt: skip
    return files


def describe_outcome(file: service.FileOutcome) -> dict[str, Any]:
    """What became of one table of one file."""
    return {
        "path": file.name, "sheet": file.sheet, "sha256": file.sha256, "container": file.container,
        "layout": file.layout, "rows_read": file.rows_read, "loaded": file.loaded, "updated": file.updated,
        "already_there": file.already_there, "rejected": [r.to_json() for r in file.rejected], "questions": [],
        "notes": file.notes,
    }  # fmt: skip


def say_files(files: Sequence[dict[str, Any]]) -> None:
    """The same for people: one line a file, then every row that did not load, every question and note."""
    for file in files:
        if problem := file.get("error"):
            err.print(
                f"{file['path']}: {problem['message']} {problem['hint']}",
                style="red",
                markup=False,
                soft_wrap=True,
            )
            continue
        counts = ", ".join(f"{n} {kind}" for kind, n in (file["loaded"] or file.get("would_load", {})).items())
        extra = f", {file['updated']} updated" if file.get("updated") else ""
        click.echo(
            f"{file['path']}: {file['layout']}, {file['rows_read']} rows read, {counts or 'nothing'} "
            f"{'loaded' if file['loaded'] else 'to load'}, {file['already_there']} already there{extra}, "
            f"{len(file['rejected'])} rejected"
        )
        for r in file["rejected"]:
            err.print(
                f"  row {r['row']}, {r['column']} = {r['value']!r}: {r['reason']}",
                markup=False,
                soft_wrap=True,
            )
        for q in file["questions"]:
            err.print(f"  ? {q['text']} Answer with {q['flag']}.", style="yellow", markup=False, soft_wrap=True)
        for note in file["notes"]:
            err.print(f"  {note}", markup=False, soft_wrap=True)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option_workspace
@click.option("--layout", help="Which export it is, where it is not recognised.")
@click.option("--period", help="FROM:TO, ISO dates, for a file without dates.")
@click.option("--date-order", type=click.Choice(["dmy", "mdy", "ymd"]))
@click.option("--decimal", type=click.Choice([".", ","]), help="The decimal mark of the amounts.")
@click.option("--currency", help="Currency code of the amounts, such as EUR.")
@click.option("--group", help="The group that the file is about.")
@click.option("--receiver", help="Whose log it is, where no column says who received the referral.")
@click.option("--map", "mapping", multiple=True, metavar="'THEIR HEADER=our_column'")
@click.option("--answers", "answers_file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="JSON: one set of answers a file.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Refuse a file whole if any row of it would not load.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--json", "as_data", is_flag=True)
@sentences
def import_(files: tuple[Path, ...], folder: Path, mapping: tuple[str, ...], answers_file: Path | None,
            strict: bool, dry_run: bool, as_data: bool, **given: str | None) -> None:  # fmt: skip
    """Load referral logs and member lists."""
    one = service.Answers(**given, mapping=split_mapping(mapping))
    session = service.open_workspace(folder)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task("Reading", total=None)
        preview = session.preview(list(files), collect_answers(one, answers_file))
        described, code, store_version = describe_drafts(preview), 0, session.version
        if preview.errors:
            code = 1
        elif preview.questions:
            code = 3
        elif not dry_run:
            try:
                outcome = session.commit(preview, strict=strict)
                described, store_version = [describe_outcome(file) for file in outcome.files], outcome.version
            except service.QuestionsOpen as open_:
                code = 3
                for file in described:
                    file["questions"] = [q.to_json() for q in open_.questions if q.file in (file["path"], "")]
    if as_data:
        click.echo(as_json({"files": described, "store_version": store_version}))
    else:
        say_files(described)
    sys.exit(code)


# --- figures ------------------------------------------------------------------------------------------------------


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


@main.command()
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
    results = session.results(scope_of(session, group, receiver, start, end, as_of), claims or None)
    if as_data:
        click.echo(as_json([result.to_json() for result in results]))
        return
    table = Table("claim", "verdict", "what this log says", "how surely", "what it would take")
    for result in results:
        table.add_row(result.claim, words.verdict_line(result), words.headline(result), words.interval_line(result),
                      words.need_more(result))  # fmt: skip
    Console().print(table)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--sheet", help="Which sheet, by name; the first one by default.")
@click.option("--csv", "as_csv", is_flag=True, help="The table as RFC 4180.")
@sentences
def peek(file: Path, sheet: str | None, as_csv: bool) -> None:
    """What a file is and the tables that it holds, before any mapping."""
    seen, raw = service.peek(file)
    names = [s.name for s in raw.sheets]
    if sheet is not None and sheet not in names:
        raise UsageError(f"There is no sheet {sheet!r}.", f"Known: {', '.join(names)}.")
    if not as_csv:
        click.echo(as_json(seen))
    elif raw.sheets:
        sys.stdout.write(raw.sheets[names.index(sheet) if sheet else 0].to_csv())


@main.command()
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


# --- versions -----------------------------------------------------------------------------------------------------


@main.command()
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


@main.command()
@option_workspace
@sentences
def undo(folder: Path) -> None:
    """One version back."""
    click.echo(f"Now at version {service.open_workspace(folder).undo()}.")


@main.command()
@option_workspace
@sentences
def redo(folder: Path) -> None:
    """One version forward again."""
    click.echo(f"Now at version {service.open_workspace(folder).redo()}.")


@main.command()
@option_workspace
@sentences
def doctor(folder: Path) -> None:
    """Versions of the parts, and whether the workspace is whole. Exit 1 where something is wrong."""
    for name in ("net-effect", "streamlit", "duckdb", "pandas", "plotly", "python-calamine"):
        click.echo(f"{name} {installed(name)}")
    click.echo(f"python {sys.version.split()[0]}\nworkspace {folder}")
    findings = service.open_workspace(folder).doctor()
    for finding in findings:
        click.echo(f"{finding.level}: {finding.text}")
    if any(finding.level == "error" for finding in findings):
        sys.exit(1)


# --- sample and server --------------------------------------------------------------------------------------------


@main.command()
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


@main.command()
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


if __name__ == "__main__":
    main()
