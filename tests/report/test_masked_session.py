"""What a masked session hands over: no name, the same pseudonym everywhere, findings as they are."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import service
from analysis.result import Frames, Result
from errors import UsageError
from service import entries, masking, people, quality

SCOPE = service.Scope()


def texts_of(value: object) -> set[str]:
    """Every text in a result, however deep."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, pd.DataFrame):
        return {v for c in value for v in value[c].dropna() if isinstance(v, str)}
    if isinstance(value, dict):
        return set().union(*map(texts_of, value.values())) if value else set()
    if isinstance(value, tuple | list):
        return set().union(*map(texts_of, value)) if value else set()
    return texts_of(vars(value)) if isinstance(value, Result | Frames) else set()


def names_of(session: service.Session) -> set[str]:
    return set(session.frames(SCOPE).people["name"])


def test_every_finding_has_the_same_figures_and_verdict_as_without_the_mask(chapter: service.Session) -> None:
    for exact, masked in zip(chapter.results(SCOPE), chapter.hiding().results(SCOPE), strict=True):
        assert masked.to_json() == exact.to_json()
        assert {k: v.shape for k, v in masked.data.items()} == {k: v.shape for k, v in exact.data.items()}


def test_no_finding_holds_a_name_or_the_token_that_stood_for_it(chapter: service.Session) -> None:
    known = names_of(chapter)
    for result in chapter.hiding().results(SCOPE):
        said = texts_of(result)
        assert not said & known
        assert not any("\ue000" in text or name in text for text in said for name in known if len(name) > 5)


def test_findings_keep_their_order_though_names_decide_ties(chapter: service.Session) -> None:
    exact, masked = chapter.result(SCOPE, "S1"), chapter.hiding().result(SCOPE, "S1")
    ids = [chapter.hiding().id_here(person) for person in exact.data["receivers"]["person_id"]]
    assert ids == list(masked.data["receivers"]["person_id"])


def test_a_person_has_one_pseudonym_everywhere(chapter: service.Session) -> None:
    masked = chapter.hiding()
    by_id = masked.names()
    receivers = masked.receivers(SCOPE)
    assert list(receivers["name"]) == [by_id[person] for person in receivers["person_id"]]
    members = masked.result(SCOPE, "L1").data["members"]
    assert list(members["name"]) == [by_id[person] for person in members["person_id"]]
    assert len(set(by_id.values())) == len(by_id)
    assert all(name.startswith(("Member ", "Source ")) for name in by_id.values())


def test_numbers_do_not_tell_the_alphabet_nor_the_order_of_the_file(chapter: service.Session) -> None:
    exact, hidden = chapter.names(), chapter.hiding().names()
    masked = {person: hidden[chapter.hiding().id_here(person)] for person in exact}
    some = [p for p in sorted(exact) if masked[p].startswith("Member")]
    number = pd.Series([int(masked[p].split()[1]) for p in some])
    for order in (pd.Series([exact[p] for p in some]).rank(), pd.Series(range(len(some)))):
        assert abs(number.corr(order, method="spearman")) < 0.6


def test_pseudonyms_stay_when_more_is_imported(tmp_path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("Date,From,To,Status\n2025-03-04,Ann Ash,Bob Birch,open\n2025-03-05,Cy Cedar,Ann Ash,won\n")
    session = service.open_workspace(tmp_path / "w")
    session.commit(session.preview([log]))
    before = service.open_workspace(tmp_path / "w").hiding().names()
    log.write_text("Date,From,To,Status\n2025-04-04,Aa First,Bob Birch,open\n2025-04-05,Zoe Zed,Al Alder,won\n")
    session.commit(session.preview([log]))
    after = service.open_workspace(tmp_path / "w").hiding().names()
    assert len(after) == 6
    assert {person: after[person] for person in before} == before


def test_rows_hide_firms_professions_prospects_and_exact_amounts(chapter: service.Session) -> None:
    exact, masked = chapter.frames(SCOPE), chapter.hiding().frames(SCOPE)
    for column, frame in (("prospect", "referrals"), ("profession", "memberships"), ("name", "people")):
        before, after = getattr(exact, frame)[column].dropna(), getattr(masked, frame)[column].dropna()
        assert len(before) == len(after)
        assert not set(before) & set(after)
    for frame in ("referrals", "thanks"):
        amounts = getattr(masked, frame)["amount"].dropna()
        assert np.allclose(amounts, masking.rounded(amounts))
    assert masked.referrals["given"].equals(exact.referrals["given"])


def test_a_joining_day_is_told_by_its_month_or_by_its_year_alone(chapter: service.Session) -> None:
    exact, masked = chapter.frames(SCOPE), chapter.hiding().frames(SCOPE)
    first = int(exact.coverage["start"].min())
    days = pd.to_datetime(masked.memberships["joined"].dropna().astype(int), unit="D")
    within = days[masked.memberships["joined"].dropna() > first]
    assert (within.dt.day == 1).all()
    early = days[masked.memberships["joined"].dropna() < first]
    assert set(zip(early.dt.month, early.dt.day, strict=True)) <= {(7, 1)}


@pytest.mark.parametrize(
    ("amount", "said"), [(1234.56, 1200.0), (98765, 99000.0), (5.55, 5.6), (-1250, -1200.0), (0, 0)]
)
def test_an_amount_keeps_two_figures(amount: float, said: float) -> None:
    assert masking.rounded(pd.Series([amount, np.nan])).tolist()[0] == said


def test_the_rows_behind_a_figure_name_no_file_and_nobody(chapter: service.Session) -> None:
    ids = list(chapter.frames(SCOPE).referrals["referral_id"][:40])
    rows = chapter.hiding().rows(SCOPE, ids)
    exact = chapter.rows(SCOPE, ids)
    assert not texts_of(rows) & (names_of(chapter) | set(exact["prospect"].dropna()) | set(exact["file"].dropna()))
    assert set(rows["file"]) == {"file 1"}
    assert set(rows["group"]) == {"Group A"}
    assert chapter.hiding().subtitle(SCOPE) == "Group A"


def test_records_as_they_are_are_neither_shown_nor_changed(chapter: service.Session) -> None:
    masked = chapter.hiding()
    refused = (
        masked.undo, masked.redo, masked.tables, lambda: masked.preview([]), lambda: people.persons(masked),
        lambda: people.relations(masked), lambda: entries.latest(masked), lambda: quality.imports(masked),
        lambda: people.dossier(masked, "p0000001"), lambda: masked.edit("edit", lambda con: None),
    )  # fmt: skip
    for ask in refused:
        with pytest.raises(UsageError, match="as they are"):
            ask()
    assert {entry.what for entry in masked.history()} == {"A change."}


def test_a_viewer_who_may_not_see_names_never_does(chapter: service.Session) -> None:
    viewer = replace(chapter.viewer, masked=True)
    session = service.Session(chapter.workspace, viewer)
    assert session.masked
    assert not names_of(chapter) & names_of(session)


def test_the_mask_is_part_of_what_is_remembered(chapter: service.Session) -> None:
    assert names_of(chapter.hiding()) != names_of(chapter)
    assert names_of(chapter) == names_of(service.open_workspace(chapter.workspace.path))


def ids_of(value: object) -> set[str]:
    return {text for text in texts_of(value) if re.fullmatch(r"p\d{7}", text)}


def test_the_stores_ids_stay_inside(chapter: service.Session) -> None:
    """They are given in the order of the first file: whoever has its list of members would know each by its number."""
    masked = chapter.hiding()
    exact, shown = chapter.frames(SCOPE), masked.frames(SCOPE)
    tables = [value for value in vars(shown).values() if isinstance(value, pd.DataFrame)]
    assert ids_of([value for value in vars(exact).values() if isinstance(value, pd.DataFrame)])
    assert [ids_of(table) for table in [*tables, masked.receivers(SCOPE)] if ids_of(table)] == []
    assert ids_of(list(chapter.results(SCOPE)))
    assert ids_of(list(masked.results(SCOPE))) == set()
    # Neither the ids nor the places of the rows tell the order of the file.
    order = [exact.people["person_id"].map(masked.id_here).tolist(), shown.people["person_id"].tolist()]
    assert sorted(order[0]) == sorted(order[1]) == order[1]
    assert order[0] != order[1]


def test_one_receiver_is_the_same_by_the_other_id_and_nobody_by_the_stores(chapter: service.Session) -> None:
    masked = chapter.hiding()
    person = str(chapter.receivers(SCOPE)["person_id"].iloc[0])
    here = replace(SCOPE, receiver=masked.id_here(person))
    for exact, other in zip(chapter.results(replace(SCOPE, receiver=person)), masked.results(here), strict=True):
        assert [e.value for e in exact.estimates] == [e.value for e in other.estimates]
    assert masked.overview(here).rows == chapter.overview(replace(SCOPE, receiver=person)).rows
    assert any(masked.overview(here).rows.values())
    assert masked.subtitle(here).endswith(masked.names()[masked.id_here(person)])
    assert masked.subtitle(replace(SCOPE, receiver=person)).endswith("?")
    none, asked = (masked.results(replace(SCOPE, receiver=one)) for one in ("m0000000000", person))
    assert [e.value for r in asked for e in r.estimates] == [e.value for r in none for e in r.estimates]


def test_only_who_may_see_names_is_told_who_is_who(chapter: service.Session) -> None:
    there, back = chapter.other_ids(), chapter.hiding().other_ids()
    assert {shown: person for person, shown in there.items()} == back
    assert set(there) >= set(chapter.names())
    forced = service.Session(chapter.workspace, service.Viewer("guest", role="viewer", masked=True))
    assert forced.other_ids() == {}
