"""The API: rights of each operation, tokens, documents and edits, names, refusals."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

ROOT = "/api/1"
Caller = Callable[..., Any]


@pytest.fixture
def give_token(space: Any, person: Caller) -> Caller:
    """Makes a token, and gives its secret: `give_token("read", right="editor")`."""
    from polku.studio.models import Token
    from polku.studio.tokens import give

    def make(*scopes: str, right: str = "admin", names: bool = True, where: Any = None, **more: Any) -> str:
        make.count += 1  # type: ignore[attr-defined]
        of = person(f"program{make.count}", right=right, space=where or space, names=names)  # type: ignore[attr-defined]
        lasts = more.pop("lasts", dt.timedelta(days=1))
        grants = {"scopes": list(scopes)}
        _, secret = give(Token.API, space=where or space, person=of, grants=grants, lasts=lasts, **more)
        return secret

    make.count = 0  # type: ignore[attr-defined]
    return make


@pytest.fixture
def call(client: Caller) -> Caller:
    """Calls the API: `call(secret, "GET", "/workspaces")`; the answer, with its JSON as `.data`."""

    def send(secret: str | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"authorization": f"Bearer polku_{secret}"} if secret else {}
        given = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer = client().generic(method, ROOT + path, headers={**sent, **headers}, **given)
        answer.data = answer.json() if "json" in answer.get("Content-Type", "") else None
        return answer

    return send


def every_operation() -> list[tuple[str, str, Any]]:
    """Method, route and what ninja knows of it."""
    from polku.studio.api.door import operations
    from polku.studio.api.urls import api

    return [(one.methods[0], route, one) for route, one in operations(api)]


def filled(route: str, slug: str) -> str:
    """A route with something in each of its places."""
    places = {
        "space": slug,
        "kind": "journeys",
        "id": "1",
        "number": "999999",
        "question": "nothing",
        "view": "matrix",
    }
    for name, value in places.items():
        route = route.replace(f"{{{name}}}", value)
    return route


def test_every_operation_stands_behind_a_right(studio: Any) -> None:
    from django.urls import get_resolver

    from polku.studio.api.urls import ROOT as HERE
    from polku.studio.startup import addresses, every_operation_has_a_right

    assert every_operation_has_a_right() == []
    ninjas = {
        route.removeprefix(HERE)
        for route, view in addresses(get_resolver().url_patterns)
        if str(view.__module__).startswith("ninja.") or "functools" in str(type(view))
    }
    declared = {route.lstrip("/").replace("{", "<").replace("}", ">") for _, route, _ in every_operation()}
    assert ninjas == declared, "no address of ninja's is outside of what is declared"


def test_strangers_and_bad_tokens_find_nothing(
    space: Any, call: Caller, give_token: Caller, person: Caller
) -> None:
    from django.utils import timezone

    from polku.studio.models import Membership, Person, Token
    from polku.studio.spaces import new_space

    elsewhere = new_space("elsewhere", person("other"), texts={"polku": "polku: 1\nname: Elsewhere\n"})
    foreign = give_token("admin", where=elsewhere)
    over, revoked, removed, disabled = (
        give_token("admin", lasts=dt.timedelta(seconds=-1)),
        give_token("admin"),
        give_token("admin"),
        give_token("admin"),
    )
    Token.objects.filter(person__email__startswith="program3").update(revoked=timezone.now())
    Membership.objects.filter(person__email__startswith="program4").delete()
    Person.objects.filter(email__startswith="program5").update(is_active=False)
    for method, route, _ in every_operation():
        path = filled(route, space.slug)
        for secret in (None, "made-up", over, revoked, disabled):
            answer = call(secret, method, path)
            assert answer.status_code == 401, f"{method} {path}"
            assert answer["WWW-Authenticate"] == "Bearer"
        if "{space}" in route:
            for secret in (foreign, removed):
                assert call(secret, method, path).status_code == 404, f"{method} {path}"
            assert call(give_token_of(foreign), method, filled(route, "no-such")).status_code == 404
    assert [one["id"] for one in call(foreign, "GET", "/workspaces").data["items"]] == ["elsewhere"]


def give_token_of(secret: str) -> str:
    """The same token; a name for what is meant."""
    return secret


@pytest.mark.parametrize(
    ("right", "scopes", "reaches"),
    [
        ("viewer", ("admin", "names"), "viewer"),
        ("editor", ("write",), "editor"),
        ("admin", ("read",), "viewer"),
        ("admin", ("admin",), "admin"),
        ("admin", ("names",), "viewer"),
    ],
)
def test_a_token_reaches_no_further_than_its_person_and_its_scopes(
    space: Any, call: Caller, give_token: Caller, right: str, scopes: tuple[str, ...], reaches: str
) -> None:
    from polku.studio.api.door import right_of_operation
    from polku.studio.rights import Right

    secret = give_token(*scopes, right=right)
    space.refresh_from_db()
    revision = space.revision
    for method, route, one in every_operation():
        needed = right_of_operation(one)
        assert needed is not None
        status = call(secret, method, filled(route, space.slug)).status_code
        nameless = "names" not in scopes and one.openapi_extra.get("x-polku-names")
        if needed > Right[reaches.upper()] or nameless:
            assert status == 403, f"{method} {route}"
        else:
            assert status not in (401, 403, 500), f"{method} {route} {status}"
        if Right[reaches.upper()] < Right.EDITOR:
            space.refresh_from_db()
            assert space.revision == revision, f"{method} {route}"


def test_a_session_writes_with_the_secret_of_its_page_only(space: Any, owner: Any, client: Caller) -> None:
    body = {"kind": "set", "document": "roles/ole", "path": "job", "value": "Ole"}
    sent = {"data": json.dumps(body), "content_type": "application/json"}
    browser = client(owner, csrf=True)
    assert browser.get(f"{ROOT}/workspaces").status_code == 200
    refused = browser.post(f"{ROOT}/workspaces/{space.slug}/edits", **sent)
    assert refused.status_code == 403
    assert refused.json()["code"] == "csrf"
    browser.get(f"/w/{space.slug}/people/")
    secret = browser.cookies["polku-csrf"].value
    done = browser.post(f"{ROOT}/workspaces/{space.slug}/edits", headers={"x-csrftoken": secret}, **sent)
    assert done.status_code == 200


def test_an_edit_is_done_once_and_a_late_one_gets_both_values(
    space: Any, call: Caller, give_token: Caller
) -> None:
    secret = give_token("write")
    base = f"/workspaces/{space.slug}"
    seen = call(secret, "GET", base).data["revision"]
    body = {"kind": "set", "document": "roles/ole", "path": "job", "value": "Ole the third", "seen": seen}
    first = call(secret, "POST", f"{base}/edits", body, **{"idempotency-key": "once"})
    again = call(secret, "POST", f"{base}/edits", body, **{"idempotency-key": "once"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.data["number"] == again.data["number"] == seen + 1
    late = call(secret, "POST", f"{base}/edits", {**body, "value": "Ole the fourth"})
    assert late.status_code == 409
    assert (late.data["theirs"], late.data["mine"]) == ("Ole the third", "Ole the fourth")
    assert late.data["number"] == seen + 1
    changes = call(secret, "GET", f"{base}/changes?since={seen}").data
    assert [one["path"] for one in changes["items"]] == ["job"]
    undone = call(secret, "POST", f"{base}/changes/{seen + 1}/undo")
    assert undone.data["undoes"] == seen + 1
    assert call(secret, "GET", f"{base}/documents/roles/ole").data["data"]["job"] != "Ole the third"


def test_keys_of_two_callers_do_not_meet(space: Any, call: Caller, give_token: Caller) -> None:
    base = f"/workspaces/{space.slug}"
    numbers = []
    for value in ("one", "two"):
        body = {"kind": "set", "document": "roles/ole", "path": "job", "value": value}
        answer = call(give_token("write"), "POST", f"{base}/edits", body, **{"idempotency-key": "same"})
        numbers.append(answer.data["number"])
    assert numbers[0] != numbers[1]


def test_a_document_is_made_replaced_named_and_taken_away(
    space: Any, call: Caller, give_token: Caller
) -> None:
    secret = give_token("write", "names")
    base = f"/workspaces/{space.slug}"
    made = call(secret, "POST", f"{base}/documents/roles/new-one", {"data": {"id": "new-one", "name": "New"}})
    assert made.status_code == 201
    assert "name: New" in made.data["text"]
    assert (
        call(secret, "POST", f"{base}/documents/roles/new-one", {"text": "id: new-one\n"}).status_code == 422
    )
    text = "# kept\nid: new-one\nname: Newer\n"
    put = call(
        secret, "PUT", f"{base}/documents/roles/new-one", {"text": text, "seen": made.data["revision"]}
    )
    assert put.data["text"] == text
    stale = call(
        secret, "PUT", f"{base}/documents/roles/new-one", {"text": text, "seen": made.data["revision"]}
    )
    assert stale.status_code == 409
    version = call(secret, "POST", f"{base}/versions", {"document": "roles/new-one", "name": "first"})
    assert version.status_code == 201
    assert call(secret, "GET", f"{base}/versions/{version.data['id']}").data["text"] == text
    gone = call(secret, "DELETE", f"{base}/documents/roles/new-one")
    assert gone.data["kind"] == "delete"
    assert call(secret, "GET", f"{base}/documents/roles/new-one").status_code == 404


def test_names_are_hidden_without_the_scope_or_without_the_persons_right(
    space: Any, call: Caller, give_token: Caller
) -> None:
    base = f"/workspaces/{space.slug}"
    path = f"{base}/documents/accounts/legetoj-nord"
    whole = call(give_token("read", "names"), "GET", path).data
    named = [one["name"] for one in whole["data"]["people"] if "name" in one]
    assert named and whole["text"]
    assert not whole["names_hidden"]
    for secret in (give_token("write"), give_token("write", "names", names=False)):
        answer = call(secret, "GET", path)
        assert answer.data["names_hidden"]
        assert answer.data["text"] is None
        for name in named:
            assert name not in answer.content.decode()
        assert call(secret, "GET", f"{base}/export.zip").status_code == 403
        refused = call(secret, "PUT", path, {"data": answer.data["data"]})
        assert refused.status_code == 403, "writing back what one was shown would lose the names"
    writes = give_token("write", "names")
    person = whole["data"]["people"][0]["id"]
    edit = {
        "kind": "set",
        "document": "accounts/legetoj-nord",
        "path": f"people/{person}/name",
        "value": "Secret S.",
    }
    number = call(writes, "POST", f"{base}/edits", edit).data["number"]
    late = call(
        give_token("write"), "POST", f"{base}/edits", {**edit, "value": "Other O.", "seen": number - 1}
    )
    assert late.status_code == 409
    assert "Secret S." not in late.content.decode()
    shown = call(give_token("read"), "GET", f"{base}/changes?since={number - 1}")
    assert shown.data["items"][0]["hidden"]
    assert "Secret S." not in shown.content.decode()


def test_findings_and_export_are_those_of_the_command_line(
    space: Any, call: Caller, give_token: Caller
) -> None:
    from polku.checks.finding_data import finding_data
    from polku.studio.measured import findings_of

    secret = give_token("read", "names")
    base = f"/workspaces/{space.slug}"
    found = call(secret, "GET", f"{base}/findings?limit=3").data
    assert found["items"] == [finding_data(one, "en") for one in findings_of(space)[:3]]
    assert found["next"] == 3
    exported = call(secret, "GET", f"{base}/export.zip")
    names = zipfile.ZipFile(io.BytesIO(exported.content)).namelist()
    assert f"{space.slug}/journeys/new-machine.yaml" in names


def test_every_view_without_data_is_drawn_or_says_what_it_needs(
    space: Any, call: Caller, give_token: Caller
) -> None:
    from polku.studio.api.draw import ANSWERS, DRAWN

    secret = give_token("read")
    base = f"/workspaces/{space.slug}/draw"
    of = "journey=new-machine&account=legetoj-nord&role=ole&width=900"
    for view in DRAWN:
        answer = call(secret, "GET", f"{base}/{view}?{of}")
        if view in ANSWERS:
            assert answer.data["code"] == "lake", view
        else:
            assert answer.content.startswith(b"<svg"), view
    assert call(secret, "GET", f"{base}/matrix?{of}&format=png").content.startswith(b"\x89PNG")
    missing = call(secret, "GET", f"{base}/radar")
    assert missing.status_code == 422
    assert "ole" in missing.data["message"]
    assert call(secret, "GET", f"{base}/wheel?{of}&lanes=emotion").status_code == 422


def test_every_answer_is_drawn_as_it_is_measured(
    measured_space: Any, call: Caller, give_token: Caller
) -> None:
    from polku.studio.api.draw import ANSWERS

    secret = give_token("read")
    base = f"/workspaces/{measured_space.slug}/draw"
    for view in ANSWERS:
        more = "&improvement=manual" if view == "effect" else ""
        answer = call(secret, "GET", f"{base}/{view}?journey=new-machine&width=900{more}")
        assert answer.content.startswith(b"<svg"), (view, answer.data)
    split = call(secret, "GET", f"{base}/touches?by=role")
    assert split.content != call(secret, "GET", f"{base}/touches").content
    refused = call(secret, "GET", f"{base}/deals?window=P90D")
    assert refused.status_code == 422 and "window" in refused.data["message"]


def test_an_import_becomes_a_job_that_can_be_cancelled(
    space: Any, client: Caller, give_token: Caller
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    secret = give_token("write")
    headers = {"authorization": f"Bearer {secret}"}
    base = f"{ROOT}/workspaces/{space.slug}"
    file = SimpleUploadedFile("events.csv", b"account,activity,time\nA,call,2026-01-01\n")
    made = client().post(f"{base}/imports", {"files": file}, headers=headers)
    assert made.status_code == 202, made.content
    job = made.json()
    assert (job["kind"], job["state"]) == ("import", "waiting")
    listed = client().get(f"{base}/jobs?state=waiting", headers=headers).json()
    assert [one["id"] for one in listed["items"]] == [job["id"]]
    assert client().post(f"{base}/jobs/{job['id']}/cancel", headers=headers).status_code == 200
    assert client().post(f"{base}/imports", headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("language", "word"), [("en", "token"), ("fi", "avain"), ("sv", "nyckel"), ("da", "nøgle")]
)
def test_refusals_speak_the_language_that_is_accepted(
    space: Any, call: Caller, language: str, word: str
) -> None:
    answer = call(None, "GET", "/workspaces", **{"accept-language": language})
    assert set(answer.data) == {"code", "message"}
    assert word in answer.data["message"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'{"kind": "set", "document": "roles/ole", "path": "job", "value": NaN}', "application/json"),
        (b'{"kind": "set", "document": "roles/ole", "path": "job", "value": "\\ud800"}', "application/json"),
        (b'{"kind": "set", "document": "../../etc", "path": "job", "value": 1}', "application/json"),
        (b'{"kind": "set", "document": "roles/ole", "path": "job", "extra": 1}', "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
def test_a_bad_body_is_refused_in_words(
    space: Any, client: Caller, give_token: Caller, body: bytes, kind: str
) -> None:
    headers = {"authorization": f"Bearer {give_token('write')}"}
    path = f"{ROOT}/workspaces/{space.slug}/edits"
    answer = client().generic("POST", path, data=body, content_type=kind, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["code"] in ("invalid", "unreadable")


def test_a_body_without_end_is_refused(space: Any, client: Caller, give_token: Caller) -> None:
    headers = {"authorization": f"Bearer {give_token('write')}"}
    path = f"{ROOT}/workspaces/{space.slug}/edits"
    answer = client().generic(
        "POST", path, data=b" " * 5_100_000, content_type="application/json", headers=headers
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"


def test_too_many_requests_are_put_off(
    space: Any, call: Caller, give_token: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from polku.studio.api import door

    monkeypatch.setattr(door, "A_MINUTE", 2)
    monkeypatch.setattr(door.time, "time", lambda: 1_000_000_000.0)
    secret = give_token("read")
    answers = [call(secret, "GET", "/workspaces") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2]["Retry-After"]) == 20
    assert call(give_token("read"), "GET", "/workspaces").status_code == 200


def test_where_there_is_no_operation_the_answer_is_json_all_the_same(studio: Any, client: Caller) -> None:
    assert client().get(f"{ROOT}/no-such-thing").json()["code"] == "not-found"
    assert client().get("/api/2/").json()["code"] == "not-found"


def test_parameters_of_measures_are_the_options_of_the_command(studio: Any) -> None:
    from polku.cli.asking import OPTIONS
    from polku.studio.api.questions import SHAPED

    told = {name.removeprefix("--").replace("-", "_"): field for field, name in OPTIONS.items()}
    assert {name: SHAPED.get(name) for name in told} == told


def test_a_token_is_made_shown_once_used_and_revoked_on_its_page(
    space: Any, owner: Any, client: Caller, call: Caller
) -> None:
    from polku.studio.models import Token

    browser = client(owner)
    page = f"/w/{space.slug}/people/tokens/"
    asked = {"label": "Nightly report", "scope": ["read", "names"], "days": "30"}
    made = browser.post(page, asked).content.decode()
    secret = made.partition('value="polku_')[2].partition('"')[0]
    token = Token.objects.get(label="Nightly report")
    assert token.hash != secret
    assert call(secret, "GET", "/workspaces").status_code == 200
    again = browser.get(page).content.decode()
    assert secret not in again
    assert "Nightly report" in again
    assert browser.post(f"{page}{token.pk}/").status_code == 302
    assert call(secret, "GET", "/workspaces").status_code == 401
    for bad in ({**asked, "scope": []}, {**asked, "days": "4000"}, {**asked, "label": ""}):
        assert browser.post(page, bad).status_code == 422


def test_measures_without_data_say_so(space: Any, call: Caller, give_token: Caller) -> None:
    secret = give_token("read")
    base = f"/workspaces/{space.slug}/measure"
    assert call(secret, "GET", f"{base}/paths").data["code"] == "lake"
    wrong = call(secret, "GET", f"{base}/steps?journey=new-machine&window=P90D")
    assert (wrong.status_code, wrong.data["code"]) == (422, "question")
    assert "window" in wrong.data["message"]


@pytest.mark.parametrize(
    "address", ["/api/1/nothing", "/api/1/workspaces/hoppebold/documents/a%0Ab", "/api/"]
)
def test_an_address_that_is_none_is_refused_as_programs_expect(client: Any, address: str) -> None:
    answer = client().get(address)

    assert answer.status_code == 404
    assert answer.json()["code"] == "not-found"
