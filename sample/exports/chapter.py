"""Exports of a chapter's own system: slips, PALMS summary, attendance, visitors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sample import thanks
from sample.exports.cells import Bold, Hand, Rows, Sheet, split_name, wide
from sample.files import DATE_ORDERS, Style
from sample.meetings import days
from sample.membership import EPOCH, stream
from sample.records import dates
from sample.roll import inside
from sample.snapshots import COUNTS, PSEUDO
from sample.tables import World

SLIP_HEADER = ["From", "To", "Slip Type", "Inside/Outside", "TYFCB Amount", "CEU Credits", "Detail"]
REGION = "South Region, Freedonia"
KINDS = {"one_to_one": "One-to-One", "visitor": "Visitor", "education": "CEU"}
_PALMS = ["P", "A", "L", "M", "S"]
PALMS_HEADERS = {
    "en": ["First Name", "Last Name", *_PALMS, "RGI", "RGO", "RRI", "RRO", "V", "1-2-1", "TYFCB", "CEU", "T"],
    "de": ["Vorname", "Nachname", *_PALMS, "G (Eigenbedarf)", "G (extern)", "R (Eigenbedarf)", "R (extern)", "V",
           "1-2-1", "U", "CTE", "T"],
    "fr": ["Prénom", "Nom", *_PALMS, "RDI", "RDE", "RRI", "RRE", "Invités", "TAT", "MPB", "UEG", "T"],
    "pt": ["Nome", "Sobrenome", *_PALMS, "RDI", "RDE", "RRI", "RRE", "Convidados", "1-a-1", "OPNF", "UEG",
           "Testemunhos"],
    "zh": ["名", "姓", *_PALMS, "RGI", "RGO", "RRI", "RRO", "V", "1-2-1", "TYFCB", "CEU", "T"],
}  # fmt: skip
PSEUDO_WORDS = {"zh": dict(zip(PSEUDO, ("來賓", "BNI", "總數"), strict=True))}
FROM_TO = {"en": ("From:", "To:"), "zh": ("從:", "至:")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def iso(day: int) -> str:
    return date.fromordinal(EPOCH + int(day)).isoformat()


# Slips Audit


def slips_audit(world: World, style: Style) -> Iterator[Sheet]:
    """One file a week that ends on a meeting day, in no particular order, with no date but the banner's."""
    for group in range(world.knobs.groups):
        for stop in days(world):
            week = np.arange(stop - 6, stop + 1)
            if inside(world, np.full(7, group), week).all():
                yield _slips_of(world, style, group, (int(week[0]), int(stop)))


def _slips_of(world: World, style: Style, group: int, week: tuple[int, int]) -> Sheet:
    slips, holds = [], {}
    touches = world.records.touches
    tables = {"referrals": world.records.slips, "thanks": world.records.thanks,
              "touches": touches[touches["kind"].isin(KINDS)]}  # fmt: skip
    for table, all_rows in tables.items():
        rows = all_rows[(all_rows["group"] == group) & all_rows["day"].between(*week)]
        lines = [_slip(world, table, row) for row in rows.itertuples()]
        slips += lines
        holds[table] = _held(world, style, table, rows, week)
    order = stream(world.seed + week[1], "slips").permutation(len(slips))
    banner: Rows = []
    if style.banner:
        banner = [[f"Slips Audit Report for {DATE_ORDERS[style.date_order](date.fromordinal(EPOCH + week[1]))}"], []]
    period = None if style.banner else f"{iso(week[0])}:{iso(week[1])}" if style.period else iso(week[1])
    answers = Hand(style).answers(period=period, currency=world.knobs.currency, group=_title(world, group))
    if style.banner:
        answers |= Hand(Style(as_text=True, date_order=style.date_order)).answers()
    rows_in_file = [SLIP_HEADER, *(slips[i] for i in order)]
    return Sheet(f"Slips_Audit_Report_{_stamp(week[1] + 1)}", [*banner, *rows_in_file], answers, holds)


def _title(world: World, group: int) -> str:
    return str(world.groups["name"][group])


def _stamp(day: int) -> str:
    """When the file was exported, as its name says it: never the day of the meeting."""
    return f"{date.fromordinal(EPOCH + int(day)):%m-%d-%Y}_9-15_AM"


def _slip(world: World, table: str, row: Any) -> list[str]:
    names = world.records.names
    abroad = bool(row.counterpart)

    def person(index: int) -> str:
        outsider = abroad and index not in world.records.members
        return Bold(names[index]) if outsider else str(names[index])

    detail = f"BNI {row.counterpart}, {REGION}" if abroad else ""
    if table == "thanks":
        return ["", person(row.receiver), "TYFCB", "", thanks.text(np.array([row.cents]))[0], "", detail]
    if table == "referrals":
        tier = "Tier 1 (inside)" if row.tier == 1 else "Tier 2 (outside)"
        return [person(row.source), person(row.receiver), "Referral", tier, "", "", detail]
    to = "" if row.receiver < 0 else Bold(names[row.receiver]) if row.kind == "visitor" else person(row.receiver)
    credit = f"{row.quantity:g}" if row.kind == "education" else ""
    return [person(row.source), to, KINDS[row.kind], "", "", credit, detail]


def _held(world: World, style: Style, table: str, rows: pd.DataFrame, week: tuple[int, int]) -> pd.DataFrame:
    names = world.records.names
    n, dated = len(rows), style.banner or not style.period
    source, receiver = names[rows["source"]], np.where(rows["receiver"] < 0, None, names[rows["receiver"].clip(0)])
    on = {"thanks": "given_on", "referrals": "given_on", "touches": "happened_on"}[table]
    when = {on: dates(np.full(n, week[1] if dated else -1)), "period_from": dates(np.full(n, -1 if dated else week[0])),
            "period_to": dates(np.full(n, -1 if dated else week[1]))}  # fmt: skip
    out = pd.DataFrame(when).assign(counterpart_group=rows["counterpart"].to_numpy(object))
    if table == "referrals":
        return out.assign(source=source, receiver=receiver, source_kind="member", tier=rows["tier"].to_numpy())
    if table == "thanks":
        return out.assign(to=receiver, amount=thanks.text(rows["cents"]), currency=world.knobs.currency)
    return out.assign(**{"from": source, "to": receiver, "kind": rows["kind"].to_numpy(object),
                         "quantity": rows["quantity"].to_numpy()})  # fmt: skip


# PALMS summary


def palms(world: World, style: Style) -> Iterator[Sheet]:
    """One summary a month: each is the sum over its period, and says nothing of when in it."""
    rows = world.records.snapshots
    for (group, first, last), part in rows.groupby(["group", "period_from", "period_to"], sort=True):
        yield _palms_of(world, style, int(group), (int(first), int(last)), part)


def _palms_of(world: World, style: Style, group: int, span: tuple[int, int], part: pd.DataFrame) -> Sheet:
    hand, headers = Hand(style), list(PALMS_HEADERS[style.language])
    words = PSEUDO_WORDS.get(style.language, {})
    order = [*COUNTS[:11], "cents", "ceu", "testimonials"]
    if not style.banner:  # the short form ends in a column of the chapter's own
        headers[-1], order = "Custom", order[:-1]
    lines = []
    for row in part.to_dict("records"):
        who = split_name(world.records.names[row["person"]]) if row["person"] >= 0 else (
            words.get(row["row_label"], row["row_label"]), "")  # fmt: skip
        cells = [hand.money(row[c]) if c == "cents" else hand.number(row[c]) for c in order]
        lines.append([*who, *cells, *([] if style.banner else [""])])
    at = _spread(len(headers)) if style.banner else list(range(1, len(headers) + 1))
    answers = hand.answers(currency=world.knobs.currency, group=_title(world, group))
    top: Rows = []
    if style.banner:
        begin, end = FROM_TO.get(style.language, FROM_TO["en"])
        top = [["Chapter Summary PALMS Report"], ["Running User", None, None, "Sample Admin"],
               ["Run At", None, None, hand.day(span[1] + 2)], ["Country", None, None, "Freedonia"],
               ["Region", None, None, "South Region"], ["Chapter", None, None, _title(world, group)], ["Parameters"],
               ["Chapter:", None, None, None, _title(world, group)], [begin, None, None, None, hand.day(span[0])],
               [end, None, None, None, hand.day(span[1])], [], []]  # fmt: skip
    else:
        answers["period"] = f"{iso(span[0])}:{iso(span[1])}"
    rows = [*top, wide(headers, at), *(wide(line, at) for line in lines)]
    return Sheet(f"palms_{iso(span[0])}", rows, answers, {"snapshots": _snapshots_held(world, style, part, words)})


def _spread(n: int) -> list[int]:
    """Columns with the gaps that merged cells leave: two after A, one after every few further ones."""
    at, column = [], 0
    for i in range(n):
        column += 2 if i in (4, 7, 10, 13) else 1
        at.append(column)
    return at


def _snapshots_held(world: World, style: Style, part: pd.DataFrame, words: dict[str, str]) -> pd.DataFrame:
    names = world.records.names
    counts = [*COUNTS[:11], "ceu", *(["testimonials"] if style.banner else [])]
    return pd.DataFrame({
        "name": np.where(part["person"] < 0, None, names[part["person"].clip(0)]),
        "row_label": [None if v is None else words.get(v, v) for v in part["row_label"]],
        "period_from": dates(part["period_from"]), "period_to": dates(part["period_to"]),
        **{c: part[c].to_numpy() for c in counts}, "tyfcb": thanks.text(part["cents"].astype(np.int64)),
        "currency": world.knobs.currency,
    })  # fmt: skip


# Attendance, one column a meeting


def attendance(world: World, style: Style) -> Iterator[Sheet]:
    """One file a month, a row a member and a column a meeting; the year stands in From and To alone."""
    hand, rows = Hand(style), world.records.attendance
    months = rows.assign(month=rows["day"].to_numpy().astype("datetime64[D]").astype("datetime64[M]"))
    for (group, month), part in months.groupby(["group", "month"], sort=True):
        first = int(np.datetime64(month, "D").astype(np.int64))
        last = int((np.datetime64(month, "M") + 1).astype("datetime64[D]").astype(np.int64)) - 1
        meetings = sorted(part["day"].unique())
        head = [f"{MONTHS[d.month - 1]} {d.day:02d}" for d in (date.fromordinal(EPOCH + int(m)) for m in meetings)]
        grid = part.pivot_table(index="person", columns="day", values="status", aggfunc="first").reindex(
            columns=meetings
        )
        lines = [
            [*split_name(world.records.names[person]), "", *("" if pd.isna(s) else s for s in line)]
            for person, line in zip(grid.index, grid.to_numpy(object), strict=True)
        ]
        top: Rows = [["PALMS Attendance Report"], ["Chapter:", None, _title(world, int(group))], ["Parameters"],
               ["From:", None, hand.day(first)], ["To:", None, hand.day(last)], []]  # fmt: skip
        held = pd.DataFrame({"name": world.records.names[part["person"]],
                             "meeting_on": dates(part["day"]), "status": part["status"].to_numpy(object)})  # fmt: skip
        yield Sheet(f"attendance_{iso(first)}", [*top, ["First Name", "Last Name", "", *head], *lines],
                    hand.answers(), {"attendance": held})  # fmt: skip


# Visitors

VISITOR_HEADER = [
    *("First Name", "Last Name", "Company", "Profession", "Email", "Phone", "Address Line One", "Address Line Two"),
    *("City", "State", "Postcode", "Country", "Visit Date", "Invited By", "Type"),
]
VISITOR_TYPES = ("First Visit", "Guest", "Repeat Visitor", "Substitute", "Visitor")


def visitors(world: World, style: Style) -> Iterator[Sheet]:
    """All visitors of the log in one table."""
    hand, rows = Hand(style), world.records.touches
    names = world.records.names
    for group in range(world.knobs.groups):
        part = rows[(rows["kind"] == "visitor") & (rows["group"] == group)]
        lines = []
        for i, row in enumerate(part.itertuples()):
            first, last = split_name(names[row.receiver])
            lines.append([first, last, f"Co {i}", "Plumber", f"g{i}@example.org", "000", "", "", "Town", "", "",
                          "Freedonia", hand.day(row.day), names[row.source], VISITOR_TYPES[i % 5]])  # fmt: skip
        held = pd.DataFrame({"happened_on": dates(part["day"]), "from": names[part["source"]],
                             "to": names[part["receiver"]], "kind": "visitor",
                             "outcome": [VISITOR_TYPES[i % 5] for i in range(len(part))]})  # fmt: skip
        yield Sheet("chapter_visitor_report", [VISITOR_HEADER, *lines], hand.answers(group=_title(world, group)),
                    {"touches": held})  # fmt: skip
