"""The tables of the power teams: pairs, spheres, silent pairs, missing seats, circles."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import formats
from analysis.teams import OTHER, UNKNOWN, Teams
from analysis.teams_circles import Circles
from charts.teams import NOT_RECORDED, sphere


def rates_table(rates: pd.DataFrame) -> pd.DataFrame:
    """Giver, receiver, counts, years and rates; by profession or sphere."""
    sides = {side: [sphere(text) if text in (UNKNOWN, OTHER) else text for text in rates[side]]
             for side in ("giver", "taker")}  # fmt: skip
    return pd.DataFrame({
        "From": sides["giver"], "To": sides["taker"], "Referrals": rates["referrals"], "Pairs of seats": rates["seats"],
        "Years": rates["years"].round(1), "A year, as counted": rates["raw"].round(2),
        "Drawn to the chapter": rates["rate"].round(2), "95 % from": rates["low95"].round(2),
        "to": rates["high95"].round(2)})  # fmt: skip


def silent_table(t: Teams) -> pd.DataFrame:
    """Pairs of one sphere without a referral either way, most expected first."""
    s = t.silent
    return pd.DataFrame(
        {
            "Profession": s["a"],
            "and": s["b"],
            "Members": s["names_a"] + " / " + s["names_b"],
            "Same clients": s["sphere"],
            "Expected": s["expected"].round(1),
            "None by luck alone": s["luck"].round(2),
        }
    )


def silent_sentence(t: Teams, locale: str = formats.DEFAULT) -> str:
    """How many pairs are silent, and how many of them chance would leave so."""
    n = len(t.silent)
    if not n:
        return "Every pair of professions that serves the same clients has exchanged in this period."
    said = (
        f"{formats.number(n, locale)} of {formats.count(t.sphere_pairs, 'pair', locale)} of professions that serve the"
    )
    by_luck = formats.number(t.silent_by_luck, locale)
    return f"{said} same clients have not exchanged; if all were alike, luck alone would leave {by_luck} so."


def missing_table(t: Teams, groups: Mapping[str, str]) -> pd.DataFrame:
    m = t.missing
    return pd.DataFrame({"Group": m["group_id"].map(lambda g: groups.get(g, g)), "Has no": m["profession"],
                         "Groups that have one": m["elsewhere"], "of": m["groups"]})  # fmt: skip


def seats_table(t: Teams) -> pd.DataFrame:
    """Every profession with its sphere and how many hold it."""
    p = t.professions.sort_values(["sphere", "profession"], kind="stable")
    return pd.DataFrame({"Profession": p["profession"].replace(UNKNOWN, NOT_RECORDED),
                         "Serves": p["sphere"].map(sphere),
                         "Members": p["seats"]}).reset_index(drop=True)  # fmt: skip


def circles_table(c: Circles) -> pd.DataFrame:
    m = c.members
    return pd.DataFrame({"Circle": m["circle"] + 1, "Member": m["name"],
                         "Profession": m["profession"].fillna(NOT_RECORDED), "With the own circle": m["inside"],
                         "All": m["all"]})  # fmt: skip


def seats_sentence(t: Teams, locale: str = formats.DEFAULT) -> str:
    """How many professions, and which spheres have nobody or one."""
    known = t.professions[t.professions["profession"] != UNKNOWN]
    counts = known[known["sphere"] != OTHER].groupby("sphere")["seats"].sum()
    alone = sorted(counts.index[counts == 1])
    several = formats.count(len(counts), "contact sphere", locale)
    said = f"{formats.count(len(known), 'profession', locale)} in {several}"
    if len(t.missing):
        groups = formats.count(t.missing["group_id"].nunique(), "group", locale)
        return f"{said}; {groups} lack one that most others have."
    if alone:
        return f"{said}; {', '.join(alone)} {'has' if len(alone) == 1 else 'have'} a single member."
    return f"{said}, each with two members or more." if len(counts) else f"{said}."
