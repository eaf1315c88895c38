"""A letter a member, a one-pager a client, and the chapter's ten minutes: a sheet of paper each.

A letter tells one person what is recorded about him, beside the chapter as a whole and never beside another member.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from datetime import date

import pandas as pd

import formats
from analysis import open_referrals
from analysis.chapter import Chapter
from analysis.chapter_rates import MEASURES, Rates
from analysis.open_referrals import OpenReferrals, oldest
from analysis.scope import Scope
from charts import chapter as words
from charts import chapter_tables as tables
from errors import UsageError
from report import agenda as ten_minutes
from report import letters_page as paper
from report import overview, story_items
from report.plain import unescaped
from report.stopped import Cancelled, Progress, going_on
from service import Session

PARTNERS = 6  # rows of a letter's table
FINDINGS = 5  # of a one-pager
HONEST = (
    "This says what is recorded, not why. Over a few months chance explains much of what sets two members apart; "
    "the range in brackets is what fits the records (95 %)."
)
# Where a count comes from; two records need not agree, so each says which it is.
BASES = {"palms": "by PALMS", "slips": "by the slips", "both": "by PALMS and slips"}
YOURS = {"given": "Referrals you gave", "received": "Referrals you received", "one_to_ones": "One-to-ones",
         "visitors": "Visitors you brought"}  # fmt: skip


def member(session: Session, scope: Scope, person_id: str, locale: str = formats.DEFAULT) -> str:
    """One member's letter as an HTML file. Raises UsageError for somebody who is no member in this scope."""
    view = session.chapter(scope)
    if person_id not in members(view):
        raise UsageError(f"There is no member {person_id!r} in this selection.")
    waiting = session.view(open_referrals.build, scope)
    name = view.names[person_id]
    about = f"{name} · {_period(view, locale)}"
    parts = [
        paper.figures(_figures(view, person_id, locale)),
        paper.section("With whom, by the slips", *_partners(view, person_id)),
        paper.section("What is open", _open(waiting, person_id, locale)),
        paper.section("What came of it", _worth(view, person_id, locale)) if view.money else "",
        paper.one_thing("One suggestion", _suggestion(view, waiting, person_id, locale)),
    ]
    return paper.page(_title(view, person_id, locale), about, parts, [HONEST, _made(session, locale)])


def members(view: Chapter) -> dict[str, str]:
    """Who gets a letter: name by id, in the order of the names."""
    known = {p for r in view.rates.values() for p in r.members["person_id"]}
    return {p: n for p, n in sorted(view.names.items(), key=lambda item: (item[1], item[0])) if p in known}


def all_members(
    session: Session, scope: Scope, locale: str = formats.DEFAULT, progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:  # fmt: skip
    """Every member's letter in one archive, files by number and, where names are shown, by name.

    Raises CancelledError when it was stopped, UsageError where no member is known.
    """
    chosen = members(session.chapter(scope))
    if not chosen:
        raise UsageError("No member is known here.", "Import PALMS, a Slips Audit or a member list.")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for done, (person, name) in enumerate(chosen.items(), 1):
            going_on(cancelled)
            stem = f"{done:03d}" if session.masked else f"{done:03d}-{slug(name)}".rstrip("-")
            entry = zipfile.ZipInfo(f"{stem}.html", date_time=(1980, 1, 1, 0, 0, 0))
            packed.writestr(entry, member(session, scope, person, locale), zipfile.ZIP_DEFLATED)
            if progress is not None:
                progress(done, len(chosen))
    return out.getvalue()


def slug(name: str) -> str:
    """A name as part of a file's name on any system."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:40]


def one_pager(session: Session, scope: Scope, locale: str = formats.DEFAULT) -> str:
    """A client's page: the period, what holds in his numbers, what is open, what to write down."""
    view = session.overview(scope)
    if view.empty:
        raise UsageError("No referral falls into this selection.", "Widen the period.")
    section = overview.section(session, scope, story_items.LOOK, locale)
    answered = story_items.answered(session, scope)[:FINDINGS]
    waiting = session.view(open_referrals.build, scope)
    parts = [
        paper.section("The period", section.lines),
        paper.section("What holds in your numbers", [story_items.finding(result, locale) for result in answered]
                      or ["Nothing is settled by this log yet: each finding needs more data."]),
        paper.section("What is open", [_waiting(waiting, locale)]),
        paper.one_thing("One suggestion", ten_minutes.decisions(session, scope, locale)[0]),
    ]  # fmt: skip
    about = f"{session.subtitle(scope)}"
    return paper.page(unescaped(section.title), about, parts, [HONEST, _made(session, locale)])


def agenda(session: Session, scope: Scope, locale: str = formats.DEFAULT) -> str:
    """The chapter's ten minutes as an HTML file."""
    parts = [paper.section(block.title, block.lines, minutes=block.minutes)
             for block in ten_minutes.blocks(session, scope, locale)]  # fmt: skip
    return paper.page("Ten minutes for the chapter", session.subtitle(scope), parts,
                      [ten_minutes.HONEST, _made(session, locale)])  # fmt: skip


# --- a letter's parts ----------------------------------------------------------------------------------------------


def _title(view: Chapter, person: str, locale: str) -> str:
    """ "You gave 2 referrals and received 1, by PALMS"."""
    told: list[str] = []
    for measure, word in (("given", "gave"), ("received", "received")):
        row = _row(view.rates[measure], person) if measure in view.rates else None
        if row is not None:
            n = formats.number(row["count"], locale)
            told.append(f"{word} {n if told else formats.count(row['count'], 'referral', locale)}")
    first = view.rates.get("given") or view.rates.get("received")
    return f"You {' and '.join(told)}, {BASES[first.basis]}" if told and first else "What is recorded of you"


def _period(view: Chapter, locale: str) -> str:
    return formats.period(view.start, view.end, locale) if view.start and view.end else ""


def _row(r: Rates, person: str) -> pd.Series | None:
    found = r.members[r.members["person_id"] == person]
    return None if found.empty else found.iloc[0]


def _figures(view: Chapter, person: str, locale: str) -> list[tuple[str, str, list[str]]]:
    made = []
    for measure in (m for m in MEASURES if m in view.rates and m in YOURS):
        r = view.rates[measure]
        row = _row(r, person)
        if row is None:
            continue
        few = formats.small(int(row["count"]), words.LABELS[measure].lower().removesuffix("s"), locale)
        span = formats.span(row["low95"], row["high95"], words.rate, locale)
        made.append((YOURS[measure], formats.number(row["count"], locale), [
            f"in {formats.count(round(row['weeks']), 'week', locale)}, {BASES[r.basis]}",
            f"{words.rate(row['rate'], locale)} a week ({span}); the chapter {words.rate(r.rate, locale)}",
            "too few to judge by" if few else "",
        ]))  # fmt: skip
    return made


def _partners(view: Chapter, person: str) -> tuple[list[str], str]:
    found = tables.partners(view, person)[0]
    if found.empty:
        missing = "Who gave to whom is not recorded here; the Slips Audit tells it."
        return [missing if view.exchange is None else "No exchange with another member is recorded."], ""
    top = found.head(PARTNERS)
    rows = [[row.With, row.Gave, row.Got, row.Met] for row in top.itertuples(index=False)]
    more = len(found) - len(top)
    line = f"And {formats.count(more, 'other', plural='others')}." if more > 0 else ""
    return [line], paper.table(["", "you gave", "you received", "one-to-ones"], rows)


def _open(waiting: OpenReferrals, person: str, locale: str) -> list[str]:
    if not waiting.recorded:
        return ["What became of the referrals is not recorded here."]
    to, by = waiting.to(person), waiting.by(person)
    lines = []
    if len(to):
        lines.append(f"{formats.count(len(to), 'referral', locale)} that you received "
                     f"{'is' if len(to) == 1 else 'are'} still open, the oldest from "
                     f"{formats.day(oldest(to), locale)}.")  # fmt: skip
    if len(by):
        lines.append(f"Of {formats.count(len(by), 'referral', locale)} that you gave, nobody has said yet what became.")
    return lines or ["Nothing: the outcome of every referral is written down."]


def _waiting(waiting: OpenReferrals, locale: str) -> str:
    if not waiting.recorded:
        return "What became of the referrals is not recorded here."
    n, day = len(waiting.rows), oldest(waiting.rows)
    if not n:
        return "Nothing: the outcome of every referral is written down."
    return f"{formats.count(n, 'referral', locale)} still open, the oldest from {formats.day(day, locale)}."


def _worth(view: Chapter, person: str, locale: str) -> list[str]:
    lines = []
    for m in view.money:
        mine = m.members[m.members["person_id"] == person] if "person_id" in m.members else m.members.head(0)
        if mine.empty:
            continue
        row = mine.iloc[0]
        total = formats.money(row["total"], m.currency, locale)
        n = f" in {formats.count(int(row['n']), 'slip', locale)}" if m.n is not None and "n" in mine else ""
        lines.append(f"{total} of closed business is credited to your referrals{n}.")
    return lines or ["No closed business is credited to your referrals in this period."]


def _suggestion(view: Chapter, waiting: OpenReferrals, person: str, locale: str) -> str:
    pairs = view.never_met.pairs if view.never_met is not None else None
    if pairs is not None and len(pairs):
        mine = pairs[(pairs["a"] == person) | (pairs["b"] == person)]
        mine = mine.sort_values("next", ascending=False, kind="stable")
        if len(mine):
            row = mine.iloc[0]
            other = row["name_b"] if row["a"] == person else row["name_a"]
            why = "; ".join(tables.reasons(int(row["referrals"]), _text(row["sphere"]), int(row["partners"])))
            return f"Meet {other} one-to-one: no meeting of you two is recorded. What speaks for it: {why}."
    if len(found := waiting.to(person)):
        day = formats.day(oldest(found), locale)
        return f"Tell whoever gave you the referral of {day} what became of it: it is the oldest that is open."
    return "Write down for each referral what became of it: it is what the giver wants to hear."


def _text(value: object) -> str | None:
    return None if formats.missing(value) else str(value)


def _made(session: Session, locale: str) -> str:
    masked = " Names are masked and amounts rounded." if session.masked else ""
    return f"Made on {formats.day(date.today(), locale)}, data version {session.version}.{masked}"
