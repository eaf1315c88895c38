"""How good the suggested merges of spellings are, on people whose truth is known: precision and recall.

    python -m bench.people FOLDER

FOLDER holds the febrl sets (dataset1.csv … dataset4b.csv of the record linkage toolkit, misspelt duplicates of invented
people). The state stands for the group and the date of birth for the profession: something both may share, with errors.
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from pathlib import Path

from data.suggest import Known, Suggestion, suggest

SETS = {
    "1": ("dataset1.csv",),
    "2": ("dataset2.csv",),
    "3": ("dataset3.csv",),
    "4": ("dataset4a.csv", "dataset4b.csv"),
}


def read(files: list[Path]) -> list[Known]:
    """The people of some files; one without any name is left out. The id holds the truth: rec-N-org, rec-N-dup-k."""
    found = []
    for file in files:
        with file.open(encoding="utf-8", newline="") as opened:
            for row in csv.DictReader(opened, skipinitialspace=True):
                name = f"{row['given_name']} {row['surname']}".strip()
                if name:
                    group, born = frozenset({row["state"]} - {""}), frozenset({row["date_of_birth"]} - {""})
                    found.append(Known(row["rec_id"].strip(), name, group, born))
    return found


def right(suggestion: Suggestion) -> bool:
    return suggestion.keep.person_id.split("-")[1] == suggestion.drop.person_id.split("-")[1]


def measure(people: list[Known]) -> dict[str, float]:
    """Pairs that are one person, and precision and recall of what is suggested and of what is ticked beforehand."""
    same = Counter(known.person_id.split("-")[1] for known in people)
    true = sum(n * (n - 1) // 2 for n in same.values())
    made = suggest(people)
    ticked = [s for s in made if s.ticked]
    return {
        "people": len(people),
        "pairs": true,
        "suggested": len(made),
        "precision": sum(map(right, made)) / len(made),
        "recall": sum(map(right, made)) / true,
        "ticked": len(ticked),
        "ticked precision": sum(map(right, ticked)) / len(ticked),
        "ticked recall": sum(map(right, ticked)) / true,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    print("| set | people | true pairs | suggested | precision | recall | ticked | precision | recall |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, files in SETS.items():
        got = measure(read([folder / file for file in files]))
        print(f"| {name} | " + " | ".join(f"{v:,}" if isinstance(v, int) else f"{v:.3f}" for v in got.values()) + " |")


if __name__ == "__main__":
    main()
