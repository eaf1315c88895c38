"""A result in words: what a reader without statistics decides by."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import results

from analysis.claims import registry
from analysis.result import VERDICTS, NeedMore
from charts import words

LETTERED = re.compile(r"\bp\b|p-value|nan|None|\{|\}", re.IGNORECASE)


@pytest.mark.parametrize(
    ("claim", "more", "sentence"),
    [
        ("L1", {}, "7 of 10 referrals reach you while you are somewhere else"),
        ("L1", {"verdict": "no difference that matters"},
         "About half of the referrals reach you while you are somewhere else"),
        ("L1", {"verdict": "not enough data"},
         "Perhaps 7 of 10 referrals reach you while you are somewhere else, but 6 to 8 of 10 fits"),
        ("L5", {}, "Networked referrals close more often: 6 more of 100 are won"),
        ("L5", {"verdict": "not enough data"},
         "Networked referrals may close more often: +6 points, but +1 to +11 points fits"),
        ("L9", {},
         "Sources that start while you are away may send 1.4 times as many good referrals later, "
         "but 0.90 to 2.2 times fits"),
        ("S4", {"verdict": "contradicted"}, "Customers’ referrals close more often: 6 more of 100 are won"),
        ("S1", {}, "For 17 of 22 members, last year’s top two partners bring more than all customers this year"),
        ("T1", {}, "The same people receive +6 % with each further year, but −5 to +18 % fits"),
        ("T1", {"verdict": "supported"}, "The same people receive 6 % more with each further year"),
    ],
)  # fmt: skip
def test_the_headline_reads(claim: str, more: dict, sentence: str) -> None:
    assert words.headline(results.EACH[claim](**more)) == sentence


@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("claim", results.EACH)
def test_every_claim_has_a_sentence_for_every_verdict(claim: str, verdict: str) -> None:
    for result in (results.EACH[claim](verdict=verdict), results.unknown(claim, verdict)):
        said = words.headline(result)
        assert len(said) > 20
        assert not LETTERED.search(said)
        assert words.verdict(result).word
        assert words.verdict(result).icon.startswith(":material/")


def test_every_claim_of_the_registry_has_its_words() -> None:
    assert set(words.CLAIMS) == set(registry)
    assert {claim.grade for claim in registry.values()} <= set(words.GRADES)


def test_no_two_verdicts_look_alike() -> None:
    assert len({v.icon for v in words.VERDICTS.values()}) == len(VERDICTS)
    assert len({v.word for v in words.VERDICTS.values()}) == len(VERDICTS)


def test_the_interval_comes_with_every_n_and_without_the_events() -> None:
    assert words.interval_line(results.l1()) == "95 %: 6 to 8 of 10 · 860 referrals, 34 members"


def test_a_verdict_says_whether_it_is_new_and_how_sure_the_size_is() -> None:
    assert words.verdict_line(results.l1()) == "Supported · confirmed"
    fresh = results.l1(confirmed=False, detail="size uncertain")
    assert words.verdict_line(fresh) == "Supported · new · size uncertain"
    assert words.verdict_line(results.l9()) == "Not enough data yet"


def test_why_there_is_no_finding_is_said_in_a_sentence() -> None:
    assert words.caveat(results.l9(detail="hangs on one member", fragile=True)) == "Hangs on one member."
    assert words.caveat(results.l1(detail="clearly large enough")) == ""


@pytest.mark.parametrize(
    ("need", "said"),
    [
        (NeedMore(410, "mature referrals", 11, 12),
         "About 410 more mature referrals would settle it: 11 months at this pace."),
        (NeedMore(410, "referrals", None, 12, "more members will: about 12 more like these"),
         "More members will: about 12 more like these."),
        (NeedMore(900_000, "referrals", None, 30_000, "more members will"),
         "No amount of waiting settles this in one group; the logs of many groups together could."),
        (NeedMore(16_302, "mature referrals", 366),
         "About 16,302 more mature referrals would settle it: more than this log gains in five years."),
        (NeedMore(5, "decided receivers"), "About 5 more decided receivers would settle it."),
        (NeedMore(None, "referrals", note="it cannot be said yet"), "It cannot be said yet."),
        (None, ""),
    ],
)  # fmt: skip
def test_what_it_would_take_is_said_in_plain_words(need: NeedMore | None, said: str) -> None:
    assert words.need_more(replace(results.l9(), need_more=need)) == said


def test_the_way_is_only_shown_where_waiting_leads_there() -> None:
    waiting = NeedMore(700, "referrals", 11)
    assert words.progress(replace(results.l9(), need_more=waiting)) == pytest.approx(0.5)
    assert words.progress(replace(results.l9(), need_more=NeedMore(700, "referrals", None, 12))) is None


def test_what_is_not_recorded_comes_with_how_to_record_it() -> None:
    for claim in results.EACH:
        assert "column" in words.how_to_record(results.unknown(claim))


def test_the_source_and_the_grade_are_named() -> None:
    assert words.source(results.l1()) == "A. Author, “On Referrals”"
    assert words.grade(results.l1()) == "Grade D, description: says what is in this log, not why"
