"""Parts of pictures lead to what is behind their numbers: each id is in the picture, each address answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from polku.studio.explore.parts import parts_of

LEADING = (
    "coverage", "voice", "loyalty", "friction", "deviations", "campaigns", "change", "touches", "threads", "centre",
    "score", "backtest",
)  # fmt: skip


@pytest.mark.parametrize("question", LEADING)
def test_the_parts_of_a_picture_lead_on(
    question: str, measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    there = f"/w/{measured_space.slug}/explore/{question}/?journey=new-machine"
    page = unescape(browser.get(there, HTTP_HX_REQUEST="true").content.decode())
    svg = page[page.index("<svg") : page.rindex("</svg>")]
    links = re.findall(r'href="([^"]*/behind/\?[^"]+)"', svg)
    assert links, "no part leads anywhere"
    for link in links[:: max(len(links) // 3, 1)]:
        assert browser.get(link).status_code == 200, link


def test_a_question_without_parts_has_none() -> None:
    assert list(parts_of("astrology", [{}])) == []


def test_the_one_standing_still_leads_to_its_account(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    there = f"/w/{measured_space.slug}/explore/now/?journey=new-machine"
    page = unescape(client(owner).get(there, HTTP_HX_REQUEST="true").content.decode())
    svg = page[page.index("<svg") : page.rindex("</svg>")]
    assert re.search(rf'href="/w/{measured_space.slug}/accounts/[^"]+"', svg)
