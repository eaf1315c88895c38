"""The wall of figures in words: each value, its change, what stands beside it, and the title of the page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import formats
from analysis import overview_beside as why
from analysis.overview import Kpi, Overview
from analysis.overview_rows import THANKS
from charts import glossary

MONEY = ("value", "seat_value", "member_value")
GOALS = """[goals]
referrals_per_month = 60
won_per_month = 25
value_per_month = 50000
currency = "EUR"
"""
MISSING = {
    why.NO_GOAL: "No goal is set, so nothing stands beside the figures. Write yours into the file method.toml in the "
    "workspace’s folder; leave out what you have no goal for:",
    why.NARROWED: "A goal is of all groups and all referrals. This view is narrowed, so it is not compared with it.",
    why.NO_OTHERS: "There is no other group here that you may see.",
    why.NO_SIZES: "Groups differ in size: they are compared per member, which takes a member list of this group and "
    "of others, and imports of the same period.",
    why.NO_SOURCE: "A source is known to one group, so other groups have nothing to compare with it.",
}  # fmt: skip


def label(overview: Overview, kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """The figure's name with its currency, where there are several, and its n."""
    name = glossary.TERMS[term(overview, kpi)].name
    if kpi.currency and len(overview.currencies) > 1:
        name = f"{name} ({kpi.currency})"
    if kpi.n is not None and kpi.recorded and kpi.value is not None:
        name = f"{name}, n = {formats.number(kpi.n, locale)}"
    return name


def term(overview: Overview, kpi: Kpi) -> str:
    """The figure's key in the glossary."""
    return "closed_business" if kpi.name == "value" and overview.basis == THANKS else kpi.name


def help_of(overview: Overview, kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """How the figure is computed, and what qualifies it here."""
    return formats.plain(glossary.computed(term(overview, kpi)) + fine_print(kpi, locale))


def value(kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """The figure on its card, in its unit."""
    if not kpi.recorded:
        return "not recorded"
    if kpi.name in MONEY:
        return formats.money(kpi.value, kpi.currency, locale, short=True)
    return (formats.percent if kpi.name == "close_rate" else formats.number)(kpi.value, locale)


@dataclass(frozen=True)
class Change:
    """A card's change against what stands beside it. way: up | down | none."""

    text: str | None
    way: str
    beside: str


NOTHING = Change(None, "none", "")


def compared(overview: Overview, kpi: Kpi, locale: str = formats.DEFAULT) -> Change:
    """The change, only where the two sides are alike; why not, where they are not."""
    if kpi.value is None or not kpi.recorded:
        return NOTHING
    if overview.compare in ("others", "goal"):
        return _against(overview, kpi, locale)
    before = overview.before
    alike = overview.window is not None and overview.window.complete and before is not None and before.complete
    was = f"was {_other(kpi, locale)}"
    if kpi.before is None or before is None:
        return Change(None, "none", "nothing imported before")
    change = kpi.value - kpi.before
    if kpi.name == "close_rate":
        few = formats.small(min(kpi.n or 0, kpi.n_before or 0), "mature referral", locale)
        return Change(None, "none", few) if few else Change(formats.points(change, locale), _way(round(change, 3)), was)
    if not alike:
        return Change(None, "none", f"{was}, {before.covered} of {before.days} days imported")
    return Change(_share(change, kpi.before, locale), _way(change), was)


def _against(overview: Overview, kpi: Kpi, locale: str) -> Change:
    """Beside the mean of other groups at this size, or the goal."""
    if kpi.before is None or kpi.value is None:
        return NOTHING
    change = kpi.value - kpi.before
    stands = _other(kpi, locale)
    beside = f"goal {stands}" if overview.compare == "goal" else f"others {stands}, n = {kpi.n_before}"
    if kpi.name == "close_rate":
        return Change(formats.points(change, locale), _way(round(change, 3)), beside)
    return Change(_share(change, kpi.before, locale), _way(change), beside)


def _share(change: float, base: float, locale: str) -> str:
    share = change / base if base else 0.0
    return f"{formats.signed(share * 100, locale)} %" if abs(share) >= 0.005 else formats.signed(change, locale)


def _way(change: float) -> str:
    return "up" if change > 0 else "down" if change < 0 else "none"


def _other(kpi: Kpi, locale: str) -> str:
    return value(replace(kpi, value=kpi.before), locale)


def fine_print(kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """What a card's help adds: the interval, what is not known, the one amount that carries the sum."""
    said = ""
    write = _writer(kpi)
    if kpi.low95 is not None and kpi.n and (kpi.name != "close_rate" or kpi.n >= formats.SMALL_N):
        said += f" 95 %: {formats.span(kpi.low95, kpi.high95, write, locale)}."
    elif kpi.name in ("seat_value", "member_value") and kpi.value is not None:
        said += " No range: too few members, or not all of it is known to be a member’s."
    if kpi.unknown:
        said += f" {formats.count(kpi.unknown, 'won referral', locale)} without an amount are not in it."
    if kpi.name == "value" and kpi.value and kpi.largest and kpi.largest > 0.2 * kpi.value:
        rest = formats.money(kpi.value - kpi.largest, kpi.currency, locale)
        said += f" One single amount is {formats.percent(kpi.largest / kpi.value, locale)} of it; without it {rest}."
    return said


def others_range(kpi: Kpi, locale: str = formats.DEFAULT) -> str:
    """How far the mean of the other groups may lie from what stands beside the figure; empty without a range."""
    if kpi.before_low95 is None:
        return ""
    ends = formats.span(kpi.before_low95, kpi.before_high95, _writer(kpi), locale)
    return f"others, 95 %: {ends}"


def _writer(kpi: Kpi):
    if kpi.name == "close_rate":
        return formats.percent
    if kpi.name in MONEY:
        return lambda v, locale: formats.money(v, kpi.currency, locale, short=True)
    return formats.number


def missing(overview: Overview) -> tuple[str, str]:
    """Why nothing stands beside the figures, and what to write to change that; empty where something does."""
    return MISSING.get(overview.missing, ""), GOALS if overview.missing == why.NO_GOAL else ""


def headline(overview: Overview, locale: str = formats.DEFAULT) -> str:
    """The period in one sentence, as the page's title."""
    if overview.window is None or overview.kpi("referrals").value is None:
        return "No import covers this period"
    said = formats.count(overview.kpi("referrals").value, "referral", locale)
    if versus := _versus(overview):
        said += f", {versus}"
    money = [
        formats.money(k.value, k.currency, locale, short=True) for k in overview.kpis if k.name == "value" and k.value
    ]
    word = "closed business" if overview.basis == THANKS else "won"
    return formats.plain(said + (f"; {' and '.join(money)} {word}" if money else ""))


def _versus(overview: Overview) -> str:
    """ "7 % more than before", "12 % below our goal"; empty where the two sides are not alike."""
    referrals, window, before = overview.kpi("referrals"), overview.window, overview.before
    if not referrals.before or referrals.value is None or window is None:
        return ""
    alone = overview.compare in ("others", "goal")
    if not alone and not (window.complete and before is not None and before.complete):
        return ""
    change = round((referrals.value - referrals.before) / referrals.before * 100)
    if overview.compare == "goal":
        return f"{abs(change)} % {'above' if change > 0 else 'below'} our goal" if change else "just our goal"
    than = "than other groups of this size" if overview.compare == "others" else "than before"
    same = "as many as other groups of this size" if overview.compare == "others" else "as many as before"
    return f"{abs(change)} % {'more' if change > 0 else 'fewer'} {than}" if change else same


def subline(overview: Overview, locale: str = formats.DEFAULT) -> str:
    """The period, what it is compared with, and what is partial about it."""
    window, before = overview.window, overview.before
    if window is None or before is None or overview.as_of is None:
        return ""
    said = f"**{_spans(overview, locale)}**"
    if window.partial:
        last = formats.day(overview.as_of - timedelta(days=1), locale)
        said += f", known to {last} and compared like with like"
    if overview.compare == "others":
        n = formats.count(overview.groups, "other group", locale)
        return said if overview.missing else f"{said} · beside: the mean of {n}, per member and at this size"
    if overview.compare == "goal":
        return said if overview.missing else f"{said} · beside: our goal for the days that imports cover"
    return said + f" · before: {formats.period(before.start, before.seen, locale)}"


def _spans(overview: Overview, locale: str) -> str:
    window = overview.window
    if window is None:
        return ""
    if len(window.spans) > 1:
        return ", ".join(formats.month(a, locale) for a, _ in window.spans)
    return formats.period(window.start, window.end, locale)
