"""What the tests do not notice: small changes of the modules that guard, clean, keep and estimate.

    python -m bench.mutants [MODULE.py …] [--sample 60] [--seed 8] [--seconds 60]

A mutant changes one thing: a comparison, a sum, a number, and/or, a condition, a returned value. Each is compiled in a
process of its own, forked after the libraries are loaded, in the module's place; nothing is written. A mutant is killed
when a test fails or its time is over. Printed: each survivor with its line and the change, and the counts. Not every
survivor is a gap: some changes mean the same.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("duckdb", "hypothesis", "numpy", "pandas", "pyarrow", "scipy.stats", "statsmodels.api")
# The module, and the tests that are about it, the quick ones first.
TARGETS: dict[str, Sequence[str]] = {
    "service/access.py": ("tests/test_access.py", "-k", "not each_role"),  # those are about the changes themselves
    "data/money.py": ("tests/data/test_clean.py",),
    "data/dates.py": ("tests/data/test_clean.py",),
    "data/clean.py": ("tests/data/test_clean.py",),
    "data/versions.py": ("tests/data/test_store.py", "tests/data/test_fire.py::TestPointer", "tests/test_retention.py"),
    "analysis/verdict.py": ("tests/analysis/test_verdict.py", "tests/analysis/test_verdict_forms.py"),
    "analysis/estimators.py": ("tests/analysis/test_estimators.py", "tests/analysis/test_reference.py"),
}
SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    line: int
    before: str
    after: str
    tree: ast.Module


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    if isinstance(node, ast.BinOp) and _is_type(node):
        return
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield _with(node, ops=[SWAPS[type(node.ops[0])](), *node.ops[1:]])
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
        yield _with(node, op=SWAPS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.USub | ast.Invert):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _with(node, value=not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield _with(node, value=node.value + 1)
    elif isinstance(node, ast.If | ast.IfExp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Return) and node.value is not None and not _nothing(node.value):
        yield _with(node, value=ast.Constant(None))
    elif isinstance(node, ast.Raise):
        yield ast.Pass()
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield _with(node, ifs=[])


def _is_type(node: ast.BinOp) -> bool:
    """`str | None` and the like."""
    return isinstance(node.op, ast.BitOr) and isinstance(node.right, ast.Constant) and node.right.value is None


def _with(node: ast.AST, **fields: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module; annotations, decorators and docstrings are left as they are."""
    whole = ast.parse(source)
    for parent in ast.walk(whole):
        for name, value in ast.iter_fields(parent):
            if name in ("annotation", "returns", "type_comment", "decorator_list"):
                continue
            places = value if isinstance(value, list) else [value]
            for at, node in enumerate(places):
                for other in changes(node) if isinstance(node, ast.AST) else ():
                    line = getattr(node, "lineno", getattr(parent, "lineno", 0))
                    ast.copy_location(other, node if hasattr(node, "lineno") else parent)
                    before = ast.unparse(node).splitlines()[0]
                    _put(parent, name, value, at, other)
                    tree = ast.fix_missing_locations(copy.deepcopy(whole))
                    _put(parent, name, value, at, node)
                    yield Mutant(line, before, ast.unparse(other).splitlines()[0], tree)


def _put(parent: ast.AST, name: str, value: object, at: int, node: ast.AST) -> None:
    if isinstance(value, list):
        value[at] = node
    else:
        setattr(parent, name, node)


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a mutant to whoever imports its module."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path, self.tree = path, tree
        self.name = path.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:  # type: ignore[override]
        return importlib.util.spec_from_loader(name, self, origin=self.path) if name == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        module.__file__ = str(ROOT / self.path)
        exec(compile(self.tree, module.__file__, "exec"), module.__dict__)


def killed(path: str, tree: ast.Module | None, seconds: float) -> str:
    """ "killed", "survived" or "time"; None as the tree: the module as it is."""
    child = os.fork()
    if child == 0:
        os.setsid()
        out = os.open(os.devnull, os.O_WRONLY)
        os.dup2(out, 1)
        os.dup2(out, 2)
        if tree is not None:
            sys.meta_path.insert(0, Instead(path, tree))
        code = 1
        try:
            code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not shared", *TARGETS[path]]))
        except BaseException:  # noqa: BLE001 whatever it breaks, it is noticed
            os._exit(1)
        os._exit(code)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if status == 0 else "killed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "time"


def examine(path: str, sample: int, seed: int, seconds: float) -> None:
    every = list(mutants((ROOT / path).read_text(encoding="utf-8")))
    chosen = sorted(random.Random(seed).sample(every, min(sample, len(every))), key=lambda one: one.line)
    begun = time.monotonic()
    if killed(path, None, 20 * seconds) != "survived":
        print(f"{path}: its tests fail without a mutant", flush=True)
        return
    most = max(seconds, 5 * (time.monotonic() - begun))
    counts = dict.fromkeys(("killed", "survived", "time"), 0)
    for one in chosen:
        found = killed(path, one.tree, most)
        counts[found] += 1
        if found == "survived":
            print(f"{path}:{one.line}: {one.before[:100]}  ->  {one.after[:100]}", flush=True)
    print(
        f"{path}: {len(chosen)} of {len(every)} mutants, {counts['killed'] + counts['time']} killed, "
        f"{counts['survived']} survived",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", choices=[*TARGETS, []], default=[])
    parser.add_argument("--sample", type=int, default=60, help="mutants a module, chosen by chance")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60, help="the least that a mutant's tests are given")
    given = parser.parse_args()
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT)]
    for name in LIBRARIES:
        importlib.import_module(name)
    for path in given.modules or TARGETS:
        examine(path, given.sample, given.seed, given.seconds)


if __name__ == "__main__":
    main()
