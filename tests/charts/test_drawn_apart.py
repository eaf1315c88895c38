"""A drawing that is kept is given back for the very same result alone: one with names must not serve one without."""

from __future__ import annotations

from dataclasses import dataclass, field

from charts.drawn import drawn
from charts.theme import DARK, LIGHT, Look


@dataclass(frozen=True)
class Counted:
    n: int
    names: dict[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Around:
    inner: Counted


@drawn
def who(of: Counted | Around | list[Counted], look: Look) -> list[str]:
    return [repr(of), look.name]


def test_equal_but_for_what_is_not_compared_is_not_the_same() -> None:
    named, masked = Counted(3, {"p1": "Ann Ash"}), Counted(3, {"p1": "Member 1"})
    assert named == masked
    for one, other in ((named, masked), (Around(named), Around(masked)), ([named], [masked])):
        assert "Ann Ash" in who(one, DARK)[0]
        assert "Ann Ash" not in who(other, DARK)[0]


def test_the_same_result_is_drawn_once_in_each_look() -> None:
    one = Counted(3)
    assert who(one, LIGHT) is who(one, LIGHT)
    assert who(one, LIGHT) is not who(one, DARK)
