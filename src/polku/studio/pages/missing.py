"""What is said where there is no page, where a form came without its secret, and where something broke."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from polku.studio.api.refusal import problem
from polku.studio.guard import refused
from polku.studio.rights import Right
from polku.studio.visit import Visit


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """There is nothing at this address; or it is of others, which is not told apart."""
    if request.path.startswith("/api/"):
        # Programs are told as their other refusals are; an address that is none of the API's comes here.
        return problem(request, HTTPStatus.NOT_FOUND, "not-found")
    return _said(request, HTTPStatus.NOT_FOUND, "studio.not-found")


def no_secret(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without the secret of its page: it was left open for long, or came from elsewhere."""
    return _said(request, HTTPStatus.FORBIDDEN, "studio.no-secret")


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours; nothing of it is shown, the log has it."""
    return _said(request, HTTPStatus.INTERNAL_SERVER_ERROR, "studio.broken")


def _said(request: HttpRequest, status: HTTPStatus, id: str) -> HttpResponse:
    visit = Visit(request, Right.OPEN)
    return refused(visit, status, visit.say(id))
