"""The server: what starts with it, what it refuses, what it says of an error. Pages begin in pages/_router.py.

The router is not this file on purpose: beside a script called app.py a folder called pages/ would be served page
by page, around the router and its checks, until the first visitor had run st.navigation.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.logger import update_formatter

if (root := str(Path(__file__).resolve().parent)) not in sys.path:
    sys.path.insert(0, root)  # started by another server than `streamlit run`

from errors import NetEffectError
from formats import plain
from pages import _doors, _signed
from service import journal

WARM = ("plotly.graph_objects", "pandas", "scipy.stats", "babel.numbers", "service", "charts.words")
LOOKS = 50  # how often the server's sockets are looked at once it runs, a fifth of a second apart


def doors() -> _doors.Doors:
    """How the doors stand and what is logged; the process ends here where it must not serve."""
    journal.install()
    st.config.set_option("logger.enableRich", False)  # it would print what an exception says
    st.config.set_option("logger.messageFormat", journal.FORMAT)
    update_formatter()
    try:
        found = _doors.opened()
    except NetEffectError as error:
        raise SystemExit(f"Net Effect does not start. {error}") from error
    if why := _doors.refusal(found, _doors.bound()):
        raise SystemExit(why)
    if found.hosts is not None:
        st.config.set_option("server.allowedHosts", sorted(found.hosts))
    return found


async def watch(found: _doors.Doors) -> None:
    """A server that binds its sockets only after it has started this app is stopped as soon as it has."""
    for _ in range(LOOKS):
        if why := _doors.refusal(found, _doors.listening()):
            journal.log.critical("event=stopped %s", why)
            os._exit(1)
        await asyncio.sleep(0.2)


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Import before the first visitor does, and keep the imports out of every later garbage collection."""
    if why := _doors.refusal(DOORS, _doors.bound()):  # a server that made its configuration after it imported this file
        raise SystemExit(why)
    watching = asyncio.create_task(watch(DOORS))
    for name in WARM:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    yield
    watching.cancel()


def explain(error: Exception) -> bool:
    """A sentence instead of a stack trace, which could show names; the server's log has the places, not the values."""
    if isinstance(error, NetEffectError):
        journal.log.warning("event=told error=%s", type(error).__name__)
        st.error(f"**{error.title}.** {plain(error)}", icon=":material/error:")
        return True
    journal.log.error("event=page_failed", exc_info=error)
    st.error(
        "**This page could not be drawn.** Your data are untouched. Reload the page; if it fails again, "
        "`net-effect doctor` checks the workspace. The server's log has the details under the request id "
        f"**{journal.request()}**.",
        icon=":material/error:",
    )
    return True


DOORS = doors()
app = st.App(
    Path(root) / "pages" / "_router.py",
    lifespan=lifespan,
    middleware=[
        Middleware(_doors.SecurityHeaders, doors=DOORS),
        Middleware(_doors.Guard, doors=DOORS),
        *([Middleware(_signed.AskedFor), Middleware(_signed.SignedIn)] if DOORS.hosts is not None else []),
    ],
    on_script_error=explain,
)

if __name__ == "__main__":
    app.run()
