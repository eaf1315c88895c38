"""Run in a network namespace that has nothing but its own loopback: server, import, every page, reports.

    unshare -rn python tests/cut_off.py FOLDER FILE…

Prints as JSON what was done, and how often any process of it, ours or not, tried to reach another host: the kernel
counts each packet for which it knew no way, and each question to a name server that is not there.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

ROOT = Path(__file__).resolve().parents[1]
SET_FLAGS, UP = 0x8914, 1
FORMATS = ("html", "pptx", "xlsx")
PATIENCE = 120


def loopback() -> None:
    """A new namespace has a loopback that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        fcntl.ioctl(one, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def attempts() -> dict[str, int]:
    """How often a way out was looked for in this namespace, by whichever process."""
    lines = Path("/proc/net/snmp").read_text().splitlines()
    found = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        room, *keys = names.split()
        found.update({room + key: int(value) for key, value in zip(keys, values.split()[1:], strict=True)})
    six = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return {
        "IPv4": found["Ip:OutNoRoutes"],
        "IPv6": int(six["Ip6OutNoRoutes"]),
        "names": found["Udp:NoPorts"] + int(six["Udp6NoPorts"]),  # a name server that is to be on this machine
    }


def since(before: dict[str, int]) -> dict[str, int]:
    return {name: many - before[name] for name, many in attempts().items()}


def ours(*arguments: str) -> int:
    command = [sys.executable, "-m", "cli", *arguments]
    return subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode


async def drawn(port: int, page: str) -> list[Element]:
    """What the server sends for one page, asked for as a browser does."""
    seen: list[Element] = []
    url, origin = f"ws://127.0.0.1:{port}/_stcore/stream", f"http://127.0.0.1:{port}"
    async with connect(url, subprotocols=["streamlit"], origin=origin, max_size=None) as tab:  # type: ignore[arg-type, list-item]
        ask = BackMsg()
        ask.rerun_script.page_name = page
        await tab.send(ask.SerializeToString())
        while True:
            message = ForwardMsg.FromString(await asyncio.wait_for(tab.recv(), PATIENCE))  # type: ignore[arg-type]
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                seen.append(message.delta.new_element)
            elif kind == "script_finished":
                return seen


@contextmanager
def serving(workspace: Path, log: IO[str]) -> Iterator[int]:
    """A server of its own; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"],
        cwd=ROOT, env={**os.environ, "NET_EFFECT_WORKSPACE": str(workspace)}, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                break
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def pages(workspace: Path) -> dict[str, dict[str, int]]:
    """Elements and exceptions among them, of every page."""
    found = {}
    with serving(workspace, sys.stderr) as port:
        for name in sorted(path.stem for path in (ROOT / "pages").glob("[a-z]*.py")):
            seen = asyncio.run(drawn(port, "" if name == "overview" else name))
            failed = [one for one in seen if one.WhichOneof("type") == "exception" or b"could not be drawn" in
                      one.SerializeToString()]  # fmt: skip
            found[name] = {"elements": len(seen), "exceptions": len(failed)}
    return found


def main(folder: Path, files: list[str]) -> dict[str, object]:
    loopback()
    before = attempts()
    with suppress(OSError):
        socket.create_connection(("192.0.2.1", 80), 1)
    with suppress(OSError):
        socket.getaddrinfo("example.org", 80)
    control = since(before)
    before = attempts()
    imported = ours("import", *files, "--workspace", str(folder / "home"))
    seen = pages(folder / "home")
    reports = {
        kind: ours("report", "--workspace", str(folder / "home"), "--format", kind, "--out", str(folder / f"r.{kind}"))
        for kind in FORMATS
    }
    return {"control": control, "import": imported, "pages": seen, "reports": reports, "attempts": since(before)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), sys.argv[2:])))
