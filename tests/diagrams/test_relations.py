"""Who knows whom: fixed places, nobody left out, and those whom nobody of us knows stand out."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from polku.diagrams.account.relations import draw_relations
from polku.diagrams.account.relations_layout import place_people, tracks
from polku.documents import Account, Workspace
from polku.scene import DARK, Circle, Group, Scene, scene_to_svg, walk
from tests.diagrams.eye import outside, overlaps, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up


def account(*people: dict, **fields) -> Account:
    return Account.model_validate({"id": "x", "name": "Big Toys", "people": list(people), **fields})


def made_up_account(people: int, words: dict = PLAIN) -> tuple[Account, Workspace]:
    whole, _ = made_up(4, roles=4, words=words)
    chance = random.Random(people)
    said = [
        {
            "id": f"p{n}",
            "name": words["names"][n % len(words["names"])] + f" {words['team'][0]}",
            "roles": [f"role-{n % 4}"] if n % 7 else [],
            "reports_to": f"p{chance.randrange(n)}" if n and n % 3 else None,
            "influences": [f"p{chance.randrange(people)}"] if n % 2 else [],
            "influence": {"decision": n % 4, "use": n % 3} if n % 5 else None,
            "knows": chance.sample(["team-0", "team-1"], n % 3),
            "leaves": "2026-12-31" if n == 2 else None,
        }
        for n in range(people)
    ]
    return account(*said), whole


def draw(one: Account, whole: Workspace, **options) -> Scene:
    return draw_relations(whole, one, today=TODAY, **options)


def said(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def person(scene: Scene, id: str) -> Group:
    return next(m for m in walk(scene.marks) if isinstance(m, Group) and m.id == f"person-{id}")


def ring(scene: Scene, id: str) -> Circle:
    return next(mark for mark in person(scene, id).children if isinstance(mark, Circle))


@pytest.mark.parametrize("words", [PLAIN, LONG])
@pytest.mark.parametrize("people", [0, 1, 3, 12, 45])
def test_nothing_overlaps_is_cut_or_too_small(people: int, words: dict):
    one, whole = made_up_account(people, words)
    for width in (None, 860.0):
        scene = draw(one, whole, width=width, language=whole.settings.language)

        assert overlaps(scene) == []
        assert outside(scene) == []
        assert too_small(scene) == []
        assert sum(m.role == "person" for m in walk(scene.marks) if isinstance(m, Group)) >= people


def test_everyone_stands_once_below_their_superior():
    people = account(
        {"id": "a", "reports_to": "c"},
        {"id": "b", "reports_to": "c"},
        {"id": "c"},
        {"id": "d", "reports_to": "a"},
    ).people

    assert [(one.person.id, one.depth, one.superior) for one in place_people(people)] == [
        ("c", 0, None),
        ("a", 1, 0),
        ("d", 2, 1),
        ("b", 1, 0),
    ]


def test_a_circle_of_superiors_and_one_who_is_not_described_lose_nobody():
    people = account(
        {"id": "a", "reports_to": "b"}, {"id": "b", "reports_to": "a"}, {"id": "c", "reports_to": "nobody"}
    ).people

    assert sorted(one.person.id for one in place_people(people)) == ["a", "b", "c"]


def test_ways_that_meet_take_tracks_of_their_own():
    assert tracks([(0, 3), (1, 2), (3, 5)]) == [1, 0, 0]


def test_whom_nobody_of_us_knows_is_dashed_and_the_heaviest_is_the_title(hoppebold):
    scene = draw(hoppebold.accounts["legetoj-nord"], hoppebold)

    assert scene.title == "Nobody of us knows Søren Kær, who weighs 3 of 3"
    assert (ring(scene, "p3").stroke, bool(ring(scene, "p3").dash)) == ("negative", True)
    assert (ring(scene, "p1").stroke, ring(scene, "p1").dash) == ("ink", ())
    assert "Somebody like Per?" in said(scene)


def test_the_area_of_a_circle_grows_with_weight(hoppebold):
    people = [{"id": f"p{n}", "influence": {"decision": n}, "knows": ["sales"]} for n in range(4)]
    scene = draw(account(*people), hoppebold)
    radii = [ring(scene, f"p{n}").r for n in range(4)]

    assert radii == sorted(radii) and len(set(radii)) == 4


def test_names_are_left_out_on_request(hoppebold):
    scene = draw(hoppebold.accounts["legetoj-nord"], hoppebold, names=False)

    svg = scene_to_svg(scene)
    assert not any(name in svg for name in ("Søren", "Mette", "Bo Lund"))
    assert "Operator" in said(scene)


def test_where_nobody_is_described_every_role_is_a_hole(hoppebold):
    scene = draw(hoppebold.accounts["hopla"], hoppebold)

    assert scene.title == "Nobody at Hopla Sverige AB has been described"
    assert said(scene).count("ask who it is") == 4
    # Five teams, and the legend.
    assert said(scene).count("knows nobody there") == 6


def test_the_table_says_who_reports_influences_and_is_known(hoppebold):
    table = draw(hoppebold.accounts["legetoj-nord"], hoppebold).table

    rows = {row[0]: row for row in table.rows}
    assert rows["Mette Holm"][2] == "Bo Lund"
    assert rows["Søren Kær"][3] == "Mette Holm"
    assert rows["Bo Lund"][4] == "Sales"


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot: Callable[[str, Scene], None]):
    one = hoppebold.accounts["legetoj-nord"]
    matches_snapshot("relations", draw(one, hoppebold))
    matches_snapshot("relations-fi-dark-narrow", draw(one, hoppebold, language="fi", theme=DARK, width=900))
    assert scene_to_svg(draw(one, hoppebold)) == scene_to_svg(draw(one, hoppebold))
