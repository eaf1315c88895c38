"""A workspace's own layouts: saved as TOML, told by their headers, and used for the next file like it."""

import dataclasses

import pytest
from file_builders import TODAY, drafts
from hypothesis import given, settings
from hypothesis import strategies as st

from data.draft import Answers
from data.layouts import LAYOUTS, learned, recognise
from data.readers import read
from errors import UsageError

LOG = LAYOUTS["referral_log"]
HEAD = ["Wann", "Wer", "Für wen", "Was"]
MAPPING = {"Wann": "given_on", "Wer": "source", "Für wen": "receiver", "Was": ""}


def taught(name="Treffen", **given):
    answers = Answers(date_order="dmy", group="Nord", **given)
    return learned.learn(name, LOG, HEAD, MAPPING, answers)


def load(folder):
    return learned.load(folder, LAYOUTS)


def file(folder):
    path = folder / "next.csv"
    path.write_text(f"{';'.join(HEAD)}\n04.03.2026;Ada;Ben;x\n", encoding="utf-8")
    return path


def test_a_layout_comes_back_as_it_was_saved(tmp_path):
    entry = taught(currency="EUR")
    path = learned.save(tmp_path / "layouts", entry, LAYOUTS)
    assert path == tmp_path / "layouts" / "Treffen.toml"
    assert load(tmp_path / "layouts") == (entry,)
    assert [p.name for p in path.parent.iterdir()] == ["Treffen.toml"]
    assert entry.answers == {"date_order": "dmy", "group": "Nord", "currency": "EUR"}


def test_a_period_is_remembered_as_a_rule_and_never_as_days():
    assert "period" not in taught(period="2026-01-01:2026-01-31").answers
    assert taught(period="name-day").answers["period"] == "name-day"


def test_the_next_file_with_the_same_headers_is_read_without_a_question(tmp_path):
    learned.save(tmp_path, taught(), LAYOUTS)
    raw = read(file(tmp_path))
    (found,) = recognise(raw, Answers(), {}, today=TODAY, learned=load(tmp_path))
    assert (found.questions, found.layout, found.answers.group) == ([], "referral_log", "Nord")
    row = found.frames["referrals"].iloc[0]
    assert (row["given_on"].date().isoformat(), row["source"], row["receiver"]) == ("2026-03-04", "Ada", "Ben")
    assert found.notes[0] == "Read by this workspace's own layout 'Treffen'."
    assert [note for note in found.notes if "as this workspace remembers" in note] == [
        "The dates in 'Wann' fit more than one order; read day first, as this workspace remembers.",
        "The file does not name its group; taken as Nord, as this workspace remembers.",
    ]


def test_the_order_of_the_columns_does_not_matter_and_another_column_does(tmp_path):
    learned.save(tmp_path, taught(), LAYOUTS)
    moved = tmp_path / "moved.csv"
    moved.write_text("Was;Für wen;WER;wann\nx;Ben;Ada;04.03.2026\n", encoding="utf-8")
    (found,) = recognise(read(moved), Answers(), {}, today=TODAY, learned=load(tmp_path))
    assert found.frames["referrals"].iloc[0]["source"] == "Ada"
    wider = tmp_path / "wider.csv"
    wider.write_text("Datum;Von;An;Wann;Wer;Für wen;Was\n05.03.2026;Eve;Joe;04.03.2026;Ada;Ben;x\n", encoding="utf-8")
    (found,) = recognise(read(wider), Answers(date_order="dmy"), {}, today=TODAY, learned=load(tmp_path))
    assert found.frames["referrals"].iloc[0]["source"] == "Eve"


def test_what_the_user_says_of_this_file_goes_before_what_the_layout_remembers(tmp_path):
    learned.save(tmp_path, taught(), LAYOUTS)
    said = Answers(date_order="mdy", group="Süd", mapping={"Was": "prospect"})
    (found,) = recognise(read(file(tmp_path)), said, {}, today=TODAY, learned=load(tmp_path))
    row = found.frames["referrals"].iloc[0]
    assert (row["given_on"].date().isoformat(), row["prospect"], found.answers.group) == ("2026-04-03", "x", "Süd")


def test_another_layout_may_be_asked_for_although_one_was_learned(tmp_path):
    learned.save(tmp_path, taught(), LAYOUTS)
    said = Answers(layout="member_list", mapping={"Wer": "name", "Wann": "joined_on"})
    (found,) = recognise(read(file(tmp_path)), said, {}, today=TODAY, learned=load(tmp_path))
    assert (found.layout, found.frames["members"]["name"].tolist()) == ("member_list", ["Ada"])


def test_a_rule_for_the_period_is_applied_to_the_next_file_and_said(tmp_path):
    entry = learned.learn("Ohne Tag", LOG, ["Wer", "Für wen"], {"Wer": "source", "Für wen": "receiver"},
                          Answers(period="name-day"))  # fmt: skip
    learned.save(tmp_path, entry, LAYOUTS)
    path = tmp_path / "treffen_2026-03-04.csv"
    path.write_text("Wer;Für wen\nAda;Ben\n", encoding="utf-8")
    (found,) = recognise(read(path), Answers(), {}, today=TODAY, learned=load(tmp_path))
    row = found.frames["referrals"].iloc[0]
    assert (found.questions, row["given_on"].date().isoformat()) == ([], "2026-03-04")
    assert [note for note in found.notes if "stamped" in note and "as this workspace remembers" in note]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("layout = ", "it is not TOML"),
        ("layout = 'no such'\nheaders = ['a']", "there is no layout 'no such'"),
        ("headers = ['a']", "there is no layout None"),
        ("layout = 'referral_log'", "'headers' must be a list"),
        ("layout = 'referral_log'\nheaders = [1]", "'headers' must be a list"),
        ("layout = 'referral_log'\nheaders = ['a']\nmapping = 3", "[mapping] must hold words"),
        ("layout = 'referral_log'\nheaders = ['a']\n[mapping]\na = 'salary'", "referral_log has no column 'salary'"),
        ("layout = 'referral_log'\nheaders = ['a']\n[answers]\ncolour = 'red'", "there is no answer called 'colour'"),
        ("layout = 'referral_log'\nheaders = ['a']\n[answers]\ndate_order = 'x'", "its date order or decimal mark"),
        ("layout = 'referral_log'\nheaders = ['a']\n[answers]\nperiod = '2026-01-01'", "a period is remembered as"),
    ],
)
def test_a_bad_file_is_left_out_with_its_reason_and_the_good_one_is_used(tmp_path, text, reason):
    learned.save(tmp_path, taught(), LAYOUTS)
    (tmp_path / "Alt.toml").write_text(text, encoding="utf-8")
    assert [entry.name for entry in load(tmp_path)] == ["Treffen"]
    (problem,) = learned.problems(tmp_path, LAYOUTS)
    assert problem.startswith(f"The layout file Alt.toml cannot be used: {reason}")


def test_bytes_that_are_no_text_are_a_problem_and_no_crash(tmp_path):
    (tmp_path / "Alt.toml").write_bytes(b"\xff\xfe\x00layout")
    assert load(tmp_path) == ()
    assert learned.problems(tmp_path, LAYOUTS)[0].startswith(
        "The layout file Alt.toml cannot be used: it cannot be read"
    )
    assert load(tmp_path / "nowhere") == learned.problems(tmp_path / "nowhere", LAYOUTS) == ()


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "con", "NUL.txt", "x" * 81, "a\nb", "-x", "x."])
def test_a_name_that_makes_no_file_name_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="cannot be"):
        learned.save(tmp_path, taught(name), LAYOUTS)
    assert list(tmp_path.iterdir()) == []


def test_a_layout_may_not_take_the_name_of_a_built_in_one_or_a_column_that_is_none(tmp_path):
    with pytest.raises(UsageError, match="a built-in layout has this name"):
        learned.save(tmp_path, taught("palms"), LAYOUTS)
    with pytest.raises(UsageError, match="has no column 'salary'"):
        learned.save(tmp_path, dataclasses.replace(taught(), mapping={"Was": "salary"}), LAYOUTS)
    assert list(tmp_path.iterdir()) == []


def test_saving_again_replaces_and_a_second_name_for_the_same_headers_is_refused(tmp_path):
    learned.save(tmp_path, taught(), LAYOUTS)
    learned.save(tmp_path, dataclasses.replace(taught(), mapping={"Wer": "receiver"}), LAYOUTS)
    assert [dict(entry.mapping) for entry in load(tmp_path)] == [{"Wer": "receiver"}]
    with pytest.raises(UsageError, match="'Treffen' reads files with these headers already"):
        learned.save(tmp_path, taught("Anders"), LAYOUTS)
    learned.delete(tmp_path, "Treffen")
    learned.save(tmp_path, taught("Anders"), LAYOUTS)
    assert [entry.name for entry in load(tmp_path)] == ["Anders"]
    with pytest.raises(UsageError, match="There is no layout called 'Treffen'"):
        learned.delete(tmp_path, "Treffen")


def test_it_can_be_carried_to_another_workspace_as_text():
    entry = taught(currency="EUR")
    assert learned.loads("Treffen", learned.dumps(entry), LAYOUTS) == entry


words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(
    st.lists(words, min_size=1, max_size=6),
    st.dictionaries(words, st.sampled_from(["", *LOG.TARGETS]), max_size=6),
    words,
)
@settings(max_examples=200, deadline=None)
def test_any_header_group_and_mapping_survive_the_toml(headers, mapping, group):
    entry = learned.Learned("x", LOG, tuple(headers), mapping, {"group": group})
    assert learned.loads("x", learned.dumps(entry), LAYOUTS) == entry


def test_a_file_that_nobody_taught_is_read_as_ever(tmp_path):
    learned.save(tmp_path, taught(), LAYOUTS)
    path = tmp_path / "log.csv"
    path.write_text("Date,From,To\n2026-03-04,Ada,Ben\n", encoding="utf-8")
    (plain,) = drafts(path)
    (found,) = recognise(read(path), Answers(), {}, today=TODAY, learned=load(tmp_path))
    assert (found.notes, found.layout) == (plain.notes, plain.layout)
