"""Names are masked and shown again: the address goes on naming the same person, each time by the id of that side."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

import service


def test_the_chosen_person_stays_chosen_by_another_id(open_page: Callable[..., AppTest]) -> None:
    open_page("overview.py")
    session = service.current()
    person = str(session.receivers(service.Scope())["person_id"].iloc[0])
    other = session.hiding().id_here(person)
    at = open_page("overview.py", receiver=person, filter=f"source:{person}")
    assert at.selectbox(key="received_by").value == person
    at.toggle(key="mask_names").set_value(True).run()
    assert not at.exception
    assert (at.query_params["receiver"], at.query_params["mask"]) == (other, "1")
    assert at.query_params["filter"] == f"source:{other}"
    assert at.selectbox(key="received_by").value == other
    at.toggle(key="mask_names").set_value(False).run()
    assert not at.exception
    assert at.query_params["receiver"] == person
    assert "mask" not in at.query_params
    assert at.selectbox(key="received_by").value == person


def test_the_stores_id_chooses_nobody_where_names_are_masked(open_page: Callable[..., AppTest]) -> None:
    open_page("overview.py")
    person = str(service.current().receivers(service.Scope())["person_id"].iloc[0])
    at = open_page("overview.py", receiver=person, mask="1")
    assert not at.exception
    assert at.selectbox(key="received_by").value == "everyone"
