"""The page of the workspace: its own mail domains are kept as they are compared, and what is none is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def said(owner: Any, space: Any, client: Callable[..., Any]) -> Callable[..., Any]:
    """Posts the form as the page shows it, with these domains."""
    from polku.studio.store import workspace_of

    def post(domains: str | None, language: str = "en") -> Any:
        settings = workspace_of(space).settings
        fields = {name: getattr(settings, name) for name in ("name", "language", "zone", "currency")}
        if domains is not None:
            fields["domains"] = domains
        return client(owner, language=language).post(f"/w/{space.slug}/workspace/", fields)

    return post


def domains_of(space: Any) -> tuple[str, ...]:
    from polku.studio.store import workspace_of

    return workspace_of(space).settings.domains


def test_own_mail_domains_are_kept_as_they_are_compared(
    said: Callable[..., Any], space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    before = domains_of(space)
    assert said(None).status_code == 302 and domains_of(space) == before
    assert said("Hoppebold.Example; https://www.bold.example/  maija@bold.example").status_code == 302
    assert domains_of(space) == ("hoppebold.example", "bold.example")
    page = client(owner).get(f"/w/{space.slug}/workspace/").content.decode()
    assert 'value="hoppebold.example, bold.example"' in page
    assert said("").status_code == 302 and domains_of(space) == ()


@pytest.mark.parametrize(
    ("domains", "language", "words"),
    [
        ("hoppebold", "en", "“hoppebold” is no mail domain"),
        ("hoppebold.example, gmail.com", "en", "Anybody can have an address at gmail.com"),
        ("<b>", "fi", "ei ole sähköpostiverkkotunnus"),
    ],
)
def test_what_is_no_own_domain_is_refused_and_nothing_is_kept(
    said: Callable[..., Any], space: Any, domains: str, language: str, words: str
) -> None:
    before = domains_of(space)
    answer = said(domains, language)
    html = answer.content.decode()
    assert answer.status_code == 422 and words in html and "<b>" not in html.split("<form", 1)[1][:3000]
    assert domains_of(space) == before


def test_what_is_loaded_follows_new_domains(
    measured_space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.measured import log_of
    from polku.studio.models import Job
    from tests.studio.test_companies import done

    def accounts(domain: str) -> int:
        with log_of(measured_space) as log:
            return int(
                log.rows("SELECT count(*) FROM {accounts} WHERE lower(domain) = $domain", domain=domain)[0][0]
            )

    with log_of(measured_space) as log:
        domain = log.rows("SELECT lower(domain) FROM {accounts} WHERE domain LIKE '%.%' ORDER BY 1 DESC")[0][
            0
        ]
    assert accounts(domain) == 1
    fields = {"name": "Hoppebold", "language": "en", "zone": "Europe/Helsinki", "currency": "EUR"}
    browser, page = client(owner), f"/w/{measured_space.slug}/workspace/"
    assert browser.post(page, {**fields, "domains": domain}).status_code == 302
    job = done(measured_space)
    assert job.state == "done", job.error
    assert accounts(domain) == 0
    browser.post(page, {**fields, "domains": domain})
    assert Job.objects.filter(space=measured_space, kind="match").count() == 1
