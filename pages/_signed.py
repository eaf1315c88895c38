"""What a sign-in adds: a file belongs to a sign-in, and a sign-in leads to the page that one asked for."""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from pages import _gate
from pages._doors import refuse

MADE = "/media/"
_MADE = re.compile(rb"/media/([0-9a-zA-Z]{16,})")
_UPLOAD = "/_stcore/upload_file/"
_MADE_KEPT = 20_000
_PAGE = re.compile(r"[a-z]{0,40}")
_ASKED_KEPT = 1_000
_ASKED_LONGEST = 2_000  # characters of an address


class SignedIn:
    """Uploads from nobody else, and a download for the sign-in whose page offered it alone.

    A file that a page made can be fetched by whoever knows its address, as far as Streamlit is concerned. The
    addresses go out over each visitor's websocket, so they are noted there with the sign-in that opened it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._made: OrderedDict[tuple[str, _gate.Mark], None] = OrderedDict()
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket":
            await self.app(scope, receive, self._noting(signed_in(scope), send))
        elif scope["type"] == "http" and MADE in path:
            mark = signed_in(scope)
            if mark is None or (path.rpartition("/")[2].partition(".")[0], mark) not in self._made:
                await refuse(scope, receive, send, "This file was made for somebody else, or is gone.", 404)
                return
            await self.app(scope, receive, _uncached(send))
        elif scope["type"] == "http" and _UPLOAD in path and signed_in(scope) is None:
            await refuse(scope, receive, send, "Sign in first.")
        else:
            await self.app(scope, receive, send)

    def _noting(self, mark: _gate.Mark | None, send: Send) -> Send:
        async def noting(message: Message) -> None:
            payload = message.get("bytes") if message["type"] == "websocket.send" else None
            if payload and mark:
                with self._lock:
                    for found in _MADE.findall(payload):
                        self._made[found.decode(), mark] = None
                        self._made.move_to_end((found.decode(), mark))
                    while len(self._made) > _MADE_KEPT:
                        self._made.popitem(last=False)
            await send(message)

        return noting


def _uncached(send: Send) -> Send:
    """No browser or proxy keeps a copy that outlives the sign-in."""

    async def uncached(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["cache-control"] = "private, no-store"
        await send(message)

    return uncached


def signed_in(scope: Scope) -> _gate.Mark | None:
    """Whose sign-in a request shows, if the server signed its cookie and the sign-in has not ended."""
    cookies: Mapping[str, Any] = cookie_parser(Headers(scope=scope).get("cookie", ""))

    def one(name: str) -> bytes | None:
        value = cookies.get(name)
        if not value or not value.isascii():
            return None
        return decode_signed_value(get_cookie_secret(), name, value.encode())

    # A long cookie comes in parts, and its first says only how many: two people's may be the same.
    text = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    return _gate.holds(json.loads(text)) if text else None


class AskedFor:
    """After a sign-in one stands on the page that was asked for; Streamlit itself leads to the first page.

    The page is the Referer of the request that begins the sign-in, which the browser sends to this origin alone. It is
    kept here under the state that comes back from the provider. Only a page's name and parameters are taken from it,
    written anew behind Streamlit's own redirect, so that it cannot lead to another host.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._asked: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "") if scope["type"] == "http" else ""
        if path.endswith("/auth/login"):
            send = self._leaving(asked_for(Headers(scope=scope)), send)
        elif path.endswith("/oauth2callback"):
            send = self._returning(_state(scope.get("query_string", b"").decode("latin-1")), send)
        await self.app(scope, receive, send)

    def _leaving(self, where: str, send: Send) -> Send:
        async def leaving(message: Message) -> None:
            if message["type"] == "http.response.start" and where:
                state = _state(urlsplit(Headers(raw=message["headers"]).get("location", "")).query)
                if state:
                    self._asked[state] = where
                while len(self._asked) > _ASKED_KEPT:
                    self._asked.popitem(last=False)
            await send(message)

        return leaving

    def _returning(self, state: str, send: Send) -> Send:
        async def returning(message: Message) -> None:
            if message["type"] == "http.response.start" and (where := self._asked.pop(state, "")):
                headers = MutableHeaders(scope=message)
                if (base := headers.get("location", "")).endswith("/"):
                    headers["location"] = base + where
            await send(message)

        return returning


def asked_for(headers: Headers) -> str:
    """The page and its parameters that a request to sign in came from ("people?list=..."), or nothing."""
    came = urlsplit(headers.get("referer", ""))
    page = came.path.rpartition("/")[2]
    if came.netloc.lower() != headers.get("host", "").lower() or not _PAGE.fullmatch(page):
        return ""
    query = urlencode(parse_qsl(came.query, keep_blank_values=True))
    where = page + (f"?{query}" if query else "")
    return where if len(where) <= _ASKED_LONGEST else page


def _state(query: str) -> str:
    return parse_qs(query).get("state", [""])[0]
