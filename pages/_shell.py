"""The frame around a page: which workspace is shown, the sample chip, the scope bar and what it makes of the URL.

Widgets are bound to the URL by their keys, so a link opens the same view. What comes from a URL is checked against
what this viewer may see before it becomes a Scope.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

import formats
import service
from analysis.scope import Scope
from charts import drawn, theme
from formats import plain
from pages import _address, _filters, _tour
from service import organisation

PERIODS = {
    "usual": "Usual period",
    "3m": "Last 3 months",
    "6m": "Last 6 months",
    "12m": "Last 12 months",
    "year": "This year",
    "lastyear": "Last year",
    "custom": "Other dates …",
}
MONTHS = {"3m": 3, "6m": 6, "12m": 12}
COMPARE = {"previous": "the period before", "last_year": "a year earlier", "others": "other groups", "goal": "our goal"}
EVERYONE = "everyone"
# Pages that have something to say where only totals of periods were imported.
PERIODS_TOO = ("The chapter", "Members", "Relationships", "Giving and network", "Power teams")
WHOLE = ("Data", "People", "Log", "Quality", "Glossary")  # pages about all of the workspace, whatever the scope
MASKING = (
    "For a screen that others see, and for files that leave the house: people, professions, firms and groups get "
    "numbers, amounts are rounded to two figures, joining days to the month. Findings stay what they are."
)
AS_THEY_ARE = ("Data", "People", "Log", "Quality")  # pages that show or change the records as they are
FIELD = 155  # pixels: two menus stand side by side on a telephone
service.when_forgetting(drawn.forget)  # a drawing holds names


@dataclass(frozen=True)
class Frame:
    """What a page needs: the session, the scope, the look and the reader's locale."""

    session: service.Session
    scope: Scope
    look: theme.Look
    locale: str
    blank: bool  # no dated referral is here
    large: bool = False  # the selection is too large to be read row by row


def locale() -> str:
    return formats.locale_of(st.context.locale)


def look() -> theme.Look:
    return theme.look(st.context.theme.type)


def open_page(title: str, session: service.Session, account: Callable[[], None] | None) -> None:
    """Draw the scope bar, the chip and who is signed in, and leave the Frame for the page to pick up."""
    _address.restore(title)
    _filters.followed()  # this run is the whole page's
    if _address.value_of("mask") == "1":
        session = session.hiding()
    whole = title in WHOLE
    large = not whole and organisation.too_large(session, asked_groups(session))
    blank = session.is_empty or (not organisation.too_large(session, ()) and session.overview(Scope()).empty)
    with_scope = not (whole or blank or large)
    if title in PERIODS_TOO and blank:
        with_scope = not (session.is_empty or session.chapter(Scope()).empty)
    with st.container(horizontal=True, vertical_alignment="bottom", key="bar"):
        scope = scope_bar(session) if with_scope else Scope(groups=group_menu(session) if large else ())
        if not session.is_empty:
            mask_switch(session)
        if session.is_sample:
            sample_chip(on_data=title == "Data")
        elif account:
            st.space("stretch")
            account()
    if with_scope:
        st.caption(plain(session.subtitle(scope)))
        _filters.chips(session, scope, locale())
    st.session_state["frame"] = Frame(session, scope, look(), locale(), blank, large)
    _tour.strip(title, session)
    if session.masked and title in AS_THEY_ARE:
        masked_page(title, session)


def mask_switch(session: service.Session) -> None:
    """Names on or off; part of the address, so that a link opens the same view."""
    forced = session.viewer.masked
    st.session_state["mask_names"] = session.masked
    st.toggle(
        "Mask names",
        key="mask_names",
        on_change=_masked,
        disabled=forced,
        help="You see this workspace with names masked." if forced else MASKING,
    )


def _masked() -> None:
    mask(on=st.session_state["mask_names"])


def mask(*, on: bool) -> None:
    """Write into the address whether names are masked, and the ids of persons as they are then."""
    ids = frame().session.other_ids()
    for name in _address.PERSONS:
        _address.put(name, [":".join(ids.get(part, part) for part in value.split(":"))
                            for value in _address.values_of(name)])  # fmt: skip
    _address.put("mask", ["1"] if on else [])


def masked_page(title: str, session: service.Session) -> None:
    """Instead of a page that would show or change the records as they are."""
    st.title(title, anchor=False)
    st.info(
        "Names are masked. This page shows and changes your records as they are, so it stays closed meanwhile.",
        icon=":material/visibility_off:",
    )
    if not session.viewer.masked and st.button("Show names", icon=":material/visibility:", key="show_names"):
        mask(on=False)
        st.rerun()
    st.stop()


def frame() -> Frame:
    return st.session_state["frame"]


def sample_chip(*, on_data: bool) -> None:
    """As long as the sample is shown, it says so, and the way to one's own data is the one loud button."""
    st.space("stretch")
    with st.container(horizontal=True, vertical_alignment="center", width="content", key="sample"):
        st.badge(
            "Sample data",
            icon=":material/science:",
            color="orange",
            help="An invented chapter, so that you can look around. Your own log takes its place.",
        )
        if on_data:
            if st.button("Remove the sample", icon=":material/delete:", key="remove_sample"):
                service.remove_sample()
                st.rerun()
        elif st.button("Import your log", type="primary", icon=":material/upload:", key="import_your_log"):
            st.switch_page("data.py")


def scope_bar(session: service.Session) -> Scope:
    """Group, period, as-of date, comparison and receiver, as one line of small menus."""
    groups = group_menu(session)
    start, end, as_of = period_menu(session, groups)
    offered = [way for way in COMPARE if way != "others" or groups]  # others than the chosen: some must be chosen
    compare = st.selectbox(
        "Compared with", offered, key="compare", bind="query-params", width=FIELD, format_func=COMPARE.__getitem__
    )
    receiver = receiver_menu(session, groups)
    return Scope(groups, start, end, as_of, compare if compare in offered else "previous", receiver, _filters.read())


def asked_groups(session: service.Session) -> tuple[str, ...]:
    """The groups that the address names, as far as the viewer may see them."""
    return () if session.is_empty else tuple(sorted(set(_address.values_of("group")) & set(session.groups().group_id)))


def group_menu(session: service.Session) -> tuple[str, ...]:
    known = session.groups()
    if len(known) < 2:
        return ()
    names = dict(zip(known.group_id, known.name, strict=True))
    st.session_state["groups"] = list(asked_groups(session))
    chosen = st.multiselect(
        "Groups",
        list(names),
        key="groups",
        placeholder="All groups",
        format_func=lambda g: str(names.get(g, g)),
        on_change=_address.follow,
        args=("group", "groups"),
        width=260,
    )
    return tuple(sorted(set(chosen) & set(names)))


def receiver_menu(session: service.Session, groups: tuple[str, ...]) -> str | None:
    """One person alone."""
    people = session.receivers(Scope(groups=groups))
    names = dict(zip(people.person_id, people.name, strict=True))
    wanted = _address.value_of("receiver")
    st.session_state["received_by"] = wanted if wanted in names else EVERYONE
    chosen = st.selectbox(
        "Received by",
        [EVERYONE, *names],
        key="received_by",
        width=FIELD,
        format_func=lambda p: names.get(p, "Everyone"),
        on_change=_address.follow,
        args=("receiver", "received_by", EVERYONE),
    )
    return chosen if chosen in names else None


def period_menu(session: service.Session, groups: tuple[str, ...]) -> tuple[date | None, date | None, date | None]:
    """Start, end (exclusive) and as-of (exclusive); None where nothing was chosen."""
    last = last_day(session, groups)
    chosen = st.selectbox(
        "Period",
        list(PERIODS),
        key="period",
        bind="query-params",
        width=FIELD,
        format_func=PERIODS.__getitem__,
        help="Usual: the last twelve months on the overview, and for each finding the window that it needs.",
    )
    seen = st.date_input(
        "As of",
        value=None,
        key="as_of",
        bind="query-params",
        width=FIELD,
        format="YYYY-MM-DD",
        help="Show everything as it was known at the end of this day.",
    )
    as_of = seen + timedelta(days=1) if isinstance(seen, date) else None
    if chosen == "custom":
        first = st.date_input("From", value=None, key="from", bind="query-params", width=FIELD, format="YYYY-MM-DD")
        final = st.date_input("To", value=None, key="to", bind="query-params", width=FIELD, format="YYYY-MM-DD")
        end = final + timedelta(days=1) if isinstance(final, date) else None
        start = first if isinstance(first, date) and (end is None or first < end) else None
        return start, end, as_of
    day = min(seen, last) if isinstance(seen, date) and last else last
    return (*preset(chosen, day), as_of) if day else (None, None, as_of)


def last_day(session: service.Session, groups: tuple[str, ...]) -> date | None:
    """The last day that the log knows of."""
    as_of = session.overview(Scope(groups=groups)).as_of
    return as_of - timedelta(days=1) if as_of else None


def preset(chosen: str, day: date) -> tuple[date | None, date | None]:
    """A named period around a day, in whole months: the running month is part of it."""
    after = day.replace(day=calendar.monthrange(day.year, day.month)[1]) + timedelta(days=1)
    if chosen in MONTHS:
        first = after.year * 12 + after.month - 1 - MONTHS[chosen]
        return date(first // 12, first % 12 + 1, 1), after
    if chosen in ("year", "lastyear"):
        year = day.year - (chosen == "lastyear")
        return date(year, 1, 1), date(year + 1, 1, 1)
    return None, None
