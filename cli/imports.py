"""Bringing files in: import, and a look at a file beforehand."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

import service
from cli.common import as_json, err, option_workspace, sentences
from errors import UsageError


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


def say_unused(answers: Mapping[str, service.Answers], preview: service.Preview) -> None:
    """Name the answers that are for none of the files: a misspelt name would otherwise go unseen."""
    names = {draft.name for draft in preview.drafts} | {name for name, _ in preview.errors}
    known = {"*", *names, *(name.rsplit("/", 1)[-1] for name in names)}
    for name in answers:
        if name not in known:
            err.print(f"--answers: none of these files is called {name}.", style="yellow", markup=False, soft_wrap=True)


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files named, and in the place of a folder the files in it, by name.

    Raises:
        UsageError: a folder without files.
    """
    found: list[Path] = []
    for path in paths:
        inside = [path]
        if path.is_dir():
            inside = [p for p in sorted(path.iterdir()) if p.is_file() and p.name[0] not in ".~"]
            if notes := [p.name for p in inside if p.suffix == ".json"]:
                err.print(f"Left out, no tables: {', '.join(notes)}.", markup=False, soft_wrap=True)
                inside = [p for p in inside if p.suffix != ".json"]
        if not inside:
            raise UsageError(f"There is no file in the folder {path.name}.")
        found += inside
    return found


def learn(session: service.Session, preview: service.Preview, name: str) -> None:
    """Keep the mapping of the one file that was imported, for the next file with its headers.

    Raises:
        UsageError: several files, or one without columns to name, or a name that makes no file name.
    """
    if len(preview.raws) != 1:
        raise UsageError("--remember takes the columns of one file.", "Import that file alone.")
    (draft, *_) = preview.drafts
    mapper = session.mapper(preview, draft.name, draft.answers)
    if mapper is None:
        raise UsageError(f"{draft.name} has no columns to remember.")
    session.learn(mapper.learned(name, draft.answers.mapping, draft.answers))


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
            "would_load": draft.frames.counts(), "mapping": draft.mapping,
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


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
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
@click.option("--remember", metavar="NAME", help="Keep the columns of --map as a layout of this workspace.")
@click.option("--strict", is_flag=True, help="Refuse a file whole if any row of it would not load.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--json", "as_data", is_flag=True)
@sentences
def import_(files: tuple[Path, ...], folder: Path, mapping: tuple[str, ...], answers_file: Path | None,
            remember: str | None, strict: bool, dry_run: bool, as_data: bool, **given: str | None) -> None:  # fmt: skip
    """Load exports: files, folders of files, archives."""
    one = service.Answers(**given, mapping=split_mapping(mapping))
    session = service.open_workspace(folder)
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task("Reading", total=None)
        answers = collect_answers(one, answers_file)
        preview = session.preview(files_of(files), answers)
        say_unused(answers, preview)
        described, code, store_version = describe_drafts(preview), 0, session.version
        if preview.errors:
            code = 1
        elif preview.questions:
            code = 3
        elif not dry_run:
            try:
                outcome = session.commit(preview, strict=strict)
                described, store_version = [describe_outcome(file) for file in outcome.files], outcome.version
                if remember:
                    learn(session, preview, remember)
            except service.QuestionsOpen as open_:
                code = 3
                for file in described:
                    file["questions"] = [q.to_json() for q in open_.questions if q.file in (file["path"], "")]
    preview.drop()
    if as_data:
        click.echo(as_json({"files": described, "store_version": store_version}))
    else:
        say_files(described)
    sys.exit(code)


@click.command()
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


COMMANDS = (import_, peek)
