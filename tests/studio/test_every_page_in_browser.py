"""Every page there is, in a browser: nothing that axe objects to, nothing wider than the window, in both themes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.diagrams.axe import axe_folder, axe_script
from tests.studio.conftest import Live
from tests.studio.places import pages

BARRED = """async (path) => {
  const found = (await axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']})).violations;
  // A part of a drawing is named by its label and a sentence; the figures that stand beside it are no label.
  const drawn = (rule, node) => rule.id === 'label-content-name-mismatch'
    && document.querySelector(node.target[0])?.closest('svg');
  return found.map((rule) => ({rule, nodes: rule.nodes.filter((node) => !drawn(rule, node))}))
    .filter(({nodes}) => nodes.length)
    .map(({rule, nodes}) => `${path} ${rule.id} ${nodes[0].target}`);
}"""
SIZES = {
    "wide": (1600, 1000),
    "narrow": (800, 1000),
    "phone": (390, 844),
    "zoomed": (640, 512),
    "320": (320, 568),
}
"""Window in CSS pixels; `zoomed` is one of 1280 × 1024 at 200 %, `320` one of 1280 at 400 %."""
LOCALES = {"en": "en-GB", "fi": "fi-FI", "sv": "sv-SE", "da": "da-DK"}
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
    "studio-rules-touchpoint",
    "studio-rules-step",
    "studio-data-companies-hand",
)
"""Parts of pages: they are looked at within these."""
FILL = """
import datetime as dt, json, sys
from pathlib import Path
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from polku.studio.models import Person, Token
from polku.studio.spaces import new_space, take_lake, texts_of_folder
from polku.studio.tokens import give
person = Person.objects.create_user("steward@example.com", None, name="Steward", steward=True)
folder = Path(sys.argv[1])
space = new_space("measured", person, texts=texts_of_folder(folder), today=dt.date(2026, 11, 18))
take_lake(space, folder)
session = SessionStore()
session[SESSION_KEY] = str(person.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
links = []
for kind, path, grants in (
    (Token.SIGN_IN, "/sign-in/link/{}/", {}),
    (Token.INVITE, "/invitation/{}/", {"right": "viewer", "email": "new@example.com"}),
    (Token.SHARE, "/shared/{}/", {"measures": True}),
    (Token.SHARE, "/shared/{}/", {"measures": True, "journey": "new-machine"}),
    (Token.WORKSHOP, "/workshop/{}/", {"journey": "new-machine"}),
):
    secret = give(kind, space=space, person=person, grants=grants, lasts=dt.timedelta(days=1))[1]
    links.append(path.format(secret))
print(json.dumps([session.session_key, links]))
"""
CLIPPED = """() => {
  const seen = [];
  for (const one of document.querySelectorAll('button, a, summary, label, h1, h2, h3, th, legend, .chip, .tab')) {
    if (!one.checkVisibility({checkVisibilityCSS: true}) || one.closest('svg, .unseen') || one.clientWidth < 3) continue;
    const style = getComputedStyle(one);
    if (style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1 && style.textOverflow !== 'ellipsis')
      seen.push(one);
    else if (one.matches('button, .chip, .tab') && one.scrollWidth > one.clientWidth + 1) seen.push(one);
  }
  return seen.map((one) => `${one.tagName} ${one.className} “${one.innerText.trim().slice(0, 40)}”`);
}"""
"""Words that do not fit into what they label."""


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What finds that a page bars people; skipped where npm cannot fetch it."""
    script = axe_script(axe_folder(request.config, tmp_path_factory))
    if script is None:
        pytest.skip("axe-core could not be fetched (needs npm and the network once)")
    return script


def looked_at(only: tuple[str, ...] = ()) -> list[str]:
    """Addresses of pages, each name once and questions all."""
    return [
        path
        for name, path, known in pages("measured")
        if known and name not in PARTS and (not only or name in only)
    ]


@pytest.fixture(scope="session")
def measured(live: Live, example_data: Path) -> tuple[Live, list[str]]:
    """The live studio, with a workspace `measured` that has data, and links that open something."""
    made = subprocess.run(
        [sys.executable, "-c", FILL, str(example_data)],
        env={
            **os.environ,
            **live.around,
            "POLKU_DATA": str(live.folder),
            "POLKU_DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "polku.studio.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    cookie, links = json.loads(made.stdout.splitlines()[-1])
    live.cookies["steward"] = cookie
    return live, links


@pytest.mark.parametrize(
    ("theme", "size", "language", "only"),
    [
        ("light", "narrow", "en", QUICK),
        *(
            pytest.param(theme, size, language, (), marks=pytest.mark.long)
            for theme, size, language in (
                ("light", "wide", "en"),
                ("dark", "wide", "fi"),
                ("light", "narrow", "sv"),
                ("dark", "narrow", "da"),
                ("light", "phone", "fi"),
                ("dark", "phone", "en"),
            )
        ),
    ],
)
def test_every_page_is_for_everybody_and_fits_its_window(
    measured: tuple[Live, list[str]],
    studio: Any,
    browse: Callable[..., Any],
    axe: Path,
    theme: str,
    size: str,
    language: str,
    only: tuple[str, ...],
) -> None:
    found = _looked(browse, measured[1], theme, size, language, only, axe)
    assert not found, "\n".join(["", *found])


@pytest.mark.long
@pytest.mark.parametrize(
    ("size", "language"),
    [
        *((size, language) for size in ("phone", "zoomed") for language in LOCALES),
        ("320", "fi"),
        ("320", "da"),
        ("wide", "sv"),
        ("narrow", "fi"),
    ],
)
def test_every_page_fits_its_window_in_each_language(
    measured: tuple[Live, list[str]], studio: Any, browse: Callable[..., Any], size: str, language: str
) -> None:
    found = _looked(browse, measured[1], "light", size, language, (), None)
    assert not found, "\n".join(["", *found])


def _looked(
    browse: Callable[..., Any],
    links: list[str],
    theme: str,
    size: str,
    language: str,
    only: tuple[str, ...],
    axe: Path | None,
) -> list[str]:
    """What is wrong with the pages."""
    width, height = SIZES[size]
    around = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
    page = browse("steward", "/w/measured/", **around, locale=LOCALES[language], bypass_csp=axe is not None)
    base, found = page.url.removesuffix("/w/measured/"), []
    for path in [*looked_at(only), *([] if only else links)]:
        page.complaints.clear()
        answer = page.goto(f"{base}{path}")
        if answer is None or answer.status != 200:
            found.append(f"{path} answers {answer.status if answer else 'nothing'}")
            continue
        # What is still being counted refreshes itself until it is there.
        page.wait_for_function("!document.querySelector('main progress:not([value])')", timeout=90_000)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            found.append(f"{path} scrolls sideways by {wide}")
        found += [f"{path} clips {one}" for one in page.evaluate(CLIPPED)]
        found += [f"{path} says {one}" for one in page.complaints]
        if axe is not None:
            page.add_script_tag(path=str(axe))
            found += page.evaluate(BARRED, path)
    return found
