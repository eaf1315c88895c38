"""Who stands before the door: the sign-in, the choice among workspaces, and the session that the pages get.

Without [auth] in Streamlit's secrets there is one workspace, its owner's, and no sign-in (app.py then answers this
machine alone). With it, whoever is not signed in, or is named by no rule of access.toml, gets no page at all.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import runtime
from streamlit.auth_util import get_secrets_auth_section
from streamlit.runtime.scriptrunner import get_script_run_ctx

import service
from formats import plain
from pages import _address
from service import access
from service.access import Access, AccessError, Grant, Identity

PARAMETER = "workspace"
_SEEN = "gate_workspace"
MINUTE = "60s"
_ENDED_KEPT = 10_000
Mark = tuple[str, str, str]  # one sign-in of one person: issuer, subject, nonce
_ended: dict[Mark, None] = {}  # sign-ins that were signed out of, in any tab, the oldest first


@dataclass(frozen=True)
class Door:
    """A session and what its holder finds in the bar; or no session, and what is drawn instead of every page."""

    session: service.Session | None
    draw: Callable[[], None] | None = None


def configured() -> bool:
    """Whether a sign-in is set up."""
    return bool(get_secrets_auth_section())


def access_file() -> Path:
    """$NET_EFFECT_ACCESS, else access.toml beside the secrets file that is in use."""
    if chosen := os.environ.get(access.FILE_VARIABLE):
        return Path(chosen).expanduser()
    files = [Path(one).expanduser() for one in st.config.get_option("secrets.files")]
    return next((one for one in files if one.is_file()), files[-1]).with_name(access.FILE)


def rules() -> Access:
    """access.toml as it stands now: a right that was taken away is gone with the next click."""
    file = access_file()
    try:
        stat = file.stat()
    except OSError as error:
        raise AccessError(f"A sign-in is set up, but there is no {file}.", "docs/security.md shows one.") from error
    return _read(file, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _read(file: Path, _modified: int, _size: int) -> Access:
    return access.read(file)


def door() -> Door:
    """What this visitor gets. Called at the start of every run, whatever page was asked for."""
    if (context := get_script_run_ctx()) is not None and runtime.exists():
        visit = context.session_id
        service.asked_while(lambda: runtime.get_instance().is_active_session(visit))
    if not configured():
        return Door(service.current())
    claims = st.user.to_dict()
    if claims.get("is_logged_in") is not True:
        return Door(None, lambda: sign_in("Sign in to see your figures."))
    rule = rules()
    who = access.identify(claims, rule)
    mark = holds(claims)
    if mark is None:
        return Door(None, lambda: sign_in("Your sign-in has ended. Sign in again to go on."))
    granted = {grant.place.id: grant for grant in access.grants(who, rule)}
    if not granted:
        return Door(None, lambda: nothing(who, mark))
    chosen = _chosen(granted)
    if chosen is None:
        return Door(None, lambda: choose(granted, who, mark))
    session = service.granted(granted[chosen], who.name, access.ends(who, rule))
    return Door(session, lambda: account(granted, chosen, who, mark))


def holds(claims: Mapping[str, Any]) -> Mark | None:
    """The sign-in that these claims tell of, as long as it has not ended; None where access.toml cannot be read."""
    mark: Mark = (str(claims.get("iss")), str(claims.get("sub")), str(claims.get("nonce") or claims.get("iat")))
    try:
        rule = rules()
    except AccessError:
        return None
    return mark if mark not in _ended and time.time() < access.ends(access.identify(claims, rule), rule) else None


def _chosen(granted: Mapping[str, Grant]) -> str | None:
    """The workspace that the address names, or the one that was open, or the only one; None = it must be chosen."""
    named = _address.value_of(PARAMETER)
    if named is None and len(granted) == 1:
        named = next(iter(granted))
    named = named or st.session_state.get(_SEEN)
    if named not in granted:
        return None
    if st.session_state.get(_SEEN) not in (None, named):  # nothing of one workspace is carried into another
        for key in list(st.session_state):
            del st.session_state[key]
    st.session_state[_SEEN] = named
    if len(granted) > 1 and _address.value_of(PARAMETER) != named:
        st.query_params[PARAMETER] = named
    return named


def sign_in(words: str) -> None:
    """The only thing that a visitor who is not signed in sees, on every address."""
    forget()
    st.title("Net Effect", anchor=False)
    with st.container(border=True, key="sign_in", width=460):
        st.markdown(words)
        section = get_secrets_auth_section()
        named = [key for key, value in section.items() if isinstance(value, Mapping) and "client_id" in value]
        for provider in named or [None]:
            label = f"Sign in with {provider.capitalize()}" if provider else "Sign in"
            if st.button(label, type="primary", icon=":material/login:", key=f"sign_in_{provider}"):
                st.login(provider) if provider else st.login()


def nothing(who: Identity, mark: Mark) -> None:
    """Signed in, and named by no rule."""
    forget()
    st.title("Net Effect", anchor=False)
    with st.container(border=True, key="nothing_open", width=460):
        st.markdown(f"You are signed in as **{plain(who.name)}**. No workspace is open to you.")
        if who.email is None:
            st.markdown("Your provider does not say that your e-mail address was verified, so it does not count here.")
        st.markdown("Ask whoever runs this dashboard to add you.")
        sign_out(mark)


def choose(granted: Mapping[str, Grant], who: Identity, mark: Mark) -> None:
    """Several workspaces, or an address that names none of this person's."""
    forget()
    st.title("Choose a workspace", anchor=False)
    if _address.value_of(PARAMETER) is not None:
        st.warning("The workspace in the address is not open to you.", icon=":material/lock:")
    for name, grant in granted.items():
        st.button(plain(grant.place.title), key=f"open_{name}", icon=":material/folder_open:", on_click=_open,
                  args=(name,))  # fmt: skip
    st.caption(f"Signed in as {plain(who.name)}.")
    sign_out(mark)


def _open(name: str) -> None:
    """On a click: another workspace, and nothing of the former one in the address."""
    forget()
    st.query_params.clear()
    st.query_params[PARAMETER] = name


def account(granted: Mapping[str, Grant], chosen: str, who: Identity, mark: Mark) -> None:
    """Who is signed in, where, and the way out; in the bar of every page."""
    watch()
    with st.popover(plain(granted[chosen].place.title), icon=":material/account_circle:", key="account"):
        st.markdown(f"{plain(who.name)}  \n{granted[chosen].role}{', names masked' if granted[chosen].masked else ''}")
        for name, grant in granted.items():
            if name != chosen:
                st.button(plain(grant.place.title), key=f"switch_{name}", icon=":material/folder_open:",
                          on_click=_open, args=(name,))  # fmt: skip
        sign_out(mark)


@st.fragment(run_every=MINUTE)
def watch() -> None:
    """A page that stands open is cleared when the sign-in ends, also where nobody clicks."""
    if (frame := st.session_state.get("frame")) and not frame.session.may("viewer"):
        st.rerun(scope="app")


def sign_out(mark: Mark) -> None:
    if st.button("Sign out", icon=":material/logout:", key="sign_out"):
        _ended[mark] = None
        while len(_ended) > _ENDED_KEPT:
            del _ended[next(iter(_ended))]
        forget()
        st.logout()
        st.stop()


def forget() -> None:
    """Nothing of what was open stays in this visitor's state."""
    for key in list(st.session_state):
        if not key.startswith(("sign_", "open_", "switch_")):
            del st.session_state[key]
