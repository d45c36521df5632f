"""A studio with an empty database, a browser's client, people and the example workspace.

With POLKU_TEST_DATABASE the studio keeps its database in PostgreSQL: `own` starts one for the run, an
address takes that server, and makes databases of its own on it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import new_database, postgres

EXAMPLE = Path(__file__).parents[2] / "examples" / "hoppebold"


@pytest.fixture(scope="session")
def kept_in() -> Iterator[Callable[[], dict[str, str]]]:
    """Makes databases: the environment of a new one; empty for SQLite, which lies in the data folder."""
    wanted = os.environ.get("POLKU_TEST_DATABASE")
    if not wanted:
        yield dict
        return
    with postgres(None if wanted == "own" else wanted) as server:
        yield lambda: new_database(server)


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory, kept_in: Callable[[], dict[str, str]]) -> Iterator[Path]:
    """Django on a data folder of its own, its database set up; the folder."""
    folder = tmp_path_factory.mktemp("studio")
    os.environ.update(kept_in())
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

    from polku.studio import kept, measured, reading

    reading.forget()
    measured.forget()
    kept.PATIENCE = 60.0
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


SEED = """
import datetime as dt, json, sys
from pathlib import Path
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
from polku.studio.models import Membership, Person
from polku.studio.spaces import new_space, texts_of_folder
cookies = {}
for name in ("owner", "second", "viewer"):
    person = Person.objects.create_user(f"{name}@example.com", None, name=name.title())
    if name == "owner":
        example = texts_of_folder(Path(sys.argv[1]))
        space = new_space("hoppebold", person, texts=example, today=dt.date(2026, 11, 18))
        empty = {"polku": "name: Empty Ltd\\nlanguage: en\\n"}
        new_space("empty", person, texts=empty, today=dt.date(2026, 11, 18))
    else:
        right = "viewer" if name == "viewer" else "editor"
        Membership.objects.create(space=space, person=person, right=right, names=name == "second")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    cookies[name] = session.session_key
print(json.dumps(cookies))
"""


@dataclass(frozen=True)
class Live:
    """A studio that answers on a port of this machine, on a data folder of its own.

    Args:
        url: without a slash at its end; it holds the workspaces hoppebold (the example) and empty.
        cookies: value of the session cookie of the people `owner`, `second` (an editor) and `viewer`.
        around: environment that leads to its database, where that is no file of the folder.
    """

    url: str
    folder: Path
    cookies: dict[str, str]
    around: dict[str, str]


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory, kept_in: Callable[[], dict[str, str]]) -> Iterator[Live]:
    """A studio in a process of its own, for browsers."""
    import json
    import socket
    import subprocess
    import sys
    import time
    import urllib.request

    folder = tmp_path_factory.mktemp("live")
    database = kept_in()
    around = {
        **os.environ,
        **database,
        "POLKU_DATA": str(folder),
        "POLKU_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "polku.studio.settings",
    }
    seeded = subprocess.run(
        [sys.executable, "-c", SEED, str(EXAMPLE)], env=around, capture_output=True, text=True, check=True
    )
    cookies = json.loads(seeded.stdout.splitlines()[-1])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "uvicorn", "polku.studio.asgi:application", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, *command, "--log-level", "warning", "--timeout-graceful-shutdown", "1"],
        env=around,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://localhost:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{url}/colours.css", timeout=2).close()
                break
            except OSError:
                time.sleep(0.25)
        yield Live(url, folder, cookies, database)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()


@pytest.fixture
def browse(live: Live, chromium: str) -> Iterator[Callable[..., Any]]:
    """Opens pages of the live studio: `browse("owner", "/w/hoppebold/")`; each is a browser of its own.

    A page keeps what its console complained about in `page.complaints`.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )

        def open_page(name: str, path: str, **around: Any) -> Any:
            around = {"viewport": {"width": 1600, "height": 1000}, "locale": "en-GB", **around}
            context = browser.new_context(**around)
            cookie = {"name": "polku-session", "value": live.cookies[name], "url": live.url}
            context.add_cookies([cookie])
            page = context.new_page()
            # A busy machine is no defect.
            page.set_default_navigation_timeout(90_000)
            page.complaints = []
            page.on("pageerror", lambda error: page.complaints.append(str(error)))
            page.on(
                "console", lambda said: page.complaints.append(said.text) if said.type == "error" else None
            )
            page.goto(f"{live.url}{path}")
            return page

        yield open_page
        browser.close()


@pytest.fixture
def measured_space(space: Any, example_data: Path) -> Any:
    """The example as a workspace with its data."""
    from polku.studio.spaces import take_lake

    take_lake(space, example_data)
    return space
