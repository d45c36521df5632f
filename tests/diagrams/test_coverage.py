"""The picture of coverage: a row per part, the unknown last, holes where much insight is hardly known."""

from __future__ import annotations

from polku.analytics.coverage import Coverage
from polku.analytics.result import About
from polku.diagrams.answers.coverage import draw_coverage
from polku.documents import Role, Settings, Workspace
from polku.scene import Group, Rect, Scene, walk
from tests.diagrams import eye

PARTS = ("decision-maker", "operator", None)


def coverage(known_operators: float = 0.25, crm: float = 0.05, seen: float = 0.4) -> Coverage:
    """Directors known well, operators hardly, a few of unknown part."""
    return Coverage(
        about=About("coverage", "account", "account", 12, 12, 1),
        part=PARTS,
        accounts=(10, 3, 2),
        people=(14, 4, 2),
        events=(50, 90, 11),
        required=(12, 12, None),
        completeness=(0.83, known_operators, None),
        in_crm_share=(0.9, crm, 0.05),
        seen_share=(0.5, seen, 0.1),
        bias=(0.4, crm - seen, -0.05),
        high=(1.0, 0.4, None),
        engaged=(0.5, 0.1, None),
        completeness_all=0.54,
        high_all=0.7,
        engaged_all=0.3,
        crm_people=20,
        seen_people=30,
    )


def workspace() -> Workspace:
    """Two roles, one with much insight."""
    roles = {
        "ole": Role(id="ole", name="Ole Operator", part="operator", insight="high"),
        "ivan": Role(id="ivan", name="Ivan Director", part="decision-maker", insight="low"),
    }
    return Workspace(Settings(roles=("ole", "ivan")), roles=roles)


def rows(scene: Scene) -> dict[str, Group]:
    """The rows by id, in drawn order."""
    return {m.id or "": m for m in walk(scene.marks) if isinstance(m, Group) and m.role == "row"}


def test_parts_stand_in_the_order_of_the_roles_and_the_unknown_last() -> None:
    found = rows(draw_coverage(coverage(), workspace()))

    assert list(found) == ["part-operator", "part-decision-maker", "part-unknown"]


def test_a_role_whose_part_nobody_said_leaves_a_picture() -> None:
    whole = workspace()
    roles = {**whole.roles, "kaisa": Role(id="kaisa", name="Kaisa")}
    found = rows(draw_coverage(coverage(), Workspace(Settings(roles=("kaisa", "ole", "ivan")), roles=roles)))

    assert list(found) == ["part-operator", "part-decision-maker", "part-unknown"]


def test_the_title_holds_the_crm_against_those_who_act() -> None:
    assert (
        draw_coverage(coverage(), workspace()).title
        == "The operator is 5% of the CRM and 40% of those who act"
    )
    assert draw_coverage(coverage(crm=0.4), workspace()).title == "We know 54% of the buying centres"


def test_much_insight_hardly_known_is_a_dashed_hole() -> None:
    def dashed(known: float) -> bool:
        row = rows(draw_coverage(coverage(known), workspace()))["part-operator"]
        return any(
            isinstance(mark, Rect) and mark.stroke == "negative" and mark.dash for mark in row.children
        )

    assert dashed(0.25) and not dashed(0.75)


def test_words_never_meet_or_leave_the_page() -> None:
    for language in ("en", "fi"):
        for width in (900, 1280):
            scene = draw_coverage(coverage(), workspace(), language=language, width=width)
            assert eye.overlaps(scene) == []
            assert eye.outside(scene) == []
