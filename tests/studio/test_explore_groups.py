"""Groups of companies counted as one: a switch of Explore that the numbers, the cases behind them and the API follow."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from polku.analytics.asking.questions import ask
from polku.formats import read_workspace
from polku.records.groups import parents_of, roll_up, tops
from polku.records.log import open_log
from tests.studio.test_explore import JOURNEY, base, part, words_of

TODAY = dt.date(2026, 11, 18)
BELOW = {"kumikeiju": "legetoj-nord", "hopla": "bakkebold"}
"""Two accounts of the example, put under others."""


@pytest.fixture
def grouped(measured_space: Any, owner: Any) -> Any:
    from polku.studio.store import Author, Operation, edit

    for account, parent in BELOW.items():
        operation = Operation("set", f"accounts/{account}", "parent", parent)
        edit(measured_space, operation, seen=None, author=Author(owner))
    return measured_space


def top_of(folder: Path) -> dict[str, str]:
    """Account → the one at the top of its group: by documents and by the example's own data."""
    with open_log(folder) as log:
        return tops(parents_of(log, BELOW))


def answered(folder: Path, question: str, **chosen: Any) -> Any:
    with open_log(folder) as log:
        return ask(roll_up(log, BELOW), read_workspace(folder), question, **{"today": TODAY, **chosen})


def links_of(answer: Any) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', answer.content.decode())]


def test_the_switch_counts_subsidiaries_as_the_company_above(
    grouped: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    browser, page = client(owner), f"{base(grouped)}/coverage/"
    apart = part(browser, page)
    [link] = [one for one in links_of(apart) if one.endswith("?groups=1") and "/as/" not in one]
    assert "Groups of companies" not in words_of(apart.content.decode())
    together = part(browser, link)
    html, count = together.content.decode(), len(top_of(example_data))
    told = f"Groups are rolled up: {count} accounts are counted as the company above them."
    assert count > len(BELOW) and told in words_of(html)
    wanted = answered(example_data, "coverage", journey=JOURNEY).about.accounts
    assert re.search(rf"\b{wanted} accounts", words_of(html)) and wanted < 306
    assert not re.search(rf"\b{wanted} accounts", words_of(apart.content.decode()))
    assert '<input type="hidden" name="groups" value="1">' in html
    # Every number and file keeps to it, and so do the other questions; the switch itself leads back.
    kept = [one for one in links_of(together) if "/behind/" in one or "/as/" in one]
    assert len(kept) > 5 and all("groups=1" in one for one in kept)
    assert page + "?" in links_of(together)
    tabs = [one for one in links_of(browser.get(link)) if re.search(r"/explore/(paths|deals|time)/\?", one)]
    assert len(tabs) == 3 and all("groups=1" in one for one in tabs)


def test_the_accounts_behind_a_number_are_groups_too(
    grouped: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    browser, top = client(owner), top_of(example_data)
    path = f"{base(grouped)}/funnel/behind/?column=reached&at-stage=decision&form=csv"

    def of(query: str) -> set[str]:
        rows = csv.DictReader(io.StringIO(browser.get(path + query).content.decode("utf-8-sig")))
        return {row["account_id"] for row in rows}

    apart, together = of(""), of("&groups=1")
    assert together == {top.get(id, id) for id in apart} != apart
    shown = browser.get(path.replace("&form=csv", "&groups=1")).content.decode()
    assert "Groups are rolled up" in words_of(shown)


def test_compared_filters_share_the_switch_and_a_saved_view_keeps_it(
    grouped: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import SavedView

    browser, page = client(owner), f"{base(grouped)}/deals/"
    both = part(browser, f"{page}?groups=1&b=1&b-period=365")
    assert both.status_code == 200
    turned = [
        one for one in links_of(both) if "b=1" in one and "period=365&" in one and "b-period" not in one
    ]
    assert turned and all("groups=1" in one and "b-groups" not in one for one in turned)
    browser.post(f"{page}views/", {"name": "Groups", "query": "groups=1"})
    assert SavedView.objects.get(name="Groups").query == "groups=1"


def test_where_nobody_is_above_another_the_page_says_so(
    measured_space: Any, owner: Any, client: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("polku.records.groups.parents_of", lambda log, written: written)
    html = part(client(owner), f"{base(measured_space)}/deals/?groups=1").content.decode()
    assert "No account belongs under another" in words_of(html)


def test_the_api_rolls_up_as_the_command_does(
    grouped: Any, owner: Any, client: Callable[..., Any], example_data: Path
) -> None:
    path = f"/api/1/workspaces/{grouped.slug}/measure/deals"
    browser = client(owner)
    apart, together = browser.get(path), browser.get(f"{path}?roll_up=true")
    wanted = answered(example_data, "deals").to_json()
    assert together.status_code == 200
    assert together.json()["rows"] == wanted["rows"]
    assert together.json()["parameters"]["rolled_up"] == len(top_of(example_data))
    assert "rolled_up" not in apart.json()["parameters"]
    compared = browser.get(f"{path}?roll_up=true&cases=outcome+%3D+won")
    assert compared.status_code == 200 and compared.json()["parameters"]["rolled_up"] > len(BELOW)


@pytest.mark.parametrize("view", ["coverage", "paths"])
def test_the_api_draws_groups_as_one(grouped: Any, owner: Any, client: Callable[..., Any], view: str) -> None:
    path = f"/api/1/workspaces/{grouped.slug}/draw/{view}?journey={JOURNEY}"
    browser = client(owner)
    apart, together = browser.get(path), browser.get(f"{path}&roll_up=true")
    assert apart.status_code == together.status_code == 200
    assert apart.content != together.content
    refused = browser.get(f"/api/1/workspaces/{grouped.slug}/draw/matrix?roll_up=true")
    assert refused.status_code == 422 and "coverage" in refused.content.decode()
