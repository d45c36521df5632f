"""Several edits as one act."""

from __future__ import annotations

from typing import Any

import pytest

from polku.errors import DocumentError


def _texts(space: Any) -> dict[str, str]:
    from polku.studio.store import texts_of

    return texts_of(space)


@pytest.mark.parametrize(
    ("kind", "id"), [("roles", "ole"), ("touchpoints", "support"), ("teams", "service"), ("channels", "web")]
)
def test_a_thing_renamed_everywhere_is_named_nowhere_by_its_old_id_and_one_undo_gives_every_letter_back(
    space: Any, owner: Any, kind: str, id: str
) -> None:
    from polku.checks.uses import uses
    from polku.studio.store import Author, undoable, workspace_of
    from polku.studio.together import rename, undo

    before, author = _texts(space), Author(owner)
    workspace = workspace_of(space)
    places = len(uses(workspace, kind, id))
    rename(space, workspace, kind, id, "renamed-thing", author=author)
    workspace = workspace_of(space)
    assert places > 0 and len(uses(workspace, kind, "renamed-thing")) == places
    assert uses(workspace, kind, id) == () and id not in getattr(workspace, kind)
    assert not workspace.problems
    last, _ = undoable(space, author)
    assert last is not None
    undo(space, last, author)
    assert _texts(space) == before
    _, again = undoable(space, author)
    assert again is not None
    undo(space, again, author)
    assert "renamed-thing" in getattr(workspace_of(space), kind)


def test_an_id_that_is_taken_or_none_renames_nothing(space: Any, owner: Any) -> None:
    from polku.studio.store import Author, workspace_of
    from polku.studio.together import rename

    before = _texts(space)
    for new in ("per", "No Id!", ""):
        with pytest.raises(DocumentError):
            rename(space, workspace_of(space), "roles", "ole", new, author=Author(owner))
    assert _texts(space) == before


def test_where_one_edit_cannot_be_none_is_done(space: Any, owner: Any) -> None:
    from polku.studio.store import Author, Operation
    from polku.studio.together import edit_together

    before = _texts(space)
    steps = [Operation("set", "polku", "name", "Other"), Operation("set", "roles/nobody", "name", "x")]
    with pytest.raises(DocumentError):
        edit_together(space, steps, seen=None, author=Author(owner))
    assert _texts(space) == before
