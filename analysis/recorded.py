"""Fields that are not always filled in: since when one is recorded, and what the gaps could change.

Missing values are not assumed to be like the others: up to a small share they are left out, up to a larger
one the claim is computed at both extremes (worst-case bounds, Manski 2003), beyond that the field counts as
not recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.population import Mask, View, month_start, months, to_date

HOW_TO = {
    "present": "The log does not say whether the receiver was in the room. Add a yes/no column “present?” "
    "to the log and fill it in for each new referral; from then on this page works, the past does not have "
    "to be filled in.",
    "kind": "The log does not say what kind of source each referral came from. Add a column “source type” "
    "(customer, member, partner, personal or inbound), or label the sources on the Data page.",
    "status": "The log does not say what became of the referrals. Add the columns “status” (open, won or "
    "lost) and “closed on” to the log and fill them in as referrals are settled.",
    "source_id": "The log does not say who gave the referrals. Add a column “source” with a name for each.",
    "via": "The log does not say which referral led to which. Add a column “came from referral” with the number or "
    "line of the earlier referral wherever one led to another.",
    "asks": "Asks are not recorded here. Keep a list of contacts with the columns date, from, to and kind, and enter "
    "an “ask” whenever somebody asks another for a referral or a favour, also when nothing comes of it; enter help, "
    "introductions and testimonials too. A referral marked as asked for does not do: it is there only if the ask "
    "succeeded.",
    "assessments": "Ratings of referral sources are not recorded here. Keep a list with the columns date, assessor, "
    "source and the 13 points, answered yes or no, and rate each source again after half a year.",
    "comfort": "Nobody has noted here how comfortable sources are with referring. Ask them for a number from 0 to 10 "
    "and keep a list with the columns date, assessor, source and comfort; ask a few of them again within three months.",
    "perceived_value": "Neither the value that sources see in referring nor how comfortable they are with it is "
    "recorded here. Keep a list with the columns date, assessor, source and perceived value (or comfort), a number "
    "from 0 to 10.",
    "known": "When two people got to know one another is not recorded here, other than by a referral. Import a member "
    "list with the columns name, joined and left, or a list of one-to-ones with their dates.",
    "closed": "The log says that referrals were won but not when. Add a column “closed on” with the day of closing.",
}


@dataclass(frozen=True)
class Recording:
    """since: first day by group on which the field counts as recorded (a missing group: never)."""

    field: str
    since: Mapping[str, int]
    rows: int

    @property
    def never(self) -> bool:
        """There is a log, and nowhere in it is the field recorded."""
        return self.rows > 0 and not self.since

    def inside(self, view: View) -> Mask:
        """The view's rows that lie where the field is recorded."""
        group = view.rows["group_id"]
        since = group.map(self.since).astype("float64").to_numpy()
        with np.errstate(invalid="ignore"):
            return np.asarray(view.given >= since)


def recording(view: View, field: str) -> Recording:
    """Since when the field is recorded, by group: the first month from which on no month's share of empty
    cells exceeds the bound. Judged by all rows of the group, also when the view is one receiver's."""
    rows = view.group_rows
    counts = pd.DataFrame({"group_id": rows["group_id"], "month": months(rows["given"].to_numpy()), "rows": 1,
                           "empty": rows[field].isna().to_numpy().astype(np.int64)})  # fmt: skip
    by_month = counts.groupby(["group_id", "month"], sort=True)[["rows", "empty"]].sum().reset_index()
    return Recording(field, starts(by_month, view.settings.null_bound), len(rows))


def starts(by_month: pd.DataFrame, bound: float) -> dict[str, int]:
    """By group the first day of the first month from which on no month's share of empty cells exceeds the bound.

    by_month, sorted: group_id, month (since January 1970), rows, empty. A group whose last month exceeds it is missing.
    """
    group, month = by_month["group_id"].to_numpy(dtype=object), by_month["month"].to_numpy()
    good = (by_month["empty"].to_numpy() / by_month["rows"].to_numpy()) <= bound
    edges = np.flatnonzero(group[1:] != group[:-1]) + 1
    since: dict[str, int] = {}
    for first, end in zip([0, *edges], [*edges, len(group)], strict=True):
        bad = np.flatnonzero(~good[first:end])
        start = first + (int(bad[-1]) + 1 if len(bad) else 0)
        if start < end:
            since[str(group[first])] = int(month_start(month[start : start + 1])[0])
    return since


_WORDS = {
    "present": "whether the receiver was present",
    "kind": "the kind of source",
    "status": "the outcome",
}


def left_out_notes(view: View, since: Iterable[Recording]) -> tuple[str, ...]:
    """A sentence for each field that counts as recorded only from some day on."""
    return tuple(note for part in since if (note := left_out_note(part, int((~part.inside(view)).sum()))))


def left_out_note(part: Recording, outside: int) -> str | None:
    """The same of one field, given how many referrals lie before it."""
    if not outside or not part.since:
        return None
    named = sorted({to_date(day).strftime("%B %Y") for day in part.since.values()})
    when = named[0] if len(named) == 1 else f"{named[0]} or later"
    return (f"From {when} on, {_WORDS[part.field]} is filled in for most referrals; {outside} "
            "earlier referrals do not enter.")  # fmt: skip


@dataclass(frozen=True)
class Gaps:
    """What the empty cells of a claim's population mean for it."""

    field: str
    rows: int
    missing: int
    drop: float
    bound: float

    @property
    def share(self) -> float:
        return self.missing / self.rows if self.rows else 0.0

    @property
    def unrecorded(self) -> bool:
        return self.share > self.bound

    @property
    def bounded(self) -> bool:
        """Both extremes have to be looked at."""
        return not self.unrecorded and self.share > self.drop


def gaps(view: View, field: str, missing: Mask) -> Gaps:
    """missing: the empty cells within the claim's population."""
    return Gaps(field, len(missing), int(missing.sum()), view.settings.null_drop, view.settings.null_bound)
