"""Home: what needs attention, and what an empty workspace asks first."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def empty(person: Any) -> Any:
    from polku.studio.spaces import new_space

    return new_space("empty", person("beginner"), texts={"polku": "polku: 1\nname: Empty Oy\n"})


def test_home_shows_at_most_five_findings_each_with_a_way_to_mend_it(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/").content.decode()
    section = page.split('<ul class="findings">')[1].split("</ul>")[0]
    assert section.count("<li>") == 5 and section.count('class="act"') == 5
    everything = client(owner).get(f"/w/{space.slug}/?show=all").content.decode()
    assert everything.split('<ul class="findings">')[1].split("</ul>")[0].count("<li>") > 5


def test_findings_are_worst_first(space: Any) -> None:
    from polku.studio.attention import attention

    order = ["error", "warning", "hint"]
    levels = [order.index(one.level) for one in attention(space)]
    assert levels == sorted(levels) and len(levels) > 5


def test_a_pain_without_an_improvement_leads_to_one(space: Any) -> None:
    from polku.studio.attention import attention

    links = [one.link for one in attention(space) if one.key.startswith("PK601")]
    assert links and all("/improve/new/?" in link and "pain=" in link for link in links)


def test_home_leads_a_reader_nowhere_they_may_not_go(
    measured_space: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    reader = client(person("vera", right="viewer", space=measured_space))
    page = reader.get(f"/w/{measured_space.slug}/?show=all").content.decode()
    links = {html.unescape(link) for link in re.findall(r'class="act" href="([^"]+)"', page)}
    assert links and {reader.get(link).status_code for link in links} == {200}


def test_home_shows_the_journeys_the_roles_the_evidence_and_the_sprint(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/").content.decode()
    for words in ("Buying a new bouncy-ball machine", "Ole", "decision-maker", "2026-w47", 'class="still"'):
        assert words in page
    assert 'id="fresh-' in page


def test_an_empty_workspace_asks_why_and_keeps_the_answer(empty: Any, client: Callable[..., Any]) -> None:
    from polku.studio.models import Person
    from polku.studio.store import workspace_of

    browser = client(Person.objects.get(email="beginner@example.com"))
    address = f"/w/{empty.slug}/"
    assert 'name="why"' in browser.get(address).content.decode()
    answer = browser.post(
        f"{address}purpose/answer/",
        {"why": "Win them back: all “of” them", "goal": "Win", "seen": empty.revision},
    )
    assert answer.status_code == 302
    purpose = workspace_of(empty).settings.purpose
    assert purpose is not None and purpose.why == "Win them back: all “of” them" and purpose.goal == "Win"
    assert 'name="why"' not in browser.get(address).content.decode()


def test_the_sprint_of_today_is_shown_else_the_next_else_the_last() -> None:
    from polku.formats.texts import workspace_of_texts
    from polku.studio.pages.home import sprint_now

    texts = {
        "polku": "polku: 1\n",
        "sprints/a": "id: a\nfrom: 2026-01-05\nto: 2026-01-16\n",
        "sprints/b": "id: b\nfrom: 2026-02-02\nto: 2026-02-13\n",
    }
    workspace = workspace_of_texts(texts)
    for day, id in (("2026-01-10", "a"), ("2026-01-20", "b"), ("2026-03-01", "b"), ("2025-12-01", "a")):
        found = sprint_now(workspace, dt.date.fromisoformat(day))
        assert found is not None and found.sprint.id == id, day


def test_every_page_opens_in_an_empty_workspace_in_every_language(
    empty: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Person

    someone = Person.objects.get(email="beginner@example.com")
    paths = [
        "",
        "roles/",
        "evidence/",
        "evidence/?show=voice",
        "evidence/?show=unheard",
        "improve/",
        "plan/",
        "export/",
    ]
    paths += [
        f"lists/{kind}/" for kind in ("touchpoints", "channels", "segments", "partners", "teams", "words")
    ]
    paths += ["evidence/new/", "improve/new/"]
    for language in ("en", "fi", "sv", "da"):
        for path in paths:
            answer = client(someone, language=language).get(f"/w/{empty.slug}/{path}")
            assert answer.status_code == 200, f"{language} {path}"
