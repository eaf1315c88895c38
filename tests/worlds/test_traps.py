"""What makes a world a trap is in its rows: the knobs do what they say."""

import numpy as np
import pytest

from sample import shaping
from sample.membership import MONTH
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
