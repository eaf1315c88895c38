"""Names, firms, professions and exact amounts taken out, the same way everywhere in one workspace.

What a masked session hands over has passed through here. A pseudonym follows from the person's id and from what was
first imported, so it stays the same from version to version, and neither its number nor its place tells the alphabet.
So with ids: the store's are given in the order of the first file, which may be the alphabet; a masked session has
others.
Findings and views are computed on the exact rows and masked afterwards, so that a masked page shows the figures of the
open one, and a page and a file agree to the digit.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pandas as pd

from analysis.population import to_date, to_day
from analysis.result import Frames, Result
from analysis.scope import Scope
from analysis.spheres import spheres_of
from analysis.teams import OTHER
from data.reader import Reader
from errors import UsageError
from service.masked_views import Cover, folded, rounded

HIDDEN = "hidden"
# Columns of a finding's frames that hold money.
MONEY = frozenset({"amount", "sum", "median", "mean", "largest", "top_two_value", "customers_value"})
# Words of touches that come from lists of ours; anything else was written by hand and may name somebody.
_SAFE = frozenset({"favour", "asked for", "done", "declined", "yes", "no"})
_SPACES = ((1, 100, 8), (100, 1000, 12), (1000, 10_000, 16))  # from, to, tries: two figures as long as there is room
PERSONS = frozenset({"person_id", "source_id", "receiver_id", "from_id", "to_id", "assessor_id"})  # columns of Frames
NOBODY = "nobody"
_ANY_ID = re.compile(r"\b(?:m[0-9a-f]{10}|p[0-9]{7})\b")  # the store's own are asked for in vain
_MARK = re.compile("\ue000[0-9]+\ue001")


class MaskedError(UsageError):
    """Asked of a session whose names are masked: what cannot be shown without them."""

    title = "Names are masked"


def refuse() -> None:
    """Raise MaskedError: this shows or changes the records as they are."""
    raise MaskedError("This shows or changes the records as they are.", "Switch “Mask names” off first.")


@dataclass(frozen=True)
class Mask:
    """What stands for whom. ids: another id by id; people, groups: by id; by_name: groups by their name in small
    letters; professions: by text, and their spheres; marks: the exact name's place in the alphabet as a token, by
    person id, while findings are computed; shown: the pseudonym by token."""

    ids: Mapping[str, str]
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
        """The rows with pseudonyms, other ids, rounded amounts and coarse membership days."""
        veiled = self.veiled(exact)
        masked = replace(
            veiled,
            referrals=veiled.referrals.assign(amount=rounded(exact.referrals["amount"])),
            memberships=self._memberships(exact.memberships),
            thanks=veiled.thanks.assign(amount=rounded(exact.thanks["amount"])),
            snapshots=exact.snapshots.assign(tyfcb=rounded(exact.snapshots["tyfcb"])),
        )
        tables = {f.name: getattr(masked, f.name) for f in fields(masked)}
        return replace(masked, **{name: self._other_ids(table) for name, table in tables.items()
                                  if isinstance(table, pd.DataFrame)})  # fmt: skip

    def veiled(self, exact: Frames) -> Frames:
        """The exact rows under pseudonyms: ids, amounts, days and professions are masked in what is made of them."""
        return replace(
            exact,
            referrals=self._elsewhere(exact.referrals).assign(prospect=self._prospects(exact.referrals["prospect"])),
            people=self._people(exact.people),
            thanks=self._elsewhere(exact.thanks),
            touches=self._elsewhere(exact.touches).assign(
                purpose=_known(exact.touches["purpose"]), outcome=_known(exact.touches["outcome"])
            ),
        )

    def exact_id(self, other: str | None) -> str | None:
        """The store's id of a person by the masked one; what is none is nobody's."""
        return None if other is None else next((one for one, shown in self.ids.items() if shown == other), NOBODY)

    def _other_ids(self, table: pd.DataFrame) -> pd.DataFrame:
        columns = {name: table[name].map(self.ids).astype(table[name].dtype) for name in table if name in PERSONS}
        return table.assign(**columns)

    def marked(self, exact: Frames) -> Frames:
        """The exact rows, with a token for each name that sorts as the name does."""
        people = exact.people
        names = people["person_id"].map(self.marks).astype(people["name"].dtype)
        return replace(exact, people=people.assign(name=names))

    def _people(self, people: pd.DataFrame) -> pd.DataFrame:
        names = people["person_id"].map(self.people).astype(people["name"].dtype)
        order = people["person_id"].map(self.ids).argsort(kind="stable")  # nor does a row's place tell anything
        return people.assign(name=names).iloc[order].reset_index(drop=True)

    def _memberships(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Professions numbered. Days to the month; a joining before the imports to the middle of its year."""
        professions = rows["profession"].map(lambda text: self.professions.get(folded(text)), na_action="ignore")
        coarse = {name: rows[name].map(self._day, na_action="ignore") for name in ("joined", "left", "renews")
                  if name in rows}  # fmt: skip
        coarse = {name: days.astype(rows[name].dtype) for name, days in coarse.items()}
        return rows.assign(profession=professions.astype(rows["profession"].dtype), **coarse)

    def _day(self, day: int) -> int:
        """The first of its month; before the imports the middle of its year."""
        if self.first_day is not None and day < self.first_day:
            return min(_middle(day), self.first_day)
        return _month(day)

    def _elsewhere(self, rows: pd.DataFrame) -> pd.DataFrame:
        groups = rows["counterpart_group"].map(self.group, na_action="ignore")
        return rows.assign(counterpart_group=groups.astype(rows["counterpart_group"].dtype))

    def _prospects(self, names: pd.Series) -> pd.Series:
        """Who is the same stays the same; nothing else is told."""
        keys = names.map(folded, na_action="ignore")
        tokens = {key: f"Prospect {_digest(self.salt, key)[:6]}" for key in keys.dropna().unique()}
        return keys.map(tokens).astype(names.dtype)

    def group(self, name: str) -> str:
        """A group by its name as a file has it, with or without region and country."""
        key = folded(name)
        return (
            self.by_name.get(key)
            or self.by_name.get(folded(name.partition(",")[0]))
            or f"Group {_digest(self.salt, key)[:4].upper()}"
        )

    # --- what is made of them ---------------------------------------------------------------------------------

    def result(self, result: Result) -> Result:
        """A finding on marked rows, with pseudonyms for the tokens and its money rounded."""
        return self._unmarked(result)

    def view(self, made: Any) -> Any:
        """What was made of veiled rows, as it may be shown."""
        return Cover(self.ids, self.professions, self._day).view(made)

    def exact(self, asked: Any) -> Any:
        """What is asked of a masked session, with the store's own ids for those that it knows: the other way round."""
        if isinstance(asked, str):
            return _ANY_ID.sub(lambda found: self.exact_id(found[0]) or NOBODY, asked)
        if isinstance(asked, tuple):
            return tuple(self.exact(part) for part in asked)
        if isinstance(asked, Scope):
            return replace(asked, receiver=self.exact(asked.receiver), filters=self.exact(asked.filters))
        return asked

    def table(self, frame: pd.DataFrame) -> pd.DataFrame:
        shown = {}
        for name, column in frame.items():
            if name in MONEY and column.dtype.kind == "f":
                shown[name] = rounded(column)
            elif column.dtype.kind not in "biufM":
                shown[name] = column.map(self._unmarked).astype(column.dtype)
        return frame.assign(**shown)

    def _unmarked(self, value: Any) -> Any:  # noqa: PLR0911 one line for each kind of thing
        """Texts and ids, and what holds them."""
        if isinstance(value, str):
            if value in self.ids:
                return self.ids[value]
            return _MARK.sub(lambda found: self.shown[found[0]], value) if "\ue000" in value else value
        if isinstance(value, pd.DataFrame):
            return self.table(value)
        if isinstance(value, tuple | list):
            return type(value)(self._unmarked(part) for part in value)
        if isinstance(value, Mapping):
            return {self._unmarked(key): self._unmarked(part) for key, part in value.items()}
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
    numbers = _numbers(dict.fromkeys(folded(text) for (text,) in professions), f"{salt} profession")
    spheres = sorted({sphere for (text,) in professions for sphere in spheres_of(text)} - {OTHER})
    fields_of = {
        folded(sphere): f"Sphere {number:02d}" for sphere, number in _numbers(spheres, f"{salt} sphere").items()
    }
    place = people["name"].rank(method="dense").astype(int)
    ((first,),) = reader.rows('select min("from") from coverage')
    marks = {person: f"\ue000{at:07d}{nth:07d}\ue001"
             for nth, (person, at) in enumerate(zip(people["person_id"], place, strict=True))}  # fmt: skip
    return Mask(
        ids={person: f"m{_digest(salt, f'id {person}')[:10]}" for person in people["person_id"]},
        people=shown,
        groups=letters,
        by_name={folded(name): letters[group] for group, name in groups},
        professions=fields_of | {text: f"Profession {number:02d}" for text, number in numbers.items()},
        marks=marks,
        shown={mark: shown[person] for person, mark in marks.items()},
        first_day=to_day(first) if first else None,
        salt=salt,
    )


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
    return column.map(lambda text: text if folded(text) in _SAFE else HIDDEN, na_action="ignore").astype(column.dtype)
