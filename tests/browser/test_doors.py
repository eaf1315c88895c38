"""Without a sign-in the server listens on this machine alone, whatever starts it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from auth_server import free_port

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
LATE = "import uvicorn, app; uvicorn.run(app.app, host='0.0.0.0', port={port})"
OWN = """
import asyncio, socket, uvicorn, app
one = socket.socket(); one.bind(("0.0.0.0", {port})); one.listen()
asyncio.run(uvicorn.Server(uvicorn.Config(app.app, fd=one.fileno())).serve())
"""


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "streamlit", "run", "app.py", "--server.port", "{port}", "--server.address", "0.0.0.0"],
        ["-m", "uvicorn", "app:app", "--host", "0.0.0.0", "--port", "{port}"],
        ["-m", "uvicorn", "app:app", "--host", "::", "--port", "{port}"],
        ["-m", "cli", "serve", "--port", "{port}", "--address", "0.0.0.0", "--no-browser", "--no-sample"],
        ["-c", LATE],
        ["-c", OWN],
    ],
    ids=[
        "streamlit run",
        "uvicorn",
        "uvicorn IPv6",
        "net-effect serve",
        "a server of one's own",
        "a socket of one's own",
    ],
)
def test_bound_to_another_address_it_does_not_start(tmp_path: Path, command: list[str]) -> None:
    port = free_port()
    done = subprocess.run(
        [sys.executable, *(part.format(port=port) for part in command)], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "NET_EFFECT_WORKSPACE": str(tmp_path / "home")}, timeout=90, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "without a sign-in whoever reaches this computer could read the workspace" in done.stdout + done.stderr
