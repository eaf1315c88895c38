"""The walls of the house: who may import whom, proved by reading the imports and by running the interpreter."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("analysis", "charts", "data", "pages", "sample", "app", "cli", "report", "errors", "formats", "service")
MAY_IMPORT = {
    "errors": set(),
    "formats": {"errors"},
    "analysis": {"analysis", "errors"},
    "sample": {"sample", "analysis", "errors"},
    "data": {"data", "errors"},
    "charts": {"charts", "analysis", "formats", "errors"},
    "service": {"data", "analysis", "sample", "errors"},
    "report": {"report", "service", "charts", "analysis", "formats", "errors"},
    "cli": {"report", "service", "sample", "analysis", "charts", "formats", "errors"},
    "pages": {"pages", "report", "service", "charts", "analysis", "formats", "errors"},
    "app": {"pages", "service", "charts", "analysis", "formats", "errors"},
}
# Libraries that only one part of the house may know.
RESERVED = {"streamlit": {"app", "pages"}, "duckdb": {"data"}, "plotly": {"charts", "pages", "app"}}


def modules_of(room: str) -> list[Path]:
    file = ROOT / f"{room}.py"
    return [file] if file.exists() else sorted((ROOT / room).rglob("*.py"))


def imported_by(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_run_one_way(room: str) -> None:
    files = modules_of(room)
    assert files, f"{room} has no modules: the table above is out of date"
    wrong = {
        str(file.relative_to(ROOT)): sorted(extra)
        for file in files
        if (extra := (imported_by(file) & set(ROOMS)) - MAY_IMPORT[room] - {room})
    }
    assert wrong == {}


@pytest.mark.parametrize("library", RESERVED)
def test_reserved_libraries_stay_in_their_room(library: str) -> None:
    wrong = [
        str(file.relative_to(ROOT))
        for room in ROOMS
        if room not in RESERVED[library]
        for file in modules_of(room)
        if library in imported_by(file)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("analysis.engine", ("streamlit", "duckdb", "plotly")),
        ("data.store", ("streamlit", "plotly", "statsmodels")),
        ("service", ("streamlit", "plotly")),
        ("cli", ("streamlit", "plotly")),
        ("report.build", ("streamlit", "pptx")),
        ("data.readers.child", ("streamlit", "duckdb", "pandas")),
    ],
)
def test_importing_a_room_does_not_pull_in_what_it_must_not_know(module: str, forbidden: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([m for m in {forbidden!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
