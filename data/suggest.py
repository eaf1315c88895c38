"""Which spellings may be one person: suggestions with their evidence. Nothing is merged here, or anywhere, by itself.

Names are compared token by token, whatever their order ("Smith, Bob"), with spelling distance and initials; a token
that many people share counts less than a rare one. What else is known of the two (group, profession, when they were
active) speaks for or against, and is shown.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from data.clean import fold

SUGGEST = 0.82  # likeness of two names from which the pair is shown
TICK = 0.93  # with this likeness and something that speaks for it, the box is ticked beforehand
_NEAR, _CHUNK = 62, 500  # percent of letters shared from which a pair is compared word by word; names at a time
_INITIAL = 0.80  # "B." beside "Bob": less than a spelling mistake, more than nothing
_WORST = 0.78  # words compared that are less alike than this pull the whole name down: other first names in a family
_PARTICLES = frozenset(
    [
        "de",
        "la",
        "le",
        "du",
        "des",
        "del",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "zu",
        "el",
        "al",
        "bin",
        "ibn",
        "y",
        "e",
        "st",
    ]
)
_TITLES = frozenset({"mr", "mrs", "ms", "dr", "prof", "herr", "frau", "mme", "mlle", "sr", "sra", "jr", "ing", "dipl"})


@dataclass(frozen=True)
class Known:
    """What is known of one person: what a suggestion is judged by. Dates are the first and last day seen."""

    person_id: str
    name: str
    groups: frozenset[str] = frozenset()
    professions: frozenset[str] = frozenset()
    first_on: date | None = None
    last_on: date | None = None
    rows: int = 0


@dataclass(frozen=True)
class Suggestion:
    """Two persons who may be one. keep is the one with more rows; likeness of the names is 0 to 1."""

    keep: Known
    drop: Known
    likeness: float
    evidence: tuple[str, ...]
    against: tuple[str, ...]

    @property
    def ticked(self) -> bool:
        """Sure enough to be ticked beforehand: the names nearly alike, something for it and nothing against it."""
        return self.likeness >= TICK and bool(self.evidence) and not self.against


def suggest(people: Sequence[Known], refused: Set[frozenset[str]] = frozenset()) -> list[Suggestion]:
    """Pairs that may be one person, the likeliest first. refused: pairs of ids that the user keeps apart."""
    tokens = {known.person_id: tokens_of(known.name) for known in people}
    weight = _rarity(tokens.values())
    found = []
    for one, two in _near(people, tokens):
        if frozenset({one.person_id, two.person_id}) in refused:
            continue
        likeness = compare(tokens[one.person_id], tokens[two.person_id], weight)
        if likeness >= SUGGEST:
            keep, drop = sorted((one, two), key=lambda known: (-known.rows, known.person_id))
            found.append(Suggestion(keep, drop, likeness, *_evidence(one, two)))
    return sorted(found, key=lambda s: (not s.ticked, -s.likeness, s.keep.person_id, s.drop.person_id))


def tokens_of(name: str) -> tuple[str, ...]:
    """The words of a name, folded, without titles; characters one by one for names without spaces in CJK script."""
    words = [word for word in fold(name).split() if word not in _TITLES]
    return tuple(words) or (fold(name),)


def compare(one: Sequence[str], two: Sequence[str], weight: Counter[str] | None = None) -> float:
    """Likeness of two names, 0 to 1, whatever the order of their words: the rarer a word, the more it counts.

    A word that only one of them has (a middle name) costs a third of its weight; the words that are compared must be
    at least two, or one that is all there is on both sides.
    """
    short, long = sorted((tuple(one), tuple(two)), key=lambda words: (len(words), words))
    if sorted(short) == sorted(long) or "".join(short) == "".join(long):
        return 1.0
    left = list(long)
    total = weighed = 0.0
    worst = 1.0
    for word in sorted(short, key=len, reverse=True):
        best = max(left, key=lambda other: _word(word, other))
        left.remove(best)
        alike, mass = _word(word, best), _mass(word, weight) + _mass(best, weight)
        total += mass
        weighed += mass * alike
        worst = min(worst, alike)
    extra = sum(_mass(word, weight) for word in left)
    alone = 0.5 if len(short) == 1 and len(long) > 1 else 1.0  # "Bob" says little about "Bob Smith"
    return alone * min(1.0, worst / _WORST) * weighed / (total + extra / 3)


def _word(one: str, two: str) -> float:
    """Likeness of two words: equal, one the other's initial, or misspelt."""
    if one == two:
        return 1.0
    if min(len(one), len(two)) == 1:
        return _INITIAL if one[0] == two[0] else 0.0
    edits = DamerauLevenshtein.normalized_similarity(one, two)
    return max(edits, JaroWinkler.similarity(one, two) - 0.05)


def _rarity(names: Iterable[Sequence[str]]) -> Counter[str]:
    return Counter(word for words in names for word in set(words))


def _mass(word: str, weight: Counter[str] | None) -> float:
    if word in _PARTICLES:
        return 0.1
    return 1.0 if weight is None else 1.0 / (1.0 + math.log(max(1, weight[word])))


def _near(people: Sequence[Known], tokens: dict[str, tuple[str, ...]]) -> Iterator[tuple[Known, Known]]:
    """Pairs worth comparing: much the same letters once the words of each name are sorted."""
    sorted_names = [" ".join(sorted(tokens[known.person_id])) for known in people]
    for start in range(0, len(people), _CHUNK):
        some = sorted_names[start : start + _CHUNK]
        near = process.cdist(
            some,
            sorted_names[start:],
            scorer=fuzz.ratio,
            score_cutoff=_NEAR,
            dtype=np.uint8,
        )
        for row, column in np.argwhere(near):
            if column > row:
                yield people[start + row], people[start + column]


def _evidence(one: Known, two: Known) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for the two being one person, and what speaks against it, in words."""
    speaks, against = [], []
    if both := one.groups & two.groups:
        speaks.append(f"both in {', '.join(sorted(both))}")
    elif one.groups and two.groups:
        against.append(f"in different groups ({', '.join(sorted(one.groups))}; {', '.join(sorted(two.groups))})")
    if one.professions and two.professions:
        alike = any(_alike(a, b) for a in one.professions for b in two.professions)
        said = f"{', '.join(sorted(one.professions))}; {', '.join(sorted(two.professions))}"
        (speaks if alike else against).append(f"{'the same' if alike else 'different'} profession ({said})")
    if one.first_on and one.last_on and two.first_on and two.last_on:
        apart = max(one.first_on, two.first_on) > min(one.last_on, two.last_on)
        if apart:
            speaks.append(f"never active at the same time (until {min(one.last_on, two.last_on)}, then)")
    return tuple(speaks), tuple(against)


def _alike(one: str, two: str) -> bool:
    return fold(one) == fold(two) or JaroWinkler.similarity(fold(one), fold(two)) >= 0.92
