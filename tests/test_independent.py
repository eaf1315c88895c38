"""A second pair of eyes: L1, L5, S4 and S1 recomputed from the exported CSV tables, row by row and with loops.

Nothing here imports `analysis`. Whoever has only the tables and docs/methods.md must get the same digits.
"""

import csv
import io
import json
import math
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from scipy import stats

ROOT = Path(__file__).resolve().parents[1]
MATURE = 180
EPOCH = date(1970, 1, 1)


def run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def day(text: str) -> int | None:
    return (date.fromisoformat(text[:10]) - EPOCH).days if text else None


@dataclass(frozen=True)
class Row:
    source: str
    receiver: str
    kind: str
    present: str
    given: int
    won: bool
    amount: float
    mature: bool


@dataclass(frozen=True)
class Log:
    rows: list[Row]
    spells: dict[str, list[tuple[int, int]]]
    names: dict[str, str]
    member_sources: bool
    end: int


def read_log(workspace: Path) -> Log:
    table = {name: list(csv.DictReader(io.StringIO(run("export", name, "--workspace", str(workspace)))))
             for name in ("referrals", "memberships", "people")}  # fmt: skip
    raw = table["referrals"]
    end = 1 + max(d for r in raw for d in (day(r["given_on"]), day(r["closed_on"])) if d is not None)
    spells = defaultdict(list)
    for m in sorted(table["memberships"], key=lambda m: m["joined_on"]):
        joined, left = day(m["joined_on"]), day(m["left_on"]) or 10**6
        before = spells[m["person_id"]]
        if before and joined - before[-1][1] <= 31:
            joined = before.pop()[0]
        before.append((joined, left))
    last_kept: dict[tuple[str, str, str], int] = {}
    rows = []
    for r in sorted(raw, key=lambda r: (r["given_on"], r["referral_id"])):
        given, closed = day(r["given_on"]), day(r["closed_on"])
        if given >= end or r["source_id"] == r["receiver_id"]:
            continue
        prospect = " ".join(r["prospect"].casefold().split())
        key = (r["source_id"], r["receiver_id"], prospect)
        if prospect:
            if key in last_kept and given - last_kept[key] < 30:
                continue
            last_kept[key] = given
        if not any(s <= given < e for s, e in spells[r["receiver_id"]]):
            continue
        won = r["status"] == "won" and closed is not None and 0 <= closed - given <= MATURE and closed < end
        rows.append(Row(r["source_id"], r["receiver_id"], r["source_kind"], r["receiver_present"].lower(), given, won,
                        float(r["amount"] or 0), given + MATURE <= end - 1))  # fmt: skip
    names = {p["person_id"]: p["name"] for p in table["people"]}
    members = any(r.source in spells for r in rows)
    return Log(rows, dict(spells), names, members, end)


def known(rows: Iterable[Row], field: str) -> list[Row]:
    """Rows with the field, from the first month after which its null share stays at 30 % or less."""
    rows = list(rows)
    months: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for r in rows:
        when = EPOCH + timedelta(days=r.given)
        months[when.year, when.month].append(not getattr(r, field))
    gaps = [month for month, nulls in months.items() if sum(nulls) / len(nulls) > 0.3]
    begin = min(month for month in months if not gaps or month > max(gaps))
    rows = [r for r in rows if r.given >= (date(*begin, 1) - EPOCH).days]
    nulls = sum(not getattr(r, field) for r in rows) / len(rows)
    assert nulls <= 0.05, "this check is written for a log in which the field is recorded"
    return [r for r in rows if getattr(r, field)]


def jackknife(rows: list[Row], key: Callable[[Row], Hashable], statistic: Callable[[list[Row]], float]) -> float:
    clusters = sorted({key(r) for r in rows})
    full = statistic(rows)
    moved = [statistic([r for r in rows if key(r) != c]) - full for c in clusters]
    return (len(clusters) - 1) / len(clusters) * sum(m * m for m in moved)


def kish(weights: Iterable[float]) -> float:
    weights = list(weights)
    return sum(weights) ** 2 / sum(w * w for w in weights)


def two_way(rows: list[Row], statistic: Callable[[list[Row]], float]) -> float:
    a = jackknife(rows, lambda r: r.receiver, statistic)
    b = jackknife(rows, lambda r: r.source, statistic)
    ab = jackknife(rows, lambda r: (r.receiver, r.source), statistic)
    return max(a + b - ab, a, b)


def interval(theta: float, variance: float, df: float, level: float, logit: bool) -> tuple[float, float]:
    half = stats.t.ppf(0.5 + level / 2, df) * math.sqrt(variance)
    if not logit:
        return theta - half, theta + half
    middle, half = math.log(theta / (1 - theta)), half / (theta * (1 - theta))
    return tuple(1 / (1 + math.exp(-(middle + sign * half))) for sign in (-1, 1))


def count(rows: Iterable[Row], key: Callable[[Row], Hashable]) -> dict[Hashable, int]:
    counts: dict[Hashable, int] = defaultdict(int)
    for r in rows:
        counts[key(r)] += 1
    return counts


def by_receiver(rows: list[Row], arm: Callable[[Row], bool]) -> dict[str, tuple[list[Row], list[Row]]]:
    strata = defaultdict(lambda: ([], []))
    for r in rows:
        strata[r.receiver][0 if arm(r) else 1].append(r)
    return {k: v for k, v in strata.items() if v[0] and v[1]}


def risk_difference(rows: list[Row], arm: Callable[[Row], bool]) -> float:
    top = bottom = 0.0
    for one, zero in by_receiver(rows, arm).values():
        n1, n0 = len(one), len(zero)
        top += (sum(r.won for r in one) * n0 - sum(r.won for r in zero) * n1) / (n1 + n0)
        bottom += n1 * n0 / (n1 + n0)
    return top / bottom


def contrast(rows: list[Row], arm: Callable[[Row], bool], both_ways: bool) -> tuple[float, float, float]:
    strata = by_receiver(rows, arm)
    rows = [r for r in rows if r.receiver in strata]
    theta = risk_difference(rows, arm)
    g_receiver = kish(len(a) * len(b) / (len(a) + len(b)) for a, b in strata.values())
    if not both_ways:
        return (
            theta,
            jackknife(rows, lambda r: r.receiver, lambda x: risk_difference(x, arm)),
            max(1, g_receiver - 1),
        )
    g_source = kish(count(rows, lambda r: r.source).values())
    return theta, two_way(rows, lambda x: risk_difference(x, arm)), max(1, min(g_receiver, g_source) - 1)


def top_two(log: Log) -> tuple[int, int]:
    """Receivers whose last year's top two partners beat all customers this year, and receivers decided."""
    high = log.end - MATURE
    middle, low = high - 365, high - 730
    rows = [r for r in log.rows if r.kind]
    wins = decided = 0
    for receiver, spells in log.spells.items():
        mine = [r for r in rows if r.receiver == receiver]
        before = [r for r in mine if r.given < middle]
        if not any(r.kind == "customer" for r in before) or not any(r.kind in ("member", "partner") for r in before):
            continue
        if any(sum(max(0, min(e, b) - max(s, a)) for s, e in spells) < 300 for a, b in ((low, middle), (middle, high))):
            continue
        ranked = defaultdict(lambda: [0, 0.0])
        for r in mine:
            if low <= r.given < middle and r.kind in ("member", "partner"):
                ranked[r.source][0] += r.won
                ranked[r.source][1] += r.amount if r.won else 0
        best = sorted(ranked, key=lambda s: (-ranked[s][0], -ranked[s][1], log.names[s].encode()))[:2]
        year = [r for r in mine if middle <= r.given < high and r.won]
        partners = sum(r.source in best and r.kind in ("member", "partner") for r in year)
        customers = sum(r.kind == "customer" for r in year)
        decided += partners != customers
        wins += partners > customers
    return wins, decided


@pytest.fixture(scope="module", params=[("harbour", 1), ("base", 7)], ids=["harbour", "base"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Log, dict[str, dict]]:
    folder = tmp_path_factory.mktemp("workspace")
    name, seed = request.param
    run("sample", "--workspace", str(folder), "--world", name, "--seed", str(seed))
    results = json.loads(run("analyse", "--workspace", str(folder), "--json"))
    return read_log(folder), {r["claim"]: r for r in results}


def agree(estimate: dict, theta: float, variance: float, df: float, *, logit: bool) -> None:
    assert estimate["value"] == pytest.approx(theta, rel=1e-9)
    assert estimate["se"] == pytest.approx(math.sqrt(variance), rel=1e-9)
    assert estimate["df"] == pytest.approx(df, rel=1e-9)
    for level in (95, 99):
        low, high = interval(theta, variance, df, level / 100, logit)
        assert (estimate[f"low{level}"], estimate[f"high{level}"]) == pytest.approx((low, high), rel=1e-9)


def test_the_log_ends_the_day_after_the_last_event(world: tuple[Log, dict]) -> None:
    log, results = world
    assert results["L1"]["as_of"] == (EPOCH + timedelta(days=log.end)).isoformat()


def test_l1_share_networked(world: tuple[Log, dict]) -> None:
    log, results = world
    rows = known((r for r in log.rows if r.given >= log.end - 365), "present")

    def share(some: list[Row]) -> float:
        return sum(r.present == "false" for r in some) / len(some)

    g = [kish(count(rows, key).values()) for key in (lambda r: r.receiver, lambda r: r.source)]
    agree(results["L1"]["estimates"][0], share(rows), two_way(rows, share), max(1, min(g) - 1), logit=True)


def test_l5_close_rate_within_receiver(world: tuple[Log, dict]) -> None:
    log, results = world
    rows = [r for r in known(log.rows, "present") if r.mature]
    agree(results["L5"]["estimates"][0], *contrast(rows, lambda r: r.present == "false", True), logit=False)


def test_s4_close_rate_within_receiver(world: tuple[Log, dict]) -> None:
    log, results = world
    rows = [r for r in known(log.rows, "kind") if r.mature and r.kind in ("customer", "member", "partner")]
    agree(
        results["S4"]["estimates"][0],
        *contrast(rows, lambda r: r.kind != "customer", log.member_sources),
        logit=False,
    )


def test_s1_top_two(world: tuple[Log, dict]) -> None:
    log, results = world
    wins, decided = top_two(log)
    estimate = results["S1"]["estimates"][0]
    assert estimate["value"] == pytest.approx(wins / decided, rel=1e-9)
    for level, z in ((95, stats.norm.ppf(0.975)), (99, stats.norm.ppf(0.995))):
        p, n = wins / decided, decided
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        assert (estimate[f"low{level}"], estimate[f"high{level}"]) == pytest.approx(
            (middle - half, middle + half), rel=1e-9
        )
