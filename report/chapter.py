"""The chapter as sections: one a card, with the card's sentence, chart and table."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import formats
from analysis.chapter import Chapter
from analysis.chapter_rates import MEASURES
from analysis.scope import Scope
from charts import chapter as words
from charts import chapter_members, chapter_money, chapter_pairs
from charts import chapter_tables as tables
from charts.theme import Drawing, Look
from report.model import Section, Table
from service import Session

Make = Callable[[Chapter, Look, str], Iterator[Section]]


def sections(session: Session, scope: Scope, card: str, look: Look, locale: str) -> list[Section]:
    """Every card, or the one of that key; all of them where there is no such card in this selection."""
    view = session.chapter(scope)
    if view.empty:
        return [Section("chapter", "No record of the chapter falls into this selection")]
    found = [_first(view, locale), *(section for make in CARDS for section in make(view, look, locale))]
    return [section for section in found if section.key == card] or found


def _first(view: Chapter, locale: str) -> Section:
    """The wall of figures in words."""
    return Section(
        "chapter",
        words.headline(view, locale),
        lines=(words.subline(view, locale),
               *(f"{f.label}: {f.value}{f' ({f.beside})' if f.beside else ''}." for f in words.figures(view, locale)),
               *view.notes),
        how=tuple(f"{f.label}: {f.help}" for f in words.figures(view, locale)),
    )  # fmt: skip


def never_met(view: Chapter, _: Look, locale: str) -> Iterator[Section]:
    found = view.never_met
    if found is not None:
        yield Section(
            "never_met",
            words.never_met_sentence(found, locale),
            tables=() if found.pairs.empty else (
                Table("next_week", "The list for next week, each member once", tables.meet_table(view, next_only=True)),
                Table("never_met", "Every pair that never met", tables.meet_table(view, next_only=False)),
            ),
            how=(words.meet_how(found, locale),),
        )  # fmt: skip


def rates(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    for measure in (m for m in MEASURES if m in view.rates):
        r = view.rates[measure]
        drawing = chapter_members.rates(r, look, locale)
        table = Table(f"members_{measure}", f"{words.LABELS[measure]} by member", tables.rates_table(r))
        yield _card(f"members_{measure}", drawing, words.rates_how(r, locale), table)


def money(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    for m in view.money:
        key = f"money_{m.basis}_{m.currency or 'unnamed'}"
        drawn = (chapter_money.totals(m, look, locale), chapter_money.slips(m, look, locale))
        yield Section(
            key,
            chapter_money.money_sentence(m, locale),
            lines=(formats.period(m.start, m.end, locale),
                   *(() if m.currency else ("The files name no currency.",))),
            drawings=tuple(drawing for drawing in drawn if drawing),
            tables=(Table(key, f"{words.business(m)} by member", tables.money_table(m)),),
            how=(words.money_help(m),),
        )  # fmt: skip


def tiers(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    if view.tiers is not None:
        left = f"{view.tiers.unknown} referrals have no tier and are left out." if view.tiers.unknown else ""
        table = Table("tiers", "Inside and outside by member", tables.tiers_table(view))
        how = "Each dot a giver, the larger, the more referrals. Members are the sample, not referrals."
        yield _card("tiers", chapter_pairs.tiers(view.tiers, look, locale), how, table, line=left)


def flows(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    if view.flows is not None:
        table = Table("flows", "Referrals by other chapter", tables.flows_table(view))
        how = ("By the other chapter that a slip names. A slip between two people who are both known as members here "
               "has no side and is listed in the table as unclear.")  # fmt: skip
        yield _card("flows", chapter_pairs.flows(view.flows, look, locale), how, table)


def tenure(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    if view.tenure is not None:
        table = Table("tenure", "Tenure and rate by member", tables.tenure_table(view))
        how = "A description of who is here, not of what staying does: those for whom it did not work have left."
        yield _card("tenure", chapter_members.tenure(view.tenure, look, locale), how, table)


def attendance(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    if view.attendance is not None:
        table = Table("attendance", "Attendance by member", tables.attendance_table(view))
        how = "Present, late and substituted count as there; medical leave does not."
        yield _card("attendance", chapter_members.attendance(view.attendance, look, locale), how, table)


def matrix(view: Chapter, look: Look, locale: str) -> Iterator[Section]:
    e = view.exchange
    if e is None:
        return
    how = ("A row is who gave, a column who received. Members who exchange with the same people stand side by side; "
           "the darker, the more.")  # fmt: skip
    for what, title in (("referrals", "Pairs that are one-sided"), ("one_to_ones", "Given and received inside")):
        if e.cells[what].sum() > 0:
            made = tables.uneven_table(view) if what == "referrals" else tables.balance_table(view)
            drawing = chapter_pairs.matrix(e, view.names, look, what, locale)
            yield _card(f"matrix_{what}", drawing, how, Table("uneven" if what == "referrals" else "balance", title,
                                                              made))  # fmt: skip


def _card(key: str, drawing: Drawing, how: str, table: Table, line: str = "") -> Section:
    return Section(key, drawing.sentence, lines=(line,) if line else (), drawings=(drawing,),
                   tables=() if table.frame.empty else (table,), how=(how,))  # fmt: skip


CARDS: tuple[Make, ...] = (never_met, rates, money, tiers, flows, tenure, attendance, matrix)
