"""The radar of a role: honest scales, holes where nobody asked, its steps and its own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from polku.cli.app import run
from polku.diagrams.roles.radar import draw_radar
from polku.documents import Account, Role, Settings, Workspace
from polku.scene import Circle, Group, Line, Scene, walk
from tests.diagrams.eye import outside, overlaps, steps_drawn, texts, too_small
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"


def said(scene: Scene) -> str:
    return " ".join(text.text for text in texts(scene))


def look(scene: Scene) -> None:
    assert overlaps(scene) == []
    assert outside(scene) == []
    assert too_small(scene) == []


@pytest.mark.parametrize("width", [760, 1300, 1600, 2400])
@pytest.mark.parametrize("words", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("steps", [1, 16, 200])
def test_a_role_of_any_words_has_room_on_any_page(steps, words, width):
    workspace, journey = made_up(steps, stages=min(5, steps), roles=3, words=words)
    role = Role.model_validate(
        {
            "id": "role-0",
            "name": words["names"][0],
            "job": words["does"][0],
            "goals": words["does"],
            "needs": words["touchpoint"],
            "pains": list(words["thinks"]),
            "drivers": words["team"],
            "informs_by": ["channel-0", *words["stage"]],
            "insight": "high",
            "decides": "signs",
        }
    )

    scene = draw_radar(workspace, role, today=TODAY, width=width, language="fi")

    look(scene)
    assert steps_drawn(scene) == [step.id for step in journey.steps if step.role == "role-0"]


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("role", ["ole", "per", "anders", "ivan"])
def test_every_role_of_the_example_is_drawn(role, language, hoppebold):
    look(draw_radar(hoppebold, hoppebold.roles[role], today=TODAY, language=language))


def test_of_a_role_nobody_knows_only_holes_are_drawn():
    role = Role(id="ghost")
    scene = draw_radar(Workspace(Settings(name="x"), roles={"ghost": role}), role, today=TODAY)

    look(scene)
    assert scene.title == "ghost"
    web = next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "web")
    dashed = [
        mark for mark in web.children if isinstance(mark, Line) and mark.dash and mark.stroke == "negative"
    ]
    assert len(dashed) == 6
    assert said(scene).count("not asked yet") == 6 and "nobody asked" in said(scene)


def test_a_spoke_is_as_long_as_its_share_of_the_whole(hoppebold):
    scene = draw_radar(hoppebold, hoppebold.roles["ole"], today=TODAY)
    web = next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "web")

    assert "Weighs: 3 of 4: can stop it" in (web.label or "")
    assert "Heard: evidence at 3 of 5 steps" in (web.label or "")
    ring, *ends = [mark for mark in web.children if isinstance(mark, Circle)]
    lengths = [((end.cx - ring.cx) ** 2 + (end.cy - ring.cy) ** 2) ** 0.5 for end in ends]
    shares = [round((length - 26) / (ring.r - 26), 3) for length in lengths]
    assert shares == [0.75, 1, 1, 1, 0.6, 0.2]


def test_known_by_name_counts_accounts_with_a_person_of_the_role():
    role = Role(id="ole", name="Ole")
    accounts = {
        id: Account.model_validate({"id": id, "people": [{"id": "p", "roles": roles}]})
        for id, roles in (("a", ["ole"]), ("b", ["per"]), ("c", ["ole", "per"]))
    }
    workspace = Workspace(Settings(name="x"), roles={"ole": role}, accounts=accounts)

    assert "at 2 of 3 described accounts" in said(draw_radar(workspace, role, today=TODAY))


def test_the_title_is_what_is_missing_first(hoppebold):
    titles = {id: draw_radar(hoppebold, role, today=TODAY).title for id, role in hoppebold.roles.items()}

    assert titles == {
        "ole": "Ole Operatør knows what the product must do, and the CRM has no name",
        "per": "Per Produktspecialist knows what the product must do, and nobody has asked",
        "anders": "Anders Afdelingschef: lowest at “Sees the downtime figure in the monthly report”",
        "ivan": "Ivan Indkøbsdirektør has 4 steps, and nobody was heard",
    }


def test_the_table_says_all_of_it(hoppebold):
    table = draw_radar(hoppebold, hoppebold.roles["ole"], today=TODAY).table

    assert table is not None
    rows = dict(table.rows)  # type: ignore[arg-type]
    assert rows["Wants"] == "A line that does not stop; Going home on time"
    assert rows["Steps"].startswith("1. Restarts the line for the third time this week (−2); ")


def test_it_is_drawn_as_stored_and_from_the_command_line(hoppebold, matches_snapshot, tmp_path, capsys):
    scene = draw_radar(hoppebold, hoppebold.roles["ole"], today=TODAY)
    matches_snapshot("hoppebold-radar", scene)

    out = tmp_path / "ole.svg"
    call = ["draw", str(EXAMPLE), "ole", "--view", "radar", "--today", str(TODAY), "-o", str(out)]
    assert run(call) == 0
    assert scene.title in out.read_text(encoding="utf-8")

    assert run(["draw", str(EXAMPLE), "olle", "--view", "radar", "-o", str(out)]) != 0
    assert "olle" in capsys.readouterr().err
