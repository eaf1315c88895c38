"""Out and back: what a world writes as people's files, the readers and the store give back cell by cell."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from data import layouts, readers
from data.draft import Answers, Draft
from data.store import Workspace
from sample.files import ANSWER, CONTAINERS, DATE_ORDERS, DECIMALS, LANGUAGES, Style, Written, write_files
from sample.world import World, make_world

SMALL = {"members": 10, "months": 18}


def drafts_of(written: Written, style: Style) -> list[Draft]:
    """Every file as a draft, the two questions answered that a file may leave open."""
    answers = Answers(date_order=ANSWER[style.date_order], currency="EUR")
    out = [d for path in written.paths for d in layouts.recognise(readers.read(path), answers, {})]
    assert [len(d.rejects) for d in out] == [0] * len(out), out[0].rejects[:3]
    assert [d.questions for d in out] == [[]] * len(out)
    return out


def same_cells(got: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Equal in every cell, whatever the type of the column; an empty cell is None, NaN or NaT alike."""
    assert list(got.columns) == list(wanted.columns)
    for column in wanted:
        left, right = (f[column].astype(object).where(f[column].notna(), None).tolist() for f in (got, wanted))
        assert left == right, f"column {column} differs"


def stored(store: Workspace) -> Iterator[tuple[str, pd.DataFrame]]:
    """The canonical tables with names in the place of ids, in the order of the files."""
    name = "(select name from people p where p.person_id = {})".format
    with store.reader() as reader:
        yield (
            "referrals",
            reader.frame(
                f"""select r.ref, r.given_on, {name("r.source_id")} source, {name("r.receiver_id")} receiver,
                r.source_kind, g.name "group", r.prospect, r.receiver_present, r.asked,
                (select v.referral_id from referrals v where v.referral_id = r.via_referral_id) via,
                r.status, r.closed_on, cast(r.amount as varchar) amount, r.currency
            from referrals r join groups g using (group_id) order by r.referral_id"""
            ),
        )
        yield (
            "members",
            reader.frame(
                f"""select {name("m.person_id")} "name", m.profession, g.name "group", m.joined_on, m.left_on
            from memberships m join groups g using (group_id) order by m.import_id, m.row_no"""
            ),
        )
        yield "people", reader.frame("select name from people")


def expected(world: World, style: Style, written: Written) -> dict[str, pd.DataFrame]:
    """The world as the store must hold it: a chain by the id of its referral, the group that a nameless file gets."""
    log, members = written.staging["referrals"], written.staging["members"]
    log = log.assign(
        via=world.referrals["via_referral_id"].to_numpy(),
        # A file that says nowhere in which currency it is was answered for: where there is an amount, there is one.
        currency=[None if a is None else "EUR" for a in log["amount"]],
    )
    if not style.named_group:
        log, members = log.assign(group="My group"), members.assign(group="My group")
    seen = sorted({*members["name"], *log["source"], *log["receiver"]})
    return {
        "referrals": log[["ref", "given_on", "source", "receiver", "source_kind", "group", "prospect",
                          "receiver_present", "asked", "via", "status", "closed_on", "amount", "currency"]],
        "members": members[["name", "profession", "group", "joined_on", "left_on"]],
        "people": pd.DataFrame({"name": seen}),
    }  # fmt: skip


def check(world: World, style: Style, folder: Path) -> None:
    written = write_files(world, folder / "files", style=style)
    drafts = drafts_of(written, style)
    for draft, wanted in zip(drafts, (written.staging["members"], written.staging["referrals"]), strict=True):
        frame = draft.frames["members" if "name" in wanted else "referrals"]
        assert len(frame) == len(wanted) == draft.rows_read
    store = Workspace(folder / "workspace")
    outcome = store.import_drafts(drafts)
    assert [f.rejected for f in outcome.files] == [[], []]
    wanted = expected(world, style, written)
    tables = dict(stored(store))
    tables["people"] = pd.DataFrame({"name": sorted(tables["people"]["name"])})
    for table, got in tables.items():
        same_cells(got, wanted[table])
    assert not store.import_drafts(drafts_of(written, style)).changed, "the same files again are nothing new"


HABITS = [
    Style("csv", "en", "iso"),
    Style("csv", "en", "mdy", "1,234.50", named_group=False),
    Style("csv", "en", "dmy", "1,234.50", "\t", "utf-16", currency="symbol"),
    Style("csv", "en", "words", "1234.5", "|", "utf-8-sig", numbered=True, seed=2),
    Style("csv", "de", "dotted", "1.234,50", ";", "cp1252", seed=3),
    Style("csv", "fr", "dmy", "1 234,50", ";", "cp1252", currency="symbol", seed=4),
    Style("csv", "pt", "dmy", "1.234,50", ";", "utf-8", banner=True, currency="none", seed=5),
    Style("xlsx", "en", numbered=True),
    Style("xlsx", "de", "dotted", "1.234,50", as_text=True, seed=6),
    Style("xlsx", "fr", banner=True, currency="none", seed=7),
    Style("ods", "pt", seed=8),
    Style("ods", "fr", "dmy", "1 234,50", as_text=True, named_group=False, seed=9),
    Style("xls", "de", seed=10),
    Style("xls", "en", "mdy", "1,234.50", as_text=True, currency="symbol", seed=11),
]


def label(style: Style) -> str:
    return f"{style.container}-{style.language}-{style.date_order}-{style.seed}"


@pytest.mark.parametrize("style", HABITS, ids=label)
def test_a_world_written_in_somebodys_habits_comes_back_cell_by_cell(style: Style, tmp_path: Path) -> None:
    script = "western" if style.encoding == "cp1252" else "world"
    check(make_world("base", 7, **SMALL, script=script, rejoin=0.5), style, tmp_path)


def test_the_sample_chapter_with_its_gaps_in_recording_comes_back(tmp_path: Path) -> None:
    check(make_world("harbour", 1), Style("xlsx"), tmp_path)


styles = st.builds(
    Style,
    container=st.sampled_from(CONTAINERS),
    language=st.sampled_from(LANGUAGES),
    date_order=st.sampled_from(sorted(set(DATE_ORDERS) - {"words"})),
    decimal=st.sampled_from(DECIMALS),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    as_text=st.booleans(),
    currency=st.sampled_from(["column", "symbol"]),
    numbered=st.booleans(),
    named_group=st.booleans(),
    banner=st.booleans(),
    seed=st.integers(1, 10**6),
)


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # an example takes a second: shrinking would take minutes
)
@given(style=styles, seed=st.integers(1, 10**6))
def test_any_habits_come_back(style: Style, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    check(make_world("base", seed, members=8, months=12), style, tmp_path_factory.mktemp("any"))


def test_months_that_were_not_imported_come_as_files_of_their_own(tmp_path: Path) -> None:
    world = make_world("gap", 3, members=8)
    written = write_files(world, tmp_path, style=Style())
    assert len(written.logs) == sum(map(len, world.covered)) == 9
    store = Workspace(tmp_path / "workspace")
    store.import_drafts(drafts_of(written, Style()))
    with store.reader() as reader:
        spans = reader.rows(
            """select g.name, "from", "to" from coverage c join groups g using (group_id)
            where record_kind = 'referrals' order by 1, 2"""
        )
        assert reader.rows("select count(*) from referrals") == [(len(world.referrals),)]
    epoch = pd.Timestamp(0)
    inside = [
        (group, *span) for group, spans in zip(world.groups["name"], world.covered, strict=True) for span in spans
    ]
    assert len(spans) == len(inside)
    for (group, start, stop), (name, first, last) in zip(sorted(inside), spans, strict=True):
        assert group == name
        assert start <= (pd.Timestamp(first) - epoch).days <= (pd.Timestamp(last) - epoch).days < stop


def test_a_name_that_the_encoding_cannot_hold_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="western"):
        write_files(make_world("base", 7, **SMALL), tmp_path, style=Style(encoding="cp1252"))
