"""Files made by others to break importers: each ends as a table or as a sentence that names the reason.

What becomes of each file stands in hostile.tsv. All of them are read in CI, or with NET_EFFECT_HOSTILE=all; else every
twelfth and all those that were made to do harm.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.readers import read, unpack
from errors import FileRefusedError

resource = pytest.importorskip("resource")  # POSIX only; it tells the memory of the children
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = ROOT.parent / "shared" / "hostile"
TABLE = Path(__file__).with_name("hostile.tsv")
ALL = os.environ.get("CI") == "true" or os.environ.get("NET_EFFECT_HOSTILE") == "all"
EVIL = ("poc-", ".dontuse", "bomb", "oleloop", "dos", "protected", "password", "panic", "OOM", "issue_174")


def outcome(path, folder):
    """ "reads xlsx", or "refused: …" with the sentence; archives by what is in them."""
    try:
        found = [read(file, display_name=name) for name, file in unpack(path, path.name, folder)]
    except FileRefusedError as error:
        assert "Traceback" not in f"{error.message} {error.hint}"
        return f"refused: {error.message}"
    assert all(sheet.height == sheet.cells.num_rows for raw in found for sheet in raw.sheets)
    return " ".join(["reads", *dict.fromkeys(raw.container for raw in found)])


def expected():
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def test_the_table_refuses_what_was_made_to_do_harm():
    table = expected()
    harmful = {name: what for name, what in table.items() if "/poc-" in name or name.endswith(".dontuse")}
    assert len(harmful) == 18
    assert [name for name, what in harmful.items() if not what.startswith("refused: ")] == []
    assert all(what.startswith("reads ") or what.endswith(".") for what in table.values())


def outcomes(names, folder):
    """What becomes of each, and the memory in bytes of the largest reader."""
    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(names, pool.map(lambda name: outcome(HOSTILE / name, folder), names), strict=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return found, peak


@pytest.mark.shared
def test_hostile_files_end_as_a_table_or_a_sentence(tmp_path):
    table = expected()
    names = list(table) if ALL else [n for i, n in enumerate(table) if i % 12 == 0 or any(e in n for e in EVIL)]
    # A process of its own: this one may have had larger children before.
    command = [sys.executable, __file__, str(tmp_path)]
    done = subprocess.run(command, input="\n".join(names), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    found, peak = json.loads(done.stdout)
    assert {n: what for n, what in found.items() if what != table[n]} == {}
    assert peak < 1 << 30


@pytest.mark.shared
def test_the_table_knows_every_file():
    files = {str(p.relative_to(HOSTILE)) for p in HOSTILE.rglob("*") if p.is_file()}
    assert files == expected().keys()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(outcomes(sys.stdin.read().splitlines(), Path(sys.argv[1]))))
