"""Records besides referrals: they agree with one another, leave the log as it was, and show their truth."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis.result import Frames
from data.draft import STAGING
from sample import ratings
from sample.knobs import RECORDS
from sample.process import MEMBER
from sample.snapshots import COUNTS, month_of
from sample.world import World, make_world

BIG = {"groups": 40, "members": 35}


@pytest.fixture(scope="module")
def world() -> World:
    return make_world("harbour", 1)


@pytest.fixture(scope="module")
def frames(world: World) -> Frames:
    return world.frames()


def test_recording_more_changes_neither_log_nor_members_nor_the_people_in_them() -> None:
    bare, full = make_world("gap", 4), make_world("gap", 4, records=RECORDS)
    pd.testing.assert_frame_equal(bare.referrals, full.referrals)
    pd.testing.assert_frame_equal(bare.memberships, full.memberships)
    pd.testing.assert_frame_equal(bare.people, full.people.iloc[: len(bare.people)])


def test_a_world_that_keeps_no_further_records_has_empty_frames_and_no_coverage_of_them() -> None:
    bare = make_world("base", 4).frames()
    assert [len(getattr(bare, kind)) for kind in RECORDS] == [0] * 5
    assert set(bare.coverage["record_kind"]) == {"referrals"}


def test_staging_has_the_columns_and_types_that_the_store_takes(world: World) -> None:
    for table, frame in world.staging().items():
        assert list(frame) == list(STAGING[table]), table
        assert {c: str(t) for c, t in frame.dtypes.items()} == STAGING[table], table


def test_nobody_shares_a_name_with_somebody_beyond(world: World) -> None:
    assert world.people["name"].is_unique
    assert not set(world.people["name"]) & set(world.referrals["prospect"].dropna())


def test_every_record_lies_in_what_was_imported() -> None:
    frames = make_world("gap", 4, records=RECORDS).frames()
    for kind, day in (("thanks", "given"), ("touches", "happened"), ("attendance", "meeting")):
        rows = getattr(frames, kind)
        cover = frames.coverage[frames.coverage["record_kind"] == ("ask" if kind == "touches" else kind)]
        both = rows.merge(cover, on="group_id")
        assert ((both[day] >= both["start"]) & (both[day] < both["end"])).sum() == len(rows) > 0


def test_thanks_are_for_won_referrals_of_members_and_not_before_they_closed(world: World, frames: Frames) -> None:
    won = frames.referrals[(frames.referrals["status"] == "won") & (frames.referrals["source_kind"] == "member")]
    home = frames.thanks[frames.thanks["tier"] == 1]
    both = home.merge(won, left_on=["from_id", "to_id", "amount"], right_on=["receiver_id", "source_id", "amount"])
    in_time = (both["given_x"] >= both["closed"]) & (both["given_x"] <= both["closed"] + 10)
    assert both[in_time]["thank_id"].nunique() == len(home) > 0.9 * len(won)
    abroad = frames.thanks[frames.thanks["tier"] == 2]
    assert abroad["counterpart_group"].notna().all()
    assert len(abroad) > 20
    assert home["counterpart_group"].isna().all()


def test_members_are_marked_at_every_meeting_of_their_spell_and_only_there(world: World, frames: Frames) -> None:
    seen = frames.attendance
    assert ((seen["meeting"] + 3) % 7 == 3).all(), "the chapter meets on Thursdays"
    assert not seen.duplicated(["person_id", "meeting"]).any()
    held = np.sort(seen["meeting"].unique())
    for row in frames.memberships.itertuples():
        left = world.last + 1 if pd.isna(row.left) else row.left
        mine = seen[(seen["person_id"] == row.person_id) & (seen["meeting"] >= row.joined) & (seen["meeting"] < left)]
        assert len(mine) == ((held >= row.joined) & (held < left)).sum()
    log = frames.referrals.merge(seen, left_on=["receiver_id", "given"], right_on=["person_id", "meeting"])
    assert set(log.loc[log["present"].fillna(False), "status_y"]) == {"P", "L"}


def test_a_snapshot_is_the_sum_of_the_month(world: World, frames: Frames) -> None:
    rows = frames.snapshots[frames.snapshots["person_id"].notna()]
    held = frames.attendance.groupby(["person_id", month_of(frames.attendance["meeting"])]).size()
    marks = rows.set_index(["person_id", month_of(rows["period_from"])])[["p", "a", "l", "m", "s"]].sum(axis=1)
    assert (marks[marks > 0].sort_index() == held.sort_index()).all(), "P A L M S exclude one another"
    inside = frames.referrals[frames.referrals["source_kind"] == "member"]
    assert rows["rgi"].sum() == rows["rri"].sum() == len(inside)
    listed = frames.thanks.merge(rows, left_on="to_id", right_on="person_id")
    listed = listed[(listed["given"] >= listed["period_from_y"]) & (listed["given"] <= listed["period_to_y"])]
    assert rows["tyfcb"].sum() == pytest.approx(listed["amount"].sum()), "who has left is thanked in the total alone"
    own = frames.touches[(frames.touches["kind"] == "one_to_one") & frames.touches["counterpart_group"].isna()]
    assert rows["one_to_ones"].sum() == 2 * len(own) + frames.touches["counterpart_group"].notna().sum()


def test_the_total_of_a_snapshot_is_never_less_and_mostly_more_than_its_rows(frames: Frames) -> None:
    columns = [*COUNTS, "tyfcb"]
    rows, total = (frames.snapshots[m] for m in (frames.snapshots["person_id"].notna(),
                                                 frames.snapshots["row_label"] == "Total"))  # fmt: skip
    more = total.set_index("period_from")[columns] - rows.groupby("period_from")[columns].sum()
    assert (more.to_numpy() > -1e-6).all()
    assert (more["tyfcb"] > 0).mean() > 0.9
    visitors = frames.snapshots[frames.snapshots["row_label"] == "Visitors"]
    assert visitors["p"].between(4, 5).all(), "its P is the number of meetings"


# Large worlds show the truth, by sums that share no code with the analysis


def near(values: pd.Series, true: float, error: float) -> None:
    se = float(values.std(ddof=1) / math.sqrt(len(values)))
    assert se < error
    assert abs(float(values.mean()) - true) < 4 * se


@pytest.mark.parametrize("name", ["likeable", "balance-pays"])
def test_truth_of_asks_that_are_met_with_a_balance(name: str) -> None:
    world = make_world(name, 21, **BIG)
    rows = world.records.touches
    asks = rows[rows["kind"] == "ask"].reset_index(drop=True)
    put_in = pd.concat([
        rows.loc[rows["kind"].isin(["help", "introduction", "testimonial"]), ["source", "receiver", "day"]],
        pd.DataFrame({"source": world.person[:, 0], "receiver": world.person[:, 1], "day": world.day})[
            world.events.kind == MEMBER
        ],
    ])  # fmt: skip

    def before(of: pd.DataFrame) -> pd.Series:
        both = asks.reset_index().merge(of, on=["source", "receiver"], suffixes=("", "_of"))
        late = both["day"] - both["day_of"]
        return both[(late > 0) & (late <= 365)].groupby("index").size().reindex(asks.index).fillna(0)

    arm = before(put_in) - before(asks[["source", "receiver", "day"]]) > 0
    met = asks["outcome"] == "done"
    cells = pd.DataFrame({"group": asks["group"], "asker": asks["source"], "arm": arm, "met": met})
    cells = cells.groupby(["group", "asker", "arm"])["met"].agg(["sum", "count"]).unstack(fill_value=0)
    n1, n0 = cells["count", True], cells["count", False]
    weight = n1 * n0 / (n1 + n0)
    diff = (cells["sum", True] / n1.where(n1 > 0, 1) - cells["sum", False] / n0.where(n0 > 0, 1)) * weight
    near(diff.groupby("group").sum() / weight.groupby("group").sum(), world.knobs.diff_balance, 0.02)
    if name == "likeable":
        assert met[arm].mean() - met[~arm].mean() > 0.05, "the trap is not live"


def test_a_favour_on_an_ask_is_done_within_sixty_days_and_otherwise_nothing_comes() -> None:
    rows = make_world("likeable", 3, groups=4).records.touches
    asks = rows[rows["kind"] == "ask"].reset_index()
    back = rows[rows["kind"].isin(["help", "introduction", "testimonial"])]
    both = asks.merge(back, left_on=["source", "receiver"], right_on=["receiver", "source"], suffixes=("", "_back"))
    came = both[(both["day_back"] >= both["day"]) & (both["day_back"] <= both["day"] + 60)]["index"].unique()
    old = asks["day"] <= rows["day"].max() - 60
    assert (asks["index"].isin(came) == (asks["outcome"] == "done"))[old].all()


@pytest.mark.parametrize("name", ["depth-pays", "rating-style"])
def test_truth_of_the_rate_after_an_assessment(name: str) -> None:
    world = make_world(name, 22, **BIG, rated_again=0.0, season=0.0)
    rows = world.records.assessments
    rows = rows[rows["day"] + 180 <= world.last].reset_index(drop=True)
    score = rows[[f"q{i:02d}" for i in range(1, 14)]].sum(axis=1)
    later = pd.DataFrame({"source": world.person[:, 0], "assessor": world.person[:, 1], "on": world.day})
    both = rows.reset_index().merge(later, on=["source", "assessor"])
    came = both[(both["on"] > both["day"]) & (both["on"] <= both["day"] + 180)].groupby("index").size()
    table = pd.DataFrame({"group": rows["group"], "arm": score >= 7, "n": came.reindex(rows.index).fillna(0)})
    mean = table.groupby(["group", "arm"])["n"].mean().unstack()
    near(np.log(mean[True] / mean[False]), math.log(world.knobs.depth_ratio), 0.05)


def test_truth_of_the_time_to_the_first_referral_by_the_value_that_a_source_sees() -> None:
    world = make_world("value-pays", 23, **BIG, season=0.0, sd_receive=0.0)
    sources = world.origin[world.origin >= world.cast_size] - world.cast_size
    value = ratings.values(world.knobs, world.seed, world.cast_size * ratings.sources_each(world.knobs))[sources]
    count = np.bincount(world.person[:, 0], minlength=len(world.origin))[world.origin >= world.cast_size]
    line = np.polyfit(np.arange(1, 10), np.log([count[value == v].mean() for v in range(1, 10)]), 1)
    assert line[0] == pytest.approx(math.log(1.14), abs=0.02)


@pytest.mark.parametrize(("name", "low", "high"), [("answered-all", 0.93, 1.0), ("answered-most", 0.7, 0.85),
                                                   ("answered-some", 0.2, 0.35)])  # fmt: skip
def test_openings_are_answered_about_as_often_as_said(name: str, low: float, high: float) -> None:
    world = make_world(name, 24, groups=6, leave_first_year=-20.0, leave_later=-20.0)
    rows = pd.DataFrame({"i": world.person[:, 0], "j": world.person[:, 1], "on": world.day})
    rows["pair"] = rows[["i", "j"]].min(axis=1) * 10**6 + rows[["i", "j"]].max(axis=1)
    opened = answered = 0
    for _, part in rows.groupby("pair"):
        waiting: list[tuple[int, int]] = []
        for giver, on in zip(part["i"], part["on"], strict=True):
            fits = [w for w in waiting if w[0] != giver and 0 < on - w[1] <= 365]
            if fits:
                waiting.remove(fits[0])
                answered += fits[0][1] <= world.last - 365
            else:
                waiting.append((giver, on))
                opened += on <= world.last - 365
    assert low < answered / opened < high


@pytest.mark.parametrize("name", ["hop", "hop-costs"])
def test_truth_of_what_a_member_receives_in_a_further_group(name: str) -> None:
    world = make_world(name, 25, groups=40, season=0.0)
    spell, last = world.spell, world.last + 1
    lo, hi = np.maximum(spell.joined, world.first), np.minimum(spell.left, last)
    nth = pd.Series(spell.person).groupby(spell.person).cumcount().to_numpy()
    key = {(p, j): i for i, (p, j) in enumerate(zip(world.spell_person, spell.joined, strict=True))}
    at = [key[x] for x in zip(world.person[:, 1], world.events.joined, strict=True)]
    table = pd.DataFrame({"person": spell.person, "nth": nth, "days": np.maximum(hi - lo, 0),
                          "n": np.bincount(at, minlength=len(spell))})  # fmt: skip
    sums = table[table["nth"] < 2].pivot_table(index="person", columns="nth", values=["n", "days"]).dropna()
    sums = sums[(sums["days"] > 0).all(axis=1)]
    expected = sums["n", 0] + sums["n", 1]
    ratio = (sums["n", 1] * sums["days", 0] / (sums["days", 0] + sums["days", 1])).sum() / (
        sums["n", 0] * sums["days", 1] / (sums["days", 0] + sums["days", 1])
    ).sum()
    assert expected.sum() > 5000
    assert ratio == pytest.approx(world.knobs.hop_ratio, rel=0.06)


def test_giving_is_followed_by_receiving_only_where_it_pays() -> None:
    """Own deviations from the mean: what one received this half-year, on what one gave in the half-year before."""

    def slope(name: str) -> float:
        world = make_world(name, 26, groups=30, leave_first_year=-20.0, leave_later=-20.0, burn_in=40, members=20)
        half = (world.day - world.first) * 2 // 365
        gave, got = (
            pd.crosstab(world.person[:, side], half).reindex(np.unique(world.spell_person), fill_value=0)
            for side in (0, 1)
        )
        there = world.spell.joined <= world.first
        whole = world.spell_person[there]
        x, y = np.log1p(gave.loc[whole].to_numpy(float)[:, :9]), got.loc[whole].to_numpy(float)[:, 1:10]
        x, y = x - x.mean(axis=1, keepdims=True), y / y.mean(axis=1, keepdims=True).clip(0.1) - 1
        return float((x * y).sum() / (x * x).sum())

    assert slope("giving-pays") > slope("members-only") + 0.1
    assert slope("members-only") < 0.05
