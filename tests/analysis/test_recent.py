"""A log is prepared once for the same tables, and anew as soon as anything else counts."""

import gc
import weakref
from dataclasses import replace

from analysis.population import prepare
from analysis.recent import Recent
from analysis.result import Frames
from analysis.settings import DEFAULT
from sample.world import make_world


def small(seed: int = 1) -> Frames:
    return make_world("base", seed, members=6, months=6).frames()


def test_the_same_tables_are_prepared_once_whoever_asks() -> None:
    frames = small()
    log = prepare(frames)
    assert prepare(frames) is log
    assert prepare(replace(frames, receiver=frames.receiver)) is log


def test_another_receiver_setting_or_table_is_another_log() -> None:
    frames = small()
    log = prepare(frames)
    assert prepare(replace(frames, receiver="p0000001")).receiver == "p0000001"
    assert prepare(frames, replace(DEFAULT, same_referral_days=0)) is not log
    fewer = replace(frames, referrals=frames.referrals.head(10).copy())
    assert len(prepare(fewer).rows) <= 10 < len(log.rows)
    assert prepare(frames) is log


def test_a_few_are_kept_and_none_keeps_its_tables_alive() -> None:
    kept, made = Recent(most=2), []

    def asked(frames: Frames) -> object:
        return kept.get(frames, None, lambda: made.append(1) or object())  # type: ignore[arg-type,func-returns-value]

    one, two, three = small(1), small(2), small(3)
    first = asked(one)
    asked(two)
    assert asked(one) is first  # the one asked for last stays
    asked(three)
    assert asked(one) is first
    asked(two)
    assert len(made) == 4
    gone = weakref.ref(one.referrals)
    del one
    gc.collect()
    assert gone() is None
