"""The tables behind the cards on repeatability: numbers that the reader can sort."""

from __future__ import annotations

from collections import Counter

import pandas as pd

import formats
from analysis.repeatability import Repeatability
from analysis.repeatability_pace import Pace
from analysis.repeatability_total import Total
from charts.repeatability import quarter
from charts.repeatability_pace import VERDICTS


def quarters(total: Total, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """Every quarter, the latest first; without a range where no year was imported before it."""
    columns = ["origin", "low", "high", "mean", "before"]
    table = total.quarters.merge(total.past[columns], how="outer", on="origin")
    if total.coming is not None:
        coming = total.coming[["origin", "y", "low", "high", "mean", "before"]]
        table = pd.concat([table[table["origin"] < int(coming["origin"].iloc[0])], coming], ignore_index=True)
    table = table.sort_values("origin", ascending=False, kind="stable")
    known = table[table["low"].notna()]
    inside = known["y"].between(known["low"], known["high"]).map({True: "yes", False: "no"}).reindex(table.index)
    if total.coming is not None:
        inside[table["origin"] == int(total.coming["origin"].iloc[0])] = "coming"
    return pd.DataFrame(
        {"Quarter": [quarter(int(o), locale) for o in table["origin"]], "Came": table["y"], "Range from": table["low"],
         "to": table["high"], "Expected": table["mean"].round(1), "Year before": table["before"],
         "Inside": inside.where(table["low"].notna(), "not forecast")}
    ).reset_index(drop=True)  # fmt: skip


def members(view: Repeatability) -> pd.DataFrame:
    m = view.members
    return pd.DataFrame({"Member": m["name"], "From": m["low"], "to": m["high"], "Expected": m["mean"].round(1),
                         "Received": m["x"], "in months": m["exposure"], "Earlier ranges": m["quarters"],
                         "of these held": m["hits"]})  # fmt: skip


def pace(found: Pace) -> pd.DataFrame:
    m = found.members.sort_values("name", kind="stable")
    table = pd.DataFrame({"Member": m["name"], "Member now": m["here"], "Received": m["received"],
                          "in months": m["months"], "Times chance": m["ratio"].round(2),
                          "95 % from": m["low95"].round(2), "to": m["high95"].round(2),
                          "Comes": m["verdict"].map(VERDICTS)})  # fmt: skip
    return table.reset_index(drop=True)


def own(view: Repeatability, person: str, locale: str = formats.DEFAULT) -> pd.DataFrame:
    """One member's quarters, the latest first."""
    rows = view.history[view.history["person_id"] == person].sort_values("origin", ascending=False)
    inside = rows["y"].between(rows["low"], rows["high"])
    return pd.DataFrame({"Quarter": [quarter(int(o), locale) for o in rows["origin"]], "Came": rows["y"],
                         "Range from": rows["low"], "to": rows["high"], "Inside": inside.map({True: "yes", False: "no"})
                         }).reset_index(drop=True)  # fmt: skip


def people(view: Repeatability) -> dict[str, str]:
    """Members with a range by name, each label once: two of one name are told apart by their ids."""
    named = sorted(zip(view.members["name"], view.members["person_id"], strict=True))
    again = Counter(label for label, _ in named)
    return {person: label if again[label] == 1 else f"{label} ({person})" for label, person in named}
