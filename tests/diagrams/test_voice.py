"""The drawing of voice: stems from zero with intervals, and in words where nobody was asked or too few answered."""

from __future__ import annotations

import pytest

from polku.analytics.result import About
from polku.analytics.voice import Voice
from polku.diagrams.answers.voice import draw_voice
from polku.documents import Settings, Touchpoint, Workspace
from polku.scene import Circle, Group, Scene, Text, walk
from tests.diagrams import eye

LONG = "Asiakaspalvelukeskuksenpalautekyselylomake"
Row = tuple[str | None, str | None, int, float | None, float | None, float | None]
ROWS: tuple[Row, ...] = (
    (None, None, 60, -20.0, -30.0, -10.0),
    (None, "operator", 40, -41.0, -51.0, -31.0),
    (None, "unknown", 20, 5.0, -12.0, 22.0),
    ("call", None, 50, -39.0, -50.0, -28.0),
    ("call", "operator", 40, -41.0, -51.0, -31.0),
    ("demo", None, 8, 71.0, 43.0, 98.0),
    ("visit", None, 2, None, None, None),
)


def answer(rows: tuple[Row, ...] = ROWS) -> Voice:
    count = len(rows)
    nobody = (None,) * count
    return Voice(
        About(
            "voice",
            "account",
            "answer",
            40,
            40,
            1,
            first=10**15,
            last=10**15 + 10**13,
            parameters={"of": "touchpoint", "weight": "respondent"},
        ),
        touchpoint=tuple(row[0] for row in rows),
        stage=nobody,
        part=tuple(row[1] for row in rows),
        answers=tuple(row[2] for row in rows),
        accounts=(3,) * count,
        promoters=(1,) * count,
        detractors=(1,) * count,
        nps=tuple(row[3] for row in rows),
        low=tuple(row[4] for row in rows),
        high=tuple(row[5] for row in rows),
        response=(),
        other_scores=(),
    )


def workspace(unasked: int = 1, name: str = "Offer") -> Workspace:
    points = tuple(Touchpoint(id=id, name=id.capitalize()) for id in ("call", "demo", "visit"))
    more = tuple(Touchpoint(id=f"offer-{n}", name=f"{name} {n}") for n in range(unasked))
    peers = Touchpoint(id="peers", name="Peers", direct=False)
    return Workspace(settings=Settings(name="Us", example=True, touchpoints=(*points, *more, peers)))


def draw(unasked: int = 1, **options) -> Scene:
    return draw_voice(answer(), workspace(unasked), **options)


def node(scene: Scene, id: str) -> Group:
    return next(mark for mark in walk(scene.marks) if isinstance(mark, Group) and mark.id == id)


def words(scene: Scene, id: str) -> str:
    return " ".join(mark.text for mark in node(scene, id).children if isinstance(mark, Text))


def head_of_stem(scene: Scene, id: str) -> Circle:
    return next(mark for mark in node(scene, id).children if isinstance(mark, Circle))


def test_a_score_stands_left_of_zero_or_right_of_it_with_its_sign():
    scene = draw()
    zero = head_of_stem(scene, "touchpoint-visit").cx

    assert head_of_stem(scene, "touchpoint-call").cx < zero < head_of_stem(scene, "touchpoint-demo").cx
    assert "−39" in words(scene, "touchpoint-call") and "+71" in words(scene, "touchpoint-demo")


def test_a_head_is_hollow_where_the_interval_holds_zero():
    scene = draw()

    assert head_of_stem(scene, "part-unknown").fill == "paper"
    assert head_of_stem(scene, "part-operator").fill == "negative"


def test_too_few_answers_have_no_score_and_say_how_many():
    assert words(draw(), "touchpoint-visit") == "Visit too few for a score 2 answers"


def test_where_nobody_was_asked_is_drawn_and_where_we_are_not_is_left_out():
    scene = draw()

    assert words(scene, "unasked-offer-0") == "Offer 0 not asked"
    assert not any(isinstance(mark, Group) and mark.id == "unasked-peers" for mark in walk(scene.marks))


def test_the_title_is_what_is_surely_worst():
    assert draw().title == "Call: NPS −39, 50 answers"


def test_of_many_unasked_the_rest_is_named():
    said = [mark.text for mark in walk(draw(12).marks) if isinstance(mark, Text)]

    assert "Not asked either: Offer 8, Offer 9, Offer 10 and Offer 11." in " ".join(said)


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
def test_no_words_stand_on_others(language: str):
    scene = draw_voice(answer(), workspace(9, LONG), language=language, width=900)

    assert (eye.overlaps(scene), eye.outside(scene), eye.too_small(scene)) == ([], [], [])


def test_the_drawing_is_as_stored(matches_snapshot):
    matches_snapshot("voice", draw())
