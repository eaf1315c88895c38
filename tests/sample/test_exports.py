"""Out and back in the exports of other systems: what a layout can hold comes back, what it cannot is empty."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data import layouts, readers
from data.draft import Answers, Draft
from data.store import Workspace
from sample.exports import CONTAINERS, CRM, LAYOUTS, NATIVE, Written, write_exports
from sample.exports.chapter import PALMS_HEADERS
from sample.files import DATE_ORDERS, DECIMALS, Style
from sample.world import World, make_world

FREE = {"row_no", "group"}  # the row's place, and the chapter: as the file says, as answered, or the only one


def draft_of(written: Written) -> Draft:
    """The file as one draft with everything answered: nothing is asked twice, and no row is refused."""
    raw = readers.read(written.path, display_name=written.path.name)
    drafts = layouts.recognise(raw, Answers(**written.answers), {})
    assert [d.layout for d in drafts] == [written.layout]
    assert [d.questions for d in drafts] == [[]]
    assert drafts[0].rejects == []
    return drafts[0]


def records(frame: pd.DataFrame, columns: list[str]) -> Counter[tuple[Any, ...]]:
    """Rows with how often each occurs; an empty cell is None, NaN or NaT alike, and 2.0 is 2."""
    cells = [frame[c].astype(object).where(frame[c].notna(), None).tolist() for c in columns]
    return Counter(zip(*cells, strict=True)) if columns else Counter({(): len(frame)})


def compare(got: pd.DataFrame, wanted: pd.DataFrame, where: str) -> None:
    held = [c for c in wanted if c not in FREE]
    assert records(got, held) == records(wanted, held), where
    filled = {c for c in got if got[c].notna().any()} - set(held) - FREE
    assert not filled, f"{where}: {sorted(filled)} hold what no file said"


def same_frames(draft: Draft, holds: Mapping[str, pd.DataFrame]) -> None:
    for table, wanted in holds.items():
        if len(wanted) or table in draft.frames:
            compare(draft.frames[table], wanted, f"{draft.name}, {table}")
    more = {t for t, f in draft.frames.items() if len(f)} - set(holds)
    assert more <= {"members"}, f"{draft.name}: rows of {sorted(more)} come from nowhere"


def check(world: World, layout: str, style: Style, folder: Path) -> list[Draft]:
    """Three files at most of those that a layout makes of a world: the first, one in the middle, the last."""
    written, out = write_exports(world, folder, layouts=[layout], style=style), []
    for i in sorted({0, len(written) // 2, len(written) - 1}):
        out.append(draft_of(written[i]))
        same_frames(out[-1], written[i].holds)
    return out


@pytest.fixture(scope="module")
def small() -> World:
    return make_world("base", 3, members=8, months=2, base_rate=4.0, script="western")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_export_as_its_system_writes_it(layout: str, small: World, tmp_path: Path) -> None:
    style = Style(container="xml" if layout in NATIVE else "csv", banner=layout in NATIVE)
    assert check(small, layout, style, tmp_path)


def test_bold_names_are_members_of_the_chapter_named_beside_them(small: World, tmp_path: Path) -> None:
    home, abroad = set(small.memberships.merge(small.people, on="person_id")["name"]), 0
    for written in write_exports(small, tmp_path, layouts=["slips_audit"]):
        draft, foreign = draft_of(written), set()
        for table, sides in (("referrals", ("source", "receiver")), ("touches", ("from", "to"))):
            rows = written.holds[table]
            rows = rows[rows["counterpart_group"].notna()]
            pairs = [(row[side], row["counterpart_group"]) for side in sides for row in rows.to_dict("records")]
            foreign |= {pair for pair in pairs if pair[0] not in home}
        members = draft.frames.get("members", pd.DataFrame({"name": [], "group": []}))
        listed = set(zip(members["name"], members["group"].where(members["group"].notna(), None), strict=True))
        assert {pair for pair in listed if pair[1]} == foreign
        assert {name for name, group in listed if not group} <= home
        abroad += len(foreign)
    assert abroad > 5


def test_a_file_without_bold_type_does_not_say_who_belongs_where(small: World, tmp_path: Path) -> None:
    for written in write_exports(small, tmp_path, layouts=["slips_audit"], style=Style("csv", banner=True)):
        assert "members" not in draft_of(written).frames


def test_the_file_itself_asks_for_what_it_lacks_and_for_nothing_else(small: World, tmp_path: Path) -> None:
    """What an export needs to be told is asked, one question each, and answered it asks no more."""
    style = Style("csv")
    for written in write_exports(small, tmp_path, style=style):
        raw = readers.read(written.path, display_name=written.path.name)
        asked = {q.id for d in layouts.recognise(raw, Answers(), {}) for q in d.questions}
        assert asked <= set(written.answers), written.path.name
        if "period" in written.answers and written.layout in ("slips_audit", "palms", "r2y"):
            assert "period" in asked, written.path.name


# Into the store


def stored(store: Workspace, table: str) -> pd.DataFrame:
    """A canonical table with names in the place of ids."""
    name = "(select name from people p where p.person_id = t.{}) as {}".format
    columns = {
        "referrals": f"""given_on, period_from, period_to, {name("source_id", "source")},
            {name("receiver_id", "receiver")}, source_kind, tier, counterpart_group""",
        "thanks": f"""given_on, period_from, period_to, {name("to_id", '"to"')}, cast(amount as varchar) amount,
            currency, counterpart_group""",
        "touches": f"""happened_on, period_from, period_to, {name("from_id", '"from"')}, {name("to_id", '"to"')}, kind,
            quantity, counterpart_group""",
        "attendance": f"""{name("person_id", "name")}, meeting_on, status""",
        "snapshots": f"""{name("person_id", "name")}, row_label, period_from, period_to, p, a, l, m, s, rgi, rgo, rri,
            rro, visitors, one_to_ones, cast(tyfcb as varchar) tyfcb, currency, ceu, testimonials""",
    }
    with store.reader() as reader:
        return reader.frame(f"select {columns[table]} from {table} t")


def test_a_folder_of_a_chapters_exports_is_the_chapter(small: World, tmp_path: Path) -> None:
    """All weeks and months at once: the canonical tables are the world's own, and nothing is counted twice."""
    files = write_exports(
        small, tmp_path / "files", layouts=["membership_length", "slips_audit", "palms", "attendance"]
    )
    drafts = [draft_of(written) for written in files]
    store = Workspace(tmp_path / "workspace")
    assert [f.rejected for f in store.import_drafts(drafts).files] == [[]] * len(files)
    for table in ("referrals", "thanks", "touches", "attendance", "snapshots"):
        wanted = pd.concat([w.holds[table] for w in files if len(w.holds.get(table, ()))], ignore_index=True)
        compare(stored(store, table), wanted, table)
    assert len(stored(store, "referrals")) >= 0.7 * len(small.records.slips) > 10
    assert 0 < len(stored(store, "thanks")) <= len(small.records.thanks)
    with store.reader() as reader:
        covered = reader.rows(
            'select min("from"), max("to"), count(*) from coverage where record_kind = \'one_to_one\''
        )
    assert covered[0][2] == sum(w.layout == "slips_audit" for w in files)
    again = [draft_of(written) for written in files[:4]]
    assert not store.import_drafts(again).changed, "the same files again are nothing new"


# Any habits


def styles(containers: list[str], **more: Any) -> st.SearchStrategy[Style]:
    return st.builds(
        Style,
        container=st.sampled_from(containers),
        date_order=st.sampled_from(sorted(DATE_ORDERS)),
        decimal=st.sampled_from(DECIMALS),
        delimiter=st.sampled_from(",;\t|"),
        encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        as_text=st.booleans(),
        **more,
    )


HABITS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],
)
SMALL = {"members": 8, "months": 4, "base_rate": 2.0, "prospect_missing": 0.1, "rejoin": 0.5, "script": "western"}
WORLDS = [make_world("base", seed, **SMALL) for seed in (3, 4, 5)]


@HABITS
@given(
    which=st.sampled_from(range(len(WORLDS))),
    layout=st.sampled_from([*NATIVE, "r2y", "pagisto"]),
    style=styles(
        list(CONTAINERS), language=st.sampled_from(list(PALMS_HEADERS)), banner=st.booleans(), period=st.booleans()
    ),
)
def test_any_habits_of_a_chapters_system_come_back(
    which: int, layout: str, style: Style, tmp_path_factory: pytest.TempPathFactory
) -> None:
    if style.language == "zh" and style.encoding == "cp1252":
        style = replace(style, encoding="utf-8")
    if style.container == "xml":
        style = replace(style, as_text=False)
    check(WORLDS[which], layout, style, tmp_path_factory.mktemp("any"))


@HABITS
@given(
    which=st.sampled_from(range(len(WORLDS))),
    layout=st.sampled_from([layout for layout in CRM if layout != "affinity"]),  # see the test below
    style=styles([c for c in CONTAINERS if c != "xml"]),
)
def test_any_habits_of_a_crm_come_back(
    which: int, layout: str, style: Style, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check(WORLDS[which], layout, style, tmp_path_factory.mktemp("any"))


def test_introductions_below_a_long_table_of_counts_come_back(tmp_path: Path) -> None:
    check(WORLDS[0], "affinity", Style("csv"), tmp_path)
