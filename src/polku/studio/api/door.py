"""The door of the API: a token or a session, the right an operation declares, and how often it may be called."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Iterator
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any, get_type_hints

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja import NinjaAPI, Path, Router
from ninja.security.base import AuthBase
from ninja.utils import check_csrf
from pydantic import Field

from polku.studio.api.refusal import Problem, Refusal
from polku.studio.models import Membership, Person, Token
from polku.studio.rights import Right
from polku.studio.tokens import known
from polku.studio.visit import Visit
from polku.words import Message

PREFIX = "polku_"
"""Begins every token, so that one that was left lying about is known for what it is."""
SCOPES = ("read", "write", "names", "admin")
SCOPE_OF = {Right.PERSON: "read", Right.VIEWER: "read", Right.EDITOR: "write", Right.ADMIN: "admin"}
RIGHT_OF = {"read": Right.VIEWER, "write": Right.EDITOR, "admin": Right.ADMIN}
A_MINUTE = int(os.environ.get("POLKU_API_A_MINUTE", "600"))
"""Requests that a token, or a person without one, may send in a minute."""
SEEN_EVERY = 60
"""Seconds after which the last use of a token is written down anew."""

Slug = Annotated[str, Path(..., pattern=r"^[-a-zA-Z0-9_]{1,60}$", description="The workspace.")]
Number = Annotated[int, Field(ge=0, le=2**53)]

REFUSALS = {
    HTTPStatus.UNAUTHORIZED: "no session and no token, or one that is unknown, revoked or over",
    HTTPStatus.FORBIDDEN: "the right or the scope is missing",
    HTTPStatus.NOT_FOUND: "there is no such thing, or it is in a workspace of others",
    HTTPStatus.UNPROCESSABLE_ENTITY: "what was sent cannot be: it says what was found and what is possible",
    HTTPStatus.TOO_MANY_REQUESTS: "too many requests in this minute",
}


class Door(AuthBase):
    """Lets in who has the right; the view then gets the visit."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, right: Right, names: bool) -> None:
        super().__init__()
        self.right = right
        self.names = names

    def __call__(self, request: HttpRequest) -> Visit:
        """The visit. Raises Refusal."""
        slug = request.resolver_match.kwargs.get("space") if request.resolver_match else None
        token = _token(request)
        person = token.person if token is not None else _of_session(request)
        if person is None:
            raise Refusal(HTTPStatus.UNAUTHORIZED, "not-signed-in")
        request.user = person
        _count(f"token-{token.pk}" if token is not None else f"person-{person.pk}")
        inside = slug is not None
        visit = _inside(request, person, str(slug), token) if inside else Visit(request, Right.PERSON)
        visit._kept["token"] = token
        if token is not None and SCOPE_OF[self.right] not in _granted(token):
            raise Refusal(HTTPStatus.FORBIDDEN, "scope-needed", scope=SCOPE_OF[self.right])
        if inside and visit.right < self.right:
            raise Refusal(HTTPStatus.FORBIDDEN, "right-needed", Message("studio.right-needed"))
        if self.names and not visit.names:
            raise Refusal(HTTPStatus.FORBIDDEN, "names-needed", Message("studio.names-needed"))
        return visit


def token_of(visit: Visit) -> Token | None:
    """The token that opened a visit; None where a session did."""
    found: Token | None = visit._kept.get("token")
    return found


def operation(
    router: Router,
    method: str,
    route: str,
    *,
    right: Right,
    gives: Any,
    status: int = HTTPStatus.OK,
    names: bool = False,
    also: tuple[int, ...] = (),
    extra: dict[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """An operation of the API, behind its right.

    The function takes a Visit, and by name what the route, query, headers and body bring; its docstring is
    what the schema says about it.

    Args:
        route: `{space}` brings the workspace.
        right: without it the function is never called: 404 for strangers to a workspace, 403 for members.
        gives: the shape of the answer; None for none.
        names: needs the right to see the names of customers' people as well.
        also: other codes of refusal that it answers with.
    """

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(view, include_extras=True)

        @wraps(view)
        def opened(request: HttpRequest, **given: Any) -> Any:
            given.pop("space", None)
            return view(request.auth, **given)

        named = inspect.Parameter.KEYWORD_ONLY
        shown = [inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
        if "{space}" in route:
            shown.append(inspect.Parameter("space", named, annotation=Slug))
        taken = list(inspect.signature(view).parameters.values())[1:]
        shown += [one.replace(kind=named, annotation=hints[one.name]) for one in taken]
        opened.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        title, _, more = inspect.cleandoc(view.__doc__ or "").partition("\n")
        codes = {status: gives, **dict.fromkeys((*REFUSALS, *also), Problem)}
        router.api_operation(
            [method],
            route,
            auth=Door(right, names),
            response={int(code): shape for code, shape in codes.items()},
            operation_id=view.__name__,
            summary=title,
            description=more.strip() or title,
            openapi_extra={
                "x-polku-right": right.name.lower(),
                "x-polku-scope": SCOPE_OF[right],
                **({"x-polku-names": True} if names else {}),
                **(extra or {}),
            },
        )(opened)
        return view

    return declare


def operations(api: NinjaAPI) -> Iterator[tuple[str, Any]]:
    """Every operation of an API: its route, and what ninja knows of it."""
    for bound in api._get_bound_routers():
        for route, view in bound.path_operations.items():
            for one in view.operations:
                yield route, one


def right_of_operation(one: Any) -> Right | None:
    """The right an operation declares; None where it declares none, and the door would stand open."""
    doors = [door for door in one.auth_callbacks if isinstance(door, Door)]
    return doors[0].right if len(doors) == len(one.auth_callbacks) == 1 else None


def scopes_held(scopes: list[str]) -> tuple[str, ...]:
    """Scopes with those they include: who writes reads, who administers writes."""
    held = set(scopes) & set(SCOPES)
    if "admin" in held:
        held.add("write")
    if held:
        held.add("read")
    return tuple(one for one in SCOPES if one in held)


def _granted(token: Token) -> tuple[str, ...]:
    return scopes_held(list(token.grants.get("scopes", ())))


def _token(request: HttpRequest) -> Token | None:
    """The token of a request; None where it brings none. Raises Refusal where it brings one that opens nothing."""
    header = request.headers.get("Authorization", "")
    if not header:
        return None
    scheme, _, secret = header.partition(" ")
    secret = secret.strip()
    token = known(Token.API, secret.removeprefix(PREFIX)) if scheme.lower() == "bearer" else None
    person = token.person if token is not None else None
    if token is None or token.space is None or person is None or not person.is_active:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "token-unknown")
    now = timezone.now()
    if token.used is None or (now - token.used).total_seconds() > SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(used=now)
    return token


def _of_session(request: HttpRequest) -> Person | None:
    person = request.user
    if not person.is_authenticated:
        return None
    if request.method not in ("GET", "HEAD", "OPTIONS") and check_csrf(request) is not None:
        raise Refusal(HTTPStatus.FORBIDDEN, "csrf")
    found: Person = person
    return found


def _inside(request: HttpRequest, person: Person, slug: str, token: Token | None) -> Visit:
    members = Membership.objects.select_related("space").filter(
        space__slug=slug, person=person, space__removed=None
    )
    if token is not None:
        members = members.filter(space=token.space)
    member = members.first()
    if member is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "not-found")
    visit = Visit(request, Right[member.right.upper()], member.names, member.space)
    return granted_to(visit, token) if token is not None else visit


def granted_to(visit: Visit, token: Token) -> Visit:
    """The visit, narrowed to what a token was made for."""
    granted = _granted(token)
    reaches = max((RIGHT_OF[scope] for scope in granted if scope in RIGHT_OF), default=Right.OPEN)
    return Visit(visit.request, min(visit.right, reaches), visit.names and "names" in granted, visit.row)


def _count(whose: str) -> None:
    """Count a request of this minute. Raises Refusal after the last that is possible."""
    now = int(time.time())
    key = f"api-{whose}-{now // 60}"
    cache.add(key, 0, 120)
    try:
        number = cache.incr(key)
    except ValueError:
        # The cache let it go in between, which it does when it is full.
        cache.set(key, 1, 120)
        number = 1
    if number > A_MINUTE:
        wait = 60 - now % 60
        raise Refusal(HTTPStatus.TOO_MANY_REQUESTS, "too-many", wait=wait, most=A_MINUTE, seconds=wait)
