"""What is kept of the answers: bounded by weight, each made once however many ask, dropped when somebody is erased."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import service
from charts import drawn
from charts.theme import LIGHT, Drawing, canvas
from service.cache import Cache
from service.session import forget_answers


def test_the_answers_asked_for_last_stay_within_the_weight() -> None:
    cache, made = Cache(10, weigh=len), list[str]()

    def ask(key: str, text: str) -> str:
        def make() -> str:
            made.append(text)
            return text

        return cache.get((key,), make)

    for text in ("aaaa", "bbbb", "aaaa", "cccc", "aaaa", "bbbb"):  # "bbbb" makes room for "cccc", "aaaa" is fresher
        assert ask(text, text) == text
    assert made == ["aaaa", "bbbb", "cccc", "bbbb"]
    assert ask("heavy", "x" * 50) == ask("heavy", "y") == "x" * 50


def test_an_answer_that_many_ask_for_is_made_once() -> None:
    cache, asked, made = Cache(4), threading.Barrier(6), list[int]()

    def make() -> int:
        made.append(1)
        return len(made)

    def one() -> int:
        asked.wait(30)
        return cache.get(("k",), make)

    with ThreadPoolExecutor(6) as pool:
        assert [f.result(30) for f in [pool.submit(one) for _ in range(6)]] == [1] * 6


def test_who_waits_makes_it_himself_where_the_first_fails() -> None:
    cache, begun, fail = Cache(4), threading.Event(), threading.Event()

    def fails() -> int:
        begun.set()
        fail.wait(30)
        raise ValueError("gone")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cache.get, ("k",), fails)
        assert begun.wait(30)
        second = pool.submit(cache.get, ("k",), lambda: 2)
        fail.set()
        with pytest.raises(ValueError, match="gone"):
            first.result(30)
        assert second.result(30) == 2


def test_a_drawing_is_made_once_for_the_same_and_anew_after_somebody_was_erased() -> None:
    made = []

    @drawn.drawn
    def chart(table: dict[str, int], chosen: list[str]) -> Drawing:
        made.append(1)
        return Drawing(canvas(LIGHT, 100).add_bar(y=list(table.values())), ", ".join(chosen))

    service.when_forgetting(drawn.forget)
    table = {"a": 1}
    assert chart(table, ["x"]) is chart(table, ["x"])
    assert chart(table, ["x"]).figure.to_dict()["data"][0]["y"] == [1]
    assert chart(table, ["y"]).sentence == "y"
    assert chart(dict(table), ["x"]) is not chart(table, ["x"])  # an equal frame is another frame
    assert len(made) == 3
    forget_answers()
    chart(table, ["x"])
    assert len(made) == 4
