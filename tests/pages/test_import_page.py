"""Import on the Data page: nothing is stored before it was shown, and what a file cannot say is asked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import service

ROOT = Path(__file__).resolve().parents[2]
LOG = """Date,From,To,Status,Closed on,Amount
25/01/2026,Ann [x](http://evil.example) Ash,Ben $5$ Birch,won,28/01/2026,100.00
26/01/2026,Cem,Ben $5$ Birch,open,,
31/31/2026,Dee,Ben $5$ Birch,open,,
"""
UNDECIDABLE = "Date,From,To\n01/02/2026,Ann,Ben\n03/04/2026,Cem,Ben\n"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("NET_EFFECT_WORKSPACE", str(tmp_path / "home"))
    at = AppTest.from_file(str(ROOT / "pages" / "_router.py"), default_timeout=60).run()
    return at.switch_page("data.py").run()


def upload(at: AppTest, content: str, name: str = "log.csv") -> AppTest:
    at.file_uploader[0].upload(name, content.encode())
    return at.run()


def words(at: AppTest) -> str:
    return "\n".join(str(e.value) for kind in ("markdown", "caption", "success", "error") for e in at.get(kind))


def test_the_preview_shows_rows_that_load_and_every_row_that_does_not(page: AppTest) -> None:
    at = upload(page, LOG)
    assert not at.exception
    assert "2 referrals will load" in words(at)
    refused = at.dataframe[0].value
    assert list(refused.columns) == ["File", "Row", "Column", "Value", "Reason"]
    assert refused.iloc[0][["File", "Row", "Column", "Value"]].tolist() == ["log.csv", 4, "Date", "31/31/2026"]
    assert service.current().is_empty


def test_a_question_is_asked_and_its_answer_opens_the_button(page: AppTest) -> None:
    at = upload(page, LOG)
    assert at.button(key="import_now").disabled
    currency = next(box for box in at.selectbox if "currency" in box.label)
    at = currency.select("EUR").run()
    assert not at.button(key="import_now").disabled
    at = at.button(key="import_now").click().run()
    assert not at.exception
    assert "2 referrals loaded, 1 not loaded" in words(at)
    view = service.current().overview(service.Scope())
    assert view.kpi("value", "EUR").value == 100


def test_an_undecidable_date_order_is_never_guessed(page: AppTest) -> None:
    at = upload(page, UNDECIDABLE)
    assert at.button(key="import_now").disabled
    order = at.radio[0]
    assert set(order.options) >= {"day first: 31/12/2026", "month first: 12/31/2026"}
    at = order.set_value("dmy").run()
    at = at.button(key="import_now").click().run()
    rows = service.current().overview(service.Scope()).months
    assert rows[rows.referrals > 0].month.dt.month.tolist() == [2, 4]


def test_strict_refuses_the_file_whole(page: AppTest) -> None:
    at = upload(page, LOG)
    at = next(box for box in at.selectbox if "currency" in box.label).select("EUR").run()
    at = at.toggle(key="import_strict").set_value(True).run()
    at = at.button(key="import_now").click().run()
    assert at.error
    assert service.current().is_empty


def test_what_cannot_be_read_is_said_in_a_sentence(page: AppTest) -> None:
    at = upload(page, "\x00\x01PDF nothing", "scan.pdf")
    assert not at.exception
    assert at.error[0].value
    assert "Traceback" not in at.error[0].value


def test_an_import_can_be_undone_and_redone(page: AppTest) -> None:
    at = upload(page, UNDECIDABLE)
    at = at.radio[0].set_value("dmy").run()
    at = at.button(key="import_now").click().run()
    at = at.button(key="undo").click().run()
    assert not at.exception
    assert service.current().overview(service.Scope()).empty
    at = at.button(key="redo").click().run()
    assert service.current().overview(service.Scope()).kpi("referrals").value == 2


def test_a_step_that_is_not_there_is_said(page: AppTest) -> None:
    at = upload(page, UNDECIDABLE)
    at = at.radio[0].set_value("dmy").run()
    at = at.button(key="import_now").click().run()
    at = at.button(key="redo").click().run()
    assert at.warning


def test_a_name_from_a_file_is_only_ever_a_name(page: AppTest) -> None:
    at = upload(page, LOG)
    at = next(box for box in at.selectbox if "currency" in box.label).select("EUR").run()
    at = at.button(key="import_now").click().run()
    for name in ("overview.py", "presence.py", "sources.py", "tenure.py"):
        at = at.switch_page(name).run()
        assert not at.exception
        assert "](http://evil" not in words(at)


def test_the_same_file_again_changes_nothing(page: AppTest) -> None:
    for _ in range(2):
        at = upload(page, UNDECIDABLE)
        if at.radio:
            at = at.radio[0].set_value("dmy").run()
        at = at.button(key="import_now").click().run()
    assert "Nothing new" in words(at)
    assert service.current().overview(service.Scope()).kpi("referrals").value == 2


STRANGE = "Wann war es,Gast,Partner,Für wen\n2026-01-25,Acme,Ann Ash,Ben Birch\n2026-01-26,Bolt,Cy Cedar,Ben Birch\n"


def test_a_file_that_nobody_knows_is_mapped_and_known_the_next_time(page: AppTest) -> None:
    at = upload(page, STRANGE, "strange.csv")
    assert not at.exception
    assert "no export that is known here" in words(at)
    assert at.get_by_key("unknown_strange.csv")
    grid = at.dataframe[1].value
    assert grid["Your column"].tolist() == ["Wann war es", "Gast", "Partner", "Für wen"]
    assert grid["Why"].str.len().min() > 10


def test_weeks_without_a_day_are_asked_in_one_grid_and_the_names_are_only_offered(page: AppTest) -> None:
    weeks = {f"Slips_Audit_Report_0{week}-13-2026_9-15_AM.csv": SLIPS for week in (1, 2, 3)}
    at = page
    for name, text in weeks.items():
        at.file_uploader[0].upload(name, text.encode())
    at = at.run()
    assert not at.exception
    assert "Which days do these files cover?" in words(at)
    assert at.button(key="import_now").disabled
    at = at.button(key="take_0").click().run()
    assert not at.exception
    assert not [box for box in at.selectbox if "period" in box.label]
    answers = at.session_state["import_answers"]
    assert sorted(answers.values()) == ["2026-01-13", "2026-02-13", "2026-03-13"]


SLIPS = """From,To,Slip Type,Inside/Outside,TYFCB Amount,CEU Credits,Detail
Ann Ash,Ben Birch,Referral,Tier 1 (inside),,,
Ann Ash,Ben Birch,One-to-One,,,,
"""


def test_a_column_that_is_asked_for_is_answered_by_its_header(page: AppTest) -> None:
    at = upload(page, STRANGE, "strange.csv")
    at = at.button(key=next(b.key for b in at.button if b.label == "Use these columns")).click().run()
    assert not at.exception
    asked = next(radio for radio in at.radio if "who gave the referrals" in radio.label)
    at = asked.set_value("Partner").run()
    assert not at.exception
    at = at.button(key="import_now").click().run()
    assert "2 referrals loaded" in words(at)
    assert set(service.current().rows(service.Scope(), ["r0000001", "r0000002"]).source) == {"Ann Ash", "Cy Cedar"}


def test_files_of_an_archive_are_asked_together(page: AppTest) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.csv", LOG)
        archive.writestr("two.csv", LOG.replace("100.00", "250.00"))
    page.file_uploader[0].upload("logs.zip", packed.getvalue())
    at = page.run()
    assert "In which currency are the amounts of these 2 files?" in words(at).replace("\\", "")
    at = next(box for box in at.selectbox if "currency" in box.label).select("EUR").run()
    assert not at.exception
    answers = at.session_state["import_answers"]
    assert answers == {("logs.zip/one.csv", "currency"): "EUR", ("logs.zip/two.csv", "currency"): "EUR"}
    assert not at.button(key="import_now").disabled
