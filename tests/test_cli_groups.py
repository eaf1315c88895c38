"""`net-effect analyse` on several groups: beside each verdict, what a further group may expect."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import service
from cli import main
from sample.world import make_world


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("groups") / "w"
    service.Workspace(home).import_drafts(service.world_drafts(make_world("base", 5, 14, 30, groups=4)))
    return home


def told(home: Path, *arguments: str) -> dict[str, dict]:
    run = CliRunner().invoke(main, ["analyse", *arguments, "--workspace", str(home), "--json"])
    assert run.exit_code == 0, run.output
    return {claim["claim"]: claim for claim in json.loads(run.stdout)}


def test_the_range_for_a_further_group_stands_beside_the_verdict(several: Path) -> None:
    found = told(several, "L1", "L3", "L5", "D3")
    share = found["L1"]["across_groups"]
    assert (share["estimate"], share["groups"], share["of"], share["null"]) == ("share_networked", 4, 4, 0.5)
    assert share["further_low95"] < share["low95"] < share["mean"] < share["high95"] < share["further_high95"]
    assert 0 < share["further_beyond_null"] < 1
    assert found["L5"]["across_groups"]["null"] == 0.0
    assert found["L3"]["across_groups"] is None  # a shape has no standard error
    assert (found["D3"]["verdict"], found["D3"]["across_groups"]) == ("not recorded", None)


def test_of_fewer_than_three_groups_or_of_one_person_nothing_is_said(several: Path) -> None:
    session = service.Session(service.Workspace(several))
    names = list(session.groups()["name"])[:2]
    two = told(several, "L1", *(part for name in names for part in ("--group", name)))
    assert two["L1"]["across_groups"] is None
    somebody = session.receivers(service.Scope())["person_id"].iloc[0]
    assert told(several, "L1", "--receiver", somebody)["L1"]["across_groups"] is None
