"""Invented chapters with a known truth: busy and quiet members, bursts of slips, one giant slip, a PALMS to match."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from chapter_builders import chapter_frames, one_to_one, palms, slip, thank

from analysis.result import Frames

FIRST = 20_500  # a Monday-ish day; only differences matter
GIVEN = (
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Eva",
    "Felix",
    "Greta",
    "Hugo",
    "Ida",
    "Jonas",
    "Klara",
    "Leo",
    "Mia",
    "Noah",
    "Olga",
    "Paul",
    "Rosa",
    "Simon",
    "Tilda",
    "Uwe",
    "Vera",
    "Willem",
    "Xenia",
    "Yusuf",
    "Zoe",
)
FAMILY = ("Albers", "Brandt", "Castellanos", "Diaz", "Ekström", "Fontaine", "Gruber", "Hashimoto", "Ivanova")
TRADES = (
    "Electrician",
    "Architect",
    "Tax adviser",
    "Web designer",
    "Photographer",
    "Physiotherapist",
    "Caterer",
    "Mortgage broker",
    "Recruiter",
    "Printer",
    "Roofer",
    "Lawyer",
    "Florist",
    "Car repair",
    "Estate agent",
)
ELSEWHERE = ("Harbour East, Northern Region, Utopia", "Market Square, Northern Region, Utopia", "Old Mill")


def chapter_world(
    members: int = 24,
    weeks: int = 40,
    seed: int = 1,
    *,
    burst: float = 1.0,
    spread: float = 0.6,
    rate: float = 1.2,
    with_palms: bool = True,
    with_slips: bool = True,
) -> tuple[Frames, dict[str, Any]]:
    """A chapter of BNI exports and its truth: weekly rate of each member and of the chapter.

    burst: variance of a week's count over its mean; spread: sd of log activity; rate: mean given a week.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    people = [f"p{i:02d}" for i in range(members)]
    activity = rate * np.exp(rng.normal(-(spread**2) / 2, spread, members))
    counts = activity[:, None] * _burst(rng, burst, (members, weeks))
    taste = rng.gamma(0.5, 1.0, (members, members)) + 0.02
    slips, met, thanks, tallies = [], [], [], {p: np.zeros(6) for p in people}
    for i, k in zip(*np.nonzero(counts := rng.poisson(counts)), strict=True):
        weight = np.where(np.arange(members) == i, 0.0, taste[i])
        for j in rng.choice(members, counts[i, k], p=weight / weight.sum()):
            inside, out = rng.random() < 0.4, rng.random() < 0.25
            receiver = f"x{rng.integers(12):02d}" if out else people[j]
            more = {"counterpart_group": ELSEWHERE[rng.integers(3)]} if out else {}
            slips.append(slip(people[i], receiver, FIRST + 7 * int(k), tier=1 if inside else 2, **more))
            tallies[people[i]][0 if inside else 1] += 1
            if not out:
                tallies[people[j]][2 if inside else 3] += 1
    for _ in range(members * weeks // 8):
        who = people[int(rng.integers(members))]
        slips.append(
            slip(
                f"x{rng.integers(12):02d}",
                who,
                FIRST + 7 * int(rng.integers(weeks)),
                tier=2,
                counterpart_group=ELSEWHERE[rng.integers(3)],
            )
        )
        tallies[who][3] += 1
    for i, j in rng.integers(0, members, (members * weeks // 3, 2)):
        if i != j:
            day = FIRST + 7 * int(rng.integers(weeks))
            met.append(one_to_one(people[i], people[j], day))
            met += [one_to_one(people[j], people[i], day)] if rng.random() < 0.6 else []
            tallies[people[i]][4] += 1
            tallies[people[j]][4] += 1
    for amount in np.round(np.exp(rng.normal(7.5, 1.5, members * 5)), 2):
        thanks.append(thank(people[rng.integers(members)], float(amount), FIRST + 7 * int(rng.integers(weeks))))
    thanks.append(thank(people[3 % members], 400_000.0, FIRST + 7))
    for row in thanks:
        tallies[row["to_id"]][5] += row["amount"]
    last = FIRST + 7 * weeks
    snapshots = [_row(rng, p, tallies[p], weeks) for p in people]
    spells = [(p, FIRST - int(rng.integers(0, 2500)), None) for p in people]
    frames = chapter_frames(
        slips if with_slips else [],
        met=met if with_slips else [],
        thanks=thanks if with_slips else [],
        snapshots=[*snapshots, _total(tallies, weeks)] if with_palms else [],
        members=spells if with_slips else [],
        professions={p: TRADES[i % len(TRADES)] for i, p in enumerate(people)},
        cover=[(k, FIRST, last) for k in (("referrals", "one_to_one", "thanks", "visitor") if with_slips else ())]
        + ([("snapshots", FIRST, last)] if with_palms else []),
    )
    return _named(frames), {"rates": dict(zip(people, activity, strict=True)), "rate": rate, "people": people}


def _burst(rng: np.random.Generator, phi: float, shape: tuple[int, int]) -> np.ndarray:
    """Weekly factors of mean 1 that raise the variance of a Poisson count of mean 1 to phi."""
    return np.ones(shape) if phi <= 1 else rng.gamma(1 / (phi - 1), phi - 1, shape)


def _row(rng: np.random.Generator, person: str, tally: np.ndarray, weeks: int) -> dict[str, Any]:
    marks = rng.multinomial(weeks, [0.8, 0.06, 0.04, 0.02, 0.08])
    rgi, rgo, rri, rro, met, money = tally
    return palms(
        person,
        FIRST,
        FIRST + 7 * weeks - 1,
        tuple(int(m) for m in marks),
        rgi=rgi,
        rgo=rgo,
        rri=rri,
        rro=rro,
        one_to_ones=met,
        visitors=float(rng.poisson(0.06 * weeks)),
        tyfcb=round(float(money), 2),
    )


def _total(tallies: dict[str, np.ndarray], weeks: int) -> dict[str, Any]:
    total = sum(tallies.values())
    return palms(
        None,
        FIRST,
        FIRST + 7 * weeks - 1,
        label="Total",
        rgi=total[0] + 4,
        rgo=total[1],
        rri=total[2],
        rro=total[3],
        one_to_ones=total[4] + 2,
    )


def _named(frames: Frames) -> Frames:
    people = frames.people.copy()
    people["name"] = [f"{GIVEN[i % 25]} {FAMILY[(i * 7 + i // 25) % 9]}" for i in range(len(people))]
    return replace(frames, people=people)
