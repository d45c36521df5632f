"""Times every view of made-up journeys of 60 and 200 steps, on request the PNG of 16: `python -m bench.views`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial

from bench.timing import Timing, time_function
from polku.diagrams.roles.radar import draw_radar
from polku.diagrams.views import COMPARABLE, VIEWS, view
from polku.documents import Journey
from polku.scene import Scene, scene_to_png, scene_to_svg
from polku.scene.png import scale_of
from tests.diagrams.maps import PLAIN, TODAY, made_up, made_up_counts

TARGETS = {60: 0.15, 200: 0.5}
"""Steps → seconds that a drawing may take in a warm process."""

PNG_STEPS, PNG = 16, 1.0


def main() -> int:
    """Print one line per view and size; exit code 1 when one is above its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--png", action="store_true", help="also time the PNG of 16 steps, at scale 2")
    wanted = parser.parse_args()
    met = True
    for timing in (*timings(), *(pictures() if wanted.png else ())):
        print(timing, flush=True)
        met = met and timing.is_met
    return 0 if met else 1


def timings() -> Iterator[Timing]:
    """Each view drawn and written as SVG; PLAIN words with holes here and there, four roles."""
    for steps, target in TARGETS.items():
        for name, draw in drawings(steps):
            yield time_function(f"{name}, {steps} steps", partial(_as_svg, draw), target=target, runs=5)


def pictures() -> Iterator[Timing]:
    """Each view's PNG; its time goes with the number of pixels, which the name says."""
    for name, draw in drawings(PNG_STEPS):
        scene = draw()
        pixels = scene.width * scene.height * scale_of(scene) ** 2 / 1e6
        label = f"{name}, {PNG_STEPS} steps, PNG of {pixels:.0f} million pixels"
        yield time_function(label, partial(scene_to_png, scene), target=PNG, runs=3)


def drawings(steps: int) -> list[tuple[str, Callable[[], Scene]]]:
    """All views, the measured and the compared ones, and one role."""
    workspace, journey = made_up(steps, words=PLAIN)
    counts, otherwise = made_up_counts(journey), _otherwise(journey)
    found: list[tuple[str, Callable[[], Scene]]] = []
    for name in VIEWS:
        draw = partial(view(name), workspace, journey, today=TODAY)
        found.append((name, draw))
        found.append((f"{name} measured", partial(draw, measured=counts)))
    found += [
        (f"{name} against", partial(view(name), workspace, otherwise, against=journey, today=TODAY))
        for name in COMPARABLE
    ]
    found.append(("radar", partial(draw_radar, workspace, workspace.roles["role-0"], today=TODAY)))
    return found


def _as_svg(draw: Callable[[], Scene]) -> str:
    return scene_to_svg(draw())


def _otherwise(journey: Journey) -> Journey:
    """Every third step to be done and felt otherwise."""
    steps = tuple(
        step.model_copy(update={"feels": -2, "does": "Asks a colleague"}) if number % 3 == 0 else step
        for number, step in enumerate(journey.steps)
    )
    return journey.model_copy(update={"id": "otherwise", "state": "to-be", "steps": steps})


if __name__ == "__main__":
    sys.exit(main())
