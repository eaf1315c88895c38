#!/usr/bin/env python3
"""Set everything up, then run or test Net Effect. Standard library only.

python3 start.py          set up and open the dashboard (what `make run` does, and a double click on Windows)
python3 start.py test     set up and pass the tests (`make test`)
python3 start.py setup    only make the environment
python3 start.py lock     resolve pyproject.toml into requirements.lock again
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
SPARK_LOCK = ROOT / "requirements-spark.lock"
STAMP = VENV / "lock.sha256"
OLDEST = (3, 11)


def call(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command in the project's folder; a failure ends this script with the command's own exit code."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)


def digest() -> str:
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def setup() -> None:
    """Make .venv from the lock; nothing to do when it was made from this very lock already."""
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == digest():
        return
    print("Setting up Net Effect (once; a minute or two) …", flush=True)
    if not PYTHON.exists() or not STAMP.exists():
        venv.EnvBuilder(with_pip=True, clear=VENV.exists()).create(VENV)
    pip: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    call(*pip, "--require-hashes", "-r", LOCK)
    call(*pip, "--no-deps", "--no-build-isolation", "-e", ROOT)
    STAMP.write_text(digest())


def find_chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
    return os.environ.get("NET_EFFECT_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def offer_chromium() -> dict[str, str]:
    """Where the browser tests find a Chromium: the system's, else Playwright's own download, else nowhere (said)."""
    if found := find_chromium():
        return {"NET_EFFECT_CHROMIUM": found}
    fetched = subprocess.run([str(PYTHON), "-m", "playwright", "install", "chromium"], cwd=ROOT, check=False)
    if fetched.returncode == 0:
        code = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
        path = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False).stdout.strip()
        if Path(path).exists():
            return {"NET_EFFECT_CHROMIUM": path}
    print("No Chromium found and none could be fetched: the browser tests will be skipped.", flush=True)
    return {}


def offer_spark() -> None:
    """Spark for its tests, where there is Java to run it; 450 MB, so for nobody else."""
    if shutil.which("java") is None:
        print("No Java found: the Spark tests will be skipped.", flush=True)
        return
    stamp = VENV / "spark.sha256"
    wanted = hashlib.sha256(SPARK_LOCK.read_bytes() + STAMP.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Setting up Spark for its tests (once; a minute or two) …", flush=True)
        # --no-build-isolation: pip would ask the index for the build tools by name; the environment has them, locked.
        call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-build-isolation",
             "--require-hashes", "-r", SPARK_LOCK)  # fmt: skip
        stamp.write_text(wanted)


def run(arguments: list[str]) -> None:
    call(PYTHON, "-m", "cli", "serve", *arguments)


def test(arguments: list[str]) -> None:
    browser = offer_chromium()
    if not arguments or any("spark" in one for one in arguments):
        offer_spark()
    if arguments:
        call(PYTHON, "-m", "pytest", *arguments, env=browser)
        return
    call(PYTHON, "-m", "ruff", "check", ".")
    call(PYTHON, "-m", "ruff", "format", "--check", ".")
    call(PYTHON, "-m", "mypy")
    # A browser and its server are two busy processes already: those tests run alone, the others on all processors.
    call(PYTHON, "-m", "pytest", "-m", "not browser", "-n", "auto", "--dist", "loadfile", env=browser)
    call(PYTHON, "-m", "pytest", "-m", "browser", env=browser)


def lock() -> None:
    import tomllib  # noqa: PLC0415 an older Python has none, and is told so below

    compiled = (
        PYTHON, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes",
        "--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--custom-compile-command",
        "python3 start.py lock", "-q",
    )  # fmt: skip
    call(*compiled, "pyproject.toml", "--extra", "dev", "-o", LOCK)
    # Spark's own part alone, in versions that go with the lock above: who does not need it does not download it.
    extra = VENV / "spark.in"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra.write_text("\n".join(project["optional-dependencies"]["spark"]), encoding="utf-8")
    call(*compiled, extra, "--constraint", LOCK, "-o", SPARK_LOCK)


def main(arguments: list[str]) -> None:
    if sys.version_info < OLDEST:
        raise SystemExit(f"Net Effect needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")
    action, rest = (arguments[0], arguments[1:]) if arguments else ("run", [])
    if action not in ("setup", "run", "test", "lock"):
        raise SystemExit(__doc__)
    setup()
    if action == "run":
        run(rest)
    elif action == "test":
        test(rest)
    elif action == "lock":
        lock()


if __name__ == "__main__":
    main(sys.argv[1:])
