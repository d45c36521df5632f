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
    "score", "backtest", "deals",
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


def test_a_bar_of_deals_leads_to_as_many_deals_as_it_shows(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    there = f"/w/{measured_space.slug}/explore/deals/?journey=new-machine"
    page = unescape(browser.get(there, HTTP_HX_REQUEST="true").content.decode())
    svg = page[page.index("<svg") : page.rindex("</svg>")]
    bars = re.findall(r'<a href="([^"]+/behind/[^"]+)" aria-label="([^"]+)"', svg)
    assert {"at-lost_to=Cheapball" in link for link, _ in bars} == {True, False}
    for link, label in bars:
        told = sum(int(number) for number in re.findall(r"(\d+) (?:won|lost|open|unknown)", label))
        behind = browser.get(f"{link}&form=csv").content.decode().splitlines()
        assert len(behind) - 1 == told > 0, link


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("at-kind=*&at-segment=*&at-outcome=lost&at-currency=*", "Lost to “nobody named”"),
        ("at-kind=*&at-segment=*&at-outcome=lost&at-lost_to=Cheapball&at-currency=*", "Lost to “Cheapball”"),
        ("at-kind=*&at-outcome=*&at-lost_to=*&at-currency=*", "Segment “no segment”"),
    ],
)
def test_the_page_behind_deals_says_what_nobody_told_of_them(
    measured_space: Any, owner: Any, client: Callable[..., Any], query: str, says: str
) -> None:
    page = client(owner).get(f"/w/{measured_space.slug}/explore/deals/behind/?column=count&{query}")
    lead = re.search(r'<p class="lead">(.*?)</p>', unescape(page.content.decode()), re.DOTALL)
    assert lead is not None and says.casefold() in lead[1].casefold()
