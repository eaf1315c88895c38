"""Linear and networked: the charts of L1, L5 and L9."""

from __future__ import annotations

import formats
from analysis.result import Result
from charts.arms import Arms, count_and_money, curves, slopes
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


def _drawn(*drawings: Drawing | None) -> list[Drawing]:
    return [drawing for drawing in drawings if drawing]
