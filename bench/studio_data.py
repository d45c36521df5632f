"""A large studio to time: the example with many journeys, and its records many times over."""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import os
import sys
import tempfile
from pathlib import Path

EXAMPLE = Path(__file__).parents[1] / "examples" / "hoppebold"
TODAY = dt.date(2026, 11, 18)
TABLES = (
    "events",
    "accounts",
    "people",
    "memberships",
    "deals",
    "deal_people",
    "contracts",
    "objects",
    "texts",
    "consents",
    "spend",
)
IDS = (
    "account_id",
    "person_id",
    "deal_id",
    "case_id",
    "event_id",
    "contract_id",
    "object_id",
    "parent",
    "referred_by",
)
"""Columns that say who or which: each copy of the records has its own."""


def records(lake: Path, events: int) -> int:
    """Write a lake of the example's records, copied until there are so many events; how many there are."""
    from polku.formats import read_workspace
    from polku.records.engine import Engine, name
    from polku.records.lake import Lake
    from polku.records.publish import Staged, publish
    from polku.records.schema import RECORDS
    from polku.sources.importing import import_files

    with tempfile.TemporaryDirectory(prefix="polku-bench-") as scratch:
        small, staged = Path(scratch) / "small", Path(scratch) / "staged"
        _simulated(small / "exports")
        import_files(read_workspace(EXAMPLE), small, [small / "exports"])
        version = Lake(small / "lake").open()
        staged.mkdir()
        there = version.count("events")
        copies = max(1, round(events / there))
        with Engine(ordered=True, memory_limit="4GB") as engine:
            for table in TABLES:
                if not version.count(table):
                    continue
                columns = ", ".join(
                    f"CASE WHEN k = 0 THEN {name(one.name)} ELSE {name(one.name)} || '~' || k END AS {name(one.name)}"
                    if one.name in IDS
                    else name(one.name)
                    for one in RECORDS[table].columns
                )
                many = copies if any(one.name in IDS for one in RECORDS[table].columns) else 1
                engine.write(
                    f"SELECT {columns} FROM {{it}}, range({many}) AS copies(k)",
                    staged / f"{table}.parquet",
                    tables={"it": version.relation(table)},
                )
        publish(Lake(lake), [Staged(staged, "bench", "bench", "bench")], memory_limit="4GB")
    return there * copies


def _simulated(folder: Path) -> None:
    spec = importlib.util.spec_from_file_location("simulate", EXAMPLE / "simulate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_exports(folder)


def texts(journeys: int) -> dict[str, str]:
    """The example's documents, its journey so many times."""
    from polku.studio.spaces import texts_of_folder

    found = texts_of_folder(EXAMPLE)
    first = found["journeys/new-machine"]
    for number in range(2, journeys + 1):
        id = f"new-machine-{number}"
        copy = first.replace("id: new-machine\n", f"id: {id}\n", 1)
        lines = [
            f"{line.rstrip()} {number}" if line.startswith("name: ") else line for line in copy.splitlines()
        ]
        found[f"journeys/{id}"] = "\n".join(lines) + "\n"
    return found


def main() -> None:
    """Fill the data folder of POLKU_DATA; prints the cookies of its people and what there is, as JSON."""
    journeys, events, people = (int(one) for one in sys.argv[1:4])
    import django

    django.setup()
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    from polku.studio.folders import folder_of
    from polku.studio.models import Membership, Person
    from polku.studio.spaces import new_space

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    cookies = []
    owner = Person.objects.create_user("owner@example.com", None, name="Owner")
    space = new_space("bench", owner, texts=texts(journeys), today=TODAY)
    there = records(folder_of(space) / "lake", events)
    for number in range(people):
        person = Person.objects.create_user(f"person{number}@example.com", None, name=f"Person {number}")
        Membership.objects.create(space=space, person=person, right="editor", names=True)
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        cookies.append(session.session_key)
    print(json.dumps({"cookies": cookies, "events": there, "space": space.slug}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polku.studio.settings")
    main()
