"""The tables behind the cards on new sources."""

from __future__ import annotations

import pandas as pd

from analysis.newsources import Later, Times
from analysis.newsources_asked import Asked
from analysis.newsources_rated import Answers
from analysis.population import to_date
from charts.newsources import ARMS

BASES = {"membership": "both members", "contact": "recorded contact", "referral": "first referral"}
KINDS = {"customer": "customer", "member": "fellow member", "partner": "partner", "personal": "friend or family",
         "inbound": "came by itself"}  # fmt: skip


def _days(column: pd.Series) -> list[object]:
    return [None if pd.isna(day) else to_date(int(day)) for day in column]


def pairs(t: Times) -> pd.DataFrame:
    """Relationships that have referred, by name; whoever has not is counted in the figure and not listed."""
    p = t.pairs[t.pairs["first"].notna()]
    first = "Days to the first" if t.basis == "met" else "Days to the second"
    return pd.DataFrame({"Source": p["source"], "to": p["receiver"], "Clock starts": _days(p["start"]),
                         "because": p["basis"].map(BASES), first: p["first"], "Days to the third": p["third"]
                         }).reset_index(drop=True)  # fmt: skip


def curve(t: Times) -> pd.DataFrame:
    """The marks of the curves."""
    m = t.marks
    return pd.DataFrame({"Referral": m["which"], "Within days": m["day"], "Share": m["value"], "95 % from": m["low"],
                         "to": m["high"], "Still followed": m["at_risk"]})  # fmt: skip


def arms(later: Later) -> pd.DataFrame:
    a = later.arms
    return pd.DataFrame({"First referral": [ARMS[k].format(days=later.days) for k in a["arm"]],
                         "Relationships": a["pairs"], "Years followed": a["years"].round(1),
                         "Referrals": a["referrals"], "A year": a["rate"].round(3), "95 % from": a["low"].round(3),
                         "to": a["high"].round(3)})  # fmt: skip


def quick(later: Later) -> pd.DataFrame:
    """Who gave within the first days, and what came after the first year."""
    d = later.dots[later.dots["arm"] == "quick"].sort_values(["source", "receiver"], kind="stable")
    return pd.DataFrame({"Source": d["source"], "to": d["receiver"], "First after days": d["first"],
                         "Years followed since": d["years"].round(1), "Referrals a year since": d["rate"].round(2)
                         }).reset_index(drop=True)  # fmt: skip


def bands(answers: Answers) -> pd.DataFrame:
    b = answers.bands
    return pd.DataFrame({"Rated": b["band"], "Ratings": b["n"], "Referred": b["referred"], "Share": b["share"],
                         "95 % from": b["low"], "to": b["high"]})  # fmt: skip


def low(answers: Answers, *, silent: bool = False) -> pd.DataFrame:
    """Low raters by name, with what they have referred. silent: only those who never have."""
    r = answers.low
    r = r[r["referrals"] == 0] if silent else r
    table = pd.DataFrame({"Source": r["source"], "Rated by": r["assessor"], "Rating": r["rating"],
                          "on": _days(r["day"])})  # fmt: skip
    if not silent:
        table = table.assign(**{"Referrals in all": r["referrals"], "since the rating": r["since"]})
    return table.reset_index(drop=True)


def never(found: Asked, *, next_only: bool) -> pd.DataFrame:
    """Sources never asked: the list for next week, or all of them."""
    rows = found.never
    rows = rows[rows["next"]] if next_only else rows
    return pd.DataFrame({"Member": rows["receiver"], "could ask": rows["source"],
                         "who is a": rows["kind"].map(KINDS).fillna("not recorded"),
                         "Referrals, last year": rows["referrals"], "Latest": _days(rows["last"])
                         }).reset_index(drop=True)  # fmt: skip
