"""Edits of documents: small, whole, numbered, never lost; undone with every letter."""

from __future__ import annotations

from typing import Any

import pytest

from polku.errors import DocumentError

JOURNEY = "journeys/new-machine"


def text_of(space: Any, name: str = JOURNEY) -> str:
    from polku.studio.store import texts_of

    return texts_of(space)[name]


def edits(space: Any) -> Any:
    from polku.studio.store import Author

    return Author(guest="test")


def test_a_set_changes_one_line_and_keeps_the_rest(space: Any) -> None:
    from polku.studio.store import Operation, edit

    before = text_of(space).splitlines()
    change = edit(
        space, Operation("set", JOURNEY, "steps/sign/feels", 2), seen=space.revision, author=edits(space)
    )
    after = text_of(space).splitlines()
    assert (change.before, change.after) == (1, 2)
    different = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(different) == 1 and "2" in different[0][1]


def test_undo_gives_every_letter_back_and_redo_takes_it_again(space: Any) -> None:
    from polku.studio.store import Operation, edit, undoable
    from polku.studio.together import undo

    author, before = edits(space), text_of(space)
    edit(space, Operation("remove", JOURNEY, "steps/sign"), seen=None, author=author)
    removed = text_of(space)
    last, nothing = undoable(space, author)
    assert last is not None and nothing is None
    undo(space, last, author)
    assert text_of(space) == before
    last, again = undoable(space, author)
    assert last is None and again is not None
    undo(space, again, author)
    assert text_of(space) == removed
    last, again = undoable(space, author)
    assert last is not None and again is None


def test_an_undo_after_another_edit_takes_back_only_its_own(space: Any) -> None:
    from polku.studio.store import Operation, edit
    from polku.studio.together import undo

    author = edits(space)
    first = edit(space, Operation("set", JOURNEY, "steps/sign/feels", 2), seen=None, author=author)
    edit(space, Operation("set", JOURNEY, "steps/call-support/feels", -1), seen=None, author=author)
    undo(space, first, author)
    from polku.studio.store import workspace_of

    steps = {step.id: step for step in workspace_of(space).journeys["new-machine"].steps}
    assert steps["sign"].feels == 1 and steps["call-support"].feels == -1


def test_two_edits_of_one_item_conflict_and_the_second_says_both_values(space: Any) -> None:
    from polku.studio.store import Conflict, Operation, edit

    seen = space.revision
    edit(space, Operation("set", JOURNEY, "steps/sign/feels", 2), seen=seen, author=edits(space))
    with pytest.raises(Conflict) as refused:
        edit(space, Operation("set", JOURNEY, "steps/sign/feels", -1), seen=seen, author=edits(space))
    assert ("2" in refused.value.text() and "−1" in refused.value.text()) or "-1" in refused.value.text()
    assert "feels: 2" in text_of(space)


def test_edits_of_different_items_go_in_side_by_side(space: Any) -> None:
    from polku.studio.store import Operation, edit, workspace_of

    seen = space.revision
    edit(space, Operation("set", JOURNEY, "steps/sign/feels", 2), seen=seen, author=edits(space))
    edit(space, Operation("set", JOURNEY, "steps/call-support/feels", 0), seen=seen, author=edits(space))
    edit(
        space,
        Operation("add", JOURNEY, "steps", {"id": "extra", "role": "ole", "does": "waits", "stage": "use"}),
        seen=seen,
        author=edits(space),
    )
    steps = {step.id: step for step in workspace_of(space).journeys["new-machine"].steps}
    assert steps["sign"].feels == 2 and steps["call-support"].feels == 0 and "extra" in steps


def test_the_same_request_twice_has_one_effect(space: Any) -> None:
    from polku.studio.store import Operation, edit

    step = Operation("add", JOURNEY, "steps", {"id": "extra", "role": "ole", "does": "waits", "stage": "use"})
    one = edit(space, step, seen=None, author=edits(space), key="k-1")
    two = edit(space, step, seen=None, author=edits(space), key="k-1")
    assert one.number == two.number
    assert text_of(space).count("id: extra") == 1


def test_a_value_that_cannot_be_is_refused_and_nothing_is_written(space: Any) -> None:
    from polku.studio.store import Operation, edit

    before, revision = text_of(space), space.revision
    with pytest.raises(DocumentError):
        edit(space, Operation("set", JOURNEY, "steps/sign/feels", "much"), seen=None, author=edits(space))
    space.refresh_from_db()
    assert text_of(space) == before and space.revision == revision


def test_moving_a_step_and_undoing_it(space: Any) -> None:
    from polku.studio.store import Operation, edit, workspace_of
    from polku.studio.together import undo

    author, before = edits(space), text_of(space)
    order = [step.id for step in workspace_of(space).journeys["new-machine"].steps]
    change = edit(space, Operation("move", JOURNEY, f"steps/{order[3]}", place=1), seen=None, author=author)
    moved = [step.id for step in workspace_of(space).journeys["new-machine"].steps]
    assert moved == [order[3], *order[:3], *order[4:]]
    undo(space, change, author)
    assert text_of(space) == before


def test_a_deleted_document_comes_back_with_an_undo(space: Any) -> None:
    from polku.studio.store import delete, workspace_of
    from polku.studio.together import undo

    author, before = edits(space), text_of(space)
    change = delete(space, JOURNEY, author)
    assert "new-machine" not in workspace_of(space).journeys
    undo(space, change, author)
    assert text_of(space) == before


def test_a_workspace_goes_out_as_the_files_it_came_from(space: Any, tmp_path: Any) -> None:
    from pathlib import Path

    from polku.studio.spaces import write_folder

    example = Path(__file__).parents[2] / "examples" / "hoppebold"
    write_folder(space, tmp_path)
    for file in sorted(tmp_path.rglob("*.yaml")):
        assert file.read_bytes() == (example / file.relative_to(tmp_path)).read_bytes()
    assert (tmp_path / "journeys" / "new-machine.yaml").exists()


def test_edits_of_one_thing_are_taken_back_one_after_another(space: Any) -> None:
    from polku.studio.store import Operation, edit, undoable
    from polku.studio.together import undo

    author, texts = edits(space), [text_of(space)]
    new = {"id": "extra", "role": "ole", "does": "waits", "stage": "use"}
    for operation in (
        Operation("add", JOURNEY, "steps", new),
        Operation("set", JOURNEY, "steps/extra/feels", 1),
        Operation("set", JOURNEY, "steps/extra/feels", 2),
    ):
        edit(space, operation, seen=None, author=author)
        texts.append(text_of(space))
    for before in reversed(texts[:-1]):
        last, _ = undoable(space, author)
        assert last is not None
        undo(space, last, author)
        assert text_of(space) == before
    for after in texts[1:]:
        _, again = undoable(space, author)
        assert again is not None
        undo(space, again, author)
        assert text_of(space) == after
