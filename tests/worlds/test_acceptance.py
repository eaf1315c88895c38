"""The acceptance run can be stopped and goes on: the counts are those of one long run."""

import json
from collections import Counter
from pathlib import Path

import pytest

from sample import acceptance, trial
from sample.trial import Cell, Tally


@pytest.fixture
def one_cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    cell = Cell("base", ("L1", "S4"), members=20, months=24)
    monkeypatch.setattr(acceptance, "CELLS", (cell,))
    monkeypatch.setattr(acceptance, "CHUNK", 2)
    return cell


def test_a_run_that_is_resumed_counts_what_one_long_run_counts(one_cell: Cell) -> None:
    whole = trial.run(one_cell, range(1, 7))
    done = {one_cell.label: {"next": 1, "claims": {}}}
    for target in (4, 6):
        for job in acceptance._jobs(done, target):
            acceptance.merge(done[one_cell.label], *acceptance._task(job)[1:])
    assert done[one_cell.label]["next"] == 7
    counted = {c: acceptance.from_json(v) for c, v in done[one_cell.label]["claims"].items()}
    assert {c: (t.replicates, t.covered, t.verdicts) for c, t in counted.items()} == {
        c: (t.replicates, t.covered, t.verdicts) for c, t in whole.items()
    }
    assert counted["L1"].error == pytest.approx(whole["L1"].error)


def test_counts_of_other_code_or_of_another_world_are_not_added_to(one_cell: Cell, tmp_path: Path) -> None:
    path, version = tmp_path / "worlds.json", acceptance.version_of(one_cell, "abc")
    counts = {"version": version, "next": 11, "claims": {}}
    acceptance.save(path, {one_cell.label: counts, "a world that is gone": counts})
    assert acceptance.load(path, "abc") == {one_cell.label: counts}
    assert acceptance.load(path, "other code") == {}
    assert acceptance.version_of(Cell("mix", one_cell.claims, members=20, months=24), "abc") != version
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
    sums = {c: acceptance.to_json(t) for c, t in trial.run(one_cell, range(1, 3)).items()}
    lines = acceptance.table({one_cell.label: {"next": 3, "claims": sums}}).splitlines()
    assert [line.split("|")[1:5] for line in lines[2:]] == [
        [" base, 20 members, 24 months ", " L1 ", " 0.500 ", " 2 "],
        [" base, 20 members, 24 months ", " S4 ", " 0.000 ", " 2 "],
    ]
