"""The server: what starts with it, what it refuses, the headers that it sends. Pages begin in pages/_router.py.

The router is not this file on purpose: beside a script called app.py a folder called pages/ would be served page
by page, around the router and its checks, until the first visitor had run st.navigation.
"""

from __future__ import annotations

import gc
import importlib
import ipaddress
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from errors import NetEffectError

ROOT = Path(__file__).resolve().parent
log = logging.getLogger("net_effect")

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
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
WARM = ("plotly.graph_objects", "pandas", "scipy.stats", "babel.numbers", "service", "charts.words")


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine: "localhost:8501", "127.0.0.1", "[::1]:80"."""
    name = host.strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.rpartition(":")[0] or name
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


class LoopbackOnly:
    """Without a login the dashboard answers this machine alone, whatever address it was bound to.

    A forwarded header means that a proxy stands in front, so that the peer's address does not say who asks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and not self.allowed(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            refusal = PlainTextResponse("Net Effect answers only on the machine that it runs on.", 403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def allowed(scope: Scope) -> bool:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        peer = scope.get("client")
        near = peer is None or is_loopback(f"[{peer[0]}]" if ":" in peer[0] else peer[0])
        direct = not any(name in headers for name in FORWARDED)
        return near and direct and len(hosts) == 1 and is_loopback(hosts[0])


class SecurityHeaders:
    """Streamlit sets almost none itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, with_headers)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Import before the first visitor does, and keep the imports out of every later garbage collection."""
    for name in WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    yield


def explain(error: Exception) -> bool:
    """A sentence instead of a stack trace, which could show names; the trace goes to the server's log."""
    if isinstance(error, NetEffectError):
        st.error(f"**{error.title}.** {error}", icon=":material/error:")
        return True
    log.error("A page failed", exc_info=error)
    st.error(
        "**This page could not be drawn.** Your data are untouched. Reload the page; if it fails again, "
        "`net-effect doctor` checks the workspace and the server's log has the details.",
        icon=":material/error:",
    )
    return True


if str(ROOT) not in sys.path:  # started by another server than `streamlit run`
    sys.path.insert(0, str(ROOT))

app = st.App(
    ROOT / "pages" / "_router.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(LoopbackOnly)],
    on_script_error=explain,
)

if __name__ == "__main__":
    app.run()
