"""BNI Connect's Slips Audit Report: one row a slip, no date column, no totals row, bold = another chapter's member.

Header (any row of the first 40, any place, in either mode): `From | To | Slip Type | Inside/Outside | TYFCB Amount |
CEU Credits | Detail`; From, To and Slip Type must be there, the others may be missing. Synonyms: LABELS, SLIPS, TIERS.
Banner: a cell `Slips Audit Report for <day>`, the day in any order or ISO; or `From:` and `To:` with their days. With
neither, one day or a period is asked (id "period"). A column `Date` that somebody added dates each slip by itself;
then the file covers the days from the first to the last in it.

What becomes of a slip, all without a group (the home group's):
- Referral → referrals: source, receiver, tier, counterpart_group, source_kind "member" for every named giver. Null:
  prospect, status, amount, presence, asked.
- One-to-One → touches one_to_one (from = who entered it, to = whom he met).
- TYFCB → thanks: to = who is thanked, amount, currency (asked), tier; from is null, since the file hides the thanker.
- CEU → touches education (from = the member, quantity = credits). Visitor → touches visitor (from = who invited,
  to = the visitor).
One day, in the banner or answered: given_on and happened_on are that day, and the file covers the seven days that end
on it. A period: period_from and period_to, no day, and the file covers exactly it. It covers referrals, thanks,
one_to_one, education and visitor alike, whether or not a slip of that kind is in it.

counterpart_group is the chapter that Detail names (`<Chapter>, <Region>, <Country>`, with or without "BNI "; a text
without a comma, and Detail of a CEU or a Visitor, names none); without one, OTHER_GROUP where a member on the row is
bold; else null.
Bold also makes rows of `members`: a bold name belongs to the chapter that Detail names (OTHER_GROUP where no row of
his names one, or where both names on the row are bold), a plain one to the home group. A visitor is nobody's member.
Without bold in the file, or with other chapters in Detail and not one bold name, there are no such rows and a note.

The names BNI and Visitor are nobody: the slip loads with that end empty. Two slips alike are two slips.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from data import clean
from data.draft import OTHER_GROUP, Draft, staging_frame
from data.layouts import bni, periods
from data.layouts.banner import Banner, chapter_name
from data.layouts.bold import memberships
from data.layouts.fields import Context, Table
from data.layouts.matching import Match
from data.layouts.periods import Cell, Period
from data.layouts.values import amounts_and_currencies
from data.readers.raw import TEXT

NAME = "slips_audit"
TARGETS = ("from", "to", "slip_type", "tier", "amount", "ceu", "detail", "given_on")
LABELS = bni.labels(
    {
        "from": "from|von|de|從|从|giver",
        "to": "to|an|à|para|至|receiver",
        "slip_type": "slip type|slip typ|type de slip|tipo de slip|單據類型|单据类型",
        "tier": "inside outside|intern extern|eigenbedarf extern|interne externe|interno externo|內部 外部|内部 外部",
        "amount": "tyfcb amount|tyfcb|mpb|onf|opnf|u|umsatz",
        "ceu": "ceu credits|ceu|ceus|cte|ueg",
        "given_on": "date|slip date|datum|data|日期|日付",
        "detail": "detail|details|détail|détails|detalhe|detalhes|詳情|详情",
    }
)
SLIPS = clean.table(
    {
        "referral": "referral|referrals|empfehlung|empfehlungen|recommandation|recommandations|indicação|referência|"
        "recomendação|引薦|引荐|業務引薦|リファーラル",
        "one_to_one": "one-to-one|one to ones|1-2-1|121|1 to 1|1:1|tat|tête-à-tête|1-a-1|um a um|一對一|一对一",
        "thanks": "tyfcb|thank you for closed business|thank you for the closed business|umsatzdanke|mpb|"
        "merci pour le business|onf|opnf",
        "education": "ceu|ceus|chapter education unit|chapter education units|cte|ueg",
        "visitor": "visitor|visitors|besucher|gast|invité|visiteur|convidado|visitante|來賓|来宾|ビジター",
    }
)
TIERS = clean.TIERS | clean.table(
    {
        "1": "tier 1|inside|tier 1 inside|eigenbedarf|intern|interne|interno|interna|內部|内部|內|内",
        "2": "tier 2|outside|tier 2 outside|extern|externe|externo|externa|外部|外",
        "3": "tier 3|tier 3+",
    }
)
COVERED = ("referrals", "thanks", "one_to_one", "education", "visitor")
_NOBODY = frozenset(clean.table({"x": "bni|visitor|visitors|besucher|visiteur|convidado|visitante|來賓|来宾"}))
_WEEK = dt.timedelta(days=6)
_DAY_IN_TITLE = re.compile(
    r"\d{1,4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,4}|\d{1,2}\.? [^\W\d]+ \d{4}|[^\W\d]+ \d\d?, \d{4}"
)


def match(context: Context) -> Match:
    """Match the header row by label."""
    return bni.match_labels(context, LABELS)


def complete(found: Match) -> bool:
    return {"from", "to", "slip_type"} <= found.columns.keys()


def build(context: Context, found: Match) -> Draft:
    """Slips of all kinds, with the day or period that the banner or the user gives them."""
    table = bni.without_footer(bni.open_table(context, found, "from", "to", "slip_type"), "slip_type")
    days, covered = _days(table)
    kinds = _kinds(table)
    guest = _one_of(kinds, "visitor", "education")  # whom these name under To is nobody's member
    detail = _chapters(table, guest)
    from_, from_bold = _people(table, "from")
    to, to_bold = _people(table, "to")
    to_bold &= ~guest
    _refuse_nobody(table, kinds, from_, to)
    counterpart = detail.copy()
    counterpart[pd.isna(detail) & (from_bold | to_bold)] = OTHER_GROUP
    common = {"row_no": table.rows, "counterpart_group": counterpart, **days}
    frames = _frames(table, kinds, from_, to, common)
    sides = ((from_, from_bold), (bni.blanked(to, guest), to_bold))
    frames["members"] = memberships(table, sides, detail, _one_of(kinds, "referral", "one_to_one"))
    draft = table.draft(NAME, {name: frame for name, frame in frames.items() if len(frame)})
    if covered:
        draft.covers = dict.fromkeys(COVERED, covered)
    return draft


def _frames(
    table: Table, kinds: np.ndarray, from_: np.ndarray, to: np.ndarray, common: dict[str, np.ndarray]
) -> dict[str, pd.DataFrame]:
    """The rows of referrals, thanks and touches."""
    amount, currency = amounts_and_currencies(table, corrections=True)
    _note_stray_amounts(table, kinds, amount)
    credits_ = np.where(kinds == "education", bni.counts(table, "ceu"), np.nan)
    tiers = table.words("tier", TIERS, "tier")
    tier = pd.array([None if t is None else int(t) for t in tiers], dtype="Int64")
    member = bni.blanked(np.full(len(table), "member", dtype=object), pd.isna(from_))
    dated = {**common, "given_on": common["day"], "tier": tier}
    referrals = {**dated, "source": from_, "receiver": to, "source_kind": member}
    thanks = {**dated, "to": to, "amount": amount, "currency": currency}
    touches = {
        **common, "happened_on": common["day"], "from": from_, "to": bni.blanked(to, kinds == "education"),
        "kind": kinds, "quantity": credits_,
    }  # fmt: skip
    kept = table.kept()
    return {
        "referrals": _pick("referrals", referrals, (kinds == "referral") & kept),
        "thanks": _pick("thanks", thanks, (kinds == "thanks") & kept),
        "touches": _pick("touches", touches, _one_of(kinds, "one_to_one", "education", "visitor") & kept),
    }


def _one_of(kinds: np.ndarray, *words: str) -> np.ndarray:
    return np.isin(kinds.astype(str), words)


def _pick(name: str, columns: dict[str, np.ndarray], mask: np.ndarray) -> pd.DataFrame:
    return staging_frame(name, columns, len(mask))[mask].reset_index(drop=True)


def _period(table: Table) -> Period | None:
    banner = Banner.read(table.context)
    stated = banner.period or _in_title(table.context)
    period = periods.settle(
        table, stated, "The file does not say which day or week its slips are from. Which day (or period) is it?",
        span=False,
    )  # fmt: skip
    if period and period.single:
        table.notes.append(
            f"Every slip is dated {period.last}; the file counts as all slips of the seven days that end on it."
        )
    return period


def _in_title(context: Context) -> list[Cell]:
    """The day or days in the title, `Slips Audit Report for 01/04/2026`, or in the cell after it."""
    for row_no in range(1, context.header_row):
        texts = zip(context.sheet.row(row_no), context.sheet.kinds(row_no), strict=True)
        cells = [Cell(text.strip(), kind, row_no, text.strip()) for text, kind in texts if text and text.strip()]
        if not cells or "slip" not in cells[0].text.casefold():
            continue
        if days := _DAY_IN_TITLE.findall(cells[0].text):
            return [Cell(day, TEXT, row_no, cells[0].text) for day in days[:2]]
        return [cell._replace(label=cells[0].text) for cell in cells[1:2]]
    return []


def _days(table: Table) -> tuple[dict[str, np.ndarray], tuple[dt.date, dt.date] | None]:
    """(day, period_from and period_to by row; what the file covers)."""
    if "given_on" in table.match.columns:
        return _own_days(table)
    period, count = _period(table), len(table)
    none = bni.days_64(None, count)
    if period is None:
        return {"day": none, "period_from": none, "period_to": none}, None
    if period.single:
        day = {"day": bni.days_64(period.last, count), "period_from": none, "period_to": none}
        return day, (period.first - _WEEK, period.last)
    span = {"period_from": bni.days_64(period.first, count), "period_to": bni.days_64(period.last, count)}
    return {"day": none, **span}, (period.first, period.last)


def _own_days(table: Table) -> tuple[dict[str, np.ndarray], tuple[dt.date, dt.date] | None]:
    """The days of a column that somebody added."""
    none = bni.days_64(None, len(table))
    days = table.dates("given_on").get("given_on", none)
    if not table.waiting_for("given_on"):
        header = table.match.header_of("given_on")
        table.refuse_rows(np.isnat(days), f"there is no date in '{header}'", "given_on")
        table.refuse_rows(days > np.datetime64(table.context.today, "us"), "the date is still to come", "given_on")
    known = days[~np.isnat(days) & table.kept()].astype("datetime64[D]")
    covered = (known.min().item(), known.max().item()) if len(known) else None
    return {"day": days, "period_from": none, "period_to": none}, covered


def _chapters(table: Table, guest: np.ndarray) -> np.ndarray:
    """The chapter that each row's Detail names; free text names none."""
    chapters = table.texts("detail", lambda text: chapter_name(text) if re.search("[,，]", text) else None)
    column = table.column("detail")
    other = (pd.isna(chapters) | guest) & (column.codes >= 0) if column is not None else guest & False
    if other.any():
        table.notes.append(
            f"'{table.match.header_of('detail')}' names no chapter in {table.row_list(other)}, so it was left out "
            "there."
        )
    return bni.blanked(chapters, guest)


def _kinds(table: Table) -> np.ndarray:
    """Each row's kind; a word that is no slip type rejects its row."""
    column = table.column("slip_type")
    if column is None:
        return np.full(len(table), None, dtype=object)
    kinds = [SLIPS.get(clean.fold(re.sub(r"[()\[\]]", " ", text))) or SLIPS.get(clean.fold(text))
             for text in column.texts]  # fmt: skip
    bad = {i: f"'{column.texts[i]}' is no type of slip that is known" for i, kind in enumerate(kinds) if kind is None}
    table.refuse("slip_type", column, bad)
    table.refuse_rows(column.codes < 0, "the row does not say which type of slip it is", "slip_type")
    return column.spread(np.array(kinds, dtype=object), None)


def _people(table: Table, target: str) -> tuple[np.ndarray, np.ndarray]:
    """(names by row, None for BNI and Visitor; whether the name is bold)."""
    names = table.texts(target, clean.clean_name)
    index = table.match.columns.get(target)
    bold = np.zeros(len(table), dtype=bool) if index is None else table.context.sheet.bold(index, table.rows)
    nobody = np.array([name is not None and clean.fold(name) in _NOBODY for name in names], dtype=bool)
    if nobody.any():
        words = " or ".join(f"'{word}'" for word in sorted({*names[nobody]}))
        table.notes.append(
            f"{words} under '{table.match.header_of(target)}' is nobody by name: left empty in "
            f"{table.row_list(nobody)}."
        )
    return bni.blanked(names, nobody), bold & ~nobody & ~pd.isna(names)


def _refuse_nobody(table: Table, kinds: np.ndarray, from_: np.ndarray, to: np.ndarray) -> None:
    """A slip that names nobody says nothing, unless it is money: business from former members is thanked to BNI."""
    empty = pd.isna(from_) & (pd.isna(to) | (kinds == "education")) & (kinds != "thanks")
    table.refuse_rows(empty, "the slip names nobody")
    column = table.column("amount")
    no_amount = np.ones(len(table), dtype=bool) if column is None else column.codes < 0
    table.refuse_rows((kinds == "thanks") & no_amount & pd.isna(to), "the slip names nobody and no amount")


def _note_stray_amounts(table: Table, kinds: np.ndarray, amount: np.ndarray) -> None:
    stray = ~pd.isna(amount) & (kinds != "thanks") & table.kept()
    if stray.any():
        table.notes.append(
            f"Amounts on slips that are no TYFCB were left out: {table.row_list(stray)}. What is left out is in the "
            "file that the workspace keeps."
        )
