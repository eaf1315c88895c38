"""A few people at once on a real server with a sign-in, while an import runs: no error, nobody's rows but their own.

`python -m bench.load` is the same for thirty people and ten minutes.
"""

from __future__ import annotations

from bench.load import Listener, Load, mark_of, run


def test_nobody_is_shown_an_error_or_a_row_of_another_workspace() -> None:
    seen = run(sessions=3, seconds=12, members=8, long=4_000)
    assert seen.errors == []
    assert seen.foreign == []
    assert set(seen.own) == {mark_of(n) for n in range(3)}
    assert min(seen.own.values()) > 0  # each did see what is theirs, so that the marks do reach the pages
    assert len(seen.alone) > 0
    assert len(seen.busy) > 0


def test_a_mark_of_another_workspace_would_be_noticed() -> None:
    load = Load()
    listener = Listener(load, 7)
    listener(f"<b>{mark_of(7)} Anna</b> {mark_of(8)} Bert".encode())
    assert load.own == {mark_of(7): 1}
    assert load.foreign == [f"{mark_of(7)} was sent {mark_of(8)}"]
