"""The API against its own schema: whatever is sent, the answer is one that the schema tells of."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.studio.from_schema import PLAIN, TEXT, fitting

KNOWN = {
    "kind": ["roles", "journeys", "accounts", "evidence"],
    "id": ["new-machine", "ole", "legetoj-nord", "1"],
    "number": [1, 2, 30],
    "question": ["paths", "steps", "funnel", "time", "attribution"],
    "journey": ["new-machine"],
    "account": ["legetoj-nord"],
    "role": ["ole"],
    "document": ["journeys/new-machine", "roles/ole", "polku"],
    "path": ["name", "steps", "steps/1", "steps/1/feels", "goals", "goals/1", "people/p1/name"],
}
"""Values there is something behind, so that not every call ends at the door."""


@pytest.fixture(scope="module")
def schema(studio: Any) -> dict[str, Any]:
    """The schema as programs read it."""
    from polku.studio.api.urls import schema as made

    whole: dict[str, Any] = json.loads(json.dumps(made()))
    return whole


def every(schema: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Path, method and what the schema says of it."""
    return [
        (path, method, one) for path, of_path in schema["paths"].items() for method, one in of_path.items()
    ]


def test_every_operation_stands_in_the_schema_with_its_right_and_refusals(schema: dict[str, Any]) -> None:
    from polku.studio.api.door import operations
    from polku.studio.api.urls import api

    told = {(method.upper(), path) for path, method, _ in every(schema)}
    assert told == {(one.methods[0], f"/api/1{route}") for route, one in operations(api)}
    for path, method, one in every(schema):
        assert one["x-polku-right"] in ("person", "viewer", "editor", "admin"), path
        assert {"401", "403", "404", "422", "429"} <= set(one["responses"]), path
        assert one["description"] and one["summary"]
        for parameter in one["parameters"]:
            if parameter["name"] == "limit":
                assert parameter["schema"]["maximum"] <= 10_000, f"{method} {path} is not bounded"


def test_the_schema_is_one_that_programs_can_read(schema: dict[str, Any], client: Callable[..., Any]) -> None:
    for shape in schema["components"]["schemas"].values():
        Draft202012Validator.check_schema(shape)
    references = {word for word in json.dumps(schema).split('"') if word.startswith("#/components/")}
    missing = {one for one in references if one.rpartition("/")[2] not in schema["components"]["schemas"]}
    assert not missing
    assert client().get("/api/1/openapi.json").json()["info"]["title"] == "polku"


@settings(
    max_examples=6 if os.environ.get("POLKU_TEST_CASES", "steady") == "steady" else 100,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
)
@given(data=st.data())
def test_whatever_is_sent_the_answer_is_in_the_schema(
    data: st.DataObject,
    space: Any,
    owner: Any,
    client: Callable[..., Any],
    schema: dict[str, Any],
    secret: str,
) -> None:
    for path, method, one in every(schema):
        ask(data, client, schema, secret, space.slug, path, method, one)


@pytest.fixture
def secret(space: Any, owner: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A token that may do everything, as often as it likes."""
    from polku.studio.api import door
    from polku.studio.models import Token
    from polku.studio.tokens import give

    monkeypatch.setattr(door, "A_MINUTE", 10**9)
    grants = {"scopes": ["admin", "names"]}
    return give(Token.API, space=space, person=owner, grants=grants, lasts=dt.timedelta(days=1))[1]


def ask(
    data: st.DataObject,
    client: Callable[..., Any],
    schema: dict[str, Any],
    secret: str,
    slug: str,
    path: str,
    method: str,
    one: dict[str, Any],
) -> None:
    """Send something to an operation, and hold the answer against what the schema says."""
    query: dict[str, Any] = {}
    headers = {"authorization": f"Bearer {secret}"}
    for parameter in one["parameters"]:
        name, shape = parameter["name"], parameter["schema"]
        if name == "space":
            path = path.replace("{space}", slug)
            continue
        usual = [st.sampled_from(KNOWN[name])] * 3 if name in KNOWN else []
        value = st.one_of(*usual, fitting(shape, schema), TEXT)
        if parameter["in"] == "path":
            sent = data.draw(value, label=name)
            path = path.replace(f"{{{name}}}", quote(str(sent), safe="") or "x")
        elif parameter["in"] == "query" and data.draw(st.booleans()):
            query[name] = data.draw(value, label=name)
        elif parameter["in"] == "header" and data.draw(st.booleans()):
            headers[name] = data.draw(
                st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)
            )
    more: dict[str, Any] = {}
    if "requestBody" in one and "application/json" in one["requestBody"]["content"]:
        shape = one["requestBody"]["content"]["application/json"]["schema"]
        body = data.draw(st.one_of(_body(shape, schema), fitting(shape, schema), PLAIN), label="body")
        more = {"data": json.dumps(body), "content_type": "application/json"}
    whole = path + (f"?{urlencode(query)}" if query else "")
    answer = client().generic(method.upper(), whole, headers=headers, **more)
    _hold(answer, one, schema, f"{method} {whole} {more.get('data', '')[:300]}")


def _body(shape: Any, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A body whose names are often those of things that are there."""

    def known(body: Any) -> st.SearchStrategy[Any]:
        if not isinstance(body, dict):
            return st.just(body)
        kept = {
            name: st.one_of(st.sampled_from(KNOWN[name]), st.just(body[name]))
            for name in body
            if name in KNOWN
        }
        return st.fixed_dictionaries(kept).map(lambda found: {**body, **found})

    return fitting(shape, schema).flatmap(known)


def _hold(answer: Any, one: dict[str, Any], schema: dict[str, Any], sent: str) -> None:
    code = str(answer.status_code)
    assert answer.status_code < 500, f"{sent}\n{answer.content.decode()[:500]}"
    if code == "404" and "application/json" not in answer["Content-Type"]:
        pytest.fail(f"{sent}: not our own refusal")
    if answer.status_code == 405:
        return
    assert code in one["responses"], f"{sent}: {code} is not told of"
    shape = one["responses"][code].get("content", {}).get("application/json", {}).get("schema")
    if shape is not None:
        Draft202012Validator({**shape, "components": schema["components"]}).validate(answer.json())
