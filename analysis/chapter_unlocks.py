"""What each kind of export opens, and whether it is here: the way from what a chapter has to what it could know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from analysis.result import Frames

ENOUGH = 0.7  # share of rows that fill a field in, from which it counts as recorded


@dataclass(frozen=True)
class Unlock:
    """An export or a column of one's own log, how much of it is here, what it opens, where it comes from."""

    key: str
    title: str
    opens: str
    where: str
    have: Callable[[Frames], tuple[int, int]]  # rows that have it, rows that could


def _filled(table: str, *columns: str) -> Callable[[Frames], tuple[int, int]]:
    def count(frames: Frames) -> tuple[int, int]:
        rows: pd.DataFrame = getattr(frames, table)
        known = [rows[c].notna() for c in columns if c in rows]
        return (int(pd.concat(known, axis=1).all(axis=1).sum()) if len(known) == len(columns) else 0), len(rows)

    return count


def _slips(frames: Frames) -> tuple[int, int]:
    """One-to-ones or thanks with referrals that have a tier: only a Slips Audit holds them together."""
    n = int(frames.referrals["tier"].notna().sum()) + len(frames.thanks)
    n += int((frames.touches["kind"] == "one_to_one").sum())
    return n, n


def _touches(kind: str) -> Callable[[Frames], tuple[int, int]]:
    def count(frames: Frames) -> tuple[int, int]:
        n = int((frames.touches["kind"] == kind).sum())
        return n, n

    return count


def _rows(table: str, column: str | None = None) -> Callable[[Frames], tuple[int, int]]:
    def count(frames: Frames) -> tuple[int, int]:
        rows: pd.DataFrame = getattr(frames, table)
        n = len(rows) if column is None else int(rows[column].notna().sum())
        return n, n

    return count


def _outcomes(frames: Frames) -> tuple[int, int]:
    r = frames.referrals
    settled = r["status"].notna() & ((r["status"] == "open") | r["closed"].notna())
    return int(settled.sum()), len(r)


def _kinds(frames: Frames) -> tuple[int, int]:
    """A slip says of every giver that he is a member: without a customer there is nothing to compare."""
    kind = frames.referrals["source_kind"]
    return int(kind.notna().sum()) if (kind == "customer").any() else 0, len(kind)


def _chains(frames: Frames) -> tuple[int, int]:
    n = int(frames.referrals["via_referral_id"].notna().sum())
    return n, n


UNLOCKS = (
    Unlock("slips", "Slips Audit Report", "Who refers to whom, tiers, flows to other chapters, one-to-ones and pairs "
           "that never met, closed business slip by slip", "BNI Connect, Reports, Slips Audit: one file a week or "
           "period", _slips),
    Unlock("palms", "Chapter Summary PALMS Report", "Rates for every week that a member was there, attendance, a "
           "check of the slips against the totals", "BNI Connect, Reports, Chapter Summary PALMS: one file a period",
           _rows("snapshots", "person_id")),
    Unlock("tenure", "Membership Length", "Tenure beside results, newcomers apart from old hands, who came back",
           "BNI Connect, Reports, Membership Length; or a member list with the column “joined”",
           _filled("memberships", "joined")),
    Unlock("professions", "Chapter Roster or member list", "Professions: whom to meet because you serve the same "
           "clients", "BNI Connect, Reports, Chapter Roster; or a list with the columns name and profession",
           _filled("memberships", "profession")),
    Unlock("renewals", "Membership Dues", "Who is due to renew, and what each has received until then",
           "BNI Connect, Reports, Membership Dues", _filled("memberships", "renews")),
    Unlock("visitors", "Chapter Visitor Report", "Who brings visitors, and how often",
           "BNI Connect, Reports, Visitors", _touches("visitor")),
    Unlock("attendance", "PALMS Attendance, meeting by meeting", "Attendance week by week and how it runs",
           "BNI Connect, Reports, PALMS Attendance", _rows("attendance")),
    Unlock("scores", "Member traffic lights", "The official score beside what it rests on",
           "Your region's monthly traffic lights", _rows("snapshots", "official_score")),
    Unlock("status", "A log with status and closing date", "What became of referrals: close rate, time to close, money "
           "for each referral", "No BNI export holds it: columns “status”, “closed on” and “amount” in your own log",
           _outcomes),
    Unlock("kind", "A log with the kind of source", "Customers against professional partners", "No BNI export holds it "
           "for outsiders: a column “source type”, or labels on the Data page", _kinds),
    Unlock("present", "A log that says who was in the room", "Linear against networked referrals",
           "No export holds it: a column “present?” in your own log", _filled("referrals", "present")),
    Unlock("chains", "A log that says what a referral came from", "Chains: business that earlier business brought",
           "No export holds it: a column “came through” in your own log", _chains),
)  # fmt: skip


def unlocks(frames: Frames) -> pd.DataFrame:
    """key, title, have (yes | in part | no), n (rows that have it), opens, where; what is here first."""
    rows = []
    for unlock in UNLOCKS:
        n, of = unlock.have(frames)
        have = "no" if not n else "yes" if n >= ENOUGH * of else "in part"
        rows.append((unlock.key, unlock.title, have, n, unlock.opens, unlock.where))
    table = pd.DataFrame(rows, columns=["key", "title", "have", "n", "opens", "where"])
    place = table["have"].map({"yes": 0, "in part": 1, "no": 2})
    return table.assign(place=place).sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True)
