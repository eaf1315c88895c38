"""The acceptance run can be stopped and goes on: the counts are those of one long run."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.claims import registry
from analysis.claims.base import Measured, with_wrong
from analysis.intervals import Figure
from sample import acceptance, acceptance_page, trial
from sample.trial import Cell, Tally


@pytest.fixture
def one_cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell = Cell("base", ("L1", "S4"), members=20, months=24)
    monkeypatch.setattr(acceptance, "CELLS", (cell,))
    monkeypatch.setattr(acceptance_page, "CELLS", (cell,))
    monkeypatch.setattr(acceptance, "CHUNK", 2)
    return cell


def test_a_run_that_is_resumed_counts_what_one_long_run_counts(one_cell: Cell) -> None:
    whole = trial.run(one_cell, range(1, 7))
    done = {one_cell.key: {"next": 1, "claims": {}}}
    for target in (4, 6):
        for job in acceptance._jobs(done, target):
            acceptance.merge(done[one_cell.key], *acceptance._task(job)[1:])
    assert done[one_cell.key]["next"] == 7
    counted = {c: trial.from_json(v) for c, v in done[one_cell.key]["claims"].items()}
    assert {c: (t.replicates, t.covered, t.verdicts) for c, t in counted.items()} == {
        c: (t.replicates, t.covered, t.verdicts) for c, t in whole.items()
    }
    assert counted["L1"].error == pytest.approx(whole["L1"].error)


def test_counts_of_another_world_or_of_other_results_are_not_added_to(one_cell: Cell, tmp_path: Path) -> None:
    path, version = tmp_path / "worlds.json", acceptance.version_of(one_cell)
    counts = {"version": version, "probe": acceptance.probe(one_cell), "next": 11, "claims": {}}
    acceptance.save(path, {one_cell.key: counts, "a world that is gone": counts})
    assert acceptance.load(path, acceptance.code_version()) == {one_cell.key: counts}
    assert acceptance.load(path, "other code that does the same") == {one_cell.key: counts}
    acceptance.save(path, {one_cell.key: {**counts, "probe": "came out otherwise"}})
    assert acceptance.load(path, "other code") == {}
    assert acceptance.version_of(Cell("mix", one_cell.claims, members=20, months=24)) != version
    assert acceptance.version_of(replace(one_cell, knobs=(("away", 1.0),))) != version
    assert json.loads(path.read_text(encoding="utf-8"))["settings"]["horizon_days"] == 180


def test_comments_and_layout_leave_the_counts_valid_and_statements_do_not(tmp_path: Path) -> None:
    said = []
    for text in ('"""One."""\nx = 1  # why\n', '"""Two."""\n\nx = (\n    1\n)\n', "x = 2\n"):
        (tmp_path / "m.py").write_text(text, encoding="utf-8")
        said.append(acceptance._statements(tmp_path / "m.py"))
    assert said[0] == said[1] != said[2]


def test_rates_are_shares_of_all_replicates_and_coverage_of_those_that_passed_the_gates() -> None:
    t = Tally(4, 2, 1, 0.2, 0.04, 0.3, Counter({"supported": 1, "not enough data": 3}), {"naive": [4, 3]})
    t.add(Tally(4, 2, 2, -0.2, 0.04, 0.3, Counter({"supported": 3, "contradicted": 1}), {"naive": [4, 1]}))
    assert (t.rate("supported"), t.rate("supported", "contradicted"), t.coverage) == (0.5, 0.625, 0.75)
    assert (t.bias, t.sd, t.wrong_rate("naive")) == (0.0, pytest.approx(0.02**0.5), 0.5)


def test_the_table_has_a_line_for_every_claim(one_cell: Cell) -> None:
    sums = {c: trial.to_json(t) for c, t in trial.run(one_cell, range(1, 3)).items()}
    lines = acceptance_page.table({one_cell.key: {"next": 3, "claims": sums}}).splitlines()
    assert [line.split("|")[1:5] for line in lines[2:]] == [
        [" base, 20 members, 24 months ", " L1 ", " 0.500 ", " 2 "],
        [" base, 20 members, 24 months ", " S4 ", " 0.000 ", " 2 "],
    ]


def counted(covered: int, **verdicts: int) -> dict[str, object]:
    told = Counter({name.replace("_", " "): n for name, n in verdicts.items()})
    return trial.to_json(Tally(500, 500, covered, verdicts=told))


def test_a_claim_stands_only_within_every_bound_in_a_world_of_either_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    null, true = Cell("base", ("L1",)), Cell("away", ("L1",))
    monkeypatch.setattr(acceptance_page, "CELLS", (null,))
    assert acceptance_page.misses("L1", {})[1] == "there is no world in which it is so"
    monkeypatch.setattr(acceptance_page, "CELLS", (null, true))

    def misses(nothing: dict[str, object], something: dict[str, object] | None) -> list[str]:
        cells = {null.key: {"claims": {"L1": nothing}}}
        return acceptance_page.misses("L1", cells | ({true.key: {"claims": {"L1": something}}} if something else {}))

    sound = counted(475, supported=5, not_enough_data=495)
    assert misses(sound, counted(470, supported=400)) == []
    assert misses(sound, None) == ["not counted 500 times yet: away (0)"]
    assert misses(counted(475, supported=11), counted(470)) == ["base: falsely supported in 2.2 %"]
    assert misses(sound, counted(459)) == ["away: coverage 91.8 %"]
    assert misses(counted(496), counted(470)) == []  # 98 % is still possible
    assert misses(counted(497), counted(470)) == ["base: coverage 99.4 %"]


def test_the_interval_of_a_coverage_is_clopper_and_pearsons() -> None:
    low, high = acceptance_page.coverage_interval(Tally(500, 500, 475))
    assert (low, high) == (pytest.approx(0.92707, abs=1e-4), pytest.approx(0.96741, abs=1e-4))
    assert acceptance_page.coverage_interval(Tally(10, 10, 0)) == (0.0, pytest.approx(0.3085, abs=1e-4))
    assert acceptance_page.coverage_interval(Tally(10, 10, 10)) == (pytest.approx(0.6915, abs=1e-4), 1.0)


def test_only_named_cells_may_be_wider_and_only_biased_ones_are_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    wide, miss = Tally(500, 500, 500), acceptance_page.coverage_miss
    assert miss(Cell("steady", ("R2",)), "R2", wide) is None
    assert miss(Cell("steady", ("R4",)), "R4", wide) == "coverage 100.0 %"
    assert miss(Cell("base", ("L9",), members=20, months=48), "L9", Tally(500, 500, 497)) is None  # 99 % still possible
    assert miss(Cell("base", ("L9",), members=20, months=48), "L9", wide) == "coverage 100.0 %"
    low = Tally(500, 500, 300)
    assert miss(Cell("shock", ("T1",)), "T1", low) is None
    assert miss(Cell("steady", ("R2",)), "R2", low) == "coverage 60.0 %"
    labels = {cell.label for cell in trial.CELLS}
    assert {label for label, _ in (*acceptance_page.WIDE, *acceptance_page.BIASED)} <= labels


def test_what_covers_too_often_is_called_conservative(monkeypatch: pytest.MonkeyPatch) -> None:
    null, true = Cell("base", ("L1",)), Cell("away", ("L1",))
    monkeypatch.setattr(acceptance_page, "CELLS", (null, true))
    cells = {null.key: {"claims": {"L1": counted(492)}}, true.key: {"claims": {"L1": counted(490)}}}
    assert acceptance_page.conservative("L1", cells) == ["base: 98.4 %"]
    lines = acceptance_page.table(cells).splitlines()
    assert ["conservative" in line for line in lines[2:]] == [True, False]
    assert "- L1 (gives verdicts): within every bound. Conservative: base: 98.4 %." in acceptance_page.standing(cells)


def measured(theta: float, wrong: tuple[float, float], **rest: object) -> Measured:
    figure = Figure(theta, 0.01, 50.0, "identity", 51.0, 60)
    data = with_wrong([("naive", sum(wrong) / 2, wrong, wrong, "why")])
    return Measured("R6", 0, figure, theta0=0.8, delta=0.05, data={"wrong": data}, **rest)


def test_a_wrong_way_says_supported_on_the_claims_own_side() -> None:
    below, above = (0.2, 0.3), (0.9, 0.95)
    assert trial.judge(measured(0.5, below, direction=-1), None).wrong == {"naive": [1, 1]}
    assert trial.judge(measured(0.5, above, direction=-1), None).wrong == {"naive": [1, 0]}
    assert trial.judge(measured(0.5, above), None).wrong == {"naive": [1, 1]}
    assert trial.judge(measured(0.5, above, rule="equivalence"), None).wrong == {}


def test_of_the_family_only_claims_of_which_nothing_is_true_can_be_false() -> None:
    cell = Cell("away", ("family",), members=25, months=36, null=("S4",), family=("L1", "S4"))
    assert trial.run(cell, [1])["family"].verdicts == {"never a false verdict": 1, "L1": 1}
    every = trial.run(replace(cell, null=tuple(registry)), [1])["family"]
    assert (every.verdicts["ever a false verdict"], every.error) == (1, 1.0)  # presence is found, and is true
