"""Exports of a chapter's own system that list members: length of membership, roster, dues, and scored summaries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from sample import thanks
from sample.exports.cells import Hand, Rows, Sheet, split_name, wide
from sample.exports.chapter import iso
from sample.files import Style
from sample.membership import EPOCH, NEVER, YEAR
from sample.records import dates
from sample.snapshots import COUNTS
from sample.tables import World

GRACE = 31  # days of a gap that is only a late renewal


def standing(world: World, group: int) -> pd.DataFrame:
    """One row a person of the group: name, profession, first and recent day of joining, left (−1 = still there)."""
    spell = world.spell
    rows = pd.DataFrame({
        "name": np.array(world.person_names, dtype=object)[world.spell_person], "profession": world.professions,
        "joined": spell.joined, "left": np.where(spell.left == NEVER, -1, spell.left),
    })[spell.group == group]  # fmt: skip
    last = rows.groupby("name", sort=False).tail(1)
    first = rows.groupby("name")["joined"].min()
    return last.assign(first=first.loc[last["name"]].to_numpy()).reset_index(drop=True)


def _length(since: int, last: int) -> str:
    months = int((last + 1 - since) * 12 // YEAR)
    return f"{months // 12} years ({months % 12} months)"


def membership_length(world: World, style: Style) -> Iterator[Sheet]:
    """Members of today with their first and their recent joining: a re-joiner has two dates."""
    hand = Hand(style)
    header = ["First Name", "Last Name", "Cumulative Length", "Recent Length", "Cumulative Start Date",
              "Recent Start date"]  # fmt: skip
    at = [2, 4, 5, 6, 7, 11] if style.banner else [1, 2, 3, 4, 5, 6]
    for group in range(world.knobs.groups):
        now = standing(world, group)
        now = now[now["left"] < 0]
        lines = [
            [*split_name(r.name_), _length(r.first, world.last), _length(r.joined, world.last), hand.day(r.first),
             hand.day(r.joined)]
            for r in now.rename(columns={"name": "name_"}).itertuples()
        ]  # fmt: skip
        top: Rows = [["Membership Length Report"], []] if style.banner else []
        yield Sheet("membership_length", [*top, *(wide(line, at) for line in [header, *lines])],
                    hand.answers(group=world.groups["name"][group]), {"members": _spells_held(now)})  # fmt: skip


def _spells_held(now: pd.DataFrame) -> pd.DataFrame:
    """The recent spell of everybody, and of a re-joiner the first one, whose end nobody wrote down."""
    again = now[now["first"] < now["joined"]]
    both = pd.concat([now, again.assign(joined=again["first"])])
    return pd.DataFrame({"name": both["name"].to_numpy(object), "joined_on": dates(both["joined"])})


def roster(world: World, style: Style) -> Iterator[Sheet]:
    """Members of today with their seat, and six figures of the last 90 days under a second header row."""
    hand = Hand(style)
    for group in range(world.knobs.groups):
        now = standing(world, group)
        now = now[now["left"] < 0]
        lines = [
            wide([name, f"{name.split()[-1]} & Co", f"Services > {seat} > {seat}", "+00 000 0000",
                  *map(hand.number, (9, 0, 1, 13, 2, 1))], [2, 4, 5, 6, 7, 8, 9, 10, 11, 12])
            for name, seat in zip(now["name"], now["profession"], strict=True)
        ]  # fmt: skip
        header = wide(["Member Name", "Company Name", "Classification", "Phone"], [2, 4, 5, 6])
        below = wide(["G", "R", "V", "121", "Late", "Absence"], [7, 8, 9, 10, 11, 12])
        held = pd.DataFrame({"name": now["name"].to_numpy(object), "profession": now["profession"].to_list()})
        yield Sheet("chapter_roster", [["Chapter Roster Report"], [], header, below, *lines],
                    hand.answers(group=world.groups["name"][group]), {"members": held})  # fmt: skip


def dues(world: World, style: Style) -> Iterator[Sheet]:
    """Up to four tables under one another, each with its own header at its own columns."""
    hand = Hand(style)
    for group in range(world.knobs.groups):
        all_ = standing(world, group)
        now, gone = all_[all_["left"] < 0], all_[all_["left"] >= 0]
        new = now["joined"] > world.last - 180
        parts = [("", now[~new], "Active", 0), ("New Members", now[new], "Active", 1),
                 ("Dropped Members", gone, "Dropped", 0)]  # fmt: skip
        arrow = ">" if style.encoding == "cp1252" else "►"
        rows: Rows = [[f"Chapter {arrow} Membership Dues Report"], []]
        held = []
        for title, part, status, shift in parts:
            at = [2, *(c + shift for c in (9, 13, 18, 19))]
            due = np.array([renewal(joined, world.last) for joined in part["joined"]], dtype=np.int64)
            rows += [[title]] if title else []
            rows.append(wide(["Member Name", "Industry", "Membership Status", "Due Date", "Start Date"], at))
            rows += [
                wide([name, "Services", status, hand.day(d), hand.day(joined)], at)
                for name, joined, d in zip(part["name"], part["joined"], due, strict=True)
            ]
            rows.append([])
            held.append(pd.DataFrame({"name": part["name"].to_numpy(object), "joined_on": dates(part["joined"]),
                                      "renews_on": dates(due)}))  # fmt: skip
        yield Sheet("membership_dues", rows, hand.answers(group=world.groups["name"][group]),
                    {"members": pd.concat(held, ignore_index=True)})  # fmt: skip


def renewal(joined: int, last: int) -> int:
    """The next first of the month of joining after the last day."""
    month, end = date.fromordinal(EPOCH + int(joined)).month, date.fromordinal(EPOCH + int(last))
    year = end.year + (month <= end.month)
    return date(year, month, 1).toordinal() - EPOCH


# Summaries that score members


def _whole_log(world: World, *, units: bool = False) -> Iterator[tuple[int, pd.DataFrame]]:
    """Per group the sums over the whole log, one row a member of today; `units`: amounts without cents."""
    rows = world.records.snapshots
    for group in range(world.knobs.groups):
        now = standing(world, group)
        index = {name: i for i, name in enumerate(world.person_names)}
        people = pd.DataFrame({"person": [index[n] for n in now.loc[now["left"] < 0, "name"]]})
        sums = rows[rows["group"] == group].groupby("person")[[*COUNTS, "cents"]].sum()
        part = people.merge(sums.reset_index(), how="left", on="person").fillna(0.0)
        days_of = dict(zip(now["name"], world.last + 1 - now["joined"], strict=True))
        names = np.array(world.person_names, dtype=object)[part["person"]]
        if units:
            part["cents"] = part["cents"] // 100 * 100
        yield group, part.assign(name=names, days=[days_of[n] for n in names])


def _period(world: World) -> str:
    return f"{iso(world.first)}:{iso(world.last)}"


def _summary(world: World, part: pd.DataFrame, counts: dict[str, Any]) -> pd.DataFrame:
    n = len(part)
    return pd.DataFrame({
        "name": part["name"].to_numpy(object), "period_from": dates(np.full(n, world.first)),
        "period_to": dates(np.full(n, world.last)), **counts, "tyfcb": thanks.text(part["cents"].astype(np.int64)),
        "currency": world.knobs.currency,
    })  # fmt: skip


def r2y(world: World, style: Style) -> Iterator[Sheet]:
    """Reporting2You: names end in the chapter's; amounts in whole units; the period is nowhere in the file."""
    hand = Hand(style)
    for group, part in _whole_log(world, units=True):
        title = world.groups["name"][group]
        lines = [
            [f"{r.name_} ({title})", hand.number(r.rgi + r.rgo), hand.number(r.rri + r.rro), hand.number(r.visitors),
             hand.money(int(r.cents)), hand.number(r.one_to_ones), hand.number(r.ceu), hand.number(r.days)]
            for r in part.rename(columns={"name": "name_"}).itertuples()
        ]  # fmt: skip
        header = ["Member", "RG", "RR", "Visitor", f"TYFCB_{world.knobs.currency}", "OneToOne", "CEU", "BNI Days"]
        held = _summary(world, part, {c: part[c].to_numpy() for c in ("visitors", "one_to_ones", "ceu")})
        yield Sheet("r2y", [header, *lines], hand.answers(period=_period(world)), {"snapshots": held})


def pagisto(world: World, style: Style) -> Iterator[Sheet]:
    hand = Hand(style)
    for group, part in _whole_log(world):
        lines = [
            [hand.day(world.last), r.name_, hand.number(i + 1), hand.number(r.a), hand.number(r.rgi + r.rgo),
             hand.money(int(r.cents)), hand.number(r.visitors), hand.number(r.one_to_ones),
             hand.number(r.testimonials), hand.number(r.ceu), hand.number(50 + i % 50)]
            for i, r in enumerate(part.rename(columns={"name": "name_"}).itertuples())
        ]  # fmt: skip
        header = ["Datum", "Mitglied", "Platzierung", "Abwesenheit", "Empfehlungen", "Umsatzdanke", "Besucher",
                  "121s", "Testimonials", "CTE", "Punkte"]  # fmt: skip
        counts = {c: part[c].to_numpy() for c in ("a", "visitors", "one_to_ones", "testimonials", "ceu")}
        score = 50 + np.arange(len(part)) % 50
        held = _summary(world, part, {**counts, "official_score": score.astype(float)})
        yield Sheet("pagisto", [header, *lines],
                    hand.answers(period=_period(world), currency=world.knobs.currency,
                                 group=world.groups["name"][group]), {"snapshots": held})  # fmt: skip


def traffic_lights(world: World, style: Style) -> Iterator[Sheet]:
    """Scores out of a hundred; amounts in Indian grouping, a dash for none; the period in words above the table."""
    hand = Hand(style)
    for group, part in _whole_log(world, units=True):
        score = 30.0 + 5 * (np.arange(len(part)) % 15)
        lines = [
            [r.name_, *(hand.number(getattr(r, c)) for c in "palms"), hand.number(r.visitors),
             hand.number(r.testimonials), indian(int(r.cents) // 100), hand.number(float(s))]
            for r, s in zip(part.rename(columns={"name": "name_"}).itertuples(), score, strict=True)
        ]  # fmt: skip
        first, last = (date.fromordinal(EPOCH + d) for d in (world.first, world.last))
        title = (f"MEMBER TRAFFIC LIGHTS OF {world.groups['name'][group].upper()} FOR  {first:%b-%y}  TO  "
                 f"{last:%b-%y}").upper()  # fmt: skip
        header = ["Name", "P", "A", "L", "M", "S", "V", "T", "TYFCB", "Total Score"]
        counts = {c: part[c].to_numpy() for c in (*"palms", "visitors", "testimonials")}
        held = _summary(world, part, {**counts, "official_score": score.astype(float)})
        held.loc[part["cents"].to_numpy() == 0, ["tyfcb", "currency"]] = None  # a dash says nothing
        yield Sheet("traffic_lights", [[title], [], header, *lines],
                    {"currency": world.knobs.currency, "group": world.groups["name"][group],
                     "period": _period(world)}, {"snapshots": held})  # fmt: skip


def indian(units: int) -> str:
    """10674768 → 1,06,74,768; nothing is a dash."""
    if not units:
        return "-"
    head, tail = str(units)[:-3], str(units)[-3:]
    pairs = [head[max(0, i - 2) : i] for i in range(len(head), 0, -2)][::-1]
    return ",".join([*pairs, tail])
