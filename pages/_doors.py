"""What stands between the network and the pages: who is answered, what a browser may do with the answer, request ids.

Knows two states. Without a sign-in this machine alone is answered, and bound to another address the server does not
start, whatever started it. With one, the hosts of access.toml are, and pages/_signed.py stands behind this.
"""

from __future__ import annotations

import gc
import ipaddress
import os
import socket
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_secrets_auth_section, is_authlib_installed

from pages import _gate
from service import journal
from service.access import AccessError

# 'unsafe-eval' and 'unsafe-inline' are what Streamlit's own bundle needs; connect-src keeps the data at home.
CONTENT_SECURITY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'self'; "
    "form-action 'self'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # AskedFor reads it; nothing of an address goes anywhere else
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
SHORTEST_SECRET = 32  # characters


@dataclass(frozen=True)
class Doors:
    """What is answered. hosts: None without a sign-in; proxy: whether one stands in front and may say so."""

    hosts: frozenset[str] | None = None
    proxy: bool = False
    https: bool = False


def host_of(text: str) -> str:
    """The name or address of a Host header or bind address, without its port."""
    name = text.strip().lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return name if name.count(":") > 1 else name.partition(":")[0]


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine: "localhost:8501", "127.0.0.1", "[::1]:80"."""
    name = host_of(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def opened() -> Doors:
    """How the doors stand.

    Raises:
        AccessError: the sign-in is set up by halves; a server must not start so.
    """
    section = get_secrets_auth_section()
    if not section:
        if _gate.access_file().is_file():
            raise AccessError(
                f"There is a {_gate.access_file()}, but no sign-in.", "Add [auth] to Streamlit's secrets, or remove it."
            )
        return Doors()
    rule = _gate.rules()
    back = urlsplit(str(section.get("redirect_uri", "")))
    if not back.hostname or not back.path.endswith("/oauth2callback"):
        raise AccessError("[auth] needs a redirect_uri that ends with /oauth2callback.")
    if back.scheme != "https" and not is_loopback(back.netloc):
        raise AccessError("The redirect_uri of [auth] must be https: a sign-in over http can be read on its way.")
    if len(str(section.get("cookie_secret", ""))) < SHORTEST_SECRET:
        raise AccessError(f"The cookie_secret of [auth] needs {SHORTEST_SECRET} characters that nobody can guess.")
    if st.config.get_option("server.trustedUserHeaders"):
        raise AccessError("server.trustedUserHeaders would let a header say who signed in.", "Remove it.")
    if not is_authlib_installed():
        raise AccessError("A sign-in needs Authlib.", "pip install 'streamlit[auth]'")
    return Doors(frozenset(rule.hosts or (back.hostname,)), rule.proxy, back.scheme == "https")


def refusal(doors: Doors, addresses: list[str]) -> str | None:
    """Why a server that is bound to these must not start, or None."""
    far = [address for address in addresses if not is_loopback(address)]
    if doors.hosts is not None or not far:
        return None
    return (
        f"Net Effect does not start: it is bound to {far[0]}, and without a sign-in whoever reaches this computer "
        "could read the workspace. Bind it to 127.0.0.1, or set up a sign-in (docs/security.md)."
    )


def bound() -> list[str]:
    """The addresses that this process listens on, or is about to. Only while nothing else runs.

    (Whoever holds the collector's list of objects breaks code that is building a tuple in another thread.)
    """
    found = []
    if "uvicorn" in sys.modules:
        config = sys.modules["uvicorn"].Config
        # `uvicorn app:app` binds only after it has imported this file and started its lifespan.
        found = [one.host for one in gc.get_objects() if type(one) is config and one.uds is None and one.fd is None]
    return found + listening()


def listening() -> list[str]:
    """The addresses of the network sockets on which this process listens (not on Windows)."""
    found = []
    for number in range(3, 1024) if os.name != "nt" else ():
        with suppress(OSError):
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as one:
                network = one.family in (socket.AF_INET, socket.AF_INET6) and one.type == socket.SOCK_STREAM
                if network and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                    found.append(str(one.getsockname()[0]))
    return found


async def refuse(scope: Scope, receive: Receive, send: Send, why: str, code: int = 403) -> None:
    """Say no, to a request or to a websocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await PlainTextResponse(why, code)(scope, receive, send)


class Guard:
    """Answers the right hosts alone, and no other origin's scripts. A request id is on every answer."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app = app
        self.doors = doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        request = journal.begin()

        async def with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = request
                if message["status"] >= 500:
                    journal.log.error("event=failed status=%s", message["status"])
            await send(message)

        if why := self.why_not(scope):
            journal.log.warning("event=refused reason=%s", why)
            text = "Net Effect answers only on the machine that it runs on."
            if self.doors.hosts is not None:
                text = "Net Effect does not answer this request."
            await refuse(scope, receive, with_id, text)
            return
        await self.app(scope, receive, with_id)

    def why_not(self, scope: Scope) -> str | None:
        """One word for the log, or None."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.known(hosts[0]):
            return "host"
        if not self.doors.proxy and any(name in headers for name in FORWARDED):
            # A proxy stands in front, so that the peer's address does not say who asks.
            return "forwarded"
        peer = scope.get("client")
        if self.doors.hosts is None and peer is not None and not is_loopback(f"[{peer[0]}]"):
            return "peer"
        changes = scope["type"] == "websocket" or scope["method"] not in ("GET", "HEAD", "OPTIONS")
        origin = headers.get("origin")
        if changes and origin is not None and urlsplit(origin).netloc.lower() != hosts[0].strip().lower():
            return "origin"
        return None

    def known(self, host: str) -> bool:
        return is_loopback(host) if self.doors.hosts is None else host_of(host) in self.doors.hosts


class SecurityHeaders:
    """Streamlit sets almost none itself, and does not mark its cookies as https-only."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self.app = app
        self.https = doors.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if self.https:
                    headers["strict-transport-security"] = "max-age=31536000"
                    message["headers"] = [(name, _secure(name, value)) for name, value in message["headers"]]
            await send(message)

        await self.app(scope, receive, with_headers)


def _secure(name: bytes, value: bytes) -> bytes:
    return value + b"; Secure" if name.lower() == b"set-cookie" and b"secure" not in value.lower() else value
