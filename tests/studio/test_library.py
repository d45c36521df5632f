"""Roles and the lists beside them: edited in place, renamed and deleted everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

HTMX = {"HX-Request": "true"}


def test_a_list_shows_each_thing_with_the_number_of_its_uses(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/lists/touchpoints/").content.decode()
    assert "Support call" in page and "in 4 places" in page and "nowhere" in page


def test_the_workspace_says_its_kind_and_its_name_where_it_uses_a_thing(space: Any) -> None:
    from polku.checks.uses import Use
    from polku.studio.store import workspace_of
    from polku.studio.uses_words import shown_uses
    from polku.words import reader

    (shown,) = shown_uses(space, workspace_of(space), reader("en"), [Use("polku", "purpose/roles/1")])
    assert (shown.kind, shown.name) == ("Workspace", "Hoppebold A/S")


def test_a_list_tells_on_a_phone_what_each_of_its_cells_is(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/lists/touchpoints/").content.decode()
    for label in ("Channel", "Team", "Permission", "Used"):
        assert f'<td data-label="{label}">' in page


def test_a_thing_that_is_added_has_an_id_from_its_name(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    for kind, name, id in (
        ("touchpoints", "Käynti huollossa", "kaynti-huollossa"),
        ("partners", "Lift & Co", "lift-co"),
        ("teams", "Support", "support"),
    ):
        answer = client(owner).post(f"/w/{space.slug}/lists/{kind}/add/", {"name": name})
        assert answer.status_code == 302 and answer["Location"].endswith(f"/lists/{kind}/{id}/")
        assert getattr(workspace_of(space), kind)[id].name == name


def test_a_field_is_saved_and_answers_with_what_it_is_now(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    address = f"/w/{space.slug}/lists/roles/ole/field/"
    said = {"field": "goals", "value": "Sleep\nA line that runs\n\nSleep", "seen": space.revision}
    answer = client(owner).post(address, said, headers=HTMX)
    assert answer.status_code == 200 and "A line that runs" in answer.content.decode()
    assert workspace_of(space).roles["ole"].goals == ("Sleep", "A line that runs")


def test_a_reader_of_an_old_value_gets_both_values_and_nothing_is_lost(
    space: Any, owner: Any, person: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    other = person("other", right="editor", space=space)
    address, seen = f"/w/{space.slug}/lists/roles/ole/field/", space.revision
    client(other).post(address, {"field": "job", "value": "Theirs", "seen": seen}, headers=HTMX)
    answer = client(owner).post(address, {"field": "job", "value": "Mine", "seen": seen}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Theirs" in page and "Mine" in page and "Other" in page
    assert workspace_of(space).roles["ole"].job == "Theirs"
    fresh = page.split('name="seen" value="')[1].split('"')[0]
    again = client(owner).post(address, {"field": "job", "value": "Mine", "seen": fresh}, headers=HTMX)
    assert again.status_code == 200 and workspace_of(space).roles["ole"].job == "Mine"


def test_two_edits_of_one_page_do_not_stand_in_each_others_way(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, seen = client(owner), space.revision
    for field, value in (("job", "One"), ("drivers", "Two")):
        address = f"/w/{space.slug}/lists/roles/ole/field/"
        assert (
            browser.post(address, {"field": field, "value": value, "seen": seen}, headers=HTMX).status_code
            == 200
        )


def test_what_is_no_number_or_day_is_refused_in_words(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser = client(owner)
    for kind, id, field, value in (
        ("segments", "large-toy-makers", "accounts", "many"),
        ("segments", "large-toy-makers", "accounts", "1e99"),
        ("partners", "nordlift", "satisfaction/asked", "yesterday"),
    ):
        answer = browser.post(
            f"/w/{space.slug}/lists/{kind}/{id}/field/",
            {"field": field, "value": value, "seen": space.revision},
            headers=HTMX,
        )
        assert answer.status_code == 422 and value in answer.content.decode()


def test_without_scripts_a_field_is_saved_and_the_page_comes_back(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    address = f"/w/{space.slug}/lists/channels/web/"
    answer = client(owner).post(
        f"{address}field/", {"field": "kind", "value": "paid", "seen": space.revision, "back": address}
    )
    assert answer.status_code == 302 and answer["Location"] == address
    away = client(owner).post(
        f"{address}field/", {"field": "kind", "value": "owned", "back": "https://elsewhere.example/"}
    )
    assert away["Location"] == address


def test_a_thing_is_renamed_everywhere_from_its_page_and_the_undo_is_offered(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser = client(owner)
    answer = browser.post(f"/w/{space.slug}/lists/roles/ole/rename/", {"new": "operator"})
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    number = page.split('name="change" value="')[1].split('"')[0]
    journey = workspace_of(space).journeys["new-machine"]
    assert any(step.role == "operator" for step in journey.steps)
    assert not any(step.role == "ole" for step in journey.steps)
    back = page.split('class="done-act"')[1].split('name="back" value="')[1].split('"')[0]
    answer = browser.post(f"/w/{space.slug}/take-back/", {"change": number, "back": back})
    assert browser.get(answer["Location"]).status_code == 200
    assert "ole" in workspace_of(space).roles and "operator" not in workspace_of(space).roles


def test_what_is_deleted_is_named_nowhere_and_one_undo_brings_every_letter_back(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import texts_of, workspace_of

    before, browser = texts_of(space), client(owner)
    for kind, id in (
        ("touchpoints", "support"),
        ("roles", "per"),
        ("teams", "sales"),
        ("partners", "nordlift"),
    ):
        answer = browser.post(f"/w/{space.slug}/lists/{kind}/{id}/delete/", {"seen": space.revision})
        assert answer.status_code == 302, kind
        workspace = workspace_of(space)
        assert id not in getattr(workspace, kind) and not workspace.problems
        number = answer["Location"].partition("done=")[2]
        browser.post(f"/w/{space.slug}/take-back/", {"change": number})
        assert texts_of(space) == before, kind
        space.refresh_from_db()


def test_nobody_takes_back_what_another_did(
    space: Any, owner: Any, person: Any, client: Callable[..., Any]
) -> None:
    client(owner).post(f"/w/{space.slug}/lists/roles/ole/field/", {"field": "job", "value": "x"})
    space.refresh_from_db()
    other = client(person("other", right="editor", space=space))
    assert other.post(f"/w/{space.slug}/take-back/", {"change": space.revision}).status_code == 404


def test_the_order_of_roles_is_set_and_gives_their_signs(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    said = {"role": "ivan", "place": 1, "seen": space.revision}
    client(owner).post(f"/w/{space.slug}/roles/order/", said)
    assert workspace_of(space).role_order()[0] == "ivan"
    late = client(owner).post(f"/w/{space.slug}/roles/order/", {**said, "role": "ole"})
    assert late.status_code == 409


def test_roles_stand_side_by_side_with_their_holes(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    page = client(owner).get(f"/w/{space.slug}/roles/").content.decode()
    for words in ("Ole Operatør", "can stop it", "no field in the CRM", "no word of Anders yet"):
        assert words in page


def test_pains_are_added_changed_and_taken_away(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    address, browser = f"/w/{space.slug}/lists/roles/ole/pain/", client(owner)
    browser.post(address, {"says": "It is cold", "seen": space.revision})
    assert [pain.says for pain in workspace_of(space).roles["ole"].pains][-1] == "It is cold"
    browser.post(address, {"place": "blamed", "says": "He is blamed"})
    pain = workspace_of(space).roles["ole"].pains[0]
    assert pain.says == "He is blamed" and pain.evidence == ("int-ole-0612",)
    browser.post(address, {"place": "3", "says": ""})
    assert len(workspace_of(space).roles["ole"].pains) == 2


def test_words_are_kept_and_taken_away(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    address, browser = f"/w/{space.slug}/lists/words/add/", client(owner)
    browser.post(address, {"word": "round / lap", "meaning": "One purchase"})
    assert workspace_of(space).settings.words["round   lap"] == "One purchase"
    browser.post(address, {"word": "round   lap", "meaning": ""})
    assert "round   lap" not in workspace_of(space).settings.words


def test_what_somebody_writes_is_never_markup(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    browser = client(owner)
    browser.post(f"/w/{space.slug}/lists/touchpoints/add/", {"name": evil})
    for field in ("job", "goals", "name"):
        browser.post(f"/w/{space.slug}/lists/roles/ole/field/", {"field": field, "value": evil})
    for path in ("", "roles/", "lists/touchpoints/", "lists/roles/ole/", f"lists/touchpoints/?q={evil}"):
        page = browser.get(f"/w/{space.slug}/{path}").content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page, path


def test_fields_with_names_are_only_for_those_who_may_see_them(
    space: Any, owner: Any, person: Any, client: Callable[..., Any]
) -> None:
    address = f"/w/{space.slug}/improve/night-hotline/"
    field = f"/w/{space.slug}/lists/improvements/night-hotline/field/"
    said = {"field": "made_with", "value": "Ole Olsen", "seen": space.revision}
    assert client(owner).post(field, said, headers=HTMX).status_code == 200
    nameless = client(person("nameless", right="editor", space=space))
    assert "Ole Olsen" in client(owner).get(address).content.decode()
    assert "Ole Olsen" not in nameless.get(address).content.decode()
    assert nameless.get(f"{field}?field=made_with").status_code == 404
    assert nameless.post(field, {**said, "value": "x"}).status_code == 404


def test_a_number_is_written_as_its_reader_writes_it(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    for language, words in (("en", 'value="0.6"'), ("fi", 'value="0,6"')):
        page = (
            client(owner, language=language).get(f"/w/{space.slug}/improve/night-hotline/").content.decode()
        )
        assert words in page and 'value="2"' in page


def test_a_heading_names_a_few_of_many_roles(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser = client(owner)
    for number in range(8):
        browser.post(f"/w/{space.slug}/roles/add/", {"name": f"Somebody{number}"})
    page = browser.get(f"/w/{space.slug}/roles/").content.decode()
    heading = page[page.index("<h1") : page.index("</h1>")]
    assert heading.count("Somebody") <= 5


def test_a_heading_counts_the_roles_that_it_does_not_name(studio: Any) -> None:
    from types import SimpleNamespace

    from polku.studio.pages.roles import _heading
    from polku.words import reader

    known: Any = tuple(SimpleNamespace(name=f"R{number}", few=True, evidence=1) for number in range(9))
    said = "R0, R1, R2, R3 and 5 more know most, and hardly an account names them"
    assert reader("en").text(_heading(known, True)) == said


@pytest.fixture
def crowd(space: Any, owner: Any) -> Any:
    """The example with 16 more roles than its 4."""
    from polku.studio.beginning import first_role
    from polku.studio.store import Author

    for number in range(16):
        part = "buyer" if number % 2 else None
        first_role(space, f"{'Turku' if number < 3 else 'Malmö'} person {number}", part, Author(owner))
    space.refresh_from_db()
    return space


def test_many_roles_stand_on_pages_and_are_found_by_name_and_part(
    crowd: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, roles = client(owner), f"/w/{crowd.slug}/roles/"
    first = browser.get(roles).content.decode()
    assert first.count('<th scope="col"') == 12 and "1–12 of 20" in first
    assert browser.get(roles, {"page": "99"}).content.decode().count('<th scope="col"') == 8
    found = browser.get(roles, {"q": "turku"}).content.decode()
    assert found.count('<th scope="col"') == 3 and "Malmö" not in found
    assert "Malmö person 15" in browser.get(roles, {"q": "buyer", "page": "1"}).content.decode()
    assert "No role is found" in browser.get(roles, {"q": "nobody of that name"}).content.decode()


def test_a_role_that_was_searched_for_moves_among_all_and_the_search_stays(
    crowd: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser, before = client(owner), workspace_of(crowd).role_order()
    page = browser.get(f"/w/{crowd.slug}/roles/", {"q": "turku"}).content.decode()
    assert 'name="place" value="4"' in page and 'data-place="5"' in page
    moved = browser.post(
        f"/w/{crowd.slug}/roles/order/?q=turku", {"role": before[4], "place": 4, "seen": crowd.revision}
    )
    assert moved["Location"].endswith("/roles/?q=turku")
    assert workspace_of(crowd).role_order()[3] == before[4]


def test_many_roles_stand_in_a_menu_above_a_drawing_and_on_pages_of_the_plan(
    crowd: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import Author, Operation, edit, workspace_of

    every = list(workspace_of(crowd).role_order())
    edit(crowd, Operation("set", "journeys/new-machine", "roles", every), seen=None, author=Author(owner))
    browser = client(owner)
    page = browser.get(f"/w/{crowd.slug}/journeys/new-machine/").content.decode()
    above, menu = page.split('class="menu lanes more-roles"')
    assert above.count("data-role=") == 5 and menu.count("data-role=") == 15 and "15 more roles" in menu
    assert all(f'<option value="{one}"' in page.split('id="new-step"')[1] for one in every)
    chosen = browser.get(f"/w/{crowd.slug}/journeys/new-machine/", {"roles": every[-1]}).content.decode()
    assert f'data-role="{every[-1]}"' in chosen.split('class="menu lanes more-roles"')[0]
    assert "12 more roles" in browser.get(f"/w/{crowd.slug}/journeys/").content.decode()
    plan = browser.get(f"/w/{crowd.slug}/plan/", {"q": "turku"}).content.decode()
    assert plan.count('class="who"') == 3
