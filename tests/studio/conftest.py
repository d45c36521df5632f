"""A studio with an empty database, a browser's client, people and the example workspace."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Django on a data folder of its own, its database set up; the folder."""
    folder = tmp_path_factory.mktemp("studio")
    os.environ.update(POLKU_DATA=str(folder), POLKU_DEBUG="1", DJANGO_SETTINGS_MODULE="polku.studio.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
    # As in production: a defect answers 500, and shows no insides.
    (folder / "static").mkdir()
    settings.DEBUG = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", interactive=False, verbosity=0)
    yield folder


@pytest.fixture
def database(studio: Path) -> Iterator[Path]:
    """The database, as it was before the test when the test is over; the data folder."""
    from django.db import transaction

    from polku.studio import measured, store

    store._WORKSPACES.clear()
    measured._KEPT.clear()
    with transaction.atomic():
        yield studio
        transaction.set_rollback(True)
    shutil.rmtree(studio / "spaces", ignore_errors=True)


@pytest.fixture
def person(database: Path) -> Callable[..., Any]:
    """Makes people: `person("maija", right="editor", space=space, names=True)`."""
    from polku.studio.models import Membership, Person

    def make(name: str, *, right: str = "", space: Any = None, names: bool = False, **fields: Any) -> Any:
        made = Person.objects.create_user(
            f"{name}@example.com", "a long pass phrase", name=name.title(), **fields
        )
        if space is not None and right:
            Membership.objects.create(space=space, person=made, right=right, names=names)
        return made

    return make


@pytest.fixture
def client(database: Path) -> Callable[..., Any]:
    """Makes browsers' clients: `client()` for a stranger, `client(person)` for somebody signed in."""
    from django.test import Client

    def make(someone: Any = None, *, csrf: bool = False, language: str = "en") -> Any:
        browser = Client(enforce_csrf_checks=csrf, headers={"accept-language": language})
        if someone is not None:
            browser.force_login(someone)
        return browser

    return make


@pytest.fixture
def space(database: Path, person: Callable[..., Any]) -> Any:
    """The example as a workspace without data; its admin is owner@example.com."""
    import datetime as dt

    from polku.studio.spaces import new_space, texts_of_folder

    return new_space(
        "hoppebold", person("owner"), texts=texts_of_folder(EXAMPLE), today=dt.date(2026, 11, 18)
    )


@pytest.fixture
def owner(space: Any) -> Any:
    """The admin of the example."""
    from polku.studio.models import Person

    return Person.objects.get(email="owner@example.com")
