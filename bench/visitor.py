"""One browser tab as the server knows it: a websocket that speaks Streamlit's protocol, without the browser.

It asks for a page, keeps what is drawn, and moves the widgets that it was shown. Nothing is cached on its side, so
every element of every run travels and is looked at.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 600.0  # seconds that one run may take before it counts as an error: a starved machine is slow, not wrong
XSRF = "_streamlit_xsrf"


class VisitError(RuntimeError):
    """The page failed, or an answer never came."""


@dataclass(frozen=True)
class Part:
    """One element or block that stands on the page; `kind` is Streamlit's name of it."""

    kind: str
    proto: Any
    fragment: str


@dataclass(frozen=True)
class Run:
    """One answer: seconds from the question to the end of the script, what was sent, what went wrong."""

    seconds: float
    size: int  # bytes
    parts: int
    errors: tuple[str, ...] = ()


@dataclass
class Visitor:
    """cookies: of somebody who signed in. hear: gets every message as it came, to look for something in it."""

    url: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    hear: Callable[[bytes], None] | None = None
    parts: dict[tuple[int, ...], Part] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)  # path → hash, without the page that is open
    values: dict[str, WidgetState] = field(default_factory=dict)
    page: str = ""  # hash of the page that is open
    query: str = ""
    _socket: ClientConnection | None = None

    async def __aenter__(self) -> Visitor:
        protocols = [Subprotocol(one) for one in ("streamlit", self.cookies.get(XSRF)) if one]
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        self._socket = await connect(
            f"ws://{urlsplit(self.url).netloc}/_stcore/stream", subprotocols=protocols, origin=Origin(self.url),
            additional_headers=headers if self.cookies else None, max_size=None, max_queue=None, compression=None,
            open_timeout=PATIENCE,
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._socket:
            await self._socket.close()

    async def open(self, path: str = "", query: str = "") -> Run:
        """Ask for an address, as a browser that was given it does."""
        self.query, self.page = query, ""
        self.values.clear()
        return await self._ask(ClientState(query_string=query, page_name=path))

    async def go(self, path: str) -> Run:
        """Click on a page in the navigation."""
        self.page = self.pages[path]
        self.values.clear()
        return await self._ask(ClientState(query_string=self.query, page_script_hash=self.page))

    async def rerun(self) -> Run:
        return await self._ask(self._state())

    async def choose(self, widget: Part, value: Any) -> Run:
        """Move a widget; inside a fragment the fragment alone runs."""
        self.values[widget.proto.id] = state(widget, value)
        return await self._ask(self._state(widget.fragment))

    def _state(self, fragment: str = "") -> ClientState:
        asked = ClientState(query_string=self.query, page_script_hash=self.page, fragment_id=fragment)
        asked.widget_states.widgets.extend(self.values.values())
        return asked

    async def send(self, asked: ClientState) -> None:
        assert self._socket is not None, "not connected"
        asked.context_info.CopyFrom(ContextInfo(timezone="UTC", locale="en-GB", url=self.url, color_scheme="light"))
        await self._socket.send(BackMsg(rerun_script=asked).SerializeToString())

    async def _ask(self, asked: ClientState) -> Run:
        assert self._socket is not None, "not connected"
        start, size, drawn, errors = time.perf_counter(), 0, dict[tuple[int, ...], Part](), list[str]()
        await self.send(asked)
        async with asyncio.timeout(PATIENCE):
            async for raw in self._socket:
                assert isinstance(raw, bytes)
                size += len(raw)
                if self.hear:
                    self.hear(raw)
                message = ForwardMsg.FromString(raw)
                kind = message.WhichOneof("type")
                if kind == "delta":
                    errors += self._drawn(message, drawn)
                elif kind == "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        drawn.clear()
                        continue
                    if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                        errors.append("compile error")
                    break
                else:
                    errors += self._told(message, kind or "")
            else:
                raise VisitError("the server closed the connection")
        self._keep(drawn, asked.fragment_id)
        return Run(time.perf_counter() - start, size, len(drawn), tuple(errors))

    def _drawn(self, message: ForwardMsg, drawn: dict[tuple[int, ...], Part]) -> list[str]:
        delta, path = message.delta, tuple(message.metadata.delta_path)
        holder: Any = delta.new_element if delta.WhichOneof("type") == "new_element" else delta.add_block
        kind = holder.WhichOneof("type") or ""
        part = Part(kind, getattr(holder, kind, None), delta.fragment_id)
        drawn[path] = part
        if kind == "exception":
            return [f"exception {part.proto.type}"]
        if kind == "alert" and part.proto.format == Alert.ERROR:
            return [f"alert {part.proto.body}"]
        return []

    def _told(self, message: ForwardMsg, kind: str) -> list[str]:
        if kind == "new_session" and message.new_session.page_script_hash:
            self.page = message.new_session.page_script_hash
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
            self.pages = {
                p.url_pathname: p.page_script_hash for p in message.navigation.app_pages if not p.external_url
            }
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind in ("page_not_found", "auth_redirect"):
            return [kind]
        elif kind == "session_event" and message.session_event.WhichOneof("type") == "script_compilation_exception":
            return ["compile error"]
        return []

    def _keep(self, drawn: dict[tuple[int, ...], Part], fragment: str) -> None:
        """What stands on the page afterwards: all that was drawn, or the rest and the fragment that was."""
        rest = {path: part for path, part in self.parts.items() if part.fragment != fragment} if fragment else {}
        self.parts = rest | drawn
        ids = {getattr(part.proto, "id", "") for part in self.parts.values()}
        self.values = {name: value for name, value in self.values.items() if name in ids}

    def widgets(self) -> list[tuple[Part, list[Any]]]:
        """What can be moved without changing a record, and the values that each can take."""
        found = []
        for part in self.parts.values():
            values = self._choices(part)
            if len(values) > 1 and part.proto.id and not (part.kind != "expandable" and part.proto.disabled):
                found.append((part, values))
        return found

    def _choices(self, part: Part) -> list[Any]:
        if part.kind in ("selectbox", "radio"):
            return list(part.proto.options)
        return [False, True] if part.kind in ("checkbox", "expandable") else []

    async def wander(self, dice: random.Random) -> Run:
        """One click of somebody who looks around: a third of the time another page, else a widget of this one."""
        offered = self.widgets()
        if not offered or dice.random() < 1 / 3:
            return await self.go(dice.choice(sorted(self.pages)))
        widget, values = dice.choice(offered)
        now = self.values.get(widget.proto.id)
        other = [value for value in values if now is None or state(widget, value) != now]
        return await self.choose(widget, dice.choice(other))

    def counts(self) -> Counter[str]:
        """How many of each kind of element stand on the page."""
        return Counter(part.kind for part in self.parts.values())


def state(widget: Part, value: Any) -> WidgetState:
    """A widget's value as the browser sends it."""
    if isinstance(value, bool):
        return WidgetState(id=widget.proto.id, bool_value=value)
    return WidgetState(id=widget.proto.id, string_value=value)
