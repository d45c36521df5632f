"""Who comes in, as what, by which link; and what guests behind a link can and cannot do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def link_in(answer: Any) -> str:
    """The secret link that a page shows once."""
    import re

    found = re.search(r'value="http://testserver(/[^"]+)"', answer.content.decode())
    assert found, answer.content.decode()[:2000]
    return found.group(1)


def invite(client: Any, space: Any, **form: str) -> Any:
    return client.post(
        f"/w/{space.slug}/people/invite/", {"email": "new@example.com", "right": "editor", **form}
    )


def test_an_invitation_makes_a_member_once(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.models import Membership

    link = link_in(invite(client(owner), space, names="on"))
    newcomer = client()
    assert "Hoppebold" in newcomer.get(link).content.decode()
    answer = newcomer.post(link, {"name": "Nea", "password": "correct horse battery"})
    assert answer.status_code == 302
    member = Membership.objects.get(person__email="new@example.com")
    assert (member.right, member.names) == ("editor", True)
    assert newcomer.get(f"/w/{space.slug}/").status_code == 200
    assert client().post(link, {"name": "Else", "password": "correct horse battery"}).status_code == 410


def test_a_weak_password_is_refused_and_nobody_is_made(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Person

    link = link_in(invite(client(owner), space))
    assert client().post(link, {"name": "Nea", "password": "short"}).status_code == 422
    assert not Person.objects.filter(email="new@example.com").exists()


def test_an_invitation_does_not_open_an_account_that_is_there(
    space: Any, owner: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    old = person("new")
    link = link_in(invite(client(owner), space))
    stranger = client()
    assert stranger.post(link, {"password": "correct horse battery"})["Location"].startswith("/sign-in/")
    assert stranger.get(f"/w/{space.slug}/").status_code == 302
    assert client(old).post(link).status_code == 302
    assert client(old).get(f"/w/{space.slug}/").status_code == 200


@pytest.mark.parametrize("form", [{"email": "nobody"}, {"right": "king"}, {"email": "owner@example.com"}])
def test_an_invitation_that_cannot_be_says_why(
    space: Any, owner: Any, client: Callable[..., Any], form: dict[str, str]
) -> None:
    answer = invite(client(owner), space, **form)
    assert answer.status_code == 422 and 'class="refused"' in answer.content.decode()


def test_the_last_admin_stays(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.models import Membership

    member = Membership.objects.get(person=owner)
    for form in ({"right": "viewer"}, {"act": "remove"}):
        assert client(owner).post(f"/w/{space.slug}/people/{member.pk}/", form).status_code == 422
    member.refresh_from_db()
    assert member.right == "admin"


def test_a_member_who_was_taken_out_is_out_at_once(
    space: Any, owner: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    from polku.studio.models import Membership

    other = person("other", right="editor", space=space)
    browser = client(other)
    assert browser.get(f"/w/{space.slug}/").status_code == 200
    member = Membership.objects.get(person=other)
    client(owner).post(f"/w/{space.slug}/people/{member.pk}/", {"act": "remove"})
    assert browser.get(f"/w/{space.slug}/").status_code == 404


def shared(client: Any, space: Any, **form: str) -> str:
    answer = client.post(
        f"/w/{space.slug}/people/share/", {"kind": "share", "days": "7", "journey": "new-machine", **form}
    )
    return link_in(answer)


def test_a_shared_link_shows_its_journey_and_nothing_else_until_it_is_closed(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Token

    link = shared(client(owner), space)
    guest = client()
    page = guest.get(link)
    assert page.status_code == 200 and "<svg" in page.content.decode()
    assert guest.get(link + "?view=wheel").status_code == 200
    assert guest.get(link + "?view=nothing").status_code == 404
    from polku.studio.store import Author, create

    create(space, "journeys/secret", "id: secret\nname: Secret\n", Author(owner))
    assert guest.get(link + "?journey=secret").status_code == 404
    assert guest.get(f"/w/{space.slug}/").status_code == 302
    token = Token.objects.get(kind="share")
    client(owner).post(f"/w/{space.slug}/people/links/{token.pk}/")
    assert guest.get(link).status_code == 410


def test_a_workshop_takes_notes_from_guests_and_the_facilitator_makes_them_evidence(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Comment
    from polku.studio.store import workspace_of

    facilitator, guest = client(owner), client()
    link = shared(facilitator, space, kind="workshop")
    assert (
        guest.post(link, {"step": "call-support", "note": "The phone rings in an empty room"}).status_code
        == 422
    )
    guest.post(
        link, {"guest": "Kirsi", "step": "call-support", "note": "<b>The phone rings</b> in an empty room"}
    )
    page = guest.get(link).content.decode()
    assert "&lt;b&gt;The phone rings" in page and "<b>The phone" not in page
    note = Comment.objects.get(guest="Kirsi")
    assert "empty room" in facilitator.get(f"/w/{space.slug}/notes/").content.decode()
    facilitator.post(f"/w/{space.slug}/notes/{note.pk}/", {"act": "accept"})
    piece = workspace_of(space).evidence[f"workshop-{note.pk}"]
    assert piece.kind == "staff" and piece.about.steps == ("call-support",) and piece.source == "Kirsi"
    assert facilitator.post(f"/w/{space.slug}/notes/{note.pk}/", {"act": "accept"}).status_code == 404


def test_what_was_written_stays_in_a_form_that_was_refused(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    said = {"kind": "workshop", "journey": "", "label": "Kick-off in Turku", "days": "30"}
    answer = client(owner).post(f"/w/{space.slug}/people/share/", said)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="Kick-off in Turku"' in page
    assert '<option value="workshop" selected>' in page and '<option value="30" selected>' in page


def test_what_was_done_with_rights_is_written_down(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    invite(browser, space)
    page = browser.get(f"/w/{space.slug}/people/audit/").content.decode()
    assert "invited" in page and "new@example.com" in page
