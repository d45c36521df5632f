"""How the API says no: a code for programs, a sentence for people, in the language of the request."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from polku.errors import PolkuError
from polku.formats.personal import may_name
from polku.studio.store import Conflict
from polku.words import Message, render

LOG = logging.getLogger(__name__)
MOST_ERRORS = 20


class Mistake(Schema):
    """One thing that is wrong with what was sent: where, and what is expected there."""

    at: str
    says: str


class Problem(Schema):
    """Why something was refused; nothing was changed.

    `where` names the file, line or cell. Of a conflict, `theirs` is the value that stands there now,
    `mine` the one that came too late, and `number` the change that was first.
    """

    code: str
    message: str
    where: str | None = None
    errors: list[Mistake] | None = None
    theirs: Any = None
    mine: Any = None
    number: int | None = None


class Refusal(Exception):
    """Refuses a request.

    Args:
        code: also names the sentence `studio-api.<code>`, unless another is given.
        wait: seconds until it is worth another try.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: Message | None = None,
        *,
        wait: int | None = None,
        **params: Any,
    ) -> None:
        super().__init__(code)
        self.status = int(status)
        self.code = code
        self.message = message or Message(f"studio-api.{code}", params)
        self.wait = wait


def refuse_well(api: NinjaAPI) -> None:
    """Have an API answer every refusal and every defect as a Problem."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(PolkuError, _told)
    api.add_exception_handler(Http404, lambda request, error: problem(request, 404, "not-found"))
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(RequestDataTooBig, lambda request, error: problem(request, 413, "too-large"))
    for unreadable in (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        api.add_exception_handler(unreadable, _unreadable)
    api.add_exception_handler(Exception, _defect)


def problem(
    request: HttpRequest, status: int, code: str, message: Message | None = None, **more: Any
) -> JsonResponse:
    """The answer to a request that is refused."""
    language = getattr(request, "LANGUAGE_CODE", "en")
    words = render(message or Message(f"studio-api.{code}"), language)
    given = {key: value for key, value in more.items() if value is not None}
    answer = JsonResponse({"code": code, "message": words, **given}, status=int(status))
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def _refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    answer = problem(request, error.status, error.code, error.message)
    if error.wait is not None:
        answer["Retry-After"] = str(error.wait)
    return answer


def _told(request: HttpRequest, error: PolkuError) -> HttpResponse:
    if isinstance(error, Conflict):
        return _conflict(request, error)
    where = str(error.where) if error.where and str(error.where) else None
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, error.code, error.message, where=where)


def _conflict(request: HttpRequest, error: Conflict) -> HttpResponse:
    theirs, mine = error.theirs, error.mine
    whole = theirs.kind in ("create", "delete", "replace")
    hidden = not request.auth.names and (whole or may_name(theirs.path, theirs.before, theirs.after))
    message = error.message
    if hidden:
        message = Message(message.id, {**message.params, "theirs": "…"})
    return problem(
        request,
        HTTPStatus.CONFLICT,
        error.code,
        message,
        theirs=None if hidden else theirs.after,
        mine=mine.value,
        number=theirs.number,
    )


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {"at": ".".join(str(part) for part in one["loc"]), "says": str(one["msg"])}
        for one in error.errors[:MOST_ERRORS]
    ]
    message = Message("studio-api.invalid", {"at": errors[0]["at"] if errors else "–"})
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", message, errors=errors)


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    # A body that is no JSON, or no form.
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable")


def _defect(request: HttpRequest, error: Exception) -> HttpResponse:
    LOG.error("%s %s", request.method, request.path, exc_info=error)
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "defect")
