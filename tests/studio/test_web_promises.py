"""What every answer, form and password keeps to, whatever the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.studio.test_rights import filled, routes

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def _safe(answer: Any, where: str) -> None:
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy, where
    for name, value in ALWAYS.items():
        assert answer[name] == value, f"{where} {name}"


def test_every_address_answers_with_safe_headers_errors_and_files_too(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    inside, outside = client(owner), client()
    inside.raise_request_exception = outside.raise_request_exception = False
    for route, _ in routes():
        path = filled(route, space.slug)
        for browser in (inside, outside):
            _safe(browser.get(path), path)
    for path in ("/no-such-page", "/static/nothing.css", "/w/", "/api/1/nothing"):
        _safe(inside.get(path), path)
    _safe(inside.post("/no-such-page"), "404 of a form")
    _safe(inside.get(f"/w/{space.slug}/export/zip/"), "a file")


def test_every_address_that_writes_wants_the_secret_of_its_page(
    space: Any, owner: Any, client: Callable[..., Any]
) -> None:
    browser, revision = client(owner, csrf=True), space.revision
    for route, view in routes():
        for method in {"POST", "PUT", "PATCH", "DELETE"} & set(view.polku_methods):
            answer = browser.generic(method, filled(route, space.slug))
            assert answer.status_code == 403, f"{method} {route}"
    space.refresh_from_db()
    assert space.revision == revision


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_no_door_leads_out_of_the_studio(
    person: Callable[..., Any], client: Callable[..., Any], elsewhere: str
) -> None:
    someone = person("maija")
    browser = client(someone)
    assert browser.post("/choose/", {"theme": "dark", "back": elsewhere})["Location"] == "/"
    signing_in = client().post(
        "/sign-in/",
        {"login": someone.email, "password": "a long pass phrase", "next": elsewhere},
    )
    assert signing_in.status_code == 302 and signing_in["Location"].startswith("/")
    assert "evil" not in signing_in["Location"]


def test_somebody_who_tries_passwords_is_put_off(
    person: Callable[..., Any], client: Callable[..., Any]
) -> None:
    from django.core.cache import cache

    cache.clear()
    someone, browser = person("maija"), client()
    for _ in range(6):
        browser.post("/sign-in/", {"login": someone.email, "password": "not this one at all"})
    right = browser.post("/sign-in/", {"login": someone.email, "password": "a long pass phrase"})
    cache.clear()
    assert right.status_code in (200, 429), "the right one is not let in either"


@pytest.mark.parametrize(
    ("password", "factor", "taken"),
    [
        ("fourteen chars", False, False),
        ("fifteen  letter", False, True),
        ("eight ok", False, False),
        ("eight ok", True, True),
        ("7 chars", True, False),
        ("password", True, False),
        ("maija@example.com", False, False),
    ],
)
def test_a_password_is_long_or_has_a_second_factor_beside_it(
    person: Callable[..., Any], password: str, factor: bool, taken: bool
) -> None:
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    someone = person("maija")
    if factor:
        Authenticator.objects.create(user=someone, type=Authenticator.Type.TOTP, data={"secret": "x"})
    if taken:
        validate_password(password, someone)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, someone)


LOOK = """
import json
from polku.studio import settings
print(json.dumps({name: getattr(settings, name) for name in dir(settings) if name.isupper()}, default=str))
"""


def _settings(folder: Path, **around: str) -> dict[str, Any]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("POLKU_")}
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**known, "POLKU_DATA": str(folder), **around},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_with_https_cookies_are_bound_to_it_and_browsers_stay_with_it(tmp_path: Path) -> None:
    found = _settings(tmp_path, POLKU_HTTPS="1", POLKU_HOSTS="polku.example")
    assert found["DEBUG"] is False
    assert found["SESSION_COOKIE_SECURE"] and found["CSRF_COOKIE_SECURE"] and found["SESSION_COOKIE_HTTPONLY"]
    assert found["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert found["CSRF_COOKIE_NAME"].startswith("__Host-")
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert found["ALLOWED_HOSTS"] == ["polku.example"]


def test_the_secret_is_each_folders_own_and_a_short_one_is_refused(tmp_path: Path) -> None:
    one, other = (_settings(tmp_path / name)["SECRET_KEY"] for name in ("one", "other"))
    assert one != other and len(one) >= 64
    assert (tmp_path / "one" / "secret-key").stat().st_mode & 0o077 == 0
    (tmp_path / "one" / "secret-key").write_text("changeme", encoding="ascii")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _settings(tmp_path / "one")
    assert "too short" in refused.value.stderr
