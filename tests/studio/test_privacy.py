"""Who is erased in the studio is gone from its database, its records and its files, to the byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.privacy.planted import FORMS, NAME, REF

ROOT = Path(__file__).parents[2]


def planted_space(owner: Any, folder: Path) -> Any:
    """A workspace of the studio where the person went through every door of it, too."""
    from polku.sources.importing import import_files
    from polku.studio import audit, store
    from polku.studio.folders import folder_of
    from polku.studio.models import Comment
    from polku.studio.spaces import new_space, texts_of_folder
    from tests.privacy.planted import make

    source, exports = make(folder)
    space = new_space("Nord", owner, texts=texts_of_folder(source))
    author = store.Author(owner)
    name = "accounts/nord-toys"
    store.name_version(space, name, f"Before {NAME} left", author)
    store.edit(
        space,
        store.Operation("set", name, "understanding/buying/note", f"{NAME} left"),
        seen=None,
        author=author,
    )
    store.edit(space, store.Operation("set", name, "people/p1/name", "Quirina Z"), seen=None, author=author)
    store.edit(space, store.Operation("set", name, "people/p1/name", NAME), seen=None, author=author)
    Comment.objects.create(space=space, document=name, text=f"Who calls {NAME}?", person=owner)
    Comment.objects.create(space=space, document=name, text="Fine", guest=NAME)
    audit.write("imported", space=space, person=owner, files=f"{NAME}.csv")
    import_files(store.workspace_of(space), folder_of(space), exports)
    for given in ("uploads", "exports"):
        (folder_of(space) / given).mkdir()
        (folder_of(space) / given / "file.csv").write_text(NAME)
    return space


def rows_of(space: Any) -> str:
    from polku.studio.models import Audit, Change, Comment, Document, Job, NamedVersion

    models = (Audit, Change, Comment, Document, Job, NamedVersion)
    return repr([list(model.objects.filter(space=space).values()) for model in models])


def test_the_page_shows_what_is_held_and_erases_it(
    person: Callable[..., Any], client: Callable[..., Any], tmp_path: Path
) -> None:
    from polku.studio.models import Job, Membership
    from polku.studio.store import workspace_of

    owner = person("owner")
    space = planted_space(owner, tmp_path)
    Membership.objects.filter(space=space, person=owner).update(names=True)
    browser, address = client(owner), f"/w/{space.slug}/data/people/"

    assert browser.get(address).status_code == 200
    page = browser.post(address, {"who": NAME}).content.decode()
    assert "accounts/nord-toys" in page
    assert "<td>Person in a source</td>" in page and "source_people" not in page
    assert browser.post(address + "held/", {"who": REF}).content[:2] == b"PK"
    unknown = browser.post(address, {"who": "Nobody Known"})
    assert unknown.status_code == 422 and 'name="who" value="Nobody Known"' in unknown.content.decode()
    assert browser.post(address + "erase/", {"who": NAME}).status_code == 422
    assert not Job.objects.filter(kind="erase").exists()
    assert browser.post(address + "erase/", {"who": NAME}).status_code == 422
    assert browser.post(address + "erase/", {"who": NAME, "sure": "1"}).status_code == 302

    from polku.studio.jobs import run_job

    job = Job.objects.get(kind="erase")
    assert NAME not in repr(job.asked)
    run_job.func(job.pk)
    job.refresh_from_db()
    assert job.state == Job.DONE, job.error
    left = rows_of(space).casefold()
    assert [form for form in FORMS if form.casefold() in left] == []
    space.refresh_from_db()
    account = workspace_of(space).accounts["nord-toys"]
    assert account.people[0].name == job.asked["pseudonym"] and account.people[1].name == "Pekka Laine"
    assert job.asked["pseudonym"] in browser.get(address).content.decode()


def test_only_admins_who_may_see_names_come_here(
    space: Any, owner: Any, person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    from polku.studio.models import Membership

    address = f"/w/{space.slug}/data/people/"
    assert client(person("ed", right="editor", space=space, names=True)).get(address).status_code == 403
    Membership.objects.filter(person=owner).update(names=False)
    assert client(owner).get(address).status_code == 403


@pytest.mark.long
def test_no_byte_of_the_data_folder_is_left(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
import django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from polku.studio.models import Person
from tests.studio.test_privacy import planted_space
from polku.studio.erasing import erase_everywhere, erase_person
from polku.studio.store import workspace_of
from polku.studio.folders import folder_of
owner = Person.objects.create_user("owner@example.com")
space = planted_space(owner, Path(sys.argv[1]))
erase_person(folder_of(space), workspace_of(space), "Quirina Zylberstein", space=space, person=owner)
erase_everywhere(space)
"""
    data, outside = tmp_path / "data", tmp_path / "outside"
    data.mkdir()
    environment = {
        **os.environ,
        "POLKU_DATA": str(data),
        "POLKU_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "polku.studio.settings",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "-c", code, str(outside)], env=environment, cwd=ROOT, check=True)
    from tests.privacy.test_forget import hits

    assert (data / "studio.sqlite3").exists() and hits(data) == []
