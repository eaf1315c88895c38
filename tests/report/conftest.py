"""A workspace with every kind of record, and one whose names are meant to break things."""

from __future__ import annotations

import pytest

import service
from sample.world import make_world
from tests import naughty

COMPANY = "Ferryman " + "and Sons Haulage " * 11 + "Ltd"  # 200 letters and more


@pytest.fixture(scope="session")
def chapter(tmp_path_factory: pytest.TempPathFactory) -> service.Session:
    path = tmp_path_factory.mktemp("report") / "chapter"
    service.write_sample(make_world("harbour", seed=5, members=16, months=30), path)
    return service.open_workspace(path)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> service.Session:
    """A log of names that break programs; each gives, and many receive."""
    folder = tmp_path_factory.mktemp("hostile")
    texts = [COMPANY, "ann.ash@secret.example", "=HYPERLINK(1)", "<script>alert(1)</script>"]
    texts += naughty.strings()[:160] if naughty.BLNS.exists() else []
    rows = naughty.rows_of(texts)
    for number, row in enumerate(rows[1:]):
        row[2] = texts[number // 8]  # twenty receivers, eight referrals each
    file = naughty.write(folder / "log.xlsx", rows)
    session = service.open_workspace(folder / "workspace")
    session.commit(session.preview([file], service.Answers(date_order="ymd")))
    return service.open_workspace(folder / "workspace")
