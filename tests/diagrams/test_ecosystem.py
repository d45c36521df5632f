"""What the ecosystem says of a whole workspace: who is tied to whom, who to nobody, and what nobody knows."""

from __future__ import annotations

import time
from pathlib import Path as File

import pytest

from polku.cli.app import run
from polku.diagrams.network.ecosystem import draw_ecosystem
from polku.diagrams.network.ecosystem_ties import ties
from polku.documents import (
    Account,
    Channel,
    Journey,
    Partner,
    Rival,
    Role,
    Settings,
    Stage,
    Step,
    System,
    Team,
    Touchpoint,
    Workspace,
)
from polku.scene import DARK, Group, Rect, Scene, Text, scene_to_svg, walk
from tests.diagrams.eye import outside, overlaps, too_small
from tests.diagrams.maps import LONG, PLAIN, made_up


def workspace(*, journeys: tuple[Journey, ...] | None = None, **settings) -> Workspace:
    steps = (
        Step(id="a", role="ole", does="Calls", touchpoint="call", back=({"does": "Notes", "system": "crm"},)),
        Step(id="b", role="ole", does="Calls again", touchpoint="call", partner="lift"),
        Step(id="c", role="per", does="Asks peers", touchpoint="ask"),
    )
    made = journeys or (Journey(id="journey", stages=(Stage(id="use"),), steps=steps),)
    shared = {
        "teams": (Team(id="sales", name="Sales"), Team(id="it", name="IT")),
        "channels": (
            Channel(id="phone", name="Phone", kind="human"),
            Channel(id="peers", name="Peers", kind="earned"),
            Channel(id="fair", name="Fair", kind="paid"),
        ),
        "touchpoints": (
            Touchpoint(id="call", name="Call", channel="phone", team="sales"),
            Touchpoint(id="ask", name="Ask", channel="peers", direct=False, team="it"),
        ),
        "systems": (System(id="crm", name="CRM"), System(id="erp", name="ERP")),
        "rivals": (Rival(id="cheap", name="Cheap"),),
    }
    return Workspace(
        settings=Settings(name="Us", **{**shared, **settings}),
        roles={
            "ole": Role(id="ole", name="Ole", informs_by=("fair", "phone")),
            "per": Role(id="per", name="Per"),
        },
        partners={"lift": Partner(id="lift", name="Lifters")},
        accounts={
            "one": Account(
                id="one", name="One", understanding={"customers_customers": {"note": "Sells to schools"}}
            ),
            "two": Account(id="two", name="Two"),
        },
        journeys={journey.id: journey for journey in made},
    )


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def words(scene: Scene, id: str) -> str:
    return " ".join(mark.text for mark in walk((group(scene, id),)) if isinstance(mark, Text))


def dashed(scene: Scene, id: str) -> bool:
    return bool(next(mark for mark in group(scene, id).children if isinstance(mark, Rect)).dash)


def test_ties_are_counted_over_all_journeys_as_they_are():
    whole = workspace()
    hoped = Journey(id="hoped", state="to-be", steps=whole.journeys["journey"].steps)
    again = Journey(id="again", steps=whole.journeys["journey"].steps[:1])
    found = ties(workspace(journeys=(whole.journeys["journey"], hoped, again)))

    assert found.reach == {("ole", "phone"): 3, ("per", "peers"): 1}
    assert found.keep == {("phone", "sales"): 3}
    assert found.use == {("sales", "crm"): 2}
    assert found.work == {("sales", "lift"): 1}


def test_where_a_role_learns_and_no_step_is_stands_apart_from_where_it_is_met():
    assert ties(workspace()).learns == {("ole", "fair")}


def test_what_nothing_is_tied_to_is_dashed():
    scene = draw_ecosystem(workspace())

    shown = ("team-sales", "team-it", "system-crm", "system-erp", "channel-phone", "channel-fair")
    assert [dashed(scene, id) for id in shown] == [False, True, False, True, False, True]


def test_customers_customers_are_said_where_known_and_counted_where_not():
    scene = draw_ecosystem(workspace())

    assert words(scene, "market-one") == "One Sells to schools"
    assert words(scene, "hole-unknown") == "not known for 1 of 2 accounts"
    assert dashed(scene, "hole-unknown")


def test_the_title_is_the_teams_apart_else_what_nobody_knows():
    assert draw_ecosystem(workspace()).title == "1 of 2 teams has no part in any journey"
    busy = workspace(teams=(Team(id="sales", name="Sales"),))
    assert draw_ecosystem(busy).title == "The buying centre learns in 1 channel where no step meets it"


def test_each_box_says_what_it_is_tied_to():
    assert group(draw_ecosystem(workspace()), "team-sales").label == "Sales. 2 steps. Phone. CRM. Lifters."


def test_an_empty_workspace_is_drawn_with_its_holes():
    scene = draw_ecosystem(Workspace(settings=Settings()))

    for hole in ("no-role", "no-channel", "no-team", "no-system", "no-partner", "no-rival"):
        id = "hole-none" if hole == "no-role" else f"hole-{hole}"
        assert dashed(scene, id)
    assert (overlaps(scene), outside(scene)) == ([], [])


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("chosen", [PLAIN, LONG], ids=["plain", "long"])
@pytest.mark.parametrize("width", [None, 700, 2400])
def test_nothing_overlaps_at_any_width(width, chosen, language):
    whole, _ = made_up(60, roles=9, words=chosen)
    scene = draw_ecosystem(whole, language=language, width=width)

    assert (overlaps(scene), outside(scene), too_small(scene)) == ([], [], [])


def test_the_same_workspace_gives_the_same_bytes_in_a_moment():
    whole, _ = made_up(200, roles=9, words=LONG)
    once = scene_to_svg(draw_ecosystem(whole))
    begun = time.process_time()
    again = draw_ecosystem(whole)

    assert time.process_time() - begun < 0.3
    assert scene_to_svg(again) == once


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    matches_snapshot("ecosystem", draw_ecosystem(hoppebold))
    matches_snapshot("ecosystem-fi-dark", draw_ecosystem(hoppebold, language="fi", theme=DARK, width=1180))


def test_it_is_drawn_from_the_command_line(tmp_path: File):
    folder = File(__file__).parents[2] / "examples" / "hoppebold"

    assert run(["draw", str(folder), "ecosystem", "-o", str(tmp_path / "e.svg")]) == 0
    assert "Loyalty consultants" in (tmp_path / "e.svg").read_text()
