"""The chapter's ten minutes: what changed, whom to thank, who should meet, what to decide."""

from __future__ import annotations

from dataclasses import dataclass

import formats
from analysis import open_referrals
from analysis.chapter import Chapter
from analysis.open_referrals import LONG
from analysis.scope import Scope
from charts import chapter_tables as tables
from charts import words
from report import overview, story_items
from report.model import Section
from service import Session

NAMED = 8  # whom a block names at most
PAIRS = 5
HONEST = (
    "Thanked is who stands above the chapter by more than luck explains, in the order of the names; it is no ranking. "
    "The others may have given as well as they could: n is small."
)


@dataclass(frozen=True)
class Block:
    """A part of the ten minutes. minutes: how long it may take, in words."""

    title: str
    minutes: str
    lines: tuple[str, ...]


def blocks(session: Session, scope: Scope, locale: str = formats.DEFAULT) -> list[Block]:
    """The four parts, each with something to say."""
    view = session.chapter(scope)
    return [
        Block("What changed", "2 minutes", tuple(_changed(session, scope, locale))),
        Block("Whom to thank", "3 minutes", tuple(_thanks(view, locale))),
        Block("Who should meet", "2 minutes", tuple(_meet(view, locale))),
        Block("What to decide", "3 minutes", tuple(decisions(session, scope, locale))),
    ]


def section(session: Session, scope: Scope, locale: str = formats.DEFAULT) -> Section:
    """The same as one slide: the first lines of each part."""
    lines = [f"{block.title}: {line}" for block in blocks(session, scope, locale) for line in block.lines[:2]]
    return Section("agenda", "Ten minutes: what changed, whom to thank, who should meet, what to decide",
                   lines=tuple(lines), how=(HONEST,))  # fmt: skip


def _changed(session: Session, scope: Scope, locale: str) -> list[str]:
    if session.overview(scope).empty:
        return ["No dated referral is imported: the change between two periods is not known."]
    made = overview.section(session, scope, story_items.LOOK, locale)
    return [f"{made.title}.", *made.lines[1:4]]


def _thanks(view: Chapter, locale: str) -> list[str]:
    """Who gives or brings more than the chapter by more than luck, by name."""
    said = []
    for measure, what in (("given", "gave more referrals"), ("visitors", "brought more visitors")):
        r = view.rates.get(measure)
        if r is None or r.rate is None:
            continue
        above = sorted(r.members.loc[r.members["low95"] > r.rate, "name"])
        if above:
            more = f" and {len(above) - NAMED} more" if len(above) > NAMED else ""
            said.append(
                f"{', '.join(above[:NAMED])}{more} {what} than the chapter’s usual, by more than luck explains."
            )
    given = view.rates.get("given")
    if given is not None:
        n = int((given.members["count"] > 0).sum())
        said.append(f"Everybody who gave: {n} of {formats.count(len(given.members), 'member', locale)}.")
    return said or ["Who gave what is not recorded here."]


def _meet(view: Chapter, locale: str) -> list[str]:
    found = view.never_met
    if found is None:
        return ["Who met whom is not recorded here; the Slips Audit tells it."]
    table = tables.meet_table(view, next_only=True).head(PAIRS)
    pairs = [f"{row.Member} and {row[1]}: {row.Why}." for row in table.itertuples(index=False)]
    return pairs or [f"Everybody has met everybody: {formats.number(found.possible, locale)} pairs."]


def decisions(session: Session, scope: Scope, locale: str = formats.DEFAULT) -> list[str]:
    """What somebody could do about the records and what they say; at least one."""
    said = []
    waiting = session.view(open_referrals.build, scope)
    if waiting.long:
        n = formats.count(waiting.long, "referral", locale)
        said.append(f"{n} given more than {LONG} days ago {'is' if waiting.long == 1 else 'are'} still open: "
                    "who asks what became of them?")  # fmt: skip
    results = () if session.overview(scope).empty else session.results(scope)
    missing = next((r for r in results if r.verdict == "not recorded" and words.how_to_record(r)), None)
    if missing is not None:
        said.append(f"{words.headline(missing, locale)}. {words.how_to_record(missing)}")
    waits = [r for r in results if r.verdict == "not enough data" and r.need_more and r.need_more.months]
    if waits:
        soonest = min(waits, key=lambda r: r.need_more.months if r.need_more and r.need_more.months else 0)
        said.append(f"{words.headline(soonest, locale)}: {words.need_more(soonest, locale)}")
    return said or ["Keep writing down who gave, to whom, and what became of it."]
