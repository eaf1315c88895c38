"""The generator keeps its word: a seed is a world, and large worlds show the truth that they promise."""

import hashlib
import json
import math
import unicodedata
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq

from analysis import verdict
from analysis.claims import registry
from analysis.population import prepare
from errors import UsageError
from sample.membership import EPOCH, NEVER, YEAR, month_start
from sample.outcome import WON
from sample.process import CUSTOMER, MEMBER, PARTNER
from sample.recipes import WORLDS
from sample.world import World, make_world

BIG = {"groups": 60, "members": 50}


def fingerprint(world: World) -> str:
    tables = (world.referrals, world.memberships, world.people, world.groups, world.relations)
    return hashlib.sha256("".join(t.to_csv() for t in tables).encode()).hexdigest()


@pytest.mark.parametrize("name", WORLDS)
def test_the_same_seed_gives_the_same_world_and_another_seed_another(name: str) -> None:
    first, again, other = (fingerprint(make_world(name, seed)) for seed in (5, 5, 6))
    assert first == again != other


def test_a_world_does_not_change_between_releases() -> None:
    """What people saw yesterday in the sample they see today: change this only on purpose."""
    assert fingerprint(make_world("base", 1))[:16] == "8c7b4cdaa9c84bcf"


@pytest.mark.parametrize("name", WORLDS)
def test_the_truth_is_plain_json_and_names_what_the_world_is_for(name: str) -> None:
    truth = make_world(name, 1).truth
    assert json.loads(json.dumps(truth)) == truth
    for claim in (*truth["null_for"], *truth["true_for"]):
        assert truth["claims"][claim], f"{claim} has no truth in {name}"


@pytest.mark.parametrize(("name", "changes"), [("atlantis", {}), ("base", {"colour": 3})])
def test_an_unknown_world_or_knob_is_named(name: str, changes: dict) -> None:
    with pytest.raises(UsageError, match=r"atlantis|colour"):
        make_world(name, **changes)


def test_a_world_must_end_with_a_month() -> None:
    with pytest.raises(ValueError, match="whole month"):
        make_world("base", end=date(2026, 6, 29))


# What a log must be like


@pytest.fixture(scope="module", params=["base", "harbour", "gap"])
def world(request: pytest.FixtureRequest) -> World:
    return make_world(request.param, 4)


def test_every_row_lies_in_the_receivers_spell_and_in_what_was_imported(world: World) -> None:
    log, frames = world.frames().referrals, world.frames()
    spells = log.reset_index().merge(frames.memberships, left_on="receiver_id", right_on="person_id")
    inside = (spells["given"] >= spells["joined"]) & (spells["given"] < spells["left"].fillna(NEVER))
    assert spells["index"][inside].nunique() == inside.sum() == len(log)
    spoken_for = frames.coverage[frames.coverage["record_kind"] == "referrals"]
    cover = log.merge(spoken_for, on="group_id")
    assert ((cover["given"] >= cover["start"]) & (cover["given"] < cover["end"])).sum() == len(log)


def test_a_fellow_member_gives_only_while_a_member(world: World) -> None:
    log, frames = world.frames().referrals, world.frames()
    members = log[log["source_kind"] == "member"].reset_index()
    spells = members.merge(frames.memberships, left_on="source_id", right_on="person_id")
    inside = (spells["given"] >= spells["joined"]) & (spells["given"] < spells["left"].fillna(NEVER))
    assert spells["index"][inside].nunique() == len(members)
    assert (spells["source_id"] != spells["receiver_id"]).all()


def test_rows_are_in_order_and_closings_are_observed(world: World) -> None:
    log = world.frames().referrals
    assert log["given"].is_monotonic_increasing
    closed = log[log["closed"].notna()]
    assert (closed["closed"] >= closed["given"]).all()
    assert closed["closed"].max() <= world.last
    assert (log["closed"].notna() == (log["status"] != "open")).all()
    assert (log["amount"].notna() == (log["status"] == "won")).all()


def test_nobody_shares_a_name_even_when_case_and_blanks_are_ignored(world: World) -> None:
    key = [" ".join(unicodedata.normalize("NFKC", n).casefold().split()) for n in world.people["name"]]
    assert len(set(key)) == len(key)
    assert all(n == " ".join(n.split()) for n in world.people["name"])
    prospects = world.referrals["prospect"].dropna()
    assert prospects.is_unique
    assert not set(prospects) & set(world.people["name"])


def test_a_chain_leads_to_an_earlier_referral_of_the_same_receiver(world: World) -> None:
    log = world.referrals
    child = log[log["via_referral_id"].notna()]
    parent = log.set_index("referral_id").loc[child["via_referral_id"]]
    assert 0.03 < len(child) / len(log) < 0.10
    assert (parent["given_on"].to_numpy() < child["given_on"].to_numpy()).all()
    assert (parent["receiver_id"].to_numpy() == child["receiver_id"].to_numpy()).all()
    assert parent["prospect"].notna().all()


def test_some_members_come_back_after_more_than_a_month() -> None:
    members = make_world("base", 1).memberships.sort_values(["person_id", "joined_on"])
    gap = members["joined_on"] - members.groupby("person_id")["left_on"].shift()
    assert (gap.dropna() > pd.Timedelta(days=31)).all()
    assert len(gap.dropna()) >= 3


def test_western_names_fit_in_cp1252() -> None:
    world = make_world("base", 2, script="western")
    for text in (*world.people["name"], *world.referrals["prospect"].dropna()):
        assert text.encode("cp1252").decode("cp1252") == text


def test_months_that_were_not_imported_are_absent_from_rows_and_coverage() -> None:
    world = make_world("gap", 2)
    assert [len(spans) for spans in world.covered] == [4, 3, 2]
    missing = month_start(date(2026, 6, 30), 72 - 17)
    days = world.day[world.group == 0]
    assert not ((days >= missing) & (days < missing + 31)).any()
    starts = [month_start(date(2026, 6, 30), 72 - m) for m in (0, 12, 24)]
    assert [spans[0][0] for spans in world.covered] == starts
    assert {spans[-1][1] for spans in world.covered} == {world.last + 1}


# Large worlds show the truth, by sums that share no code with the analysis


def mean_and_error(per_group: pd.Series) -> tuple[float, float]:
    """Mean over independent chapters and its standard error."""
    return float(per_group.mean()), float(per_group.std(ddof=1) / math.sqrt(len(per_group)))


@pytest.mark.parametrize("name", ["base", "away", "mix", "presence-drift"])
def test_truth_of_the_share_made_in_absence(name: str) -> None:
    world = make_world(name, 11, **BIG)
    last_year = world.day > world.last - 365
    rows = pd.DataFrame({"group": world.group, "away": world.events.away})[last_year]
    mean, error = mean_and_error(rows.groupby("group")["away"].mean())
    assert abs(mean - world.truth["claims"]["L1"]["share_networked"]) < 4 * error < 0.06


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("mix", "L5"),
        ("absence-pays", "L5"),
        ("mix", "S4"),
        ("partners-pay", "S4"),
        ("slow", "S4"),
        ("base", "S4"),
    ],
)
def test_truth_of_the_close_rate_difference_within_receivers(name: str, claim: str) -> None:
    world = make_world(name, 12, **BIG)
    kind, wait = world.events.kind, world.outcomes.closed - world.day
    arm = world.events.away if claim == "L5" else (kind == MEMBER) | (kind == PARTNER)
    rows = pd.DataFrame(
        {"group": world.group, "receiver": world.person[:, 1], "arm": arm,
         "won": (world.outcomes.status == WON) & (wait <= 180)}
    )[(world.day <= world.last - 180) & ((claim == "L5") | (arm | (kind == CUSTOMER)))]  # fmt: skip
    cells = rows.groupby(["group", "receiver", "arm"])["won"].agg(["sum", "count"]).unstack(fill_value=0)
    n1, n0, y1, y0 = cells["count", True], cells["count", False], cells["sum", True], cells["sum", False]
    weight = n1 * n0 / (n1 + n0)
    diff = (y1 / n1.where(n1 > 0, 1) - y0 / n0.where(n0 > 0, 1)) * weight
    per_group = diff.groupby("group").sum() / weight.groupby("group").sum()
    mean, error = mean_and_error(per_group)
    assert abs(mean - world.truth["claims"][claim]["close_rate_difference"]) < 4 * error < 0.04
    pooled = rows.groupby("arm")["won"].mean()
    if name == "mix":
        assert pooled[True] - pooled[False] > 0.08, "the trap is not live: the pooled difference is small"


@pytest.mark.parametrize("name", ["volume", "further"])
def test_truth_of_the_rate_after_the_first_referral(name: str) -> None:
    world = make_world(name, 13, **BIG)
    end_of_spell = np.minimum(world.spell.left, world.last + 1)
    until = pd.Series(end_of_spell, index=pd.MultiIndex.from_arrays([world.spell_person, world.spell.joined]))
    until = until[~until.index.duplicated()]
    pairs = list(map(tuple, world.person.tolist()))
    rows = pd.DataFrame({"group": world.group, "pair": pairs, "time": world.events.time,
                         "receiver": world.person[:, 1], "joined": world.events.joined,
                         "away": world.events.away})[world.events.kind != MEMBER]  # fmt: skip
    first = rows.groupby("pair").head(1).set_index("pair")
    first["stop"] = until.loc[list(zip(first["receiver"], first["joined"], strict=True))].to_numpy()
    rows = rows.join(first[["time", "stop", "away", "joined"]].add_suffix("_first"), on="pair")
    further = rows[(rows["time"] > rows["time_first"]) & (rows["joined"] == rows["joined_first"])]
    first["n"] = further.groupby("pair").size().reindex(first.index).fillna(0)
    first["years"] = (first["stop"] - first["time"]) / YEAR
    sums = first.groupby(["group", "away"])[["n", "years"]].sum().unstack()
    ratio = np.log(sums["n", True] / sums["years", True]) - np.log(sums["n", False] / sums["years", False])
    mean, error = mean_and_error(ratio)
    assert abs(mean - math.log(world.truth["claims"]["L9"]["further_rate_ratio"])) < 4 * error < 0.15


def slope(times: np.ndarray, lo: np.ndarray, hi: np.ndarray) -> float:
    """Yearly log growth of a process from its times in their windows: the conditional likelihood's score is zero."""
    x, w = (times - lo) / YEAR, (hi - lo) / YEAR

    def score(s: float) -> float:
        expected = w / 2 if abs(s) < 1e-9 else w / -np.expm1(-s * w) - 1 / s
        return float((x - expected).sum())

    return brentq(score, -1, 1)


@pytest.mark.parametrize("name", ["base", "frail", "trend", "grows"])
def test_truth_of_growth_within_a_spell_and_of_drift_among_newcomers(name: str) -> None:
    world = make_world(name, 14, groups=40, members=50, season=0.0)
    left = pd.Series(world.spell.left, index=pd.MultiIndex.from_arrays([world.spell_person, world.spell.joined]))
    joined, time_ = world.events.joined, world.events.time
    stop = left.loc[list(zip(world.person[:, 1], joined, strict=True))].to_numpy()
    lo, hi = np.maximum(joined, world.first), np.minimum(stop, world.last + 1)
    true = world.truth["claims"]["T1"]
    values = np.array([slope(time_[g], lo[g], hi[g]) for g in (world.group == k for k in range(40))])
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert abs(values.mean() - math.log(true["yearly_ratio_same_person"])) < 4 * error < 0.03
    # Newcomers: rates per person-day of first years, in the first against the second half of the log.
    day = np.arange(world.first + 365, world.last + 1)
    seen = (world.spell.joined[None, :] <= day[:, None]) & (
        day[:, None] < np.minimum(world.spell.left, world.spell.joined + 365)
    )
    new, middle = time_ < joined + 365, (day[0] + day[-1]) / 2
    counts = [((time_ >= day[0]) & new & (time_ < middle)).sum(), (new & (time_ >= middle)).sum()]
    exposure = [seen[day < middle].sum(), seen[day >= middle].sum()]
    drift = math.log(counts[1] / exposure[1] / (counts[0] / exposure[0])) / ((day[-1] - day[0]) / 2 / YEAR)
    assert abs(drift - math.log(true["drift_ratio"])) < 0.035


@pytest.mark.parametrize("name", ["equal-totals", "top-two"])
def test_truth_of_last_years_two_best_against_all_customers(name: str) -> None:
    world = make_world(name, 15, groups=25, frailty=0.0)
    good = (world.outcomes.status == WON) & (world.outcomes.closed - world.day <= 180)
    test_from, test_to = world.last + 1 - 180 - 365, world.last + 1 - 180
    rows = pd.DataFrame({"receiver": world.person[:, 1], "source": world.person[:, 0], "kind": world.events.kind,
                         "day": world.day})[good]  # fmt: skip
    whole = world.spell_person[(world.spell.joined < test_from - 365) & (world.spell.left >= test_to)]
    rows = rows[rows["receiver"].isin(whole)]
    chosen_in = rows[(rows["day"] >= test_from - 365) & (rows["day"] < test_from) & (rows["kind"] == PARTNER)]
    rank = chosen_in.groupby(["receiver", "source"]).size().sort_values(ascending=False, kind="stable")
    picks = set(rank.groupby("receiver").head(2).index)
    test = rows[(rows["day"] >= test_from) & (rows["day"] < test_to)]
    is_pick = [pair in picks for pair in zip(test["receiver"], test["source"], strict=True)]
    x = test[is_pick].groupby("receiver").size()
    c = test[test["kind"] == CUSTOMER].groupby("receiver").size()
    both = pd.concat([x, c], axis=1, keys=["x", "c"]).fillna(0)
    both = both.loc[both.index.isin({receiver for receiver, _ in picks})]
    decided = both[both["x"] != both["c"]]
    share = (decided["x"] > decided["c"]).mean()
    error = math.sqrt(share * (1 - share) / len(decided))
    assert abs(share - world.truth["claims"]["S1"]["share_top_two_win"]) < 4 * error < 0.12


def test_the_harbour_chapter_is_one_a_leader_would_recognise() -> None:
    world = make_world("harbour")
    log, now = world.referrals, world.memberships["left_on"].isna().sum()
    assert world.groups["name"].tolist() == ["Harbour Chapter"]
    assert now == 34
    assert max(log["given_on"].max(), log["closed_on"].max()) == pd.Timestamp(2026, 6, 30), "a quarter's end"
    assert world.first == date(2021, 7, 1).toordinal() - EPOCH
    assert 20 < len(log) / 60 < 70
    assert log["receiver_present"].isna()[log["given_on"] > pd.Timestamp(2022, 9, 1)].mean() < 0.05
    assert log.loc[log["given_on"] < pd.Timestamp(2022, 7, 1), "receiver_present"].isna().all()


def test_the_sample_supports_some_claims_and_honestly_leaves_others_open() -> None:
    world = make_world("harbour")
    log = prepare(world.frames())
    measured = {c: claim.measure(log, world.last + 1) for c, claim in registry.items()}
    q = verdict.family_q({c: m.p for c, m in measured.items()})
    found = {c: verdict.decide(m, q.get(c)).verdict for c, m in measured.items()}
    assert {c: found[c] for c in ("L1", "L5", "S1", "S4", "T1")} == {
        "L1": "supported",
        "L5": "not enough data",
        "S1": "not enough data",
        "S4": "supported",
        "T1": "not enough data",
    }
