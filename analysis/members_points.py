"""Points by line: what is known of each member, how the cheapest way up would look, and what falls out next month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis import members_tally as tally
from analysis.intervals import Floats
from analysis.members_tally import Group
from analysis.rubric import Line, Rubric

MOST_ACTS = 99  # a way up that takes more is none


@dataclass(frozen=True)
class Known:
    """One line of one group, by member. count over weeks (meetings for a share of them; NaN where no exposure is
    known) makes the value; value: what the line's thresholds are about. complete: no part of the window is missing."""

    line: Line
    count: Floats
    weeks: Floats
    value: Floats
    complete: np.ndarray

    @property
    def bounds(self) -> tuple[Floats, Floats]:
        return self.line.bounds(self.value, self.complete)

    def at(self, count: Floats) -> Floats:
        """The line's value at other counts over the same weeks."""
        return count if self.line.per == "total" else count / self.weeks


def known(group: Group, rubric: Rubric) -> list[Known]:
    """Every line of the rubric, in its order."""
    return [_line(group, line, rubric.counts_as_there) for line in rubric.lines]


def _line(group: Group, line: Line, marks: Sequence[str]) -> Known:
    if line.measure == "there":
        attended = tally.there(group, marks)
        both = np.isfinite(attended) & np.isfinite(group.weeks)
        count, weeks = (np.where(both, part, 0.0).sum(axis=1) for part in (attended, group.weeks))
        weeks = np.where(weeks > 0, weeks, np.nan)
        return Known(
            line, np.where(np.isfinite(weeks), count, np.nan), weeks, count / weeks, np.asarray(both.all(axis=1))
        )
    count, weeks, complete = tally.totals(group, line.measure)
    if line.currency and line.measure == "tyfcb":
        count = np.where((group.currency != line.currency) & (count != 0), np.nan, count)
    value = count / weeks if line.per == "week" else count
    return Known(line, count, weeks, value, complete)


def totals(lines: Sequence[Known]) -> tuple[Floats, Floats]:
    """Least and most points of each member."""
    low, high = zip(*(line.bounds for line in lines), strict=True)
    return np.sum(low, axis=0), np.sum(high, axis=0)


def acts_to(line: Known, member: int) -> list[tuple[int, float]]:
    """(further acts, points gained) for each step up that acts can take, fewest acts first."""
    rule = line.line
    count, weeks = float(line.count[member]), float(line.weeks[member])
    if not rule.act or rule.falls or not np.isfinite(line.value[member]):
        return []
    per = weeks if rule.per == "week" else 1.0
    now = float(rule.points(line.value[member : member + 1])[0])
    if rule.goal is not None:
        wanted = list(range(1, max(0, int(np.ceil(rule.goal * per - count - 1e-9))) + 1))
    else:
        wanted = sorted({_least(step.threshold * per - count, strict=step.rule == "more_than") for step in rule.steps})
    more = [n for n in wanted if 0 < n <= MOST_ACTS]
    gained = rule.points((count + np.array(more, dtype=float)) / per) - now
    best, out = 0.0, []
    for n, gain in zip(more, gained, strict=True):
        if gain > best + 1e-9:
            best = float(gain)
            out.append((n, best))
    return out


def _least(short: float, *, strict: bool) -> int:
    """The least whole number that is ≥ short, or > short."""
    return int(np.floor(short + 1e-9)) + 1 if strict else int(np.ceil(short - 1e-9))


def way_up(lines: Sequence[Known], member: int, gap: float) -> dict[int, int] | None:
    """By line, the further acts that together bring at least `gap` points; the fewest acts there are. None where no
    acts that are known of bring it."""
    reach = np.zeros(MOST_ACTS + 1)
    taken: list[np.ndarray] = []
    for line in lines:
        best, choice = reach.copy(), np.zeros(MOST_ACTS + 1, dtype=int)
        for acts, gain in acts_to(line, member):
            tried = np.full(MOST_ACTS + 1, -np.inf)
            tried[acts:] = reach[: MOST_ACTS + 1 - acts] + gain
            better = tried > best + 1e-9
            best, choice = np.where(better, tried, best), np.where(better, acts, choice)
        reach = best
        taken.append(choice)
    enough = np.flatnonzero(reach >= gap - 1e-9)
    if not len(enough):
        return None
    left, out = int(enough[0]), {}
    for position in range(len(lines) - 1, -1, -1):
        acts = int(taken[position][left])
        if acts:
            out[position] = acts
            left -= acts
    return dict(sorted(out.items()))


def falling(
    group: Group, lines: Sequence[Known], marks: Sequence[str], edge: int
) -> list[tuple[Floats, Floats]] | None:
    """By line: how much of the count lies before `edge` (the window's first month), and the points that change if the
    coming month brings nothing new and every meeting of it is attended. None where a block cannot be cut there."""
    if not group.edges or any(a < edge < b for a, b in group.edges) or group.edges[0][0] >= edge:
        return None
    first = np.array([b <= edge for _, b in group.edges])
    out = []
    for line in lines:
        if line.line.measure == "there":
            gone = np.nansum((group.weeks - tally.there(group, marks))[:, first], axis=1)
            after = line.count + gone
        else:
            values = group.values.get(line.line.measure, np.full(group.weeks.shape, np.nan))
            gone = np.nansum(values[:, first], axis=1)
            after = line.count - gone
        low, high = line.bounds
        points = line.line.points(line.at(np.where(np.isfinite(after), after, 0.0)))
        sure = np.isfinite(line.value) & (low == high)
        out.append((np.where(sure, gone, 0.0), np.where(sure, np.nan_to_num(points) - low, 0.0)))
    return out
