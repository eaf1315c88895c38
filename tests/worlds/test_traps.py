"""What makes a world a trap is in its rows: the knobs do what they say."""

import numpy as np
import pytest

from analysis.claims import registry
from analysis.population import prepare
from analysis.tenure_panel import cells, leaving_odds
from sample import lastyear, shaping
from sample.lastyear import YEAR
from sample.membership import MONTH, Cast, cast, spells
from sample.process import CUSTOMER, outside_sources
from sample.trial import truth_of
from sample.world import World, make_world


@pytest.mark.parametrize("name", ["met-later", "met-earlier"])
def test_one_kind_of_source_is_met_on_joining_and_the_other_over_years(name: str) -> None:
    world = make_world(name, members=15, months=24)
    k = world.knobs
    sources = outside_sources(k, world.cast, world.seed)
    wait = shaping.first_meetings(k, world.cast, world.seed) - world.cast.first_join[sources.receiver]
    late = (sources.kind == CUSTOMER) == (name == "met-later")
    assert (wait[~late] == 0).all()
    assert wait[late].mean() == pytest.approx(k.met_months * MONTH / 2, rel=0.1)


def level_against_receiving(world: World, column: str) -> float:
    rated = world.frames().assessments
    mean = rated.groupby("assessor_id")[column].mean()
    got = world.frames().referrals["receiver_id"].value_counts().reindex(mean.index).fillna(0)
    return float(np.corrcoef(np.log1p(got), mean)[0, 1])


def test_a_halo_lifts_every_rating_of_those_who_receive_much() -> None:
    halo, none = make_world("rating-halo", seed=2), make_world("rating-halo", seed=2, rating_halo=0.0, rating_style=0.0)
    for column in ("comfort", "perceived_value"):
        assert level_against_receiving(halo, column) > level_against_receiving(none, column) + 0.2


def test_where_sources_of_a_kind_are_alike_the_ratio_of_their_rates_is_the_truth() -> None:
    assert truth_of(make_world("partners-refer"), "S2") == pytest.approx((0.57 / 4) / (0.43 / 6))
    assert truth_of(make_world("met-later"), "S2") == 1.0
    assert truth_of(make_world("partners-refer", source_shape=1.5), "S2") is None


def test_what_diversity_brings_begins_in_the_last_year_and_takes_nothing_from_the_years_before() -> None:
    with_it, without = make_world("many-ponds", seed=3), make_world("many-ponds", seed=3, log_ponds=0.0)
    late = with_it.last + 1 - YEAR
    assert (with_it.events.time < late).sum() == (without.events.time < late).sum()
    share = lastyear.by_ponds(with_it.knobs, with_it_cast(with_it), without.events, (without.first, without.last + 1))
    assert (share[without.events.time < late] == 1).all()
    kept = share[without.events.time >= late]
    assert len(np.unique(kept)) > 20
    assert (with_it.events.time >= late).sum() == pytest.approx(kept.sum(), rel=0.05)


def with_it_cast(world: World) -> Cast:
    k = world.knobs
    return cast(k, world.seed, world.first, world.last)


def test_who_stood_between_others_hears_more_at_second_hand_in_the_last_year_only() -> None:
    world = make_world("between", seed=3)
    k, events = world.knobs, world.events
    spell = spells(k, cast(k, world.seed, world.first, world.last), world.seed, world.last)
    chance = lastyear.at_second_hand(k, spell, events, (world.first, world.last + 1))
    late = events.time >= world.last + 1 - YEAR
    assert (chance[~late] == k.chain).all()
    assert chance[late].max() == pytest.approx(lastyear.MOST)
    told, middle = world.parent[late] >= 0, np.median(chance[late])
    for part in (chance[late] <= middle, chance[late] > middle):
        assert told[part].mean() == pytest.approx(chance[late][part].mean(), abs=0.06)
    assert chance[late].max() > 2 * chance[late].min()


def test_members_leave_after_a_bad_half_year_and_the_card_says_what_that_does() -> None:
    said, odds = 0, []
    for seed in range(1, 5):
        world = make_world("shock", seed=seed)
        view = prepare(world.frames()).at(world.last + 1)
        odds.append(leaving_odds(view, cells(view))[0])
        measured = registry["T1"].measure(view.log, view.day, detail=True)
        said += any("leave after a poor half-year" in warning for warning in measured.warnings)
    assert np.mean(odds) == pytest.approx(np.exp(0.4), rel=0.2)
    assert said >= 1
    calm = make_world("shock", seed=1, shock=0.0)
    assert (calm.spell.left > calm.last).mean() < 0.6  # without it they leave by their own chance


def test_referrals_snowball_where_the_log_grows_by_what_came_before() -> None:
    world = make_world("snowball", seed=2)
    figure = registry["L4"].measure(world.frames(), world.last + 1).figure
    assert figure.bounds(0.99)[0] > 1
