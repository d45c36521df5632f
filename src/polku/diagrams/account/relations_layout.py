"""Fixed places for the people of an account: one row each, superiors above, those who report to them further in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from polku.documents.account import AccountPerson


@dataclass(frozen=True)
class Placed:
    """A person's row and depth; `superior`: the row of the person above, where that one is described too."""

    person: AccountPerson
    row: int
    depth: int
    superior: int | None


def place_people(people: Sequence[AccountPerson]) -> list[Placed]:
    """Everyone after their superior, in the order of the document; a circle of superiors is cut at its first."""
    by_id = {one.id: one for one in people}
    below: dict[str | None, list[AccountPerson]] = {}
    for one in people:
        superior = one.reports_to if one.reports_to in by_id and one.reports_to != one.id else None
        below.setdefault(superior, []).append(one)
    placed: list[Placed] = []
    seen: set[str] = set()

    def put(one: AccountPerson, depth: int, superior: int | None) -> None:
        if one.id in seen:
            return
        seen.add(one.id)
        row = len(placed)
        placed.append(Placed(one, row, depth, superior))
        for under in below.get(one.id, ()):
            put(under, depth + 1, row)

    for one in below.get(None, ()):
        put(one, 0, None)
    for one in people:
        put(one, 0, None)
    return placed


def tracks(spans: Sequence[tuple[float, float]]) -> list[int]:
    """For each span the first track on which it meets no other, shorter spans first."""
    order = sorted(range(len(spans)), key=lambda place: (spans[place][1] - spans[place][0], spans[place]))
    taken: list[list[tuple[float, float]]] = []
    found = [0] * len(spans)
    for place in order:
        low, high = spans[place]
        track = next(
            (number for number, others in enumerate(taken) if all(high <= a or b <= low for a, b in others)),
            len(taken),
        )
        if track == len(taken):
            taken.append([])
        taken[track].append((low, high))
        found[place] = track
    return found
