"""The editor's addresses: what each act writes, what is refused, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

JOURNEY = "journeys/new-machine"


@pytest.fixture
def page(space: Any, owner: Any, client: Callable[..., Any]) -> Callable[..., Any]:
    """Asks the editor of the example's journey: `page("canvas/")`, `page("edit/", act="set", …)`."""
    browser = client(owner)

    def ask(part: str = "", **said: Any) -> Any:
        path = f"/w/{space.slug}/journeys/new-machine/{part}"
        if said and part in ("edit/", "undo/", "redo/", "paste/"):
            return browser.post(path, said, headers={"hx-request": "true"})
        return browser.get(path, said, headers={"hx-request": "true"} if part else {})

    return ask


def journey_of(space: Any) -> Any:
    from polku.studio.store import workspace_of

    return workspace_of(space).journeys["new-machine"]


def step_of(space: Any, id: str) -> Any:
    return journey_of(space).step(id)


def test_every_view_is_drawn_with_the_same_step_in_hand(page: Callable[..., Any]) -> None:
    from polku.studio.shown import VIEWS

    for view in VIEWS:
        text = page("canvas/", view=view, step="call-support").content.decode()
        assert f'data-view="{view}"' in text and 'data-step="call-support"' in text and "<svg " in text
        if view != "circles":
            assert 'id="c-step-call-support"' in text, view


def test_what_is_asked_of_the_canvas_wrongly_is_left_out(page: Callable[..., Any]) -> None:
    answer = page(
        "canvas/", view="../x", step="<b>", roles="nobody", lanes="x", folded="y", width="1e9", table="maybe"
    )
    assert answer.status_code == 200
    text = answer.content.decode()
    assert 'data-view="matrix"' in text and "<b>" not in text


def test_parts_of_things_that_are_not_there_are_not_found(space: Any, page: Callable[..., Any]) -> None:
    for part in ("drawer/nobody/", "stage/nowhere/", "measured/nobody/"):
        assert page(part).status_code == 404
    assert page("drawer/").status_code == 200


def test_stages_that_do_not_fit_are_folded_but_not_the_one_in_hand(page: Callable[..., Any]) -> None:
    text = page("canvas/", step="search-cause", width="700").content.decode()
    assert 'id="c-spine-use"' in text and 'id="c-spine-awareness"' not in text
    assert 'id="c-step-search-cause"' in text and 'id="c-step-call-support"' not in text
    text = page("canvas/", step="search-cause", width="700", folded="").content.decode()
    assert "c-spine-" not in text and 'id="c-step-call-support"' in text


def test_each_field_of_a_step_can_be_written_and_emptied(space: Any, page: Callable[..., Any]) -> None:
    written = {
        "does": ("Signs it", "Signs it"),
        "thinks": ("Finally", "Finally"),
        "expects": ("A date", "A date"),
        "feels": ("−1", -1),
        "touchpoint": ("", None),
        "moment_of_truth": ("on", True),
        "owner": ("sales", "sales"),
        "waits": ("3 weeks", "P21D"),
        "takes": ("4 h", "PT4H"),
        "note": ("by hand", "by hand"),
    }
    from polku.formats.plain import plain

    for name, (words, value) in written.items():
        answer = page("edit/", act="set", path=f"steps/sign/{name}", value=words)
        assert answer.status_code == 200, (name, answer.content)
        assert plain(getattr(step_of(space, "sign"), name)) == value, name
    for name in written:
        assert page("edit/", act="set", path=f"steps/sign/{name}", value="").status_code == 200
        assert not getattr(step_of(space, "sign"), name), name


def test_lists_of_a_step_grow_and_shrink(space: Any, page: Callable[..., Any]) -> None:
    page("edit/", act="add", path="steps/sign/pains", value="The pen is dry")
    page("edit/", act="set", path="steps/sign/pains/1/weight", value="3")
    page("edit/", act="set", path="steps/sign/with", value=["per", "ole"], several="1")
    page("edit/", act="add", path="steps/sign/back", value="Files the paper")
    page("edit/", act="add", path="steps/sign/back", value="Tells the field service")
    page("edit/", act="then", path="steps/sign/back/1/then", value="back/2")
    step = step_of(space, "sign")
    assert (step.pains[0].says, step.pains[0].weight) == ("The pen is dry", 3)
    assert step.with_ == ("per", "ole")
    assert step.back[0].then == step.back[1].id is not None
    page("edit/", act="set", path="steps/sign/pains/1/says", value="")
    assert step_of(space, "sign").pains == ()


def test_what_is_no_value_is_refused_in_words_and_nothing_is_written(
    space: Any, page: Callable[..., Any]
) -> None:
    from polku.studio.store import texts_of

    before = texts_of(space)
    for said in (
        {"act": "set", "path": "steps/sign/feels", "value": "7"},
        {"act": "set", "path": "steps/sign/feels", "value": "much"},
        {"act": "set", "path": "steps/sign/waits", "value": "soon"},
        {"act": "set", "path": "steps/nobody/feels", "value": "1"},
        {"act": "set", "path": "validated", "value": "yesterday"},
        {"act": "set", "path": "no/such/thing", "value": "1"},
        {"act": "set", "path": "", "value": "x"},
        {"act": "add-way", "step": "sign", "to": "nobody"},
        {"act": "remove-step", "step": "nobody"},
        {"act": "new-evidence", "step": "sign"},
        {"act": "new-improvement", "step": "sign", "pain": "9"},
        {"act": "no-such-act"},
        {"act": "set", "path": "id", "value": "other"},
    ):
        answer = page("edit/", **said)
        assert answer.status_code == 422, (said, answer.status_code)
        assert 'class="refused"' in answer.content.decode()
    assert texts_of(space) == before


def test_a_new_step_is_of_the_role_that_its_words_begin_with(space: Any, page: Callable[..., Any]) -> None:
    page("edit/", act="add-step", after="sign", role="ivan", does="Ole reads the guarantee", id="reads")
    assert (step_of(space, "reads").role, step_of(space, "reads").does) == ("ole", "Reads the guarantee")
    page("edit/", act="add-step", after="sign", role="ivan", does="Reads it again", id="again")
    assert (step_of(space, "again").role, step_of(space, "again").does) == ("ivan", "Reads it again")


def test_a_step_is_added_moved_duplicated_and_taken_away(space: Any, page: Callable[..., Any]) -> None:
    ids = lambda: [step.id for step in journey_of(space).steps]  # noqa: E731
    order = ids()
    page("edit/", act="add-step", after="sign", does="Frames the contract")
    new = step_of(space, "frames-the-contract")
    assert (new.stage, new.role) == ("decision", "ivan") and ids().index(new.id) == ids().index("sign") + 1
    page("edit/", act="move-step", step=new.id, before="see-demo")
    assert ids().index(new.id) + 1 == ids().index("see-demo")
    page("edit/", act="move-step", step=new.id, by="-1")
    assert step_of(space, new.id).stage == "consideration", "from the edge into the stage before"
    page("edit/", act="copy-step", step="get-offer")
    assert step_of(space, "get-offer-2").does == step_of(space, "get-offer").does
    page("edit/", act="remove-step", step="get-offer-2")
    page("edit/", act="remove-step", step=new.id)
    assert ids() == order


def test_ways_lead_on_over_a_step_that_goes(space: Any, page: Callable[..., Any]) -> None:
    page("edit/", act="remove-step", step="negotiate")
    assert [way.to for way in step_of(space, "get-offer").next] == ["sign"]
    page("undo/", step="sign")
    assert [way.to for way in step_of(space, "get-offer").next] == ["negotiate"]
    assert step_of(space, "negotiate") is not None, "one act, one undo"


def test_a_way_and_a_loop_are_drawn(space: Any, page: Callable[..., Any]) -> None:
    page("edit/", act="add-way", step="sign", to="get-offer")
    page("edit/", act="set", path="steps/sign/next/2/label", value="a new price")
    ways = step_of(space, "sign").next
    assert [(way.to, way.label) for way in ways] == [("machine-arrives", None), ("get-offer", "a new price")]
    page("edit/", act="end", step="sign", value="on")
    assert step_of(space, "sign").next == ()


def test_stages_come_go_and_change_places(space: Any, page: Callable[..., Any]) -> None:
    ids = lambda: [stage.id for stage in journey_of(space).stages]  # noqa: E731
    page("edit/", act="add-stage", after="decision", name="Paper work")
    assert ids()[3] == "paper-work"
    page("edit/", act="move-stage", stage="paper-work", by="1")
    assert ids()[4] == "paper-work"
    steps = [step.id for step in journey_of(space).steps if step.stage == "start-up"]
    page("edit/", act="remove-stage", stage="start-up")
    assert "start-up" not in ids()
    assert {step_of(space, id).stage for id in steps} == {"decision"}, "steps go over to the stage before"


def test_evidence_is_written_down_where_it_is_heard(space: Any, page: Callable[..., Any]) -> None:
    from polku.studio.store import workspace_of

    page(
        "edit/",
        act="new-evidence",
        step="sign",
        kind="interview",
        source="Ivan",
        quote="At last",
        date="2026-11-01",
    )
    id = step_of(space, "sign").evidence[-1]
    piece = workspace_of(space).evidence[id]
    assert (piece.quote, piece.about.steps, piece.about.roles) == ("At last", ("sign",), ("ivan",))
    page("edit/", act="new-improvement", step="call-support", pain="1")
    improvement = next(
        one for one in workspace_of(space).improvements.values() if one.name == "Nobody answers"
    )
    pain = step_of(space, "call-support").pains[0]
    assert (improvement.solves[0].step, improvement.solves[0].pain) == ("call-support", pain.id)


def test_a_late_edit_shows_both_values_and_writes_neither(space: Any, page: Callable[..., Any]) -> None:
    seen = str(space.revision)
    page("edit/", act="set", path="steps/sign/thinks", value="theirs first", seen=seen)
    answer = page("edit/", act="set", path="steps/sign/thinks", value="mine later", seen=seen)
    text = answer.content.decode()
    assert answer.status_code == 409 and "theirs first" in text and "mine later" in text
    assert step_of(space, "sign").thinks == "theirs first"


def test_a_member_that_slipped_to_another_place_is_not_written_over(
    space: Any, page: Callable[..., Any]
) -> None:
    for words in ("One", "Two", "Three"):
        page("edit/", act="add", path="steps/sign/pains", value=words)
    page("edit/", act="remove", path="steps/sign/pains/1")
    answer = page("edit/", act="set", path="steps/sign/pains/2/says", was="Two", value="Two and a half")
    assert answer.status_code == 409
    assert [pain.says for pain in step_of(space, "sign").pains] == ["Two", "Three"]


def test_the_same_request_twice_has_one_effect(space: Any, page: Callable[..., Any]) -> None:
    for _ in range(2):
        answer = page("edit/", act="add-step", after="sign", does="Waits", key="k-77")
        assert answer.status_code == 200
    assert [step.does for step in journey_of(space).steps].count("Waits") == 1


def test_undo_and_redo_take_acts_back_one_by_one(space: Any, page: Callable[..., Any]) -> None:
    from polku.studio.store import texts_of

    texts = [texts_of(space)[JOURNEY]]
    for said in (
        {"act": "set", "path": "steps/sign/feels", "value": "2"},
        {"act": "move-step", "step": "sign", "before": "line-stops"},
        {"act": "remove-step", "step": "sign"},
    ):
        page("edit/", **said)
        texts.append(texts_of(space)[JOURNEY])
    for before in reversed(texts[:-1]):
        page("undo/", step="")
        assert texts_of(space)[JOURNEY] == before
    for after in texts[1:]:
        page("redo/", step="")
        assert texts_of(space)[JOURNEY] == after


def test_an_undo_sent_twice_is_done_once(space: Any, page: Callable[..., Any]) -> None:
    for feels in ("1", "2", "-1"):
        page("edit/", act="set", path="steps/sign/feels", value=feels)
    for _ in range(2):
        page("undo/", key="undo-1")
    assert step_of(space, "sign").feels == 2


def test_hostile_words_stay_words(space: Any, page: Callable[..., Any]) -> None:
    bad = "</textarea><script>alert(1)</script> ${{7*7}} '\" \x00 ={!x: &a *a - # :"
    answer = page("edit/", act="set", path="steps/sign/does", value=bad)
    assert answer.status_code in (200, 422)
    text = page("drawer/sign/").content.decode() + page("canvas/").content.decode()
    assert "<script>alert" not in text


def test_names_of_people_need_the_right_to_see_them(
    space: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    path = f"/w/{space.slug}/journeys/new-machine/"
    without = client(person("plain", right="editor", space=space))
    within = client(person("named", right="editor", space=space, names=True))
    for part in ("drawer/machine-arrives/", "canvas/?folded="):
        assert "Pekka" not in without.get(path + part).content.decode(), part
        assert "Pekka" in within.get(path + part).content.decode(), part


def test_viewers_see_fields_they_cannot_use(
    space: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    browser = client(person("watcher", right="viewer", space=space))
    text = browser.get(f"/w/{space.slug}/journeys/new-machine/drawer/sign/").content.decode()
    assert "<fieldset disabled>" in text and 'data-act="remove-step"' not in text
    answer = browser.post(
        f"/w/{space.slug}/journeys/new-machine/edit/", {"act": "remove-step", "step": "sign"}
    )
    assert answer.status_code == 403 and step_of(space, "sign") is not None


def test_present_shows_all_steps_in_drawn_order(page: Callable[..., Any], space: Any) -> None:
    text = page("present/", step="sign").content.decode()
    assert text.count("data-slide=") == len(journey_of(space).steps)


def test_rules_of_the_journey_come_change_and_go(space: Any, page: Callable[..., Any]) -> None:
    page("edit/", act="new-rule", name="Sign after the demo", rule="precedence", of="sign", other="see-demo")
    rule = journey_of(space).rules[-1]
    assert (rule.rule, rule.of, rule.after, rule.then) == ("precedence", "sign", "see-demo", None)
    assert page("edit/", act="set", path=f"rules/{rule.id}/within", value="60 days").status_code == 200
    assert journey_of(space).rules[-1].within.days == 60
    assert "Sign after the demo" in page("drawer/").content.decode()
    assert page("edit/", act="new-rule", rule="no-such", of="sign").status_code == 422
    page("edit/", act="remove", path=f"rules/{rule.id}")
    assert rule.id not in [one.id for one in journey_of(space).rules]


def test_questions_of_a_stage_change_places(space: Any, page: Callable[..., Any]) -> None:
    asked = [one.ask for one in journey_of(space).stage("awareness").questions]
    assert len(asked) > 1
    said = {"act": "move", "path": "stages/awareness/questions/1/ask", "was": asked[0], "place": 2}
    assert page("edit/", seen=space.revision, **said).status_code == 200
    moved = [one.ask for one in journey_of(space).stage("awareness").questions]
    assert moved == [asked[1], asked[0], *asked[2:]]
    # Sent by somebody who saw another question there, it is refused.
    assert page("edit/", seen=space.revision, **said).status_code == 409
    page("undo/", key="back")
    assert [one.ask for one in journey_of(space).stage("awareness").questions] == asked


def test_undo_does_not_take_the_journey_itself_away(space: Any, page: Callable[..., Any]) -> None:
    assert page("undo/", key="nothing").status_code == 200
    assert journey_of(space) is not None


def test_teams_of_an_improvement_are_called_by_their_names(page: Callable[..., Any]) -> None:
    text = page("drawer/call-support/").content.decode()
    assert "Field service, IT" in text and "external=" not in text


def test_a_step_that_is_put_between_two_is_on_the_way(space: Any, page: Callable[..., Any]) -> None:
    before = step_of(space, "call-support")
    order = [one.id for one in journey_of(space).steps]
    following = order[order.index("call-support") + 1]
    assert before.next is not None, "it says itself where it goes on"
    page("edit/", act="add-step", after="call-support", does="Asks in a forum", id="forum")
    after = step_of(space, "call-support")
    assert {way.to for way in after.next} == {way.to for way in before.next} - {following} | {"forum"}
    assert "No way leads" not in page("drawer/forum/").content.decode()
    page("undo/", key="back")
    assert step_of(space, "call-support") == before and step_of(space, "forum") is None


def test_a_step_after_the_last_ends_the_way_there(space: Any, page: Callable[..., Any]) -> None:
    last = journey_of(space).steps[-1]
    page("edit/", act="end", step=last.id, value="on")
    page("edit/", act="add-step", after=last.id, does="Tells others", id="tells")
    assert [way.to for way in step_of(space, last.id).next] == ["tells"]
    assert step_of(space, "tells").next == ()


def test_a_pain_that_is_being_mended_asks_for_no_second_improvement(
    space: Any, page: Callable[..., Any]
) -> None:
    offered = 'data-act="new-improvement"'
    assert offered not in page("drawer/call-support/").content.decode()
    text = page("drawer/machine-arrives/").content.decode()
    assert (offered in text) == all(
        one.step != "machine-arrives" for it in workspace_improvements(space) for one in it.solves
    )
    page("edit/", act="add", path="steps/call-support/pains", value="It is cold in the hall")
    assert page("drawer/call-support/").content.decode().count(offered) == 1


def workspace_improvements(space: Any) -> Any:
    from polku.studio.store import workspace_of

    return [one for one in workspace_of(space).improvements.values() if one.status not in ("done", "dropped")]
