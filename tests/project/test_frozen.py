"""Quick frozen dataclasses do what those of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import field, fields, replace
from functools import cached_property
from typing import Any

import pytest

from polku.frozen import dataclass


@dataclass(frozen=True)
class Step:
    """Every kind of field that polku has."""

    name: str
    waits: tuple[int, ...] = ()
    said: dict[str, int] = field(default_factory=dict)
    seen: float = field(default=0.5, compare=False, repr=False)

    @cached_property
    def longest(self) -> int:
        """What is worked out on it."""
        return max(self.waits)


@dataclass(frozen=True)
class Late(Step):
    """One with a base."""

    by: int = 1

    def __post_init__(self) -> None:
        if self.by < 0:
            raise ValueError(self.by)


@dataclass(frozen=True)
class Known:
    """One that says itself what is the same."""

    id: int
    more: list[int] = field(default_factory=list, hash=False)


@dataclass(frozen=True)
class Alone:
    """One with a hash and words of its own."""

    id: int

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return "alone"


def standard(quick: type) -> Any:
    """The same class made by the standard library."""
    own = {
        name: value
        for name, value in vars(quick).items()
        if name in ("__module__", "__qualname__", "__annotations__", "__post_init__", "__doc__")
        or (quick is Alone and name in ("__hash__", "__repr__"))
    }
    for one in fields(quick):
        if one.name in inspect.get_annotations(quick):
            own[one.name] = field(
                default=one.default,
                default_factory=one.default_factory,
                compare=one.compare,
                repr=one.repr,
                hash=one.hash,
            )
    bases = tuple(standard(base) for base in quick.__bases__ if base is not object)
    return dataclasses.dataclass(frozen=True)(type(quick.__name__, bases, own))


@pytest.mark.parametrize(
    ("kind", "given", "named"),
    [
        (Step, ("offer",), {}),
        (Step, ("offer", (3, 5)), {"said": {"a": 1}}),
        (Step, (), {"name": "offer", "seen": 2.0}),
        (Late, ("offer", (1,)), {"by": 3}),
        (Known, (4,), {}),
        (Alone, (4,), {}),
    ],
)
def test_objects_are_those_of_the_standard_library(
    kind: Any, given: tuple[Any, ...], named: dict[str, Any]
) -> None:
    one, other = kind(*given, **named), standard(kind)(*given, **named)

    assert vars(one) == vars(other)
    assert repr(one) == repr(other)
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    assert one == kind(*given, **named)
    assert one != other
    assert copy.copy(one) == one == pickle.loads(pickle.dumps(one))
    if not hasattr(one, "said"):
        assert hash(one) == hash(other) == hash(kind(*given, **named))
    else:
        with pytest.raises(TypeError, match="unhashable"):
            hash(one)


def test_frozen_classes_of_both_inherit_from_each_other() -> None:
    @dataclasses.dataclass(frozen=True)
    class Standard(Step):
        more: int = 3

    @dataclass(frozen=True)
    class Quick(Standard):
        least: int = 4

    one = Quick("a", (1,), {}, 0.1, 5, 6)
    assert (one.name, one.more, one.least) == ("a", 5, 6)
    assert Standard("a") == Standard("a") != Standard("a", more=4)
    for kind in (Standard, Quick):
        with pytest.raises(dataclasses.FrozenInstanceError):
            kind("a").name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError, match="non-frozen dataclass from a frozen one"):
        dataclasses.dataclass(type("Open", (Step,), {}))


def test_what_is_compared_tells_objects_apart() -> None:
    assert Step("a", seen=1.0) == Step("a", seen=2.0) != Step("b")
    assert Known(1, [2]) != Known(1, [3])
    assert hash(Known(1, [2])) == hash(Known(1, [3]))
    assert Step("a") != Late("a")
    assert Step("a").said is not Step("a").said


def test_a_copy_with_changes_is_made_anew() -> None:
    first = Late("a", (1, 2))
    assert first.longest == 2
    assert replace(first, waits=(9,)).longest == 9
    with pytest.raises(ValueError, match="-1"):
        replace(first, by=-1)


@pytest.mark.parametrize("one", [Step("a"), Late("a"), Known(1), Alone(1)])
def test_nothing_is_changed_in_place(one: Any) -> None:
    name = fields(one)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
        setattr(one, name, "other")
    with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot delete field '{name}'"):
        delattr(one, name)


@pytest.mark.parametrize(("given", "named"), [((), {}), (("a", (), {}, 1.0, 5), {}), (("a",), {"other": 1})])
def test_what_is_missing_or_too_much_is_refused(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match=r"Step\.__init__\(\)"):
        Step(*given, **named)
