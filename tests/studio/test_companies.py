"""Pairs of companies that may be one: shown with reasons, decided, put in force by a job, taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def there(measured_space: Any) -> str:
    return f"/w/{measured_space.slug}/data/companies/"


def page(browser: Any, address: str) -> str:
    """The page with its pairs, once they are found."""
    for _ in range(100):
        html = browser.get(address).content.decode()
        if "pair-head" in html:
            return str(html)
        time.sleep(0.1)
    raise AssertionError(html[-2000:])


def done(space: Any) -> Any:
    """Do the job that waits; the job."""
    from polku.studio.jobs import run_job
    from polku.studio.models import Job

    job = Job.objects.filter(space=space, kind="match").latest("pk")
    run_job.func(job.pk)
    job.refresh_from_db()
    return job


def pairs_of(space: Any) -> Any:
    from polku.identity.matching import review
    from polku.studio.folders import folder_of
    from polku.studio.store import workspace_of

    return review(folder_of(space), workspace_of(space))


@pytest.mark.long
def test_pairs_are_decided_put_in_force_and_taken_back(
    measured_space: Any, there: str, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.measured import data_version

    browser, first = client(owner), pairs_of(measured_space).open[0]
    html = page(browser, there)
    assert f'name="pair-{first.id}"' in html and "one person belongs to both" in html
    assert "Very likely one company" in html
    before = data_version(measured_space)
    second = pairs_of(measured_space).open[1]
    said = {f"pair-{first.id}": "same", f"pair-{second.id}": "different", "pair-x": ""}
    assert browser.post(f"{there}verdicts/", said).status_code == 302
    assert browser.post(f"{there}verdicts/", said).status_code == 422, "one at a time"
    assert "being put in force" in browser.get(f"{there}hand/").content.decode()
    job = done(measured_space)
    assert (job.state, job.result) == ("done", {"count": 2}), job.error
    assert data_version(measured_space) != before
    assert browser.get(f"{there}hand/?running=1")["HX-Refresh"] == "true"
    decided = page(browser, f"{there}?show=decided")
    assert "Decided: one company" in decided and "Decided: two companies" in decided and "Owner" in decided
    assert f'name="pair-{first.id}"' not in page(browser, there)
    browser.post(f"{there}verdicts/", {f"pair-{first.id}": "undo"})
    assert done(measured_space).state == "done"
    assert [one.id for one in pairs_of(measured_space).decided] == [second.id]


def test_what_cannot_be_decided_is_refused_and_nothing_changes(
    measured_space: Any, there: str, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.measured import data_version

    browser, before = client(owner), data_version(measured_space)
    for said in ({}, {"pair-x": "perhaps"}):
        assert browser.post(f"{there}verdicts/", said).status_code == 422
    browser.post(f"{there}verdicts/", {"pair-nobody": "same"})
    job = done(measured_space)
    assert job.state == "failed" and "nobody" in job.error["words"]["en"]
    assert "nobody" in browser.get(f"{there}hand/").content.decode()
    assert data_version(measured_space) == before


def test_readers_look_and_decide_nothing(
    measured_space: Any, there: str, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    reader = client(person("reader", right="viewer", space=measured_space))
    assert 'type="radio"' not in page(reader, there)
    assert reader.post(f"{there}verdicts/", {"pair-x": "same"}).status_code == 403


def test_without_data_the_page_says_so(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    assert "pair-head" not in browser.get(f"/w/{space.slug}/data/companies/").content.decode()
    said = browser.post(f"/w/{space.slug}/data/companies/verdicts/", {"pair-x": "same"})
    assert said.status_code == 422
