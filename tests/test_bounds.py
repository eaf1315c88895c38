"""Nothing that is kept between requests grows without end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("analysis", "charts", "data", "pages", "report", "service")
FEW = {"mart"}  # arguments that are one of a few of our own names
KEEPS = {"lru_cache": "maxsize", "cache_data": "max_entries", "cache_resource": "max_entries"}


def decorators() -> Iterator[tuple[str, ast.FunctionDef, ast.expr]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    yield from ((f"{path.relative_to(ROOT)}:{node.lineno}", node, one) for one in node.decorator_list)


def name_of(decorator: ast.expr) -> str:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return made.attr if isinstance(made, ast.Attribute) else made.id if isinstance(made, ast.Name) else ""


def test_every_cache_has_a_bound() -> None:
    """lru_cache and Streamlit's caches say how much they keep; functools.cache only where few are to choose from."""
    seen = 0
    for where, function, decorator in decorators():
        name = name_of(decorator)
        if name == "cache":
            named = [one.arg for one in [*function.args.args, *function.args.kwonlyargs]]
            arguments = set(named) - {"self", "cls", *FEW}
            assert not arguments, f"{where}: functools.cache keeps one answer for each argument for ever"
        elif name in KEEPS:
            seen += 1
            assert isinstance(decorator, ast.Call), f"{where}: say {KEEPS[name]}"
            said = {one.arg: one.value for one in decorator.keywords}
            bound = decorator.args[0] if decorator.args and name == "lru_cache" else said.get(KEEPS[name])
            assert bound is not None, f"{where}: say {KEEPS[name]}"
            assert not (isinstance(bound, ast.Constant) and bound.value is None), f"{where}: no bound"
    assert seen > 5
