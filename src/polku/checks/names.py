"""What exists in a workspace, by name: what a reference may name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from polku.checks.context import unread
from polku.documents import KINDS, Workspace


class Itself:
    """A thing that is equal to itself alone, so that what follows from a document is found once."""

    __slots__ = ("thing",)

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Itself) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


@lru_cache(maxsize=4096)
def _members_of(places: Itself) -> Mapping[str, Collection[str]]:
    return _members_by_list(places.thing)


def _members_by_list(paths: Iterable[str]) -> Mapping[str, Collection[str]]:
    """List → names of its members, in one walk: a map of two hundred steps has thousands of places."""
    found: dict[str, set[str]] = {}
    for path in paths:
        around, _, name = path.rpartition("/")
        while around and name not in found.setdefault(around, set()):
            found[around].add(name)
            around, _, name = around.rpartition("/")
    return found


class Anything(Collection[str]):
    """What could be named where a file cannot be read: nobody can tell, so every name is believed."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True)
class Names:
    """What exists, including what exists in a file but could not be understood.

    A broken role is one finding; the twenty steps that name it are not twenty more.
    """

    workspace: Workspace

    def documents(self, kind: str) -> Collection[str]:
        """Ids of a kind of document."""
        return self._documents[kind]

    @cached_property
    def _documents(self) -> Mapping[str, Collection[str]]:
        found: dict[str, dict[str, None]] = {
            kind: dict.fromkeys(getattr(self.workspace, kind)) for kind in KINDS
        }
        broken = (problem.document for problem in self.workspace.problems)
        for document in (*self.workspace.places, *broken):
            kind, _, id = document.partition("/")
            if kind in found and id:
                found[kind][id] = None
        return found

    @cached_property
    def _unread(self) -> Collection[str]:
        return unread(self.workspace)

    def inside(self, document: str, path: str) -> Collection[str]:
        """Names of the members of a list in a document, as its file has them."""
        places = self.workspace.places.get(document)
        return frozenset() if places is None else _members_of(Itself(places)).get(path, frozenset())

    def listed(self, kind: str) -> Collection[str]:
        """Ids of one of the workspace's own lists."""
        if "polku" in self._unread:
            return Anything()
        return {*getattr(self.workspace, kind), *self.inside("polku", kind)}

    @cached_property
    def teams(self) -> Collection[str]:
        """Ids of teams."""
        return self.listed("teams")

    @cached_property
    def touchpoints(self) -> Collection[str]:
        """Ids of touchpoints."""
        return self.listed("touchpoints")

    @cached_property
    def systems(self) -> Collection[str]:
        """Ids of systems."""
        return self.listed("systems")

    @cached_property
    def contents(self) -> Collection[str]:
        """Ids of contents."""
        return self.listed("contents")

    def steps(self, journey: str) -> Collection[str]:
        """Ids of a journey's steps and of those of the journey that it adds to."""
        return self._of_journey(journey, "steps")

    def stages(self, journey: str) -> Collection[str]:
        """Ids of a journey's stages and of those of the journey that it adds to."""
        return self._of_journey(journey, "stages")

    @cached_property
    def _inside_journeys(self) -> dict[tuple[str, str], Collection[str]]:
        return {}

    def _of_journey(self, id: str, kind: str) -> Collection[str]:
        # Every piece of evidence and every improvement asks again; the answer is long to find.
        if (id, kind) not in self._inside_journeys:
            self._inside_journeys[id, kind] = self._found_in_journey(id, kind)
        return self._inside_journeys[id, kind]

    def _found_in_journey(self, id: str, kind: str) -> Collection[str]:
        found: set[str] = set()
        seen: set[str] = set()
        at: str | None = id
        while at is not None and at not in seen:
            seen.add(at)
            found.update(self.inside(f"journeys/{at}", kind))
            journey = self.workspace.journeys.get(at)
            found.update(one.id for one in (getattr(journey, kind) if journey is not None else ()))
            at = journey.extends if journey is not None else None
        return found

    def in_journeys(self, kind: str, journeys: tuple[str, ...] = ()) -> Collection[str]:
        """Ids of the steps or stages of some journeys, or of all."""
        if (kind, journeys) not in self._inside_several:
            self._inside_several[kind, journeys] = self._found_in_journeys(kind, journeys)
        return self._inside_several[kind, journeys]

    @cached_property
    def _inside_several(self) -> dict[tuple[str, tuple[str, ...]], Collection[str]]:
        return {}

    def _found_in_journeys(self, kind: str, journeys: tuple[str, ...]) -> Collection[str]:
        if any(f"journeys/{id}" in self._unread for id in journeys or self.documents("journeys")):
            return Anything()
        asked = [id for id in journeys if id in self.documents("journeys")] or self.documents("journeys")
        return {one for id in asked for one in self._of_journey(id, kind)}


class Believing(Names):
    """Names where every thing exists: for what only asks who names whom."""

    def documents(self, kind: str) -> Collection[str]:
        """Whatever is asked for."""
        return Anything()

    def inside(self, document: str, path: str) -> Collection[str]:
        """Whatever is asked for."""
        return Anything()

    def listed(self, kind: str) -> Collection[str]:
        """Whatever is asked for."""
        return Anything()

    def _of_journey(self, id: str, kind: str) -> Collection[str]:
        return Anything()

    def in_journeys(self, kind: str, journeys: tuple[str, ...] = ()) -> Collection[str]:
        """Whatever is asked for."""
        return Anything()
