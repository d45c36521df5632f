"""Improve: ranked by worth, moved on the board, made from a pain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polku.formats.texts import workspace_of_texts

TEXTS = {
    "polku": "polku: 1\nteams: [{id: sales}]\n",
    "evidence/a": "id: a\nkind: interview\n",
    "improvements/big": "id: big\nreach: 0.5\nimpact: 2\nconfidence: 0.5\neffort: 5\n",
    "improvements/quick": "id: quick\nreach: 0.5\nimpact: 2\nconfidence: 0.5\neffort: 1\nbecause: [a]\n",
    "improvements/vague": "id: vague\nreach: 0.5\n",
}


def test_what_is_worth_most_comes_first_and_what_nobody_estimated_last() -> None:
    from polku.diagrams.answers.improvements import estimates

    workspace = workspace_of_texts(TEXTS)
    found = estimates(workspace, list(workspace.improvements.values()))
    assert [(one.improvement.id, one.worth) for one in found] == [
        ("quick", 0.5),
        ("big", 0.1),
        ("vague", None),
    ]
    assert [one.evidence for one in found] == [1, 0, 0] and not found[2].placed


def test_the_field_draws_those_with_an_estimate_and_tables_all() -> None:
    from polku.diagrams.answers.improvements import draw_improvements, estimates

    workspace = workspace_of_texts(TEXTS)
    ranked = estimates(workspace, list(workspace.improvements.values()))
    scene = draw_improvements(workspace, ranked)
    drawn = [mark.id for mark in scene.marks if getattr(mark, "role", None) == "improvement"]
    assert drawn == ["improvement-quick", "improvement-big"]
    assert scene.table is not None and len(scene.table.rows) == 3


def test_a_pain_becomes_an_improvement_that_stands_on_its_evidence(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser = client(owner)
    asked = "journey=new-machine&step=call-support&pain=nobody-answers"
    form = browser.get(f"/w/{space.slug}/improve/new/?{asked}").content.decode()
    assert "Nobody answers" in form
    said = dict(pair.split("=") for pair in asked.split("&"))
    answer = browser.post(
        f"/w/{space.slug}/improve/new/", {**said, "name": "Ring back", "reach": "0,6", "sprint": "2026-w47"}
    )
    made = workspace_of(space).improvements["ring-back"]
    assert answer["Location"].endswith("/improve/ring-back/")
    assert made.solves[0].pain == "nobody-answers" and "int-ole-0612" in made.because
    assert made.reach == 0.6 and made.status == "planned" and made.measure is not None


def test_an_estimate_out_of_bounds_is_refused(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    answer = client(owner).post(f"/w/{space.slug}/improve/new/", {"name": "Too much", "reach": "60"})
    assert answer.status_code == 422 and "60" in answer.content.decode()


def test_a_card_moves_to_another_state_and_team_as_one_act(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.models import Change
    from polku.studio.store import workspace_of

    browser, seen = client(owner), space.revision
    address = f"/w/{space.slug}/improve/night-hotline/move/"
    answer = browser.post(address, {"status": "doing", "team": "it", "seen": seen}, headers={"X-Moved": "1"})
    assert answer.status_code == 204
    moved = workspace_of(space).improvements["night-hotline"]
    assert (moved.status, moved.owner) == ("doing", "it")
    assert len(set(Change.objects.filter(space=space, number__gt=seen).values_list("act", flat=True))) == 1
    late = browser.post(address, {"status": "done", "seen": seen}, headers={"X-Moved": "1"})
    assert late.status_code == 409
    strange = browser.post(address, {"status": "nothing", "team": "nobody"}, headers={"X-Moved": "1"})
    assert strange.status_code == 204 and workspace_of(space).improvements["night-hotline"] == moved


def test_the_board_can_be_narrowed(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    browser, address = client(owner), f"/w/{space.slug}/improve/"
    for asked, there in (
        ("sprint=2026-w47", True),
        ("sprint=-", False),
        ("role=ole", True),
        ("role=ivan", False),
    ):
        page = browser.get(f"{address}?{asked}").content.decode()
        assert ('id="card-night-hotline"' in page) is there, asked


def test_a_sprint_begins_on_the_day_that_is_said(space: Any, owner: Any, client: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    answer = client(owner).post(f"/w/{space.slug}/sprints/new/", {"from": "2026-12-07"})
    assert answer["Location"].endswith("/sprints/2026-w50/")
    made = workspace_of(space).sprints["2026-w50"]
    assert (str(made.from_), str(made.to)) == ("2026-12-07", "2026-12-18")


def test_names_of_a_sprint_are_shown_only_to_who_may_see_them(
    space: Any, owner: Any, person: Any, client: Callable[..., Any]
) -> None:
    viewer = client(person("viewer", right="viewer", space=space))
    assert "Pekka" in client(owner).get(f"/w/{space.slug}/sprints/2026-w47/").content.decode()
    assert "Pekka" not in viewer.get(f"/w/{space.slug}/sprints/2026-w47/").content.decode()


def test_what_an_improvement_takes_away_is_added_and_let_go_of(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import workspace_of

    browser, there = client(owner), f"/w/{space.slug}/improve/night-hotline/"

    def solves() -> list[dict[str, Any]]:
        found = workspace_of(space).improvements["night-hotline"].solves
        return [one.model_dump(exclude_none=True) for one in found]

    before = solves()
    page = browser.get(there).content.decode()
    assert 'value="step|machine-arrives|1"' in page and 'value="role|per|1"' in page
    said = {"what": "step|machine-arrives|1", "of": "new-machine", "seen": space.revision}
    assert browser.post(f"{there}solves/", said).status_code == 302
    pain = workspace_of(space).journeys["new-machine"].step("machine-arrives").pains[0]  # type: ignore[union-attr]
    assert solves()[-1] == {"journey": "new-machine", "step": "machine-arrives", "pain": pain.id} and pain.id
    browser.post(f"{there}solves/", {"what": "role|per|1", "of": "new-machine"})
    assert solves()[-1]["role"] == "per" and solves()[-1]["pain"]
    number = len(solves())
    late = browser.post(f"{there}solves/", {"place": number, "was": "something/else//"})
    assert late.status_code == 422 and len(solves()) == number
    browser.post(f"{there}solves/", {"place": number, "was": f"//per/{solves()[-1]['pain']}"})
    assert len(solves()) == number - 1 and solves()[: len(before)] == before
    for wrong in ("step|nobody|1", "role|per|99", "x|y|z"):
        assert browser.post(f"{there}solves/", {"what": wrong, "of": "new-machine"}).status_code == 404


def test_an_idea_put_into_a_sprint_is_planned_in_it(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    from polku.studio.store import Author, create, workspace_of

    text = "id: clear-report\nname: A report that can be read\n"
    create(space, "improvements/clear-report", text, Author(owner))
    browser, address = client(owner), f"/w/{space.slug}/sprints/2026-w47/"
    assert "A report that can be read" in browser.get(address).content.decode()
    assert browser.post(f"{address}take/", {"improvement": "clear-report"}).status_code == 302
    taken = workspace_of(space).improvements["clear-report"]
    assert (taken.sprint, taken.status) == ("2026-w47", "planned")
    assert browser.post(f"{address}take/", {"improvement": "no-such"}).status_code == 404


def test_a_place_of_the_board_shows_a_few_cards_of_others_and_counts_the_rest(
    person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    from polku.studio.spaces import new_space

    owner = person("owner")
    many = {
        f"improvements/i{number}": f"id: i{number}\nname: Improvement {number}\nowner: sales\nteams: [sales, it]\n"
        for number in range(12)
    }
    space = new_space("many", owner, texts={"polku": "polku: 1\nteams: [{id: sales}, {id: it}]\n", **many})
    browser = client(owner)

    page = browser.get(f"/w/{space.slug}/improve/").content.decode()
    assert page.count('class="helps"') == 8 and page.count("and 4 more") == 2
    everything = browser.get(f"/w/{space.slug}/improve/?cards=all").content.decode()
    assert everything.count('class="helps"') == 12 and "and 4 more" not in everything


def test_an_improvement_is_talked_about_on_its_page_and_the_board_says_how_much(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, talk = client(owner), f"/w/{space.slug}/comments/of/improvements/manual/"
    assert f'hx-get="{talk}"' in browser.get(f"/w/{space.slug}/improve/manual/").content.decode()
    board = f"/w/{space.slug}/improve/"
    assert "1 comment<" not in browser.get(board).content.decode()
    browser.post(talk, {"text": "Tried in Turku"})
    assert "Tried in Turku" in browser.get(talk).content.decode()
    assert "1 comment<" in browser.get(board).content.decode()
    from polku.studio.models import Comment

    browser.post(f"/w/{space.slug}/comments/{Comment.objects.get(text='Tried in Turku').pk}/")
    assert "1 comment<" not in browser.get(board).content.decode(), "settled"
