"""pyproject.toml declares and requirements.lock pins: they must agree, and the lock must name no index."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
SPARK_LOCK = (ROOT / "requirements-spark.lock").read_text(encoding="utf-8")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;\\]+)", re.MULTILINE)


def declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]


def pins(lock: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in PIN.findall(lock):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def unpinned(requirements: Iterable[Requirement], lock: str) -> list[str]:
    return [
        str(requirement)
        for requirement in requirements
        if not any(requirement.specifier.contains(v) for v in pins(lock).get(canonicalize_name(requirement.name), []))
    ]


def test_every_declared_dependency_is_pinned_within_its_range() -> None:
    assert unpinned(declared(), LOCK) == []


@pytest.mark.parametrize("lock", [LOCK, SPARK_LOCK], ids=["requirements.lock", "requirements-spark.lock"])
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)
    assert [b.split()[0] for b in blocks if PIN.match(b) and "--hash=sha256:" not in b] == []
    assert "://" not in lock
    assert "index-url" not in lock


def test_the_spark_extra_is_pinned_apart_and_goes_with_the_other_lock() -> None:
    """Nobody downloads Spark who does not ask for it; who does gets the versions that the rest was locked with."""
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert unpinned([Requirement(line) for line in extra["spark"]], SPARK_LOCK) == []
    both = pins(LOCK).keys() & pins(SPARK_LOCK).keys()
    assert [name for name in both if pins(LOCK)[name] != pins(SPARK_LOCK)[name]] == []
    assert "pyspark" not in pins(LOCK)


def test_what_spark_itself_needs_is_in_its_lock() -> None:
    """Its metadata is in the package alone, which is too large to resolve again in every run."""
    try:
        needed = [Requirement(line) for line in metadata.requires("pyspark") or []]
    except metadata.PackageNotFoundError:
        pytest.skip("Spark is not installed here (pip install -r requirements-spark.lock).")
    always = [one for one in needed if one.marker is None or "extra" not in str(one.marker)]
    assert always
    assert unpinned(always, SPARK_LOCK) == []


def test_resolving_again_changes_nothing(tmp_path: Path) -> None:
    """The lock is what the resolver makes of pyproject.toml, given the versions that are pinned already."""
    copy = tmp_path / "requirements.lock"
    shutil.copy(ROOT / "requirements.lock", copy)
    done = subprocess.run(
        [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes",
         "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--custom-compile-command",
         "python3 start.py lock", "-q", "pyproject.toml", "--extra", "dev", "-o", str(copy)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"the package index cannot be reached: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr
    assert copy.read_text(encoding="utf-8") == LOCK
