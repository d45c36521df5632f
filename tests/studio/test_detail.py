"""The sliders of paths: how much is drawn, and what is left out in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

HTMX = {"HX-Request": "true"}


def test_sliders_draw_fewer_ways_and_state_the_remainder(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, there = client(owner), f"/w/{measured_space.slug}/explore/paths/"
    usual = browser.get(there, headers=HTMX).content.decode()
    few = browser.get(there, {"ways": "1", "off": "0", "outcome": "lost"}, headers=HTMX).content.decode()
    assert usual.count('<g class="way-wild"') + usual.count("way-") > few.count("way-")
    for name in ("ways", "off"):
        assert f'type="range" name="{name}"' in usual
    assert re.search(r"1 of \d+; \d+ not drawn, told beneath", few)
    assert re.search(r"0 of (\d+); \1 not drawn", few)
    # What was chosen besides stays, and files are drawn as the page is.
    assert '<input type="hidden" name="outcome" value="lost">' in few
    assert re.search(r"as/svg/\?[^\"]*ways=1&(?:amp;)?off=0", few)


def test_what_is_no_number_leaves_the_sliders_as_usual(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, there = client(owner), f"/w/{measured_space.slug}/explore/paths/"
    for wrong in ("-1", "1e9", "99999", "<b>", "٣"):
        answer = browser.get(there, {"ways": wrong, "off": wrong}, headers=HTMX)
        assert answer.status_code == 200 and 'type="range"' in answer.content.decode()


def test_other_pictures_have_no_sliders(measured_space: Any, owner: Any, client: Callable[..., Any]) -> None:
    page = client(owner).get(f"/w/{measured_space.slug}/explore/funnel/", headers=HTMX).content.decode()
    assert 'type="range"' not in page


def test_two_funnels_stand_in_one_picture(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    asked = {"segment": "large-toy-makers", "b": "1", "b-segment": "small-toy-makers"}
    page = client(owner).get(f"/w/{measured_space.slug}/explore/funnel/", asked, headers=HTMX)
    html = page.content.decode()
    assert html.count("pair-stage-1") >= 1 and "picturea-stage-1" not in html
    assert re.search(r"A  \d+ of \d+ · \d+%", html) and re.search(r"B: \d+ may still go on", html)


def test_the_button_of_the_sliders_is_for_pages_without_scripts_alone(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    there = f"/w/{measured_space.slug}/explore/paths/"
    page = client(owner, language="fi").get(there, headers=HTMX).content.decode()
    assert "<noscript><button>Näytä</button></noscript></form>" in page
