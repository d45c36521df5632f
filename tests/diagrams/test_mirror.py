"""The mirror's picture: one row per known part, one cell per company, and nothing that overlaps."""

from __future__ import annotations

import random

import pytest

from polku.diagrams.account.mirror import MOST_COMPANIES, draw_mirror
from polku.identity.mirror import Contact, Mirror, mirror
from polku.scene import Group, Rect, scene_to_svg, walk
from tests.diagrams import eye

TITLES = [
    "CEO",
    "Purchasing manager",
    "Production manager",
    "Machine operator",
    "Process engineer",
    "Wizard",
    "",
]


def contacts(people: int, companies: int, seed: int = 1) -> list[Contact]:
    """Random people in numbered companies."""
    chance = random.Random(seed)
    return [
        Contact(
            f"P {n}", f"p{n}@c{n}.example", f"Company {chance.randrange(companies)}", chance.choice(TITLES)
        )
        for n in range(people)
    ]


def cells(mirrored: Mirror, row: str) -> list[str | None]:
    """The fills of the company cells of the row whose label begins so."""
    for mark in walk(draw_mirror(mirrored).marks):
        if isinstance(mark, Group) and mark.role == "row" and (mark.label or "").startswith(row):
            return [child.fill for child in mark.children if isinstance(child, Rect)][
                -len(mirrored.companies) :
            ]
    raise AssertionError(row)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize(("people", "companies"), [(1, 1), (30, 12), (900, 130), (4000, 600)])
def test_words_never_meet_or_leave_the_page(people: int, companies: int, language: str) -> None:
    scene = draw_mirror(mirror(contacts(people, companies)), language=language)

    assert eye.overlaps(scene) == []
    assert eye.outside(scene) == []


def test_a_company_without_a_known_user_is_a_drawn_hole() -> None:
    known = mirror([Contact("A", "a@x.example", "X", "Operator"), Contact("B", "b@y.example", "Y", "CEO")])

    assert cells(known, "Users") == ["ink-2", "negative-bg"]
    assert cells(known, "Decision-makers") == ["sunken-2", "ink-2"]


def test_the_title_counts_companies_where_nobody_uses_it() -> None:
    known = mirror([Contact("A", "a@x.example", "X", "Operator"), Contact("B", "b@y.example", "Y", "CEO")])

    assert draw_mirror(known).title == "In 1 of 2 companies you know nobody who uses it."


def test_many_companies_are_a_share_not_cells() -> None:
    many = draw_mirror(mirror(contacts(4000, MOST_COMPANIES * 3)))

    assert sum(isinstance(mark, Rect) for mark in walk(many.marks)) < 60


def test_long_and_many_unplaced_titles_stay_on_the_page() -> None:
    people = [
        Contact(f"N {n}", f"n{n}@x.example", "X", f"{n} asiakaspalvelukeskuksenkehittämiskoordinoija-" * 3)
        for n in range(40)
    ]

    scene = draw_mirror(mirror([*people, Contact("B", "b@y.example", "Y", "CEO")]), language="fi")

    assert eye.overlaps(scene) == []
    assert eye.outside(scene) == []


def test_the_table_adds_up_to_all_people() -> None:
    known = mirror(contacts(300, 40))

    table = draw_mirror(known).table

    assert table is not None
    assert known.people == sum(int(row[2]) for row in table.rows)


def test_a_mirror_is_drawn_the_same_each_time() -> None:
    known = mirror(contacts(50, 9))

    assert scene_to_svg(draw_mirror(known)) == scene_to_svg(draw_mirror(known))
