"""With the network cut off everything works, and nothing tries to reach another host."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cut_off import FORMATS

from sample.world import make_world

CHILD = Path(__file__).with_name("cut_off.py")


def namespace() -> list[str]:
    """The command that runs another in a network of its own."""
    found = shutil.which("unshare")
    for flags in ("-rn", "-n"):
        if found and subprocess.run([found, flags, "true"], capture_output=True, check=False).returncode == 0:
            return [found, flags]
    if os.environ.get("CI"):
        pytest.fail("CI needs network namespaces (unshare -n), and this system allows none")
    pytest.skip("this system allows no network namespace (unshare -n): the network cannot be cut off")


def test_cut_off_from_the_network_everything_works_and_nothing_looks_for_it(tmp_path: Path) -> None:
    """The kernel counts for every process, readers and servers alike; two attempts of the test show that it does."""
    staging = make_world("base", seed=5, members=12, months=18).staging()
    log, members = staging["referrals"], staging["members"]
    table = log[["given_on", "source", "receiver", "receiver_present", "status", "closed_on"]]
    table.columns = ["Date", "From", "To", "Present?", "Status", "Closed on"]
    table.to_csv(tmp_path / "log.csv", index=False)
    listed = members[["name", "profession", "joined_on", "left_on"]]
    listed.columns = ["Name", "Profession", "Joined", "Left"]
    listed.to_excel(tmp_path / "members.xlsx", index=False, engine="xlsxwriter")
    files = [str(tmp_path / "log.csv"), str(tmp_path / "members.xlsx")]
    done = subprocess.run(
        [*namespace(), sys.executable, str(CHILD), str(tmp_path), *files], capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(CHILD.parents[1])}, cwd=CHILD.parents[1], timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3_000:]
    found = json.loads(done.stdout)
    assert found["control"]["IPv4"] >= 1
    assert sum(found["control"].values()) >= 2, "asking for a name was not noticed"
    assert found["import"] == 0, done.stderr[-3_000:]
    assert {name: seen for name, seen in found["pages"].items() if seen["exceptions"] or seen["elements"] < 5} == {}
    assert len(found["pages"]) > 15
    assert found["reports"] == dict.fromkeys(FORMATS, 0), done.stderr[-3_000:]
    assert found["attempts"] == {"IPv4": 0, "IPv6": 0, "names": 0}
