"""A dashboard in a process of its own, to be measured: started, waited for, weighed, stopped.

With a sign-in the visitors' cookies are signed here with the server's own secret, so that the real gate lets each into
a workspace of his own and no identity provider is needed.
"""

from __future__ import annotations

import json
import math
import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, generate_xsrf_token_string

ROOT = Path(__file__).resolve().parents[1]
SECRET = "the cookie secret of a measured server"  # it answers this machine alone and is gone after the run
PROC = Path("/proc")
PATIENCE = 300.0  # seconds that a server gets to start


@dataclass(frozen=True)
class Server:
    url: str
    pid: int
    log: Path

    def memory(self) -> float:
        """Resident memory of the server's process, in MiB; nan where the system does not say (not Linux)."""
        if not PROC.is_dir():
            return math.nan
        for line in Path(f"{PROC}/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return math.nan

    def busy(self) -> float:
        """Seconds of processor that the server's process has used; nan where the system does not say."""
        if not PROC.is_dir():
            return math.nan
        fields = Path(f"{PROC}/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def complaints(self) -> list[str]:
        """Lines of the server's log that tell of a failure."""
        found = self.log.read_text(errors="replace").splitlines()
        return [line for line in found if "level=ERROR" in line or "level=CRITICAL" in line or "Traceback" in line]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(script: Path, folder: Path, port: int | None = None, **environment: str) -> Iterator[Server]:
    """`streamlit run script`, its log in `folder`, from the moment when it answers."""
    port = port or free_port()
    log = folder / f"server-{port}.log"
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port),
               "--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false",
               "--server.fileWatcherType", "none"]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=out, stderr=out)
    server = Server(f"http://localhost:{port}", process.pid, log)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{server.log.read_text(errors='replace')}")


@contextmanager
def dashboard(workspace: Path, folder: Path) -> Iterator[Server]:
    """Net Effect on one workspace, for its owner."""
    with serving(ROOT / "app.py", folder, NET_EFFECT_WORKSPACE=str(workspace)) as server:
        yield server


def address_of(name: str) -> str:
    return f"{name}@example.org"


@contextmanager
def guarded(workspaces: Mapping[str, Path], folder: Path) -> Iterator[Server]:
    """Net Effect with a sign-in; each workspace belongs to `address_of(its name)`, who may edit it."""
    port = free_port()
    (folder / ".streamlit").mkdir(exist_ok=True)
    said = {"redirect_uri": f"http://localhost:{port}/oauth2callback", "cookie_secret": SECRET, "client_id": "measured",
            "client_secret": "measured", "server_metadata_url": "http://127.0.0.1:9/never-asked"}  # fmt: skip
    secrets = "[auth]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items())
    (folder / ".streamlit" / "secrets.toml").write_text(secrets)
    rules = "".join(
        f'[workspaces.{name}]\npath = {json.dumps(str(path))}\n[[allow]]\nemails = ["{address_of(name)}"]\n'
        f'workspaces = ["{name}"]\nrole = "editor"\n'
        for name, path in workspaces.items()
    )
    (folder / "access.toml").write_text(rules)
    with serving(ROOT / "app.py", folder, port, NET_EFFECT_ACCESS=str(folder / "access.toml")) as server:
        yield server


def signed_in(server: Server, name: str) -> dict[str, str]:
    """The cookies of somebody whom the server believes to be `address_of(name)`."""
    claims = {"origin": server.url, "is_logged_in": True, "email": address_of(name), "email_verified": True,
              "iat": int(time.time()), "sub": name, "iss": "https://issuer.example"}  # fmt: skip
    signed = create_signed_value(SECRET, "_streamlit_user", json.dumps(claims)).decode()
    return {"_streamlit_user": signed, "_streamlit_xsrf": generate_xsrf_token_string()}


def timed(code: str, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[float, float, str]:
    """Wall seconds, processor seconds and what it prints of a Python program of its own."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True, text=True,
                          check=False, env={**os.environ, **(environment or {})})  # fmt: skip
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, busy, done.stdout.strip()


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies; the nearest one that was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
