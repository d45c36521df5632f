"""Drawings as a browser sets them: the same look at overlaps and edges, with the browser's own measures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polku.diagrams.matrix import draw_matrix
from polku.scene import Scene, scene_to_svg
from tests.diagrams.maps import LONG, PLAIN, TODAY, made_up, made_up_counts

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
  const svg = document.querySelector('svg'), page = svg.viewBox.baseVal;
  const lines = [...svg.querySelectorAll('text')].map(t => {
    const b = t.getBBox(), size = parseFloat(t.getAttribute('font-size'));
    // Of the line's box only what letters fill: from a capital's top to a descender's foot.
    const y = parseFloat(t.getAttribute('y'));
    return {words: t.textContent, size, left: b.x, right: b.x + b.width, top: y - 0.74 * size,
            bottom: y + 0.22 * size, bold: t.getAttribute('font-weight') === '700'};
  });
  const slack = 0.6, overlaps = [];
  lines.forEach((a, n) => lines.slice(n + 1).forEach(b => {
    if (a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack)
      overlaps.push(a.words + ' | ' + b.words);
  }));
  const beyond = [...svg.querySelectorAll('g.step')].flatMap(step => {
    const card = step.querySelector('rect, path').getBBox();
    return [...step.querySelectorAll('text')].map(t => [t, t.getBBox()])
      .filter(([t, b]) => b.y > card.y && b.y < card.y + card.height)
      .filter(([t, b]) => b.x < card.x || b.x + b.width > card.x + card.width)
      .map(([t]) => t.textContent);
  });
  return {
    overlaps, beyond,
    outside: lines.filter(l => l.left < 0 || l.right > page.width + slack || l.bottom > page.height).map(l => l.words),
    small: lines.filter(l => l.size < 11.5 && !(l.bold && l.words.length < 4)).map(l => l.words),
    steps: svg.querySelectorAll('g.step').length,
    family: document.fonts.size,
  };
}
"""


@pytest.fixture(scope="module")
def page(chromium: str) -> Iterator[object]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page()
        browser.close()


def look(page, scene: Scene) -> dict:
    page.set_content(f"<!doctype html><body style='margin:0'>{scene_to_svg(scene, embed_font=True)}</body>")
    page.evaluate("() => document.fonts.ready.then(() => true)")
    found: dict = page.evaluate(LOOK)
    return found


@pytest.mark.parametrize(
    ("steps", "words", "roles", "language", "measured"),
    [
        (1, PLAIN, 1, "en", False),
        (16, PLAIN, 4, "en", True),
        (16, LONG, 9, "fi", False),
        (60, LONG, 9, "fi", True),
    ],
)
def test_in_a_browser_too_nothing_overlaps_and_nothing_is_cut(page, steps, words, roles, language, measured):
    workspace, journey = made_up(steps, stages=min(5, steps), roles=roles, words=words)
    counts = made_up_counts(journey) if measured else None

    found = look(page, draw_matrix(workspace, journey, language=language, today=TODAY, measured=counts))

    assert found["steps"] == steps
    assert found["overlaps"] == []
    assert found["beyond"] == []
    assert found["outside"] == []
    assert found["small"] == []
