"""Names, firms, professions and exact amounts taken out, the same way everywhere in one workspace.

What a masked session hands over has passed through here. A pseudonym follows from the person's id and from what was
first imported, so it stays the same from version to version, and neither its number nor its place tells the alphabet.
Findings are computed on the exact rows and masked afterwards; everything else is made of masked rows, so that a page
and a file agree to the digit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.population import to_date, to_day
from analysis.result import Frames, Result
from data.reader import Reader
from errors import UsageError

DIGITS = 2  # significant ones that an amount keeps
HIDDEN = "hidden"
# Columns of a finding's frames that hold money.
MONEY = frozenset({"amount", "sum", "median", "mean", "largest", "top_two_value", "customers_value"})
# Words of touches that come from lists of ours; anything else was written by hand and may name somebody.
_SAFE = frozenset({"favour", "asked for", "done", "declined", "yes", "no"})
_SPACES = ((1, 100, 8), (100, 1000, 12), (1000, 10_000, 16))  # from, to, tries: two figures as long as there is room
_MARK = re.compile("\ue000[0-9]+\ue001")


class MaskedError(UsageError):
    """Asked of a session whose names are masked: what cannot be shown without them."""

    title = "Names are masked"


def refuse() -> None:
    """Raise MaskedError: this shows or changes the records as they are."""
    raise MaskedError("This shows or changes the records as they are.", "Switch “Mask names” off first.")


@dataclass(frozen=True)
class Mask:
    """What stands for whom. people, groups: by id; by_name: groups by their name in small letters; professions: by
    text; marks: the exact name's place in the alphabet as a token, by person id, while findings are computed;
    shown: the pseudonym by token."""

    people: Mapping[str, str]
    groups: Mapping[str, str]
    by_name: Mapping[str, str]
    professions: Mapping[str, str]
    marks: Mapping[str, str]
    shown: Mapping[str, str]
    first_day: int | None  # that imports speak for: a joining before it is told by its year alone
    salt: str

    # --- rows -------------------------------------------------------------------------------------------------

    def frames(self, exact: Frames) -> Frames:
        """The rows with pseudonyms, rounded amounts and coarse membership days."""
        return replace(
            exact,
            referrals=self._events(exact.referrals).assign(prospect=self._prospects(exact.referrals["prospect"])),
            memberships=self._memberships(exact.memberships),
            people=self._people(exact.people),
            thanks=self._events(exact.thanks),
            touches=self._events(exact.touches).assign(
                purpose=_known(exact.touches["purpose"]), outcome=_known(exact.touches["outcome"])
            ),
            snapshots=exact.snapshots.assign(tyfcb=rounded(exact.snapshots["tyfcb"])),
        )

    def marked(self, exact: Frames) -> Frames:
        """The exact rows, with a token for each name that sorts as the name does."""
        people = exact.people
        names = people["person_id"].map(self.marks).astype(people["name"].dtype)
        return replace(exact, people=people.assign(name=names))

    def _people(self, people: pd.DataFrame) -> pd.DataFrame:
        names = people["person_id"].map(self.people).astype(people["name"].dtype)
        return people.assign(name=names)

    def _memberships(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Professions numbered. Days to the month; a joining before the imports to the middle of its year."""
        professions = rows["profession"].map(lambda text: self.professions.get(_key(text)), na_action="ignore")
        coarse = {name: rows[name].map(_month, na_action="ignore") for name in ("joined", "left", "renews")
                  if name in rows}  # fmt: skip
        if self.first_day is not None:
            early = (rows["joined"] < self.first_day).fillna(False)
            middle = rows["joined"].map(_middle, na_action="ignore").clip(upper=self.first_day)
            coarse["joined"] = coarse["joined"].where(~early, middle)
        coarse = {name: days.astype(rows[name].dtype) for name, days in coarse.items()}
        return rows.assign(profession=professions.astype(rows["profession"].dtype), **coarse)

    def _events(self, rows: pd.DataFrame) -> pd.DataFrame:
        masked: dict[str, Any] = {"counterpart_group": rows["counterpart_group"].map(self.group, na_action="ignore")
                                  .astype(rows["counterpart_group"].dtype)}  # fmt: skip
        if "amount" in rows:
            masked["amount"] = rounded(rows["amount"])
        return rows.assign(**masked)

    def _prospects(self, names: pd.Series) -> pd.Series:
        """Who is the same stays the same; nothing else is told."""
        keys = names.map(_key, na_action="ignore")
        tokens = {key: f"Prospect {_digest(self.salt, key)[:6]}" for key in keys.dropna().unique()}
        return keys.map(tokens).astype(names.dtype)

    def group(self, name: str) -> str:
        """A group by its name as a file has it, with or without region and country."""
        key = _key(name)
        return (
            self.by_name.get(key)
            or self.by_name.get(_key(name.partition(",")[0]))
            or f"Group {_digest(self.salt, key)[:4].upper()}"
        )

    # --- what is made of them ---------------------------------------------------------------------------------

    def result(self, result: Result) -> Result:
        """A finding on marked rows, with pseudonyms for the tokens and its money rounded."""
        return self._unmarked(result)

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        shown = {}
        for name, column in frame.items():
            if name in MONEY and column.dtype.kind == "f":
                shown[name] = rounded(column)
            elif column.dtype.kind not in "biufM":
                shown[name] = column.map(self._unmarked).astype(column.dtype)
        return frame.assign(**shown)

    def _unmarked(self, value: Any) -> Any:
        """Texts, and what holds texts."""
        if isinstance(value, str):
            return _MARK.sub(lambda found: self.shown[found[0]], value) if "\ue000" in value else value
        if isinstance(value, pd.DataFrame):
            return self.table(value)
        if isinstance(value, tuple | list):
            return type(value)(self._unmarked(part) for part in value)
        if isinstance(value, Mapping):
            return {key: self._unmarked(part) for key, part in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{f.name: self._unmarked(getattr(value, f.name)) for f in fields(value)})
        return value


def build(reader: Reader) -> Mask:
    """The mask of a version, for all of the workspace: whoever sees a part of it meets the same pseudonyms."""
    salt = "".join(text for (text,) in reader.rows("select sha256 from imports order by import_id limit 1"))
    people = reader.frame("select person_id, name from people order by person_id")
    known = {person for (person,) in reader.rows(
        "select person_id from memberships union select receiver_id from referrals")}  # fmt: skip
    member = people["person_id"].isin(known)
    shown = {person: f"{word} {number:02d}"
             for word, some in (("Member", people[member]), ("Source", people[~member]))
             for person, number in _numbers(some["person_id"], f"{salt} {word}").items()}  # fmt: skip
    groups = reader.rows("select group_id, name from groups order by group_id")
    letters = {group: f"Group {letter}" for group, letter in _letters([g for g, _ in groups], salt).items()}
    professions = reader.rows(
        "select profession from memberships where profession is not null group by 1 order by min(person_id), 1"
    )
    numbers = _numbers(dict.fromkeys(_key(text) for (text,) in professions), f"{salt} profession")
    place = people["name"].rank(method="dense").astype(int)
    ((first,),) = reader.rows('select min("from") from coverage')
    marks = {person: f"\ue000{at:07d}{nth:07d}\ue001"
             for nth, (person, at) in enumerate(zip(people["person_id"], place, strict=True))}  # fmt: skip
    return Mask(
        people=shown,
        groups=letters,
        by_name={_key(name): letters[group] for group, name in groups},
        professions={key: f"Profession {number:02d}" for key, number in numbers.items()},
        marks=marks,
        shown={mark: shown[person] for person, mark in marks.items()},
        first_day=to_day(first) if first else None,
        salt=salt,
    )


def rounded(amounts: pd.Series) -> pd.Series:
    """Amounts to DIGITS significant digits; what is missing stays missing."""
    values = amounts.to_numpy(dtype=float, na_value=np.nan)
    size = np.floor(np.log10(np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)))
    factor = 10.0 ** (DIGITS - 1 - size)
    return pd.Series(np.round(np.round(values * factor) / factor, 2), index=amounts.index, name=amounts.name)


def rows(frame: pd.DataFrame, mask: Mask, people: pd.DataFrame) -> pd.DataFrame:
    """The log's rows behind a figure. people: source_id and receiver_id by referral_id."""
    ids = people.reindex(frame["referral_id"])
    names = {side: ids[f"{side}_id"].map(mask.people).to_numpy() for side in ("source", "receiver")}
    files = {name: f"file {at}" for at, name in enumerate(dict.fromkeys(frame["file"].dropna()), 1)}
    hidden = {name: frame[name].map(lambda _: HIDDEN, na_action="ignore") for name in ("prospect", "sheet")}
    hidden |= {"file": frame["file"].map(files), "group": frame["group"].map(mask.group, na_action="ignore")}
    typed = {name: pd.Series(column, index=frame.index).astype(frame[name].dtype)
             for name, column in {**names, **hidden}.items()}  # fmt: skip
    return frame.assign(**typed, amount=rounded(frame["amount"]))


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _digest(salt: str, what: str) -> str:
    return hashlib.sha256(f"{salt}\0{what}".encode(errors="surrogatepass")).hexdigest()


def _numbers(keys: Iterable[str], salt: str) -> dict[str, int]:
    """A number for each key, in no order that the keys tell; a key that comes later changes none of the earlier."""
    given: dict[str, int] = {}
    taken: set[int] = set()
    for key in keys:
        found = next(n for n in _candidates(salt, key) if n not in taken)
        taken.add(found)
        given[key] = found
    return given


def _candidates(salt: str, key: str) -> Iterable[int]:
    for low, high, tries in _SPACES:
        for nth in range(tries):
            yield low + int(_digest(salt, f"{key} {high} {nth}")[:12], 16) % (high - low)
    nth = 10_000
    while True:
        yield nth + int(_digest(salt, f"{key} {nth}")[:12], 16) % 1_000_000
        nth += 1


def _letters(groups: Iterable[str], salt: str) -> dict[str, str]:
    """A for the first group, then letters without an order."""
    keys = list(groups)
    numbers = _numbers(keys[1:], f"{salt} group")
    return dict.fromkeys(keys[:1], "A") | {key: _letter(n) for key, n in numbers.items()}


def _letter(number: int) -> str:
    """1 → B … 25 → Z, then BA, BB …"""
    text = ""
    while number:
        number, rest = divmod(number, 26)
        text = chr(65 + rest) + text
    return text


def _month(day: int) -> int:
    return to_day(to_date(int(day)).replace(day=1))


def _middle(day: int) -> int:
    return to_day(to_date(int(day)).replace(month=7, day=1))


def _known(column: pd.Series) -> pd.Series:
    """Free text of a contact, unless it is a word of ours."""
    return column.map(lambda text: text if _key(text) in _SAFE else HIDDEN, na_action="ignore").astype(column.dtype)
