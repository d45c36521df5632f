"""The drawing of attribution: all words are readable, shares stand on one scale, what is not there is said."""

from __future__ import annotations

import random

import pytest

from polku.analytics.attribution import AttributionByTouchpoint
from polku.analytics.credit.models import USUAL
from polku.analytics.result import About
from polku.diagrams.answers.attribution import draw_attribution
from polku.documents import Settings, Workspace
from polku.scene import Circle, Group, Text, scene_to_svg, walk
from tests.diagrams import eye

LONG = "Asiakaspalvelukeskuksenpalautekyselylomake"


def answer(
    nodes: int, models: tuple[str, ...] = USUAL, seed: int = 0, *, draws: int = 1000, total: int = 24
) -> AttributionByTouchpoint:
    """Shares of random size, some of them certain, some from zero on."""
    chance = random.Random(f"{nodes} {seed}")
    names = tuple(f"t{place}" for place in range(nodes))
    rows = [(model, node) for model in models for node in names]
    shares = []
    for _ in models:
        parts = [chance.random() ** 3 for _ in names]
        shares += [part / sum(parts) for part in parts]
    low = tuple(max(0.0, share - chance.random() * 0.3) for share in shares)
    high = tuple(min(1.0, share + chance.random() * 0.3) for share in shares)
    asked = tuple(model for model in models if model not in ("first", "last"))
    agreement = {}
    for node in names:
        found = [
            share for (model, at), share in zip(rows, shares, strict=True) if at == node and model in asked
        ]
        agreement[node] = {"low": min(found), "high": max(found), "agree": max(found) - min(found) <= 0.15}
    return AttributionByTouchpoint(
        about=About("attribution", "account", "conversion", 40, 40, 1, first=10**15, last=10**15 + 10**13),
        model=tuple(model for model, _ in rows),
        node=tuple(node for _, node in rows),
        conversions=tuple(share * total for share in shares),
        value=tuple(share * 1000 for share in shares),
        share=tuple(shares),
        low=low if draws else tuple(None for _ in rows),
        high=high if draws else tuple(None for _ in rows),
        total_conversions=total,
        total_value=1000.0,
        null_paths=3,
        agreement=agreement,
        asked_to_agree=asked,
        draws=draws,
    )


def workspace(nodes: int) -> Workspace:
    return Workspace(
        settings=Settings.model_validate(
            {
                "example": True,
                "channels": [
                    {"id": "web", "name": "Website", "kind": "owned"},
                    {"id": "peers", "kind": "earned"},
                ],
                "touchpoints": [
                    *(
                        {"id": f"t{n}", "name": LONG if n % 3 == 1 else f"Guide {n}", "channel": "web"}
                        for n in range(nodes)
                    ),
                    {"id": "reviews", "name": "Reads reviews", "channel": "peers", "direct": False},
                ],
            }
        )
    )


@pytest.mark.parametrize("language", ["en", "fi", "sv", "da"])
@pytest.mark.parametrize("nodes", [1, 3, 12])
@pytest.mark.parametrize(
    "models", [("linear", "markov"), USUAL, ("position:40/20/40", *USUAL, "hubspot-full-path")]
)
def test_words_never_meet_or_leave_the_page(nodes: int, models: tuple[str, ...], language: str) -> None:
    for seed in range(3):
        scene = draw_attribution(answer(nodes, models, seed), workspace(nodes), language=language)

        assert eye.overlaps(scene) == []
        assert eye.outside(scene) == []
        assert eye.too_small(scene) == []


def test_dots_stand_on_one_scale_and_are_filled_where_the_share_is_certain() -> None:
    asked = answer(3, ("linear", "markov"))
    scene = draw_attribution(asked, workspace(3))

    rows = [
        mark for mark in walk(scene.marks) if isinstance(mark, Group) and (mark.id or "").startswith("node-t")
    ]
    dots = [[mark for mark in row.children if isinstance(mark, Circle) and mark.r == 4.6] for row in rows]
    found = [dot.cx for row in dots for dot in row[:1]]
    shares = asked.share[:3]
    assert (found[1] - found[0]) / (found[2] - found[0]) == pytest.approx(
        ((shares[1] or 0) - (shares[0] or 0)) / ((shares[2] or 0) - (shares[0] or 0))
    )
    assert [dot.fill == "ink" for row in dots for dot in row] == [
        (asked.low[place] or 0) > 0.0005 for node in range(3) for place in (node, node + 3)
    ]


def test_too_few_conversions_are_counts_and_touchpoints_without_us_say_so() -> None:
    scene = draw_attribution(answer(2, draws=0, total=3), workspace(2))

    words = [mark.text for mark in walk(scene.marks) if isinstance(mark, Text)]
    assert scene.title == "Only 3 conversions: too few to share out"
    assert not any(word.endswith("%") for word in words)
    assert any("we are not there" in word for word in words)


def test_it_is_drawn_the_same_each_time_and_nothing_says_so() -> None:
    one, two = (scene_to_svg(draw_attribution(answer(4), workspace(4))) for _ in range(2))

    assert one == two
    empty = draw_attribution(answer(0, (), total=0), workspace(0))
    assert empty.title == "No conversion in this data"
    assert eye.overlaps(empty) == []
