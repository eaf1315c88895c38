"""How often the light would be another by luck alone: the same half-year, lived again at the same pace.

Counts are drawn around the member's own rate, drawn towards the chapter's as far as luck explains the distance
(chapter_intervals.member_rates), as Poisson counts, or as negative binomial ones where the members' months vary more
than that. Meetings are drawn with the member's own shares of present, absent, late, medical and substituted, drawn
towards the chapter's likewise. Money, sponsoring and what is not recorded stay as they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from analysis import chapter_intervals as intervals
from analysis import members_tally as tally
from analysis.intervals import Floats
from analysis.members_points import Known
from analysis.members_tally import MARKS, Group
from analysis.population import to_date
from analysis.rubric import Rubric

DRAWS = 1000
HELD = ("tyfcb", "sponsors", "trainings")
LEAST, MOST = 4.0, 400.0  # meetings that the chapter's shares weigh, least and most


def chances(group: Group, lines: Sequence[Known], rubric: Rubric, end: int) -> tuple[Floats, Floats, Floats]:
    """By member: the share of drawn half-years whose light, or range of lights, is another; and where 80 of 100 of them
    end, from the least to the most points. NaN where nothing that can be drawn is known."""
    rng = np.random.Generator(np.random.PCG64(_seed(rubric.key, group.group_id, end)))
    n = len(group.people)
    low, high = np.zeros((DRAWS, n)), np.zeros((DRAWS, n))
    drawn = np.zeros(n, dtype=bool)
    meetings = _meetings(group, rng)
    for line in lines:
        counts = _counts(line, group, meetings, rubric, rng)
        first, last = line.bounds
        if counts is not None:
            free = np.isfinite(line.value)
            made = line.line.bounds(line.at(np.where(free, counts, 0.0)), np.broadcast_to(line.complete, counts.shape))
            first, last = (np.where(free, m, held) for m, held in zip(made, (first, last), strict=True))
            drawn |= free
        low, high = low + first, high + last
    seen = [np.sum([line.bounds[k] for line in lines], axis=0) for k in (0, 1)]
    other = (rubric.rank(low) != rubric.rank(seen[0])) | (rubric.rank(high) != rubric.rank(seen[1]))
    ends = np.quantile(low, 0.1, axis=0), np.quantile(high, 0.9, axis=0)
    chance, least, most = (np.where(drawn, v, np.nan) for v in (other.mean(axis=0), *ends))
    return chance, least, most


def _seed(rubric: str, group: str, end: int) -> int:
    text = f"light|{rubric}|{group}|{to_date(end).isoformat()}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)


def _counts(line: Known, group: Group, meetings: dict[str, Floats] | None, rubric: Rubric,
            rng: np.random.Generator) -> Floats | None:  # fmt: skip
    """[draw, member]; None where the line stays as it is."""
    measure = line.line.measure
    if measure in HELD or not np.isfinite(line.value).any():
        return None
    if measure in {"there", *MARKS.values()}:
        if meetings is None:
            return None
        return np.sum([meetings[m] for m in rubric.counts_as_there], axis=0) if measure == "there" else meetings[
            next(mark for mark, name in MARKS.items() if name == measure)]  # fmt: skip
    exposure = np.where(np.isfinite(line.weeks), line.weeks, np.isfinite(group.values[measure]).sum(axis=1))
    usable = np.isfinite(line.count) & (exposure > 0)
    mean = np.zeros(len(usable))
    phi = dispersion(group, measure)
    if usable.any():
        drawn = intervals.member_rates(line.count[usable], exposure[usable], phi)
        mean[usable] = drawn.rate * exposure[usable]
    return _draw(mean, max(1.0, phi or 1.0), rng)


def _draw(mean: Floats, phi: float, rng: np.random.Generator) -> Floats:
    """Counts of that mean and variance φ·mean."""
    if phi <= 1.0 + 1e-9:
        return rng.poisson(mean, (DRAWS, len(mean))).astype(float)
    shape = np.maximum(mean, 1e-12) / (phi - 1)
    return rng.poisson(rng.gamma(shape, phi - 1, (DRAWS, len(mean)))).astype(float)


def dispersion(group: Group, measure: str) -> float | None:
    """How much more the members' blocks vary than Poisson counts; None where too few are known."""
    values = group.values.get(measure)
    if values is None or values.shape[1] < 2:
        return None
    weeks = np.where(np.isfinite(group.weeks), group.weeks, 1.0)
    use = np.isfinite(values) & (weeks > 0)
    member = np.broadcast_to(np.arange(len(values))[:, None], values.shape)
    return intervals.dispersion(values[use], weeks[use], member[use])


def _meetings(group: Group, rng: np.random.Generator) -> dict[str, Floats] | None:
    """By mark of PALMS, [draw, member]; None where no meetings are known."""
    counts = np.stack([tally.totals(group, measure)[0] for measure in MARKS.values()], axis=1)
    counts = np.where(np.isfinite(counts).all(axis=1, keepdims=True), counts, 0.0)
    if not counts.sum():
        return None
    weight, share = _weight(counts), counts.sum(axis=0) / counts.sum()
    held = counts.sum(axis=1)
    chance = (counts + weight * share) / (held + weight)[:, None]
    drawn = np.stack([rng.multinomial(round(m), p / p.sum(), DRAWS) for m, p in zip(held, chance, strict=True)], axis=1)
    return {mark: drawn[:, :, k].astype(float) for k, mark in enumerate(MARKS)}


def _weight(counts: Floats) -> float:
    """Meetings that the chapter's shares weigh: by moments of the share of meetings missed (beta-binomial)."""
    held = counts.sum(axis=1)
    some = held > 1
    missed, m = counts[some, 1], held[some]
    if some.sum() < intervals.SHRINK_FROM or not 0 < missed.sum() < m.sum():
        return LEAST
    p = float(missed.sum() / m.sum())
    spread = float(np.sum(m * (missed / m - p) ** 2))
    luck = p * (1 - p) * (len(m) - 1)
    size = float(m.sum() - (m**2).sum() / m.sum())
    between = max(0.0, (spread - luck) / (size - (len(m) - 1))) if size > len(m) - 1 else 0.0
    return float(np.clip(p * (1 - p) / between - 1, LEAST, MOST)) if between > 0 else MOST
