"""pyproject.toml declares and requirements.lock pins: they must agree, and the lock must name no index."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;\\]+)", re.MULTILINE)


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [Requirement(line) for line in project["dependencies"] + extras]


def test_every_declared_dependency_is_pinned_within_its_range() -> None:
    pins: dict[str, list[str]] = {}
    for name, version in PIN.findall(LOCK):
        pins.setdefault(canonicalize_name(name), []).append(version)
    missing = [
        str(requirement)
        for requirement in declared()
        if not any(requirement.specifier.contains(v) for v in pins.get(canonicalize_name(requirement.name), []))
    ]
    assert missing == []


def test_every_pin_has_hashes_and_no_address() -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.MULTILINE)
    assert [b.split()[0] for b in blocks if PIN.match(b) and "--hash=sha256:" not in b] == []
    assert "://" not in LOCK
    assert "index-url" not in LOCK


def test_resolving_again_changes_nothing(tmp_path: Path) -> None:
    """The lock is what the resolver makes of pyproject.toml, given the versions that are pinned already."""
    copy = tmp_path / "requirements.lock"
    shutil.copy(ROOT / "requirements.lock", copy)
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--extra", "dev", "--universal",
         "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
         "--no-annotate", "--custom-compile-command", "python3 start.py lock", "-q", "-o", str(copy)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"the package index cannot be reached: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    assert copy.read_text(encoding="utf-8") == LOCK
