"""Do referrals come at a steady pace, or in bursts? Monthly counts against what chance does to a steady pace."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.intervals import NOTHING, Figure, Floats, effective, jackknife_variance


@dataclass(frozen=True)
class Dispersion:
    """figure: log of X²/df over its mean under a steady pace; raw: X²/df; df; p: two-sided, by simulation (None where
    none was asked for)."""

    figure: Figure
    raw: float
    df: float
    p: float | None = None


def _squares(counts: Floats, exposure: Floats) -> tuple[Floats, Floats]:
    """X² and degrees of freedom by member; members without any count have neither."""
    total, months = counts.sum(axis=1), (exposure > 0).sum(axis=1)
    expected = total[:, None] * exposure / np.maximum(exposure.sum(axis=1), 1e-12)[:, None]
    part = np.divide((counts - expected) ** 2, expected, out=np.zeros_like(expected), where=expected > 0)
    some = total >= 1
    return part.sum(axis=1) * some, (months - 1) * some.astype(float)


def dispersion(counts: Floats, exposure: Floats, draws: int = 0, seed: int = 0) -> Dispersion:
    """Dispersion of months around each member's own pace: 1 = random around it, above = bursts.

    counts, exposure: members × months, exposure 0 where a month does not count. draws: multinomial replicates of every
    member's months for the p-value and the null mean (which is exactly the degrees of freedom without them).
    """
    x2, df = _squares(counts, exposure)
    total, spare = float(x2.sum()), float(df.sum())
    if spare <= 0 or total <= 0:
        return Dispersion(NOTHING, float("nan"), spare)
    raw, null, p = total / spare, 1.0, None
    if draws:
        simulated = _simulate(counts, exposure, draws, seed) / spare
        null = float(simulated.mean())
        above = (1 + int((simulated >= raw - 1e-12).sum())) / (draws + 1)
        below = (1 + int((simulated <= raw + 1e-12).sum())) / (draws + 1)
        p = min(1.0, 2 * min(above, below))
    used = df > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        left_out = np.log((total - x2[used]) / (spare - df[used]) / null)
    theta, gstar = float(np.log(raw / null)), effective(df[used])
    se = float(np.sqrt(jackknife_variance(theta, left_out)))
    figure = Figure(theta, se, max(1.0, gstar - 1), "exp", gstar, int(used.sum()), {"member": left_out})
    return Dispersion(figure, raw, spare, p)


def _simulate(counts: Floats, exposure: Floats, draws: int, seed: int) -> Floats:
    """Σ X² of each replicate."""
    rng = np.random.Generator(np.random.PCG64(seed))
    out = np.zeros(draws)
    for y, e in zip(counts, exposure, strict=True):
        total = int(y.sum())
        if total < 1 or (e > 0).sum() < 2:
            continue
        share = e[e > 0] / e.sum()
        drawn = rng.multinomial(total, share, size=draws)
        out += (((drawn - total * share) ** 2) / (total * share)).sum(axis=1)
    return out


def dispersion_ratio(one: Floats, zero: Floats, exposure: Floats) -> Figure:
    """Dispersion of one stream over that of another, the same members and months; jackknifed by member."""
    parts = [_squares(counts, exposure) for counts in (one, zero)]
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = [float(np.log(x2.sum() / df.sum())) for x2, df in parts]
        left = [np.log((x2.sum() - x2) / (df.sum() - df)) for x2, df in parts]
    used = (parts[0][1] > 0) | (parts[1][1] > 0)
    theta, left_out = whole[0] - whole[1], (left[0] - left[1])[used]
    if not np.isfinite(theta):
        return NOTHING
    gstar = effective((parts[0][1] + parts[1][1])[used])
    se = float(np.sqrt(jackknife_variance(theta, left_out)))
    return Figure(theta, se, max(1.0, gstar - 1), "exp", gstar, int(used.sum()), {"member": left_out})
