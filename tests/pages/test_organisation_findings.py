"""The page Findings of a workspace that is too large to read row by row: cards from counts, the others closed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

import cli
import service
from analysis.claims import registry
from analysis.from_marts import COUNTED
from sample.world import make_world
from service import organisation

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "_router.py"


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "home"
    service.write_sample(make_world("base", seed=4, members=12, months=24, groups=4), path)
    return path


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, region: Path) -> Path:
    """More than a page may read; and nobody may read it row by row."""

    def never(*_: object) -> None:
        raise AssertionError("the log was read row by row")

    monkeypatch.setattr(organisation, "MOST", 10)
    monkeypatch.setattr(service.Session, "_rows_of", never)
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(region))
    return region


@pytest.mark.parametrize("masked", [False, True])
def test_the_board_has_a_card_for_what_counts_answer_and_names_the_rest(large: Path, masked: bool) -> None:
    at = AppTest.from_file(str(ROUTER), default_timeout=120)
    if masked:
        at.query_params["mask"] = "1"
    at.run()
    at.switch_page("findings.py").run()
    assert not at.exception
    text = "\n".join(part.value for part in (*at.markdown, *at.caption))
    assert text.count("A further group like these 4") == len(COUNTED)
    assert "All members of 4 groups taken together" in text
    assert "it needs the log row by row" in text
    assert len(at.get("plotly_chart")) == 1
    names = set(service.open_workspace(large).groups()["name"])
    assert not (masked and any(name in text for name in names))


def test_a_session_and_the_command_give_the_same_and_leave_nothing_out(large: Path) -> None:
    session = service.open_workspace(large)
    results = session.results(service.Scope())
    assert [result.claim for result in results] == list(registry)
    assert {result.claim for result in results if result.computed_from == "marts"} == set(COUNTED)
    ran = CliRunner().invoke(cli.main, ["analyse", "L1", "T1", "--json", "--workspace", str(large)])
    assert ran.exit_code == 0, ran.output
    first, second = json.loads(ran.output)
    (share,) = (result for result in results if result.claim == "L1")
    assert first["estimates"][0]["value"] == pytest.approx(share.estimates[0].value)
    assert (first["computed_from"], first["across_groups"]["groups"]) == ("marts", 4)
    assert (second["computed_from"], second["verdict"]) == (None, "not computed at this size")
    assert "Choose fewer groups" in second["warnings"][0]


def test_a_viewer_of_one_group_gets_that_group_alone(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = str(service.open_workspace(large).groups()["group_id"][0])
    leader = service.open_workspace(large, service.Viewer("leader", frozenset({group})))
    everybody = service.open_workspace(large).results(service.Scope(), ["L1"])[0]
    alone = leader.results(service.Scope(), ["L1"])[0]
    assert organisation.findings(leader, service.Scope()).groups == 1
    assert alone.estimates[0].n["members"] < everybody.estimates[0].n["members"]
