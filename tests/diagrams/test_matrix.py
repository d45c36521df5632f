"""What the matrix says: finding, holes, states of knowing, whose curve, who owns and who hands over."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.parts.titles import journey_title
from polku.documents import Evidence, Journey, Role, Settings, Stage, Step, Team, Touchpoint, Workspace
from polku.scene import DARK, Group, Path, Rect, Scene, Text, walk
from tests.diagrams.eye import badges, texts
from tests.diagrams.maps import LONG, TODAY, made_up

STAGES = (Stage(id="use", name="Use"),)


def workspace(*steps: Step, evidence: tuple[Evidence, ...] = (), **settings) -> Workspace:
    journey = Journey(id="journey", name="A journey", stages=STAGES, steps=steps)
    return Workspace(
        settings=Settings(
            teams=(Team(id="sales", name="Sales"), Team(id="service", name="Service")), **settings
        ),
        roles={"ole": Role(id="ole", name="Ole"), "per": Role(id="per", name="Per")},
        journeys={"journey": journey},
        evidence={one.id: one for one in evidence},
    )


def step(id: str, **fields) -> Step:
    return Step(**{"id": id, "stage": "use", "role": "ole", "does": id.capitalize(), **fields})


def draw(whole: Workspace, **options) -> Scene:
    return draw_matrix(whole, whole.journeys["journey"], today=TODAY, **options)


def words(scene: Scene) -> str:
    return "\n".join(text.text for text in texts(scene))


def group(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def card(scene: Scene, id: str) -> Rect | Path:
    return next(mark for mark in group(scene, id).children if isinstance(mark, Rect | Path))


def legend(scene: Scene) -> str:
    return "\n".join(mark.text for mark in walk((group(scene, "legend"),)) if isinstance(mark, Text))


def test_the_title_is_the_lowest_point_and_of_equals_the_best_evidenced():
    heard = Evidence(id="heard", quote="No")
    whole = workspace(step("wait", feels=-2), step("call", feels=-2, evidence=("heard",)), evidence=(heard,))

    assert draw(whole).title == "Lowest point: Ole, “Call”"


def test_without_a_low_point_the_title_is_the_longest_wait_then_the_missing_handoff_then_what_nobody_asked():
    waits = workspace(step("ask", feels=1, waits=dt.timedelta(days=21)), step("get", feels=1))
    hands = workspace(step("ask", feels=1, owner="sales"), step("get", feels=1, owner="service"))
    unasked = workspace(step("ask"), step("get", feels=0))
    fine = workspace(step("ask", feels=1))

    assert draw(waits).title == "Longest wait: 21 days after “Ask”"
    assert draw(hands).title == "Nobody described the handoff from Sales to Service"
    assert draw(unasked).title == "Nobody asked how 1 of 2 steps feel"
    assert draw(fine).title == "A journey"


def test_a_title_can_be_overwritten_and_the_journey_is_named_beneath():
    scene = draw(workspace(step("ask", feels=-1)), title="Ole is left alone")

    assert scene.title == "Ole is left alone"
    assert "A journey" in words(scene)


def test_a_step_without_evidence_is_dashed_on_paper_and_one_with_it_solid_on_a_raised_ground():
    heard = Evidence(id="heard", date=TODAY)
    scene = draw(workspace(step("ask"), step("get", evidence=("heard",)), evidence=(heard,)))

    assumed, known = card(scene, "step-ask"), card(scene, "step-get")
    assert (assumed.fill, bool(assumed.dash)) == ("paper", True)
    assert (known.fill, bool(known.dash)) == ("surface", False)


@pytest.mark.parametrize(("days", "folded"), [(179, False), (180, True)])
def test_a_card_is_folded_from_the_day_its_newest_evidence_is_stale(days, folded):
    old = Evidence(id="old", date=TODAY - dt.timedelta(days=400))
    newest = Evidence(id="newest", date=TODAY - dt.timedelta(days=days))
    whole = workspace(step("ask", evidence=("old", "newest")), evidence=(old, newest))
    scene = draw(whole)

    assert (card(scene, "step-ask").texture == "stale") is folded
    assert f"{days} days" in words(scene)
    assert ("too old" in legend(scene)) is folded


def test_planned_evidence_is_not_evidence():
    planned = Evidence(id="planned", status="planned", quote="Later", about={"steps": ["ask"]})
    scene = draw(workspace(step("ask", evidence=("planned",)), evidence=(planned,)))

    assert card(scene, "step-ask").dash
    assert "Later" not in words(scene)


def test_the_curve_is_solid_between_steps_of_one_role_and_dotted_where_the_role_changes():
    scene = draw(workspace(step("a", feels=1), step("b", feels=0), step("c", feels=1, role="per")))
    ground = group(scene, "ground-0")
    curves = [mark for mark in ground.children if isinstance(mark, Path)]

    assert [bool(curve.dash) for curve in curves] == [False, True]


def test_a_feeling_nobody_asked_for_is_a_hole_and_no_curve_runs_through_it():
    scene = draw(workspace(step("a", feels=1), step("b"), step("c", feels=1)))

    assert [mark for mark in group(scene, "ground-0").children if isinstance(mark, Path)] == []
    assert "not asked" in words(scene)
    assert "known for 2 of 3" in words(scene).replace("\n", " ")


def test_each_role_asked_for_gets_its_own_curve():
    whole = workspace(step("a", feels=1), step("b", feels=0, role="per"), step("c", feels=1))
    scene = draw(whole, roles=["ole"])
    curves = [mark for mark in group(scene, "ground-0").children if isinstance(mark, Path)]

    assert [bool(curve.dash) for curve in curves] == [False]


def test_a_badge_on_the_curve_is_filled_only_where_there_is_evidence():
    heard = Evidence(id="heard")
    scene = draw(workspace(step("a", feels=1), step("b", feels=0, evidence=("heard",)), evidence=(heard,)))
    on_curve = [badge for badge in badges(scene) if badge.size == 17]

    assert [badge.filled for badge in on_curve] == [False, True]


def test_a_quote_about_step_and_role_stands_under_thinking_and_one_about_another_touchpoint_does_not():
    about = {"roles": ["ole"], "touchpoints": ["call"]}
    heard = Evidence(id="heard", quote="A number nobody answers", about=about)
    whole = workspace(
        step("a", evidence=("heard",)),
        step("b", touchpoint="call", evidence=("heard",)),
        evidence=(heard,),
        touchpoints=(Touchpoint(id="call", name="Call"),),
    )
    scene = draw(whole)

    assert "nobody" not in words(Scene(1, 1, "", "", "en", (group(scene, "step-a"),)))
    assert "“A number" in words(Scene(1, 1, "", "", "en", (group(scene, "step-b"),)))


def test_a_missing_handoff_is_said_in_words_and_a_described_one_says_what_it_passes():
    given = {"from": "sales", "passes": ["layout"], "within": "P1D", "owner": {"from": "Anna", "to": "Pekka"}}
    missing = draw(workspace(step("a", owner="sales"), step("b", owner="service")))
    whole = workspace(step("a", owner="sales"), step("b", owner="service", receives=given))

    assert "no handoff described" in " ".join(words(missing).split())
    said = " ".join(words(draw(whole)).split())
    assert "layout; within 1 day; Anna → Pekka" in said
    assert "Anna" not in words(draw(whole, names=False))


def test_steps_that_nobody_owns_stand_on_a_dashed_bar():
    assert "nobody yet" in words(draw(workspace(step("a"))))


def test_a_stage_without_steps_and_a_step_without_a_stage_are_drawn():
    whole = workspace(step("a", stage="use"), step("b", stage=None))
    journey = whole.journeys["journey"].model_copy(
        update={"stages": (*STAGES, Stage(id="later", name="Later"))}
    )
    scene = draw_matrix(whole, journey, today=TODAY)

    assert "no step yet" in words(scene)
    assert "In no stage" in words(scene)
    assert group(scene, "step-b")


def test_a_journey_without_anything_is_still_a_drawing():
    empty = Journey(id="empty")
    scene = draw_matrix(workspace(), empty, today=TODAY)

    assert scene.title == "empty"
    assert "no step yet" in words(scene)


def test_the_legend_explains_only_what_was_drawn():
    scene = draw(workspace(step("a", feels=1)))

    assert "assumed" in legend(scene)
    for absent in ("partner", "handoff", "moment of truth", "too old", "wait"):
        assert absent not in legend(scene)


def test_findings_are_marked_on_the_cards_by_their_worst_level():
    class Finding:
        def __init__(self, item: str, level: str) -> None:
            self.document, self.item, self.level = "journeys/journey", item, level

    found = [Finding("steps/a/pains", "warning"), Finding("steps/a", "error"), Finding("steps/b", "hint")]
    scene = draw(workspace(step("a"), step("b")), findings=found)

    assert "error" in legend(scene)
    assert "warning" not in legend(scene)


def test_a_step_is_read_out_with_all_that_is_known(hoppebold):
    scene = draw_matrix(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)
    label = group(scene, "step-call-support").label or ""

    assert label.startswith(
        "Step 14 of 16, Use. Ole: Calls at four in the morning. Support call, Phone. Feels −2."
    )
    assert "oldest" in label


def test_the_table_has_a_row_for_every_step_and_the_description_counts_the_holes(hoppebold):
    scene = draw_matrix(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)

    assert scene.table is not None
    assert len(scene.table.rows) == 16
    assert all(len(row) == len(scene.table.columns) for row in scene.table.rows)
    assert "16 steps in 5 stages" in scene.desc


def test_steps_are_read_in_the_order_of_the_stages_and_the_legend_comes_last(hoppebold):
    journey = hoppebold.journeys["new-machine"]
    scene = draw_matrix(hoppebold, journey, today=TODAY)
    read = [m.id for m in walk(scene.marks) if isinstance(m, Group) and m.role == "step"]

    assert read == [f"step-{one.id}" for one in journey.steps]
    last = scene.marks[-1]
    assert isinstance(last, Group)
    assert last.id == "legend"


def test_ids_are_unique_also_where_a_stage_goes_on_in_the_next_band():
    whole, journey = made_up(60, stages=1)
    scene = draw_matrix(whole, journey, today=TODAY)
    ids = [mark.id for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id]

    assert len(ids) == len(set(ids))
    assert "continued" in words(scene)


def test_the_example_is_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    matches_snapshot("matrix", draw_matrix(hoppebold, journey, today=TODAY))
    dark = draw_matrix(hoppebold, journey, today=TODAY, language="fi", theme=DARK, width=1280)
    matches_snapshot("matrix-fi-dark-narrow", dark)


def test_sixty_steps_with_long_words_are_drawn_in_a_moment():
    whole, journey = made_up(60, words=LONG, roles=9)
    draw_matrix(whole, journey, today=TODAY)
    begun = time.process_time()
    draw_matrix(whole, journey, today=TODAY)

    assert time.process_time() - begun < 0.3


def test_the_rule_for_titles_is_the_same_without_drawing(hoppebold):
    facts = journey_facts(hoppebold, hoppebold.journeys["new-machine"], today=TODAY)

    assert getattr(journey_title(facts), "id", None) == "diagrams.title-lowest"
