"""A world as the files that people bring: a referral log and a member list, kept by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sample import words, writers
from sample.membership import EPOCH, stream
from sample.world import World

CONTAINERS = ("csv", "xlsx", "ods", "xls")
LANGUAGES = tuple(words.REFERRAL_HEADERS)
DECIMALS = ("1234.50", "1,234.50", "1.234,50", "1 234,50", "1234,50", "1234.5")
DATE_ORDERS: dict[str, Callable[[date], str]] = {
    "iso": date.isoformat,
    "dmy": lambda d: f"{d.day:02d}/{d.month:02d}/{d.year}",
    "mdy": lambda d: f"{d.month}/{d.day}/{d.year}",
    "dotted": lambda d: f"{d.day:02d}.{d.month:02d}.{d.year}",
    "words": lambda d: f"{d.day} {words.MONTHS[d.month - 1]} {d.year}",
}
# What to answer when a short file cannot say by itself which comes first.
ANSWER = {"iso": "ymd", "dmy": "dmy", "mdy": "mdy", "dotted": "dmy", "words": "dmy"}


@dataclass(frozen=True)
class Style:
    """Somebody's habits. In a workbook dates and amounts are real cells unless `as_text`.

    currency: a column of its own, a symbol in the amount, or not said at all. numbered: every row has a
    number of its own, and a later row names the one it came from by that number, not by the prospect's name.
    """

    container: str = "csv"
    language: str = "en"
    date_order: str = "iso"
    decimal: str = "1234.50"
    delimiter: str = ","
    encoding: str = "utf-8"
    as_text: bool = False
    currency: str = "column"  # column | symbol | none
    numbered: bool = False
    named_group: bool = True
    banner: bool = False  # a title and an empty row above the table; in exports of systems their own banner
    period: bool = False  # an export without a date is answered with the period that it covers, not with one day
    seed: int = 1  # order of the columns and which spelling of a header


@dataclass(frozen=True)
class Written:
    """The files of one world and the staging frames that reading them must give back."""

    logs: tuple[Path, ...]
    members: Path
    staging: dict[str, pd.DataFrame]

    @property
    def paths(self) -> tuple[Path, ...]:
        return (self.members, *self.logs)


def write_files(world: World, folder: Path, *, style: Style | None = None) -> Written:
    """Write the member list and the log into `folder`, one log for every stretch that was imported.

    Raises ValueError for a style that does not exist or an encoding that cannot hold the world's names.
    """
    style = style or Style()
    check(style)
    folder.mkdir(parents=True, exist_ok=True)
    staging = _as_kept(world, style)
    log_name, member_name = words.FILE_NAMES[style.language]
    members = folder / f"{member_name}.{style.container}"
    _write(members, staging["members"], words.MEMBER_HEADERS[style.language], style)
    logs = []
    parts = _stretches(world, staging["referrals"])
    for part, rows in enumerate(parts, 1):
        name = log_name if len(parts) == 1 else f"{log_name}-{part:02d}"
        logs.append(folder / f"{name}.{style.container}")
        _write(logs[-1], rows, words.REFERRAL_HEADERS[style.language], style)
    return Written(tuple(logs), members, staging)


def check(style: Style, containers: Sequence[str] = CONTAINERS, languages: Sequence[str] = LANGUAGES) -> None:
    """Raise ValueError for a word that is no choice."""
    for value, known, what in (
        (style.container, containers, "container"), (style.language, languages, "language"),
        (style.date_order, DATE_ORDERS, "date order"), (style.decimal, DECIMALS, "decimal convention"),
        (style.currency, ("column", "symbol", "none"), "place for the currency"),
    ):  # fmt: skip
        if value not in known:
            raise ValueError(f"{value!r} is not a {what}; known are {', '.join(known)}.")


def _as_kept(world: World, style: Style) -> dict[str, pd.DataFrame]:
    """The staging frames with only what this style writes down."""
    staging = world.staging()
    log, members = staging["referrals"], staging["members"]
    if not style.numbered:
        who = dict(zip(log["ref"], log["prospect"], strict=True))
        log = log.assign(ref=None, via=pd.Series([who.get(v) for v in log["via"]], dtype=object))
    if style.currency == "none":
        log = log.assign(currency=None)
    if not style.named_group:
        log, members = log.assign(group=None), members.assign(group=None)
    return {"referrals": log, "members": members}


def _stretches(world: World, log: pd.DataFrame) -> list[pd.DataFrame]:
    """The log cut where months were not imported, so that what the files cover is what was covered."""
    if all(len(spans) == 1 for spans in world.covered) and len({spans[0] for spans in world.covered}) == 1:
        return [log]
    parts = []
    for group, spans in enumerate(world.covered):
        for start, stop in spans:
            rows = (world.group == group) & (world.day >= start) & (world.day < stop)
            parts.append(log[rows].reset_index(drop=True))
    return [part for part in parts if len(part)]


def _write(path: Path, frame: pd.DataFrame, headers: dict[str, tuple[str, ...]], style: Style) -> None:
    rng = stream(style.seed, "layout")
    optional = {"ref": style.numbered, "group": style.named_group, "currency": style.currency == "column"}
    columns = [c for c in headers if optional.get(c, True)]
    columns = [columns[i] for i in rng.permutation(len(columns))]
    header: list[str] = []
    for c in columns:
        free = [h for h in headers[c] if h not in header]  # never one heading twice
        header.append(free[int(rng.integers(len(free)))])
    cells = [_column(frame, c, style) for c in columns]
    top = [[path.stem.title()], []] if style.banner else []
    rows = [*top, header, *map(list, zip(*cells, strict=True))]
    writers.WRITERS[style.container](path, rows, style.delimiter, style.encoding)


def _column(frame: pd.DataFrame, name: str, style: Style) -> list[Any]:
    """One column as cells: None, text, a date or a number."""
    values = frame[name]
    text = style.as_text or style.container == "csv"
    if name.endswith("_on"):
        days = [None if pd.isna(v) else v.date() for v in values]
        return [d and DATE_ORDERS[style.date_order](d) for d in days] if text else list(days)
    if name == "amount":
        symbols = [style.currency == "symbol" and words.SYMBOLS.get(c or "", c) for c in frame["currency"]]
        if text or style.currency == "symbol":
            return [None if v is None else money(v, style, s or "") for v, s in zip(values, symbols, strict=True)]
        return [None if v is None else float(v) for v in values]
    if name in ("receiver_present", "asked"):
        yes, no = words.YES_NO[style.language]
        return [None if pd.isna(v) else yes if v else no for v in values]
    table = {"source_kind": words.KINDS, "status": words.STATUS}.get(name)
    return [None if v is None else table[style.language][v] if table else v for v in values]


def money(value: str, style: Style, symbol: str = "") -> str:
    """An amount such as 1234.50 as the style writes it."""
    whole, cents = value.split(".")
    point = style.decimal[-3] if style.decimal != "1234.5" else "."
    group = style.decimal[1] if not style.decimal[1].isdigit() else ""
    text = f"{int(whole):,}".replace(",", group) + point + cents
    if style.decimal == "1234.5":
        text = text.rstrip("0").rstrip(".")
    return f"{symbol} {text}" if symbol and style.language != "en" else f"{symbol}{text}"


def big_log(path: Path, rows: int, seed: int = 1, chapters: int = 300) -> int:
    """Write a log of many chapters as one CSV, for measuring; returns its size in bytes.

    Members refer to members of their chapter, customers and partners to one receiver each. A million
    rows take a few seconds and about 300 MB.
    """
    rng = stream(seed, "big")
    size, outside = 35, 12
    people = chapters * size
    day = np.sort(rng.integers(0, 3650, rows)) + (date(2015, 7, 1).toordinal() - EPOCH)
    calendar_days = [date.fromordinal(EPOCH + d).isoformat() for d in range(int(day[0]), int(day[-1]) + 1200)]
    receiver = rng.integers(0, people, rows)
    kind = rng.choice(3, rows, p=[0.55, 0.3, 0.15])
    fellow = (receiver // size) * size + (receiver + rng.integers(1, size, rows)) % size  # may cross: still a member
    source = np.where(
        kind == 0, fellow, people + receiver * outside + np.where(kind == 1, 0, 8) + rng.integers(0, 4, rows)
    )
    status = rng.choice(3, rows, p=[0.2, 0.35, 0.45])
    closed = day + rng.integers(0, 200, rows)
    cents = np.round(100 * np.exp(rng.normal(7, 1.2, rows))).astype(np.int64)
    away = rng.random(rows) < 0.6
    words_of = (["Open", "Won", "Lost"], ["Member", "Customer", "Partner"], ["No", "Yes"])
    first, offset = int(day[0]), 4096
    lines = (
        f"{calendar_days[d - first]},Person {s:07d},Person {r:07d},{words_of[1][k]},Chapter {r // size:04d},"
        f"Prospect {i:08d},{words_of[2][not a]},{words_of[0][st]},"
        + (f"{calendar_days[c - first]}," if st else ",")
        + (f"{m // 100}.{m % 100:02d},EUR\n" if st == 1 else ",\n")
        for i, (d, s, r, k, a, st, c, m) in enumerate(
            zip(*(x.tolist() for x in (day, source, receiver, kind, away, status, closed, cents)), strict=True)
        )
    )
    header = "Date,Referred by,Receiver,Source type,Chapter,Prospect,Present?,Status,Closed on,Amount,Currency\n"
    with path.open("w", encoding="utf-8", newline="", buffering=offset * 256) as out:
        out.write(header)
        out.writelines(lines)
    return path.stat().st_size
