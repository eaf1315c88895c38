"""The tables behind the chapter's cards: numbers that the reader can sort, and the sentence that heads each check."""

from __future__ import annotations

import pandas as pd

import formats
from analysis.chapter import Chapter
from analysis.chapter_money import Money
from analysis.chapter_rates import Rates
from analysis.population import to_date
from charts.chapter import LABELS

MEASURES = {
    "given": "referrals given", "received": "referrals received", "one_to_ones": "one-to-ones", "tyfcb": "TYFCB",
    "rgi": "RGI", "rgo": "RGO", "rri": "RRI", "rro": "RRO", "visitors": "visitors", "ceu": "CEU",
    "testimonials": "testimonials",
}  # fmt: skip


def rates_table(r: Rates) -> pd.DataFrame:
    """Every member's count, weeks and rate; numbers, so that the reader can sort them."""
    m = r.members
    return pd.DataFrame(
        {"Member": m["name"], LABELS[r.measure]: m["count"], "Weeks": m["weeks"].round(1),
         "A week, as counted": m["raw"].round(3), "Drawn to the chapter": m["rate"].round(3),
         "95 % from": m["low95"].round(3), "to": m["high95"].round(3)}
    )  # fmt: skip


def meet_table(chapter: Chapter, *, next_only: bool) -> pd.DataFrame:
    """Pairs that never met, with the reason for their place."""
    if chapter.never_met is None:
        return pd.DataFrame()
    pairs = chapter.never_met.pairs
    pairs = pairs[pairs["next"]] if next_only else pairs
    why = [
        "; ".join(reasons(row.referrals, row.sphere, row.partners))
        for row in pairs[["referrals", "sphere", "partners"]].itertuples(index=False)
    ]
    return pd.DataFrame(
        {"Member": pairs["name_a"], "with": pairs["name_b"], "Why": why, "Weeks together": pairs["weeks"].round()}
    ).reset_index(drop=True)


def reasons(referrals: int, sphere: str | None, partners: int) -> list[str]:
    """What speaks for a meeting, in the order in which it counts."""
    said = []
    if referrals:
        said.append(f"{formats.count(referrals, 'referral')} between them already")
    if sphere:
        said.append(f"same clients: {sphere}")
    if partners:
        said.append(f"{formats.count(partners, 'partner')} in common")
    return said or ["nothing links them yet"]


def tiers_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.tiers is None:
        return pd.DataFrame()
    m = chapter.tiers.members
    return pd.DataFrame({"Member": m["name"], "Inside": m["inside"], "Outside": m["outside"],
                         "Outside share": 1 - m["share"]})  # fmt: skip


def flows_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.flows is None:
        return pd.DataFrame()
    c = chapter.flows.counterparts
    return pd.DataFrame({"Other chapter": c["name"], "Received from": c["into"], "Given to": c["out"],
                         "Unclear": c["unclear"]})  # fmt: skip


def uneven_table(chapter: Chapter) -> pd.DataFrame:
    """Pairs of members, the most one-sided first; a pair with one referral says nothing and is left out."""
    if chapter.exchange is None:
        return pd.DataFrame()
    u = chapter.exchange.uneven
    u = u[u["gave"] + u["got"] > 1]
    luck = [
        f"{formats.percent(p, digits=0 if p >= 0.01 else 1)}{', stands out' if clear else ''}"
        for p, clear in zip(u["p"], u["clear"], strict=True)
    ]
    return pd.DataFrame({"Member": u["name_a"], "and": u["name_b"], "gave": u["gave"], "got back": u["got"],
                         "By luck alone": luck}).reset_index(drop=True)  # fmt: skip


def balance_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.exchange is None:
        return pd.DataFrame()
    b = chapter.exchange.balance
    return pd.DataFrame({"Member": b["name"], "Gave inside": b["gave"], "Got inside": b["got"],
                         "Gave to so many": b["partners"], "Met so many": b["met"]})  # fmt: skip


def partners(chapter: Chapter, person: str) -> tuple[pd.DataFrame, list[str]]:
    """With whom one member exchanges or met, most first, and the ids of the referrals behind it."""
    if chapter.exchange is None:
        return pd.DataFrame(), []
    c = chapter.exchange.cells
    gave = c[c["giver"] == person].set_index("taker")
    got = c[c["taker"] == person].set_index("giver")
    counts = {"Gave": gave["referrals"], "Got": got["referrals"], "Met": gave["one_to_ones"]}
    table = pd.DataFrame(counts).fillna(0).astype(int)
    table.insert(0, "With", [chapter.names.get(p, "outside the chapter") for p in table.index])
    table["all"] = table["Gave"] + table["Got"]
    table = table.sort_values(["all", "With"], ascending=[False, True], kind="stable").drop(columns="all")
    ids = [i for part in (gave, got) for found in part["ids"] for i in found]
    return table.reset_index(drop=True), ids


def money_table(m: Money) -> pd.DataFrame:
    t = m.members
    shown = {"Credited to": t["name"], "Total": t["total"], "Slips": t["n"], "Largest": t["largest"]}
    if m.n is None:  # of a period's total no single slip is known
        shown = {"Credited to": t["name"], "Total": t["total"]}
    return pd.DataFrame(shown).assign(Currency=m.currency or "not named")


def tenure_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.tenure is None:
        return pd.DataFrame()
    p = chapter.tenure.points
    return pd.DataFrame({"Member": p["name"], "Years": p["years"].round(1), "Received": p["count"],
                         "Weeks": p["weeks"].round(1), "A week, as counted": p["raw"].round(3)})  # fmt: skip


def attendance_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.attendance is None:
        return pd.DataFrame()
    m = chapter.attendance.members
    return pd.DataFrame({"Member": m["name"], "Meetings": m["meetings"], "P": m["p"], "A": m["a"], "L": m["l"],
                         "M": m["m"], "S": m["s"], "There": m["share"], "95 % from": m["low95"],
                         "to": m["high95"]})  # fmt: skip


def entered_sentence(chapter: Chapter, locale: str = formats.DEFAULT) -> str:
    """How many one-to-ones only one side entered. Two members share a meeting, so each stands in two rows."""
    e = chapter.entered
    alone, total = float(e["own"].sum() + e["other"].sum()) / 2, float(e["meetings"].sum()) / 2
    said = f"{formats.number(alone, locale)} of {formats.count(round(total), 'one-to-one', locale)} were entered by "
    return f"{said}one side only; each still counts once for both."


def entered_table(chapter: Chapter) -> pd.DataFrame:
    e = chapter.entered
    return pd.DataFrame({"Member": e["name"], "One-to-ones": e["meetings"], "Entered by both": e["both"],
                         "By himself alone": e["own"], "By the other alone": e["other"]})  # fmt: skip


def slips_sentence(chapter: Chapter, locale: str = formats.DEFAULT) -> str:
    checks = chapter.checks
    if checks is None:
        return ""
    n, of = len(checks.slips), formats.number(checks.compared, locale)
    if not n:
        return f"PALMS and the slips of the same period agree in all {of} figures of members."
    return f"PALMS and the slips of the same period differ in {formats.number(n, locale)} of {of} figures of members."


def against_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.checks is None:
        return pd.DataFrame()
    s = chapter.checks.slips
    return pd.DataFrame({"Member": s["name"], "Figure": s["measure"].map(MEASURES), "PALMS": s["palms"],
                         "Slips": s["slips"], "Apart": s["apart"], **_days(s)})  # fmt: skip


def totals_sentence(chapter: Chapter, locale: str = formats.DEFAULT) -> str:
    n = 0 if chapter.checks is None else len(chapter.checks.totals)
    return (
        f"The total row of PALMS differs from the sum of its members, visitors and BNI in "
        f"{formats.count(n, 'figure', locale)}. The members’ own rows count here."
    )


def totals_table(chapter: Chapter) -> pd.DataFrame:
    if chapter.checks is None:
        return pd.DataFrame()
    t = chapter.checks.totals
    return pd.DataFrame({"Figure": t["measure"].map(MEASURES), "Total row": t["stated"], "Members": t["members"],
                         "Visitors and BNI": t["others"], "Apart": t["apart"], **_days(t)})  # fmt: skip


def _days(rows: pd.DataFrame) -> dict[str, list[object]]:
    return {"From": [to_date(int(d)) for d in rows["first"]], "To": [to_date(int(d)) for d in rows["last"]]}


def unlocks_table(chapter: Chapter) -> pd.DataFrame:
    u = chapter.unlocks
    words = {"yes": "✓ here", "in part": "◐ in part", "no": "○ not yet"}
    return pd.DataFrame({"Here?": u["have"].map(words), "Record": u["title"], "Opens": u["opens"],
                         "Where it comes from": u["where"], "Rows": u["n"]})  # fmt: skip
