"""Their headers → our columns. What fits once is taken, what fits twice or not at all is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from data.clean import fold
from data.currencies import ISO_CODES, currencies_of
from data.draft import Question
from data.layouts.headers import AMBIGUOUS, SNIFFED, loose

NONE_KEY = "(none)"  # --map '(none)=source': the file does not record it


@dataclass
class Match:
    """columns: our column → index of theirs; headers: their headers, made unique; empty: columns without a
    header or data.
    """

    headers: list[str]
    columns: dict[str, int] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waived: set[str] = field(default_factory=set)
    strong: int = 0

    def header_of(self, target: str) -> str:
        return self.headers[self.columns[target]]

    def unmapped(self) -> list[str]:
        used = set(self.columns.values())
        return [h for i, h in enumerate(self.headers) if h and i not in used]


def unique_headers(row: Sequence[str | None]) -> list[str]:
    """Headers as shown: collapsed, a repeated one numbered ("Date", "Date (2)"); '' where there is none."""
    seen: Counter[str] = Counter()
    result = []
    for text in row:
        name = " ".join((text or "").split())
        seen[name] += bool(name)
        result.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
    return result


def header_key(header: str) -> str:
    """A header folded, without the currency that it may carry ("Amount (EUR)", "Betrag in €" → "amount",
    "betrag").
    """
    bare = re.sub(r" \(\d+\)$", "", header)
    words = fold(re.sub(r"[€£$₹¥]", " ", bare)).split()
    while len(words) > 1 and (
        (words[-1].upper() in ISO_CODES and words[-1].upper() in bare) or words[-1] in ("in", "em", "en")
    ):
        words.pop()
    return " ".join(words)


def header_currency(header: str) -> str | None:
    """The currency that an amount's header names, or None."""
    for token in re.findall(r"\b[A-Z]{3}\b|[A-Za-z]{0,3}\$|[€£₹¥]", header.replace("_", " ")):
        if len(found := currencies_of(token)) == 1:
            return found[0]
    return None


def match_headers(
    row: Sequence[str | None],
    strong: Mapping[str, str],
    weak: Mapping[str, str],
    answers: Mapping[str, str],
    *,
    has_data: Callable[[int], bool],
    sniff: Callable[[int, str], str | None] = lambda index, key: None,
    ambiguous: Mapping[str, tuple[str, ...]] = AMBIGUOUS,
) -> Match:
    """Match a header row. `has_data(i)`: does column i hold anything; `sniff(i, key)`: what its values say
    it is.
    """
    match = Match(unique_headers(row))
    given = {_plain(theirs): ours for theirs, ours in answers.items()}
    claims: dict[str, list[int]] = {}
    said: set[str] = set()  # our columns that the user placed: no header of the same meaning competes with them
    faint: dict[str, list[int]] = {}
    match.waived = {ours for theirs, ours in answers.items() if theirs.strip().casefold() == NONE_KEY}
    for i, header in enumerate(match.headers):
        if not header:
            continue
        key = header_key(header)
        if _plain(header) in given:
            target = given[_plain(header)].strip()
            if target and target not in said and target in claims:
                claims[target] = []
            if target:
                said.add(target)
                claims.setdefault(target, []).append(i)
        elif not has_data(i):
            continue  # an empty column claims nothing, and nothing is lost
        elif key in ambiguous:
            faint.setdefault(f"?{key}", []).append(i)
        elif target := (key in SNIFFED and sniff(i, key)) or strong.get(key, ""):
            if target not in said:
                claims.setdefault(target, []).append(i)
        elif key in weak:
            faint.setdefault(weak[key], []).append(i)
        elif meant := loose(key, strong):
            faint.setdefault(meant, []).append(i)
    _settle(match, claims, faint, ambiguous)
    return match


def _plain(header: str) -> str:
    return " ".join(header.casefold().split())


def _settle(
    match: Match,
    claims: dict[str, list[int]],
    faint: dict[str, list[int]],
    ambiguous: Mapping[str, tuple[str, ...]],
) -> None:
    for target, columns in claims.items():
        match.columns[target] = columns[0]
        match.strong += 1
        if len(columns) > 1:
            _ask_twice(match, target, columns)
    for target, columns in faint.items():
        if target.startswith("?"):
            for i in columns:
                _ask_meaning(match, i, ambiguous[target[1:]])
        elif target not in claims:
            match.columns[target] = columns[0]
            match.notes.append(f"'{match.headers[columns[0]]}' was taken as {target}.")


def _ask_twice(match: Match, target: str, columns: list[int]) -> None:
    names = [match.headers[i] for i in columns]
    listed = " and ".join(f"'{name}'" for name in names)
    match.questions.append(
        Question(
            "mapping",
            f"{listed} both read as {target}. Which one is it? The other is then left out.",
            tuple(names),
            f"--map '{names[0]}={target}'",
            target=target,
        )
    )


def _ask_meaning(match: Match, i: int, choices: tuple[str, ...]) -> None:
    header = match.headers[i]
    open_choices = tuple(c for c in choices if c not in match.columns)
    if not open_choices:
        match.notes.append(f"'{header}' was left out: {' and '.join(choices)} are already named by other columns.")
        return
    match.questions.append(
        Question(
            "mapping",
            (f"'{header}' means different things in different systems. Is it the {' or the '.join(open_choices)}?"),
            open_choices,
            f"--map '{header}={open_choices[0]}'",
            header=header,
        )
    )
