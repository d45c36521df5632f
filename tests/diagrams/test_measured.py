"""What the measured overlay says: counts that were counted, and words where there is nothing to count."""

from __future__ import annotations

import datetime as dt

from polku.analytics.fit import Fit
from polku.analytics.paths import Paths
from polku.analytics.result import About
from polku.analytics.steps import Steps
from polku.diagrams.matrix.matrix import draw_matrix
from polku.diagrams.parts.journey import journey_facts
from polku.diagrams.parts.measured import (
    MeasuredJourney,
    MeasuredStep,
    Way,
    drawn_ways,
    ending_steps,
    measured_journey,
)
from polku.diagrams.parts.readings import readings
from polku.documents import Journey, Rounds, Stage, Step, Touchpoint, Workspace
from polku.documents.settings import Settings
from polku.scene import Group, Scene, Text, walk
from polku.words import render
from tests.diagrams.maps import TODAY, made_up_counts

STEPS = ("call", "demo", "think", "offer", "sign")
JOURNEY = Journey(
    id="journey",
    stages=(Stage(id="all", name="All"),),
    steps=tuple(
        Step(id=id, stage="all", does=id.capitalize(), touchpoint=None if id == "think" else id)
        for id in STEPS
    ),
)
WORKSPACE = Workspace(
    settings=Settings(touchpoints=tuple(Touchpoint(id=id, name=id.capitalize()) for id in STEPS)),
    journeys={"journey": JOURNEY},
)


def counted(**cases: int | None) -> dict[str, MeasuredStep]:
    return {
        id: MeasuredStep(id, observable=count is not None, cases=count, goes_on=0.8 if count else None)
        for id, count in cases.items()
    }


def draw(measured: MeasuredJourney, **options) -> Scene:
    return draw_matrix(WORKSPACE, JOURNEY, today=TODAY, measured=measured, **options)


def words(scene: Scene, role: str | None = None) -> list[str]:
    marks = scene.marks
    if role:
        marks = tuple(m for m in walk(marks) if isinstance(m, Group) and m.role and m.role.startswith(role))
    return [mark.text for mark in walk(marks) if isinstance(mark, Text)]


def results(rows: list[dict], ways: list[tuple[str, str, int]], unintended: list[tuple[str, str, int]]):
    about = About("steps", "round", "case", 40, 24, 3, first=0, last=86_400_000_000)
    columns = {name: tuple(row.get(name.rstrip("_")) for row in rows) for name in Steps.columns()}
    steps = Steps(about, **columns)
    n = len(ways)
    none = (None,) * n
    paths = Paths(about, *zip(*[(a, b, c, c) for a, b, c in ways], strict=True), (0.1,) * n, none, none, none)
    fit = Fit(
        about,
        ("unintended",) * len(unintended),
        *zip(*[(a, b, c, c) for a, b, c in unintended], strict=True),
        fitness=0.5,
        fitting_cases=1,
        template=(),
        ended=(0,) * len(unintended),
        ended_others=(0,) * len(unintended),
        **dict.fromkeys(("well", "well_others", "difference", "low", "high"), (None,) * len(unintended)),
    )
    return steps, paths, fit


ROW = {
    "observable": True,
    "share": 0.5,
    "goes_on": 0.5,
    "median_wait_seconds": None,
    "answers": 0,
    "sources": ("crm",),
}


def test_results_are_laid_over_the_journey_with_their_period_and_without_starts_and_ends():
    steps, paths, fit = results(
        [{**ROW, "step": "call", "cases": 20}, {**ROW, "step": "demo", "cases": 10}],
        [("call", "demo", 9), (None, "call", 20), ("demo", "demo", 3)],
        [("demo", "call", 2)],
    )
    measured = measured_journey(JOURNEY, steps, paths, fit)

    assert (measured.cases, measured.accounts, measured.case) == (40, 24, "round")
    assert (measured.first, measured.last) == (dt.date(1970, 1, 1), dt.date(1970, 1, 2))
    assert measured.ways == (Way("call", "demo", 9),)
    assert measured.unintended == (Way("demo", "call", 2),)
    assert not measured.step("sign").observable


def test_without_fit_ways_are_unintended_where_no_drawn_way_joins_their_ends():
    steps, paths, _ = results(
        [{**ROW, "step": id, "cases": 9} for id in ("call", "demo", "offer", "sign")],
        [("demo", "offer", 5), ("call", "offer", 4)],
        [("call", "offer", 4)],
    )

    assert measured_journey(JOURNEY, steps, paths).unintended == (Way("call", "offer", 4),)


def test_steps_that_cannot_be_observed_are_looked_through():
    assert ("demo", "offer") in drawn_ways(JOURNEY, frozenset({"call", "demo", "offer", "sign"}))
    assert ("call", "offer") not in drawn_ways(JOURNEY, frozenset({"call", "demo", "offer", "sign"}))


def test_a_step_that_data_cannot_show_says_so_and_gets_no_number():
    scene = draw(MeasuredJourney(20, 9, steps=counted(call=20, demo=12, think=None, offer=8, sign=6)))
    group = next(m for m in walk(scene.marks) if isinstance(m, Group) and m.id == "step-think")

    assert "not seen in data" in " ".join(m.text for m in group.children if isinstance(m, Text))


def test_under_five_cases_no_percent_is_printed():
    scene = draw(MeasuredJourney(20, 9, steps=counted(call=20, demo=4, think=None, offer=8, sign=6)))

    assert "3 of 4" in words(scene)
    assert words(scene).count("80%") == 2


def test_cases_accounts_and_period_are_always_printed():
    measured = MeasuredJourney(
        1234, 24, "round", dt.date(2026, 1, 1), dt.date(2026, 11, 18), steps=counted(call=20)
    )

    assert "1,234 cases, 24 accounts, 1 January 2026 – 18 November 2026" in words(draw(measured))


def test_a_step_reached_but_scored_by_few_shows_the_number_of_answers_only():
    few = MeasuredStep("call", True, 20, answers=3)
    many = MeasuredStep("demo", True, 12, answers=9, nps=-41.2, low=-70.0, high=-2.0)
    said = words(draw(MeasuredJourney(20, 9, steps={"call": few, "demo": many})))

    assert "3 answers" in said
    assert "−41" in said
    assert "not asked" in said


def test_at_most_five_unintended_ways_are_drawn_and_the_rest_are_counted():
    ways = tuple(
        Way(a, b, 9)
        for a, b in [
            ("call", "offer"),
            ("call", "sign"),
            ("demo", "sign"),
            ("offer", "call"),
            ("sign", "call"),
            ("sign", "demo"),
            ("offer", "demo"),
        ]
    )
    scene = draw(MeasuredJourney(20, 9, steps=counted(call=20, demo=12, offer=9, sign=9), unintended=ways))
    drawn = [m for m in walk(scene.marks) if isinstance(m, Group) and m.role == "way-unintended"]

    assert len(drawn) == 5
    assert "and 2 more that nobody drew" in " ".join(words(scene))


def test_the_title_is_the_largest_loss_and_small_steps_do_not_speak():
    steps = counted(call=20, demo=12, offer=3)
    steps["demo"] = MeasuredStep("demo", True, 12, goes_on=0.5, went_on=6)
    steps["offer"] = MeasuredStep("offer", True, 3, goes_on=0.0, went_on=0)

    assert draw(MeasuredJourney(20, 9, steps=steps)).title == "Only 50% go on from “Demo”"


def test_four_readings_say_what_was_found_or_that_there_is_nothing():
    facts = journey_facts(WORKSPACE, JOURNEY, today=TODAY, measured=frozenset({"call"}))
    call = MeasuredStep("call", True, 20, goes_on=0.55, waiting=2, median_wait_seconds=98 * 86400.0)
    steps = {"call": call, "demo": MeasuredStep("demo", True, 0)}
    found = MeasuredJourney(20, 9, steps=steps, unintended=(Way("call", "sign", 6),))
    said = [render(reading.text) for reading in readings(facts, found)]
    nothing = [render(reading.text) for reading in readings(facts, MeasuredJourney(0, 0))]

    assert said[0] == ("Of 20 cases that reach “Call”, 55% go on to a step drawn next; 2 are still open.")
    assert said[1].startswith("98 days at the median from “Call”")
    assert said[2].startswith("6 of 20 go from “Call” straight to “Sign”")
    assert said[3].startswith("4 of 5 steps have neither event nor evidence")
    assert nothing[1].startswith("Nobody is seen waiting")
    assert nothing[2].startswith("Nobody leaves")


def test_measured_steps_of_the_example_are_drawn_as_stored(hoppebold, matches_snapshot):
    journey = hoppebold.journeys["new-machine"]

    scene = draw_matrix(hoppebold, journey, today=TODAY, measured=made_up_counts(journey))

    matches_snapshot("measured", scene)


def test_where_a_walk_ends_nobody_is_lost():
    steps = counted(call=20, demo=12, offer=9, sign=8)
    steps["sign"] = MeasuredStep("sign", True, 8, goes_on=0.0, went_on=0)
    measured = MeasuredJourney(20, 9, steps=steps)
    round_ends = JOURNEY.model_copy(update={"rounds": Rounds(ends=({"touchpoint": "offer"},))})

    assert ending_steps(JOURNEY, measured) == {"sign"}
    assert "offer" in ending_steps(round_ends, measured)
    assert "ends here" in words(draw(measured))
    assert "Sign" not in draw(measured).title
