"""Workspaces for the pages: a sample, an empty one, a log without a member list, one business owner's log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import service
from sample.world import make_world

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each a home folder of its own; "sample" has nothing of its own and a sample beside it."""
    folder = tmp_path_factory.mktemp("pages")
    world = make_world("base", seed=1, members=20, months=30)
    drafts = {draft.layout: draft for draft in service.world_drafts(world)}
    service.write_sample(world, folder / "sample-sample")
    service.Workspace(folder / "own").import_drafts(list(drafts.values()))
    service.Workspace(folder / "no list").import_drafts([drafts["referral_log"]])
    log = drafts["referral_log"].frames["referrals"]
    busiest = log["receiver"].mode()[0]
    alone = log[log["receiver"] == busiest].reset_index(drop=True)
    drafts["referral_log"].frames["referrals"] = alone
    service.Workspace(folder / "one receiver").import_drafts([drafts["referral_log"]])
    return {name: folder / name for name in ("sample", "own", "empty", "no list", "one receiver")}


@pytest.fixture
def open_page(workspaces: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page the way a visitor does: through the router, with a workspace and the URL's parameters."""

    def open_one(page: str, workspace: str = "own", **url: str) -> AppTest:
        monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(workspaces[workspace]))
        at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60)
        for key, value in url.items():
            at.query_params[key] = value
        at.run()
        return at if page == "overview.py" else at.switch_page(page).run()

    return open_one
