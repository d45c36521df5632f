"""Twenty people edit one map at once, on a server of its own: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.studio.conftest import Live

EDITORS, EDITS = 20, 25
STEPS = ("read-guide", "call-support", "sign", "machine-arrives")
TOKEN = """
import datetime as dt
import django
django.setup()
from polku.studio.api import door
from polku.studio.models import Person, Space, Token
from polku.studio.tokens import give
person, space = Person.objects.get(email="owner@example.com"), Space.objects.get(slug="hoppebold")
for _ in range({count}):
    print(give(Token.API, space=space, person=person, grants={{"scopes": ["write"]}}, lasts=dt.timedelta(days=1))[1])
"""


def _tokens(live: Live, count: int) -> list[str]:
    around = {
        **os.environ,
        **live.around,
        "POLKU_DATA": str(live.folder),
        "POLKU_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "polku.studio.settings",
    }
    made = subprocess.run(
        [sys.executable, "-c", TOKEN.format(count=count)],
        env=around,
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.split()


def _call(
    live: Live, secret: str, method: str, path: str, body: Any = None, key: str = ""
) -> tuple[int, Any]:
    request = urllib.request.Request(
        f"{live.url}/api/1/workspaces/hoppebold{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            **({"Idempotency-Key": key} if key else {}),
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def _edit(live: Live, secret: str, number: int) -> list[tuple[int, str, int]]:
    """What one editor does: number, place and value of each edit that was acknowledged."""
    chance, kept = random.Random(number), []
    seen = _call(live, secret, "GET", "")[1]["revision"]
    for turn in range(EDITS):
        path, value = f"steps/{chance.choice(STEPS)}/feels", chance.randint(-2, 2)
        body = {
            "kind": "set",
            "document": "journeys/new-machine",
            "path": path,
            "value": value,
            "seen": seen,
        }
        key = f"{number}-{turn}"
        status, said = _call(live, secret, "POST", "/edits", body, key)
        assert status in (200, 409), said
        if status == 200:
            kept.append((said["number"], path, value))
            if chance.random() < 0.2:
                again = _call(live, secret, "POST", "/edits", body, key)[1]
                assert again["number"] == said["number"], "sent twice, done once"
        seen = said["number"]
    return kept


@pytest.mark.long
def test_no_edit_of_twenty_editors_is_lost(live: Live) -> None:
    *secrets, reader = _tokens(live, EDITORS + 1)
    first = _call(live, reader, "GET", "")[1]["revision"]
    with ThreadPoolExecutor(EDITORS) as people:
        done = list(people.map(lambda one: _edit(live, one[1], one[0]), enumerate(secrets)))
    kept = sorted(one for of_editor in done for one in of_editor)
    assert len(kept) > EDITORS, "not all of them stood in one another's way"

    told: list[tuple[int, str, int]] = []
    since, more = first, True
    while more:
        page = _call(live, reader, "GET", f"/changes?since={since}&limit=200")[1]
        told += [(one["number"], one["path"], one["after"]) for one in page["items"]]
        more, since = page["more"], page["items"][-1]["number"]
    assert told == kept, "the history holds what was acknowledged, and nothing else"
    numbers = [number for number, _, _ in told]
    assert numbers == list(range(first + 1, first + 1 + len(told))), "no gap and no double"
    assert max(Counter(numbers).values()) == 1

    document = _call(live, reader, "GET", "/documents/journeys/new-machine")[1]["data"]
    now = {f"steps/{one['id']}/feels": one.get("feels") for one in document["steps"]}
    last = {path: value for _, path, value in told}
    assert {path: now[path] for path in last} == last, "the document is the history, replayed"
