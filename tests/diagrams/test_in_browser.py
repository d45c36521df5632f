"""Every view as a browser sets it: nothing over anything, all of it reachable by keyboard, nothing axe objects to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from polku.diagrams.roles.radar import draw_radar
from polku.diagrams.views import COMPARABLE, VIEWS, view
from polku.documents import Journey, Role, Workspace
from polku.exports.drawing_page import drawing_page
from polku.scene import Group, Scene, scene_to_svg, walk
from polku.words import LANGUAGES
from tests.diagrams.axe import axe_folder, axe_script
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts
from tests.diagrams.test_compare_views import otherwise

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LOOK = """
() => {
  const svg = document.querySelector('svg'), page = svg.viewBox.baseVal, slack = 0.6;
  // Four corners of each piece of a line: the whole of a level one, each letter of one that is turned or bent.
  // Of a line's box only what letters fill: from a capital's top to a descender's foot.
  const lines = [...svg.querySelectorAll('text')].map(t => {
    const size = parseFloat(t.getAttribute('font-size')), up = 0.74 * size, down = 0.22 * size;
    const bent = t.querySelector('textPath'), matrix = t.transform.baseVal.consolidate();
    const pieces = [];
    if (!bent && !matrix) {
      const b = t.getBBox(), y = parseFloat(t.getAttribute('y'));
      pieces.push([[b.x, y - up], [b.x + b.width, y - up], [b.x + b.width, y + down], [b.x, y + down]]);
    } else {
      const m = matrix ? matrix.matrix : svg.createSVGMatrix();
      for (let n = 0; n < t.getNumberOfChars(); n++) {
        const a = t.getStartPositionOfChar(n), b = t.getEndPositionOfChar(n);
        const far = Math.hypot(b.x - a.x, b.y - a.y);
        if (!far) continue;
        const nx = (b.y - a.y) / far, ny = -(b.x - a.x) / far;
        pieces.push([[a.x + nx * up, a.y + ny * up], [b.x + nx * up, b.y + ny * up],
                     [b.x - nx * down, b.y - ny * down], [a.x - nx * down, a.y - ny * down]]
          .map(([x, y]) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f]));
      }
    }
    const xs = pieces.flat().map(p => p[0]), ys = pieces.flat().map(p => p[1]);
    return {words: t.textContent, size, pieces, turned: Boolean(bent || matrix), bold: t.getAttribute('font-weight') === '700',
            left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys)};
  });
  const near = (a, b) => a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack;
  const apart = (p, q) => [p, q].some(form => [0, 1].some(n => {
    const [x1, y1] = form[n], [x2, y2] = form[n + 1], far = Math.hypot(x2 - x1, y2 - y1) || 1;
    const nx = (y1 - y2) / far, ny = (x2 - x1) / far, along = f => f.map(([x, y]) => x * nx + y * ny);
    const [l, r] = [along(p), along(q)];
    return Math.max(...l) < Math.min(...r) + slack || Math.max(...r) < Math.min(...l) + slack;
  }));
  const meet = (a, b) => near(a, b) && ((!a.turned && !b.turned) || a.pieces.some(p => b.pieces.some(q => !apart(p, q))));
  const order = lines.filter(l => l.pieces.length).sort((a, b) => a.top - b.top), overlaps = [];
  order.forEach((a, n) => {
    for (let m = n + 1; m < order.length && order[m].top < a.bottom; m++)
      if (meet(a, order[m])) overlaps.push(a.words + ' | ' + order[m].words);
  });
  const beyond = [...svg.querySelectorAll('g.step')].flatMap(step => {
    const form = step.querySelector('rect, path');
    if (!form) return [];
    const card = form.getBBox();
    return [...step.querySelectorAll('text')].map(t => [t, t.getBBox()])
      .filter(([t, b]) => b.y > card.y && b.y < card.y + card.height)
      .filter(([t, b]) => b.x < card.x || b.x + b.width > card.x + card.width)
      .map(([t]) => t.textContent);
  });
  return {
    overlaps, beyond,
    outside: order.filter(l => l.left < 0 || l.top < 0 || l.right > page.width + slack || l.bottom > page.height).map(l => l.words),
    small: lines.filter(l => l.size < 11.5 && !(l.bold && l.words.length < 4)).map(l => l.words),
    steps: svg.querySelectorAll('g.step').length,
    fonts: [...document.fonts].map(f => f.status),
  };
}
"""

AXE = "() => axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => `${v.id}: ${v.nodes.length} × ${v.help}; ${v.nodes[0].html.slice(0, 160)}`))"

Draw = Callable[[Workspace, Journey, str], Scene]


def whole(name: str) -> Draw:
    return lambda workspace, journey, language: view(name)(workspace, journey, language=language, today=TODAY)


def counted(name: str) -> Draw:
    return lambda workspace, journey, language: view(name)(
        workspace, journey, language=language, today=TODAY, measured=made_up_counts(journey)
    )


def compared(name: str) -> Draw:
    return lambda workspace, journey, language: view(name)(
        workspace, otherwise(journey, every=3), against=journey, language=language, today=TODAY
    )


def role(workspace: Workspace, journey: Journey, language: str) -> Scene:
    one = Role.model_validate(
        {
            "id": "role-0",
            "name": workspace.roles["role-0"].label,
            "goals": [step.label for step in journey.steps[:3]],
            "informs_by": ["channel-0", "channel-1"],
        }
    )
    return draw_radar(workspace, one, language=language, today=TODAY)


DRAWINGS: dict[str, Draw] = {
    **{name: whole(name) for name in VIEWS},
    **{f"{name}-measured": counted(name) for name in VIEWS},
    **{f"{name}-against": compared(name) for name in COMPARABLE},
    "radar": role,
}
QUICK = [*VIEWS, "matrix-measured", "matrix-against", "radar"]


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page()
        browser.close()


@pytest.fixture(scope="module")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    script = axe_script(axe_folder(request.config, tmp_path_factory))
    if script is None:
        pytest.skip("axe-core is not here and could not be fetched with npm")
    return script


def look(page: Any, scene: Scene) -> dict[str, Any]:
    page.set_content(f"<!doctype html><body style='margin:0'>{scene_to_svg(scene, embed_font=True)}</body>")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    found: dict[str, Any] = page.evaluate(LOOK)
    assert "loaded" in found["fonts"]
    return found


def open_page(page: Any, scene: Scene, folder: Path) -> None:
    """The interactive form as a reader opens it: from a file."""
    file = folder / "drawing.html"
    file.write_text(drawing_page(scene), encoding="utf-8")
    page.goto(file.as_uri())


def expect_in_place(page: Any, scene: Scene, steps: int) -> None:
    found = look(page, scene)
    assert found["overlaps"] == []
    assert found["outside"] == []
    assert found["small"] == []
    assert found["steps"] == steps


def steps_of(scene: Scene) -> set[str]:
    return {mark.id or "" for mark in walk(scene.marks) if isinstance(mark, Group) and mark.role == "step"}


def expected_steps(name: str, scene: Scene, journey: Journey) -> int:
    """Every step of the journey has its place; of a comparison every one of both, of a role its own."""
    own = {f"step-{step.id}" for step in journey.steps}
    if name.startswith("circles"):
        own = set()  # They show roles and partners, not steps.
    if name == "radar":
        own = {f"step-{step.id}" for step in journey.steps if step.role == "role-0"}
    if name.endswith("-against"):
        own = {f"step-{step.id}" for step in otherwise(journey, every=3).steps}
    assert own <= steps_of(scene)
    return len(steps_of(scene))


@pytest.mark.parametrize("name", QUICK)
def test_in_a_browser_nothing_overlaps_is_cut_or_too_small(page, name):
    workspace, journey = made_up(16, roles=5, words=LONG)

    scene = DRAWINGS[name](workspace, journey, "fi")

    expect_in_place(page, scene, expected_steps(name, scene, journey))


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("steps", "stages", "roles", "words"),
    [(1, 1, 1, PLAIN), (16, 5, 4, PLAIN), (24, 14, 9, LONG), (60, 5, 9, LONG)],
    ids=["one", "usual", "long-words", "many"],
)
@pytest.mark.parametrize("name", DRAWINGS)
def test_of_any_size_and_in_any_language_too(page, name, steps, stages, roles, words, language):
    workspace, journey = made_up(steps, stages=stages, roles=roles, words=words)

    scene = DRAWINGS[name](workspace, journey, language)

    expect_in_place(page, scene, expected_steps(name, scene, journey))


@pytest.mark.parametrize("measured", [False, True], ids=["drawn", "measured"])
def test_words_of_a_card_stay_inside_it(page, measured):
    workspace, journey = made_up(16, roles=9, words=LONG)

    found = look(page, DRAWINGS["matrix-measured" if measured else "matrix"](workspace, journey, "fi"))

    assert found["beyond"] == []


@pytest.mark.parametrize("name", QUICK)
def test_one_tab_leads_into_a_drawing_and_arrows_through_all_of_its_steps(page, name, tmp_path):
    workspace, journey = made_up(5, roles=3)
    scene = DRAWINGS[name](workspace, journey, "en")
    open_page(page, scene, tmp_path)

    stops = page.evaluate("() => document.querySelectorAll('.drawing [tabindex=\"0\"]').length")
    page.keyboard.press("Tab")
    # The scrolling frame may take the first stop.
    if page.evaluate("document.activeElement.tagName") != "g":
        page.keyboard.press("Tab")
    reached = []
    for _ in range(page.evaluate("() => document.querySelectorAll('.drawing [tabindex]').length")):
        here = page.evaluate(
            "() => { const e = document.activeElement; return [e.id, e.getAttribute('aria-label')]; }"
        )
        reached.append(here)
        page.keyboard.press("ArrowRight")

    assert stops == 1
    assert {f"drawing-{id}" for id in steps_of(scene)} <= {id for id, _ in reached}
    assert all(label for _, label in reached)


@pytest.mark.parametrize("name", QUICK)
def test_axe_finds_nothing_that_bars_anybody(page, axe, name, tmp_path):
    workspace, journey = made_up(5, roles=3)
    open_page(page, DRAWINGS[name](workspace, journey, "en"), tmp_path)
    page.add_script_tag(content=axe.read_text(encoding="utf-8"))

    assert page.evaluate(AXE) == []


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in DRAWINGS if name not in QUICK])
def test_axe_finds_nothing_in_the_others_either(page, axe, name, tmp_path):
    workspace, journey = made_up(16, roles=5, words=LONG)
    open_page(page, DRAWINGS[name](workspace, journey, "fi"), tmp_path)
    page.add_script_tag(content=axe.read_text(encoding="utf-8"))

    assert page.evaluate(AXE) == []
