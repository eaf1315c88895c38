"""A dashboard with a sign-in, and a real OpenID Connect provider beside it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

import service

ROOT = Path(__file__).resolve().parents[2]
OIDC = Path(__file__).resolve().parent / "oidc"
ACCOUNTS = {
    "ann": {"email": "ann@example.org", "email_verified": True, "name": "Ann"},
    "bea": {"email": "Bea@Example.net", "email_verified": True},
    "lee": {"email": "lee@example.org", "email_verified": True},
    "una": {"email": "ann@example.org", "email_verified": False},
    "tom": {"email": "tom@elsewhere.example", "email_verified": True, "groups": ["coaches"]},
    "nobody": {"email": "nobody@elsewhere.example", "email_verified": True},
}
ACCESS = """
session_hours = {hours}
[workspaces.harbour]
title = "Harbour Chapter"
path = "harbour"
[workspaces.region]
title = "Two chapters"
path = "region"
[[allow]]
emails = ["ann@example.org"]
workspaces = ["harbour"]
role = "editor"
[[allow]]
emails = ["lee@example.org"]
workspaces = ["region"]
groups = ["North"]
[[allow]]
domains = ["example.net"]
workspaces = ["harbour"]
role = "viewer"
[[allow]]
teams = ["coaches"]
workspaces = ["*"]
role = "admin"
"""
HEADER = "Date,From,To,Group,Present?,Status,Closed on\n"
NORTH = [f"2025-{m:02d}-05,Ann Ash,Bob Birch,North,no,won,2025-{m:02d}-20\n" for m in range(1, 13)]
HARBOUR = [f"2025-{m:02d}-07,Eve Elm,Fay Fir,Quay,yes,won,2025-{m:02d}-22\n" for m in range(1, 13)]
SOUTH = [f"2025-{m:02d}-06,Cy Cedar,Di Dogwood,South,yes,lost,2025-{m:02d}-21\n" for m in range(1, 13)]


@dataclass(frozen=True)
class Guarded:
    """A running server with a sign-in. folder: where its workspaces, access.toml and log are."""

    url: str
    port: int
    folder: Path

    def allow(self, hours: float = 12.0, more: str = "") -> None:
        text = ACCESS.format(hours=hours) + more
        (self.folder / "access.toml").write_text(text, encoding="utf-8")

    def log(self) -> str:
        return (self.folder / "server.log").read_text()


def workspaces(folder: Path) -> None:
    """One chapter's workspace, and one of two chapters."""
    for name, rows in {"harbour": HARBOUR, "region": NORTH + SOUTH}.items():
        session = service.open_workspace(folder / name)
        session.commit(session.preview([(f"{name}.csv", (HEADER + "".join(rows)).encode())]))


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def installed(cache: Path) -> Path:
    """The provider with its packages, installed from the lock into a folder of its own."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs node and npm for the sign-in tests, and they were not found")
        pytest.skip("node and npm were not found: install them to run the sign-in tests")
    for file in OIDC.iterdir():
        if file.is_file():
            shutil.copy(file, cache)
    done = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=cache, capture_output=True,
                          text=True, check=False)  # fmt: skip
    if done.returncode:
        if os.environ.get("CI"):
            pytest.fail(f"the sign-in provider could not be installed:\n{done.stderr}")
        pytest.skip("the sign-in provider could not be installed (is there a network?)")
    return cache


@contextmanager
def running(command: list[str], log: Path, cwd: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **environment}, stdout=out,
                                   stderr=subprocess.STDOUT)  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def answers(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"{url} did not answer:\n{log.read_text()}")


@contextmanager
def guarded(provider: Path, filled: Path, folder: Path) -> Iterator[Guarded]:
    """A provider and a server, both in processes of their own; nobody has visited either yet."""
    shutil.copytree(filled, folder, dirs_exist_ok=True)
    port, oidc = free_port(), free_port()
    back = f"http://localhost:{port}/oauth2callback"
    (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "secrets.toml").write_text(_toml({
        "redirect_uri": back, "cookie_secret": "a cookie secret of the tests, long enough", "client_id": "net-effect",
        "client_secret": "a-secret-of-the-tests",
        "server_metadata_url": f"http://127.0.0.1:{oidc}/.well-known/openid-configuration",
    }) + 'client_kwargs = { prompt = "login" }\n')  # fmt: skip
    server = Guarded(f"http://localhost:{port}", port, folder)
    server.allow()
    node = ["node", "provider.mjs", str(oidc), back, str(folder / "accounts.json")]
    streamlit = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    with (
        running(node, folder / "provider.log", provider),
        running(streamlit, folder / "server.log", folder, NET_EFFECT_ACCESS=str(folder / "access.toml"),
                NET_EFFECT_WORKSPACE=str(folder / "harbour")),
    ):  # fmt: skip
        answers(f"http://127.0.0.1:{oidc}/.well-known/openid-configuration", folder / "provider.log")
        answers(f"{server.url}/_stcore/health", folder / "server.log")
        yield server


def _toml(values: Mapping[str, str]) -> str:
    return "[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
