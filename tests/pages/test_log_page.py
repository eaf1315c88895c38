"""The Log page: every form is one version, refusals keep what was typed, and the sample stays as it is."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import service
from pages import _log_grid
from service import entries

ROOT = Path(__file__).resolve().parents[2]
LOG = """Date,From,To,Prospect,Status,Amount,Currency
2025-03-04,Ann Ash,Bob Birch,Acme,open,,
2025-03-11,Cy Cedar,Bob Birch,Bolt,won,500,EUR
"""
TODAY = date.today()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def log(folder: Path) -> service.Session:
    session = service.current()
    session.commit(session.preview([("log.csv", LOG.encode())]))
    return service.current()


def opened(part: str = "Referral") -> AppTest:
    at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60)
    at.query_params["entry"] = part
    at.run()
    at.switch_page("log.py").run()
    assert not at.exception
    return at


def fill(at: AppTest, part: str, **fields: object) -> AppTest:
    version = service.current().version
    for name, value in fields.items():
        at.session_state[f"{part}_{name}_{version}"] = value
    at.button(key=f"{part}_save_{version}").click().run()
    assert not at.exception
    return at


def rows(sql: str) -> list[tuple]:
    with service.current().reader() as reader:
        return reader.rows(sql)


def words(at: AppTest) -> str:
    return "\n".join(str(e.value) for kind in ("title", "markdown", "info", "error") for e in at.get(kind))


def test_a_referral_is_entered_with_what_no_export_says(log: service.Session) -> None:
    at = fill(opened(), "referral", source="Cy Cedar", receiver="Bob Birch", present="No", asked="Yes", kind="customer",
              prospect="Crux", via="r0000001")  # fmt: skip
    assert service.current().version == 2
    assert rows("""select given_on, people.name, receiver_present, asked, source_kind, prospect, via_referral_id
      from referrals inner join people on person_id = source_id where referral_id = 'r0000003'""") == [
        (TODAY, "Cy Cedar", False, True, "customer", "Crux", "r0000001")
    ]  # fmt: skip
    assert at.selectbox(key="referral_receiver_2").value == "Bob Birch"  # the next one is most likely the same person's
    assert at.selectbox(key="referral_source_2").value is None


def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(log: service.Session) -> None:
    at = fill(opened(), "referral", source="Bob Birch", receiver="Bob Birch", prospect="Crux")
    assert "Bob Birch cannot be on both sides" in words(at).replace("\\", "")
    assert at.text_input(key="referral_prospect_1").value == "Crux"
    at = fill(at, "referral", source=None, receiver="Bob Birch")
    assert "Say who gave it" in words(at)
    assert service.current().version == 1


def test_a_contact(log: service.Session) -> None:
    fill(opened("Contact"), "contact", what="ask", **{"from": "Bob Birch", "with": "Ann Ash"}, purpose="a van",
         day=TODAY - timedelta(days=1))  # fmt: skip
    assert rows("select kind, happened_on, purpose from touches") == [("ask", TODAY - timedelta(days=1), "a van")]
    assert service.current().version == 2


def test_an_assessment_has_thirteen_points_and_keeps_open_ones_open(log: service.Session) -> None:
    at = opened("Assessment")
    assert len([choice for choice in at.radio if choice.key and "_q" in choice.key]) == 13
    fill(at, "assessment", assessor="Bob Birch", assessed="Ann Ash", q01="Yes", q02="No", comfort=8)
    assert rows("select q01, q02, q03, comfort, perceived_value from assessments") == [(True, False, None, 8.0, None)]


def test_an_open_referral_comes_to_its_end(log: service.Session) -> None:
    at = opened("Outcome")
    which = at.selectbox(key="outcome_which_1")
    assert which.options == ["4 Mar 2025 · Ann Ash → Bob Birch · Acme"]
    assert at.selectbox(key="outcome_currency_1").value == "EUR"
    at = fill(at, "outcome", which="r0000001", status="Won", day=date(2025, 4, 1), amount=1200.5)
    assert rows("""select status, closed_on, cast(amount as varchar), currency from referrals
      where referral_id = 'r0000001'""") == [("won", date(2025, 4, 1), "1200.50", "EUR")]
    assert "No referral is open" in words(at)


def test_a_lost_referral_brings_nothing(log: service.Session) -> None:
    at = fill(opened("Outcome"), "outcome", which="r0000001", status=None)
    assert "Say which referral" in words(at)
    fill(at, "outcome", which="r0000001", status="Lost", day=date(2025, 4, 1), amount=1200.5)
    assert rows("select status, amount from referrals where referral_id = 'r0000001'") == [("lost", None)]


def test_the_grid_shows_the_newest_first_and_saves_nothing_by_itself(log: service.Session) -> None:
    entries.add(log, "touches", {"happened_on": "2025-04-01", "from": "Ann Ash", "to": "Bob Birch", "kind": "help"})
    at = opened("Correct")
    latest, others = at.dataframe[0].value, at.dataframe[1].value
    assert latest[["From", "Status", "Amount", "Currency"]].values.tolist()[0] == ["Cy Cedar", "Won", 500.0, "EUR"]
    assert others[["What", "From", "With"]].values.tolist() == [["Help given", "Ann Ash", "Bob Birch"]]
    assert at.button(key="save_log").disabled


def test_changed_cells_become_corrections_of_their_fields_alone(log: service.Session) -> None:
    known = entries.latest(log)
    before = _log_grid.words(known)
    after = before.copy()
    assert _log_grid.changes(known.referral_id, before, after) == ([], [])
    after.loc[0, "Delete"] = True
    after.loc[0, "Prospect"] = "lost with the row"
    after["Closed on"] = after["Closed on"].astype(object)
    for heading, value in {"Status": "Lost", "Closed on": date(2025, 4, 2), "Receiver there": "no", "Prospect": None,
                           "The giver is": "Customer"}.items():  # fmt: skip
        after.loc[1, heading] = value
    corrections, gone = _log_grid.changes(known.referral_id, before, after)
    assert gone == ["r0000002"]
    assert corrections == [("r0000001", {"receiver_present": False, "prospect": None, "source_kind": "customer",
                                         "status": "lost", "closed_on": date(2025, 4, 2)})]  # fmt: skip
    entries.correct(log, corrections, gone)
    assert service.current().version == 2
    assert rows("select referral_id, status, source_kind from referrals") == [("r0000001", "lost", "customer")]


def test_a_day_as_the_grid_gives_it_back_is_no_change() -> None:
    shown = pd.DataFrame({"Delete": [False], **{heading: [None] for heading, _ in _log_grid.FIELDS.values()}})
    before, after = shown.copy(), shown.copy()
    before["Given on"], after["Given on"] = [date(2025, 3, 4)], pd.to_datetime(["2025-03-04"])
    after["Amount"] = [float("nan")]
    assert _log_grid.changes(pd.Series(["r0000001"]), before, after) == ([], [])


def test_an_empty_workspace_offers_the_forms_and_the_workbook(folder: Path) -> None:
    at = opened()
    assert "Nothing is written down yet" in words(at)
    assert [button.label for button in at.get("download_button")] == ["Get the workbook"]
    fill(at, "referral", group="Harbour")
    assert "Say who gave it" in words(at)
    assert "No referral is open" in words(opened("Outcome"))
    assert "nothing to correct" in words(opened("Correct"))
    assert service.current().is_empty


def test_the_sample_is_not_changed(folder: Path) -> None:
    service.add_sample()
    for part in ("Referral", "Contact", "Assessment", "Outcome", "Correct"):
        at = opened(part)
        assert "This is the sample" in words(at)
        assert all(b.disabled for b in at.button if b.key and ("_save_" in b.key or b.key == "save_log"))
