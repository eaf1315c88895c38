"""The page docs/worlds.md: where every claim stands, and the counts behind it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from scipy import stats

from analysis.claims import registry
from analysis.settings import DEFAULT
from sample.own_means import OWN_MEAN
from sample.recipes import WORLDS
from sample.trial import CELLS, FAMILY, LOCKS, Cell, Tally, from_json, truth_of


def table(cells: Mapping[str, Any]) -> str:
    """A Markdown table, one line a claim and cell."""
    head = (
        "| world | claim | truth | R | gates passed | coverage of 95 % | bias | sd / mean s.e. | supported | "
        "contradicted | no difference | wrong way says supported |\n|" + "---|" * 12
    )
    lines = [head]
    for cell in CELLS:
        for claim, value in cells.get(cell.key, {}).get("claims", {}).items():
            lines.append(_line(cell, claim, from_json(value)))
    return "\n".join(lines)


def _line(cell: Cell, claim: str, t: Tally) -> str:
    if claim == FAMILY:
        rate = f"{100 * t.rate('ever a false verdict'):.1f} % ever a false verdict over {LOCKS} quarters"
        start = f"| {cell.label} | all together | {cell.title or 'every effect 0'} | {t.replicates} |"
        return f"{start} | | | | {rate}; {100 * t.bias:.1f} % of findings false | | | |"
    true = truth_of(cell.make(1), claim, cell.label)
    about = "≈ " if (cell.label, claim) in OWN_MEAN else ""
    wrong = "; ".join(f"{name}: {100 * t.wrong_rate(name):.0f} %" for name in t.wrong)
    passed = "" if true is None else _percent(t.measured / t.replicates)
    bias = f"{t.bias:+.4f}" if t.measured else ""
    spread = f"{t.sd:.3f} / {t.spread / t.measured:.3f}" if t.measured else ""
    return (
        f"| {cell.label} | {claim} | {'' if true is None else f'{about}{true:.3f}'} | {t.replicates} | "
        f"{passed} | {_percent(t.coverage)}{' conservative' * _over(t)} | {bias} | {spread} | "
        f"{_percent(t.rate('supported'))} | {_percent(t.rate('contradicted'))} | "
        f"{_percent(t.rate('no difference that matters'))} | {wrong} |"
    )


COVERAGE = (0.92, 0.98)
FALSE = 0.02  # most that a claim may be falsely supported …
FALSE_OF = {"R14": 0.05}  # … but this one
ENOUGH = 500  # replicates of a cell

# Cells whose interval is wider than need be by its construction: (label of the cell, claim) → the coverage up to which
# the method was measured elsewhere, and why. A cell that is not here has to reach down to COVERAGE[1].
_SEASON = (
    "the quarters of a year differ by season, which leaving out one quarter at a time takes for chance; without a "
    "season the error is a third smaller"
)
WIDE: Mapping[tuple[str, str], tuple[float, str]] = {
    ("base, 20 members, 48 months", "L9"): (
        0.99, "the larger of the errors by receiver and by source is taken, and twenty members have few sources of "
        "both sorts in one block of a year",
    ),
    ("declining", "R2"): (1.0, _SEASON),
    ("steady", "R2"): (1.0, _SEASON),
}  # fmt: skip
# Cells whose estimate is known to be off, which the card says: their coverage is shown and not judged.
BIASED: Mapping[tuple[str, str], str] = {
    ("shock", "T1"): "who leaves after a bad half-year takes the year that would have been better with him",
}


def coverage_interval(tally: Tally) -> tuple[float, float]:
    """Clopper–Pearson 95 % interval of the coverage itself: what the replicates that were counted leave possible."""
    x, n = tally.covered, tally.measured
    low = float(stats.beta.ppf(0.025, x, n - x + 1)) if x else 0.0
    high = float(stats.beta.ppf(0.975, x + 1, n - x)) if x < n else 1.0
    return low, high


def coverage_miss(cell: Cell, claim: str, tally: Tally) -> str | None:
    """What the coverage of a cell says against the claim; None if nothing.

    Too little misleads, so the count itself must reach the lower bound. Too much costs power and misleads nobody: there
    the count must only leave the upper bound possible, as one that is met exactly is overshot in half of all runs.
    """
    if (cell.label, claim) in BIASED:
        return None
    if not tally.measured:
        return "no coverage counted"
    most = WIDE.get((cell.label, claim), (COVERAGE[1], ""))[0]
    if round(tally.coverage, 4) < COVERAGE[0] or coverage_interval(tally)[0] > most:
        return f"coverage {_percent(tally.coverage)}"
    return None


def counted(claim: str, cells: Mapping[str, Any]) -> list[tuple[Cell, Tally]]:
    """The claim's cells that are judged: all but those whose log is told wrong things."""
    out = []
    for cell in CELLS:
        if claim in cell.claims and not cell.full:
            value = cells.get(cell.key, {}).get("claims", {}).get(claim)
            out.append((cell, from_json(value) if value else Tally()))
    return out


def misses(claim: str, cells: Mapping[str, Any]) -> list[str]:
    """What stands between a claim and its release, in words: cells too small, coverage or false verdicts out of bounds.

    Power is shown and not judged here: how much is promised depends on the size of the chapter.
    """
    out, uncounted, kinds = [], [], set()
    for cell, t in counted(claim, cells):
        null = claim in WORLDS[cell.world].null_for
        kinds.add(null)
        if t.replicates < ENOUGH:
            uncounted.append(f"{cell.label} ({t.replicates})")
            continue
        if miss := coverage_miss(cell, claim, t):
            out.append(f"{cell.label}: {miss}")
        if null and t.rate("supported") > FALSE_OF.get(claim, FALSE):
            out.append(f"{cell.label}: falsely supported in {_percent(t.rate('supported'))}")
    if uncounted:
        out.append(f"not counted {ENOUGH} times yet: {', '.join(uncounted)}")
    out += [f"there is no world in which it is {what}" for kind, what in ((True, "not so"), (False, "so"))
            if kind not in kinds]  # fmt: skip
    return out


def conservative(claim: str, cells: Mapping[str, Any]) -> list[str]:
    """Cells whose interval covered more often than it should, in words."""
    over = [(c, t) for c, t in counted(claim, cells) if t.replicates >= ENOUGH and _over(t)]
    return [f"{c.label}: {_percent(t.coverage)}" for c, t in over]


def _over(tally: Tally) -> bool:
    return round(tally.coverage, 4) > COVERAGE[1]


def standing(cells: Mapping[str, Any]) -> str:
    """A Markdown list: every claim, whether it gives verdicts, and what the counts say against it."""
    lines = []
    for claim in registry:
        said = "under test" if claim in DEFAULT.under_test else "gives verdicts"
        wide = conservative(claim, cells)
        end = f" Conservative: {'; '.join(wide)}." if wide else ""
        lines.append(f"- {claim} ({said}): {'; '.join(misses(claim, cells)) or 'within every bound'}.{end}")
    return "\n".join(lines)


def page(cells: Mapping[str, Any]) -> str:
    return f"{PAGE.replace('{wide}', _excused())}{standing(cells)}\n\n{NOTES}\n## The counts\n\n{table(cells)}\n"


def _excused() -> str:
    """A Markdown list of the cells that are wide by construction or biased by design, with the reasons."""
    wide = [f"- {claim} in “{label}”, up to {100 * most:.0f} %: {why}." for (label, claim), (most, why) in WIDE.items()]
    off = [
        f"- {claim} in “{label}”, biased as its card says, not judged: {why}." for (label, claim), why in BIASED.items()
    ]
    return "\n".join([*wide, *off])


def _percent(share: float) -> str:
    return "" if math.isnan(share) else f"{100 * share:.1f} %"


PAGE = """# The claims in worlds whose truth is known

Every verdict of the dashboard is tried on invented chapters whose truth is set (`net-effect sample --world NAME`
makes one of them). `make worlds` counts; `docs/worlds.json` keeps the counts and the settings they belong to, and
goes on where it was stopped.

- *coverage* is that of the 95 % interval, among replicates that pass the gates; it should lie between 92 % and 98 %.
- *bias* and *sd* are of the estimate, on the scale of its interval: logarithms for ratios, else fractions.
- *supported*, *contradicted* and *no difference* are shares of all replicates, on the last day of the log, each claim
  on its own; the rest ended as "not enough data". Where the truth is "nothing" (a share of one half, a difference of
  0, a ratio of 1), *supported* should be at most 2 %.
- *wrong way* is how often the tempting figure would have passed the same 99 % bar with the interval that it is
  usually given; a figure that is usually read without an interval counts where it lies itself. Where a world was made
  to fool it, a high number proves that the trap works.
- R is how many replicates were counted. With R = 100 a coverage of 95 % has a standard error of 2 points, with
  R = 500 of 1 point: a release is judged at 500.
- *truth* with ≈ is the mean of the estimate itself over that cell's worlds, where no number follows from the knobs:
  coverage then says that the intervals are as wide as the estimate varies.

## Where every claim stands

A claim gives verdicts once it has been counted 500 times in a world where it is not so and in one where it is, with
the 95 % interval covering in 92 to 98 % and "supported" said falsely in at most 2 % (R14: 5 %).

The two ends of 92 to 98 % are not alike. Too little coverage misleads, so the count itself has to reach 92 %. Too much
costs power and misleads nobody, and a method that covers in exactly 98 % is counted above that in about every second
run: the upper end is missed only if the Clopper–Pearson 95 % interval of the count lies wholly above it. At 500 that is
from 99.4 % on. Whatever was counted above 98 % is called *conservative*. Excepted are:

{wide}

"""
NOTES = """## What to know when reading the counts

- L9's intervals are wider than they need be in most worlds, those of S4 in the smallest chapters: more members bring
  them back. Where nearly everything is answered, R6 adds up givers, receivers and pairs, which at shares of .8 and more
  is more than there is. None of the three says "supported" falsely in more than .4 %.
- Q1 is tried in worlds in which each pair of members has its own pace. Where a member's rate is shared among however
  many are there, the true share is another in every chapter (its standard deviation .018 beside an error of .010), and
  no interval could cover its mean over chapters.
- R7 finds an elasticity of .3 less often than a power of .83 would have it. That figure belongs to a 95 % interval. At
  a standard error of .10, with which 99 % and a power of 80 % need .37, an elasticity of .3 is found in about 60 %.
  Here members' giving varies less, the standard error is .12, and about 40 % follows from it. Twenty worlds show no
  bias.
- T2 counts its effective members over everybody, also those who never moved. Weighing by movers alone takes the degrees
  of freedom from about 200 to the number of movers, near 100: the 99 % quantile changes by one hundredth, so the rule
  stays as it is.
- Traps that hardly catch anybody here: referrals per listed source (S2) in one log of five, as customers who were met
  late and have not referred yet are not on the list; sources of the last year (S3) hardly ever. Both are shown as wrong
  because of what they leave out, not because they always mislead.
- S5 is tried on members whose trades suit one another: that is part of what it predicts, and its null world has none.
- Referrals snowball (L4) where every referral came from an earlier one and the log grows fourfold a year: each then
  leads to about 1.3 further ones within half a year.
- What many circles (R13) and standing between others (R14) bring begins in a log's last year, so that the year before
  shows it to nobody: otherwise holding last year's receipts equal would take part of it away.
- R14 holds equal what was received, given and from how many, as the log counted it. Those counts are noisy, so where
  members refer much, part of "busy people stand in the middle" is left: in twelve logs of 60 members in which standing
  between others brings nothing, the estimate was +.21 with an error of .12. It stays under test.
- The family was counted 500 times with the first six claims and nothing true. With every claim that gives verdicts now,
  and with three of their effects true, it has a cell of its own, which the table shows as far as it has come.
"""
