"""What the groups of an organisation differ by: at this size nearly everything is certain, and the range for a further
group says more than any p."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.claims.base import Measured
from analysis.from_marts.tables import Found
from analysis.groups import COMPARED, ByGroup, compare
from analysis.settings import Settings


def of(found: Found, codes: Sequence[str], settings: Settings) -> ByGroup | None:
    """The claim in every group that has entries; None where none has a figure. codes: group ids by code."""
    measured = found.measured
    claim, unit = measured.claim, measured.estimates[0].unit if measured.estimates else ""
    entries = found.entries
    entries = entries.sort_values("group", kind="stable", ignore_index=True)
    group = entries["group"].to_numpy(dtype=np.int64)
    edges = np.flatnonzero(np.diff(group)) + 1
    figures = {}
    for start, end in zip([0, *edges], [*edges, len(group)], strict=True):
        if start == end:
            continue
        mine = entries.iloc[start:end]
        counted = {"members": int(mine["receiver"].nunique())}
        estimate = found.figure(mine).estimate(COMPARED[claim], unit, None, counted)
        figures[codes[group[start]]] = Measured(
            claim, measured.day, theta0=measured.theta0, estimates=(estimate,), n=int(mine["n"].sum()),
            unit=measured.unit,
        )  # fmt: skip
    return compare(claim, figures, settings) if figures else None
