"""Linear and networked: the charts of L1, L5 and L9."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import formats
from analysis.result import Result
from charts.arms import Arms, count_and_money, curves, slopes
from charts.contrast_members import dots, forest
from charts.drawn import drawn
from charts.interval import interval
from charts.theme import Drawing, Look

REFERRALS = Arms("networked", "linear")
SOURCES = Arms("started while away", "started in the room")


def share(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """L1: one dot a member above the group's share."""
    return _drawn(interval(result, of, locale))


def close(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """L5: the difference, the slope of every receiver, and count beside money."""
    return _drawn(
        interval(result, of, locale),
        slopes(result, REFERRALS, of, locale),
        count_and_money(result, REFERRALS, of, locale),
    )


def sources(result: Result, of: Look, locale: str = formats.DEFAULT) -> list[Drawing]:
    """L9: the ratio of later referrals, and the chance that a source refers again."""
    return _drawn(interval(result, of, locale), curves(result, SOURCES, "again", "referred again", of, locale))


@drawn
def _answer(result: Result, of: Look, locale: str) -> Drawing | None:
    """The interval without the members, whose dots stand above it."""
    return interval(replace(result, data={k: v for k, v in result.data.items() if k != "members"}), of, locale)


Pages = Callable[[Result], list[Drawing]]


def page_share(of: Look, locale: str, chosen: frozenset[str]) -> Pages:
    """L1 on its own page: the members first, then the answer beside the tempting one."""

    def draw(result: Result) -> list[Drawing]:
        return _drawn(dots(result, of, locale, chosen), _answer(result, of, locale))

    return draw


def page_close(of: Look, locale: str, chosen: frozenset[str]) -> Pages:
    """L5 on its own page: the answer, each receiver's slope, and each receiver's own difference with its range."""

    def draw(result: Result) -> list[Drawing]:
        return _drawn(interval(result, of, locale), slopes(result, REFERRALS, of, locale, chosen=chosen),
                      forest(result, REFERRALS, of, locale, chosen))  # fmt: skip

    return draw


def page_sources(of: Look, locale: str) -> Pages:
    return lambda result: sources(result, of, locale)


def _drawn(*drawings: Drawing | None) -> list[Drawing]:
    return [drawing for drawing in drawings if drawing]
