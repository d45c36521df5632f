"""Where things are named, and what a new id asks for."""

from __future__ import annotations

from polku.checks.uses import renamed, uses
from polku.formats.texts import workspace_of_texts

TEXTS = {
    "polku": "polku: 1\nteams: [{id: sales}, {id: service}]\nchannels: [{id: mail}]\nroles: [ole, per]\n"
    "touchpoints:\n  - {id: call, channel: mail, team: sales}\n"
    "segments: [{id: big, buying_centre: [ole]}]\n",
    "roles/ole": "id: ole\ninforms_by: [mail, trade press]\n",
    "roles/per": "id: per\n",
    "journeys/buy": "id: buy\nroles: [ole]\nsteps:\n  - {id: a, role: ole, touchpoint: call, with: per}\n",
    "sprints/one": "id: one\nmembers: {sales: [Anna]}\ncapacity: {sales: 2}\n",
}


def test_a_role_is_found_wherever_it_is_named() -> None:
    places = [(use.document, use.path) for use in uses(workspace_of_texts(TEXTS), "roles", "ole")]
    assert places == [
        ("polku", "segments/big/buying_centre/1"),
        ("polku", "roles/1"),
        ("journeys/buy", "roles/1"),
        ("journeys/buy", "steps/a/role"),
    ]


def test_a_role_in_the_short_form_of_a_list_is_found() -> None:
    assert ("journeys/buy", "steps/a/with/1") in [
        (use.document, use.path) for use in uses(workspace_of_texts(TEXTS), "roles", "per")
    ]


def test_a_channel_is_found_where_other_words_could_stand() -> None:
    places = [use.path for use in uses(workspace_of_texts(TEXTS), "channels", "mail")]
    assert places == ["touchpoints/call/channel", "informs_by/1"]


def test_a_team_is_found_as_a_key() -> None:
    found = uses(workspace_of_texts(TEXTS), "teams", "sales")
    assert [use.path for use in found if use.key] == ["members/sales", "capacity/sales"]


def test_a_new_id_of_a_listed_thing_is_written_after_what_names_it() -> None:
    plan = renamed(workspace_of_texts(TEXTS), "touchpoints", "call", "phone")
    assert plan.sets[-1] == ("polku", "touchpoints/call/id", "phone")
    assert ("journeys/buy", "steps/a/touchpoint", "phone") in plan.sets


def test_what_nothing_names_has_no_use() -> None:
    assert uses(workspace_of_texts(TEXTS), "teams", "service") == ()
