"""Ratings of sources and what came of them, on logs small enough to count by hand."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.claims import registry
from analysis.claims.base import Measured
from analysis.claims.depth import rated
from analysis.claims.ratings import repeats, scored
from analysis.claims.value import sources
from analysis.cox import hazards
from analysis.panel import fe_poisson
from analysis.population import prepare, to_date, to_day
from tests.analysis.builders import assessment, date, frames, referral

A = to_day(date(2026, 7, 1))
LONG_AGO = A - 4000
T = A - 1000


def view(rows, rated_rows, members=None, **more):
    people = sorted({r["assessor_id"] for r in rated_rows}) if members is None else members
    spells = [(p, LONG_AGO, None) if isinstance(p, str) else p for p in people]
    more.setdefault("coverage", [("g1", LONG_AGO, A)])
    return prepare(frames(rows, spells, assessments=rated_rows, imported_on=to_date(A), **more)).at(A)


def measure(claim: str, *args, detail: bool = True, **more) -> Measured:
    return registry[claim].on(view(*args, **more), detail, None)


def value(m: Measured, name: str):
    return next(e for e in m.estimates if e.name == name).value


def many(seed: int = 1, assessors: int = 14, of: int = 8, effect: float = 0.0):
    """Every assessor rates eight sources twice in 60 days, and once more a year later; who refers is luck, or goes
    with the score."""
    rng, rows, made = np.random.default_rng(seed), [], []
    for i in range(assessors):
        for j in range(of):
            level = rng.normal(0, 2)
            for when in (T + j, T + j + 60, T + j + 400):
                score = int(np.clip(round(6.5 + 2 * level + rng.normal()), 0, 13))
                comfort = float(np.clip(round(5 + level + rng.normal()), 0, 10))
                made.append(assessment(when, f"a{i:02d}", f"s{i:02d}{j}", score, comfort=comfort,
                                       perceived_value=comfort))  # fmt: skip
            for day in np.flatnonzero(rng.random(900) < 0.002 * np.exp(effect * level)):
                rows.append(referral(int(T + 5 + day), f"s{i:02d}{j}", f"a{i:02d}"))
    return rows, made


# -- D4 ---------------------------------------------------------------------------------------------------------------
def test_d4_looks_at_the_half_year_after_and_the_year_before() -> None:
    made = [assessment(T, "b", "x", 7), assessment(T + 179, "b", "x", 1), assessment(T + 180, "b", "x", 6)]
    rows = [referral(T + d, "x", "b") for d in (-366, -365, -1, 0, 1, 180, 181)] + [referral(T + 9, "y", "b")]
    found = rated(view(rows, made))
    assert found.low.tolist() == [7, 6]
    assert (found.after.tolist(), found.past.tolist()) == ([2, 1], [2, 3])
    assert found.exposure.tolist() == [180, 180]


def test_d4_exposure_ends_with_the_spell_and_skips_what_was_not_imported() -> None:
    made = [assessment(T, "b", "x", 7), assessment(T, "c", "x", 7), assessment(T, "d", "x", 7)]
    members = [("b", LONG_AGO, T + 31), ("c", LONG_AGO, None), ("d", T + 5, None)]
    found = rated(view([referral(T + 40, "x", "b")], made, members,
                       coverage=[("g1", LONG_AGO, T + 11), ("g1", T + 21, A)]))  # fmt: skip
    assert found.names[found.assessor].tolist() == ["b", "c"]  # d had not joined on the day of the rating
    assert found.exposure.tolist() == [20, 170]
    assert found.after.tolist() == [0, 0]


def test_d4_is_a_poisson_with_an_effect_of_each_assessor() -> None:
    rows, made = many()
    m = measure("D4", rows, made)
    found = rated(view(rows, made))
    arm = (found.low >= 7).astype(float)
    fit = fe_poisson(found.after, np.column_stack([arm, np.log1p(found.past)]), found.assessor, found.exposure)
    assert m.figure.theta == pytest.approx(fit.beta[0])
    assert m.figure.se == pytest.approx(np.sqrt(fit.cov3[0, 0]))
    assert set(m.figure.left_out) == {"member"}
    assert m.data["dose"]["assessments"].sum() == len(found.low)
    assert m.data["dose"].loc[m.data["dose"]["points"] == "4 to 6", "value"].tolist() == [1.0]


def test_d4_sources_that_are_members_are_clusters_too_and_one_assessors_sources_are_the_sample() -> None:
    rows, made = many()
    members = [f"a{i:02d}" for i in range(14)] + ["s000"]
    assert set(measure("D4", rows, made, members).figure.left_out) == {"member", "source"}
    rows, made = many(assessors=2, of=30)
    m = measure("D4", rows, made, receiver="a00")
    assert set(m.figure.left_out) == {"source"}
    assert m.figure.clusters == 30


def test_d4_unanswered_points_matter_only_where_they_decide() -> None:
    rows, made = many()
    for k in range(0, len(made), 3):  # first ratings: leave one point open where it decides nothing
        if sum(made[k][f"q{i:02d}"] for i in range(1, 14)) != 6:
            made[k] = {**made[k], "q13": None}
    sure = measure("D4", rows, made)
    assert (sure.missing, sure.against) == (0, None)
    few = [dict(m) for m in made]
    for m in few[::15]:
        m |= {f"q{i:02d}": i <= 5 or None for i in range(1, 14)}
    bounded = measure("D4", rows, few)
    assert bounded.missing > 0
    assert bounded.against.theta < bounded.figure.theta < bounded.favour.theta
    for m in few:
        m |= {f"q{i:02d}": i <= 5 or None for i in range(1, 14)}
    assert "13 points" in measure("D4", rows, few).unrecorded[0]


@pytest.mark.parametrize(("claim", "word"), [("D4", "13 points"), ("Q2", "perceived value"), ("Q3", "comfort")])
def test_ratings_that_nobody_keeps_are_not_recorded(claim: str, word: str) -> None:
    bare = [assessment(T, "b", "x")] if claim != "D4" else [assessment(T, "b", "x", comfort=5.0)]
    assert word in measure(claim, [referral(T, "x", "b")], bare).unrecorded[0]
    assert word in measure(claim, [referral(T, "x", "b")], [], ["b"]).unrecorded[0]


# -- Q3 ---------------------------------------------------------------------------------------------------------------
def test_q3_follows_ratings_of_sources_silent_for_a_year() -> None:
    made = [assessment(T, "b", s, comfort=c) for s, c in (("w", 9.0), ("x", 5.0), ("y", 3.0), ("z", 1.0))]
    made.append(assessment(T + 30, "b", "w", comfort=8.0))  # a repeat, not a rating of its own
    rows = [referral(T + 20, "w", "b"), referral(T + 180, "x", "b"), referral(T + 181, "y", "b"),
            referral(T - 365, "z", "b"), referral(T + 3, "z", "b")]  # fmt: skip
    found = scored(view(rows, made))
    assert found.comfort.tolist() == [9, 5, 3]
    assert (found.time.tolist(), found.event.tolist()) == ([20, 180, 180], [1, 1, 0])
    m = measure("Q3", rows, made)
    assert m.figure.theta == 1.0
    assert len(scored(view(rows, made), fresh=False).comfort) == 4


def test_q3_pairs_a_rating_with_its_next_within_90_days_and_uses_none_twice() -> None:
    days = [0, 80, 100, 191, 300]
    made = [assessment(T + d, "b", "x", comfort=float(d % 7)) for d in days]
    assert repeats(view([referral(T, "x", "b")], made))["days"].tolist() == [80]
    made.append(assessment(T + 150, "b", "x", comfort=4.0))
    assert repeats(view([referral(T, "x", "b")], made))["days"].tolist() == [80, 50]


def test_q3_takes_both_parts() -> None:
    rows, made = many(effect=0.9, assessors=20)
    m = measure("Q3", rows, made)
    assert [(p.name, p.theta0, p.level) for p in m.parts] == [("concordance", 0.55, 0.99), ("reliability", 0.5, 0.95)]
    assert value(m, "reliability") == pytest.approx(0.8, abs=0.12)
    assert value(m, "concordance") > 0.6
    assert m.p == pytest.approx(max(m.figure.p(0.5), *(p.figure.p(p.theta0) for p in m.parts)))
    assert 0 < value(m, "kr20") < 1
    assert m.data["calibration"]["ratings"].sum() == m.n


# -- Q2 ---------------------------------------------------------------------------------------------------------------
def test_q2_starts_at_the_first_rating_of_a_source_that_had_not_referred() -> None:
    made = [assessment(T, "b", s, perceived_value=v) for s, v in (("w", 9.0), ("x", 5.0), ("y", 3.0))]
    made += [assessment(T + 50, "b", "w", perceived_value=1.0), assessment(T, "c", "w", perceived_value=2.0)]
    rows = [referral(T + 20, "w", "b"), referral(T, "x", "b"), referral(T - 1, "w", "d")]
    found = sources(view(rows, made, ["b", ("c", LONG_AGO, T + 41)]))
    assert found.names[found.assessor].tolist() == ["b", "b", "c"]
    assert found.rating.tolist() == [9, 3, 2]
    assert (found.time.tolist(), found.event.tolist()) == ([20, A - 1 - T, 40], [1, 0, 0])


def test_q2_takes_comfort_for_want_of_value_and_says_so() -> None:
    rows, made = many()
    assert measure("Q2", rows, made).basis == {"perceived_value": "recorded"}
    less = [{**m, "perceived_value": None} if k % 3 else m for k, m in enumerate(made)]
    m = measure("Q2", rows, less)
    assert m.basis == {"comfort": "proxy"}
    assert any("comfort rating stands in" in said for said in m.warnings)


def test_q2_stratifies_by_assessors_with_five_sources_or_more() -> None:
    rows, made = many(effect=0.3)
    made = [m for m in made if not (m["assessor_id"] in ("a00", "a01") and m["source_id"][-1] in "4567")]
    found = sources(view(rows, made))
    stratum = found.stratum(5)
    assert sorted(set(stratum)) == [0, *range(3, 15)]
    m = measure("Q2", rows, made)
    same = hazards(found.time.astype(float), found.event, found.rating, stratum, found.assessor)
    assert m.figure.theta == pytest.approx(same.beta[0])
    assert m.figure.clusters == 14
    assert m.data["thirds"]["sources"].sum() == len(found.rating)
    assert m.adds == ("step by step" if (np.diff(m.data["thirds"]["value"]) < 0).all() else "but not step by step")
    assert set(m.data["curves"]["arm"]) <= {1, 2, 3}


@pytest.mark.parametrize("claim", ["Q2", "Q3"])
def test_one_persons_ratings_are_too_few(claim: str) -> None:
    rows, made = many()
    assert "Choose the whole group" in measure(claim, rows, made, receiver="a00").unrecorded[0]
