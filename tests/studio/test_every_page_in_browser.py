"""Every page there is, in a browser: nothing that axe objects to, nothing wider than the window, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.diagrams.axe import axe_script
from tests.studio.places import pages

RULES = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']"
SIZES = {"wide": (1600, 1000), "narrow": (800, 1000), "phone": (390, 844)}
QUICK = (
    "studio-tokens",
    "studio-people",
    "studio-data",
    "studio-accounts",
    "studio-account",
    "studio-history",
)
"""Looked at each time; the others in the long run."""
PARTS = (
    "studio-canvas",
    "studio-comments",
    "studio-drawer",
    "studio-drawer-step",
    "studio-drawer-stage",
    "studio-measured",
    "studio-library-field",
    "studio-data-jobs",
    "studio-behind",
    "studio-export-made",
    "studio-search",
    "studio-new",
)
"""Parts of pages: they are looked at within these; and what only a steward may open."""


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> Path:
    """What finds that a page bars people; skipped where npm cannot fetch it."""
    script = axe_script(Path(request.config.cache.mkdir("axe-core")))
    if script is None:
        pytest.skip("axe-core could not be fetched (needs npm and the network once)")
    return script


def looked_at(only: tuple[str, ...] = ()) -> list[str]:
    """Addresses of pages, each name once and questions all."""
    return [
        path
        for name, path, known in pages("hoppebold")
        if known and name not in PARTS and (not only or name in only)
    ]


@pytest.mark.parametrize(
    ("theme", "size", "only"),
    [
        ("light", "narrow", QUICK),
        *(
            pytest.param(theme, size, (), marks=pytest.mark.long)
            for theme in ("light", "dark")
            for size in SIZES
        ),
    ],
)
def test_every_page_is_for_everybody_and_fits_its_window(
    studio: Any, browse: Callable[..., Any], axe: Path, theme: str, size: str, only: tuple[str, ...]
) -> None:
    width, height = SIZES[size]
    around = {"viewport": {"width": width, "height": height}, "color_scheme": theme, "bypass_csp": True}
    page = browse("owner", "/w/hoppebold/", **around)
    base = page.url.removesuffix("/w/hoppebold/")
    found = []
    for path in looked_at(only):
        answer = page.goto(f"{base}{path}")
        if answer is None or answer.status != 200:
            found.append(f"{path} answers {answer.status if answer else 'nothing'}")
            continue
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{path} scrolls sideways by {wide}")
        page.add_script_tag(path=str(axe))
        found += page.evaluate(
            "async (path) => (await axe.run(document, {runOnly: " + RULES + "})).violations"
            ".map((one) => `${path} ${one.id} ${one.nodes[0].target}`)",
            path,
        )
    assert [*found, *page.complaints] == []
