"""The door: each address declares its right beside itself, rights before views, the reader's language, safe answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import translation

from polku.errors import PolkuError
from polku.studio.kept import NotYet
from polku.studio.rights import Right, View, allowed
from polku.studio.visit import Visit

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{what} 'self'" for what in ("script-src", "style-src", "font-src", "connect-src", "form-action")),
        "manifest-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""No inline script or style, nothing from elsewhere, in no frame."""


def page(
    route: str,
    view: View,
    *,
    name: str,
    right: Right,
    methods: Sequence[str] = ("GET",),
    names: bool = False,
) -> URLPattern:
    """An address of the studio.

    Args:
        route: as in Django; `<slug:space>` brings the workspace.
        view: takes a Visit, and the other parts of the route by name.
        name: for links: `{% url "studio-home" space.slug %}`.
        right: without it the view is never called: 404 for strangers to a workspace, 403 for members.
        methods: those the view answers; HEAD comes with GET.
        names: needs the right to see the names of customers' people as well.
    """
    return path(route, guarded(view, right, tuple(methods), names), name=name)


def guarded(view: View, right: Right, methods: tuple[str, ...], names: bool) -> View:
    """The view behind its right; it is called with a Visit instead of the request."""

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, space: str | None = None, **kwargs: Any) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else request.method
        visit = _visit(request, right, space)
        if isinstance(visit, HttpResponse):
            return visit
        if method not in methods:
            return HttpResponseNotAllowed(methods)
        if names and not visit.names:
            return refused(visit, HTTPStatus.FORBIDDEN, visit.say("studio.names-needed"))
        try:
            return view(visit, *args, **kwargs)
        except PolkuError as error:
            return told(visit, error)
        except NotYet:
            return waiting(visit)

    opened.polku_right = right  # type: ignore[attr-defined]
    opened.polku_methods = methods  # type: ignore[attr-defined]
    opened.polku_names = names  # type: ignore[attr-defined]
    return opened


def _visit(request: HttpRequest, right: Right, slug: str | None) -> Visit | HttpResponse:
    if slug is None:
        if allowed(request, right):
            known = Right.PERSON if request.user.is_authenticated else Right.OPEN
            return Visit(request, max(known, right))
        if not request.user.is_authenticated:
            return _sign_in(request)
        raise Http404
    from polku.studio.models import Membership, Space

    if not request.user.is_authenticated:
        return _sign_in(request)
    member = (
        Membership.objects.select_related("space")
        .filter(space__slug=slug, person=request.user, space__removed=None)
        .first()
    )
    if member is None:
        raise Http404
    space: Space = member.space
    visit = Visit(request, Right[member.right.upper()], member.names, space)
    if visit.right < right:
        return refused(visit, HTTPStatus.FORBIDDEN, visit.say("studio.right-needed"))
    return visit


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and back afterwards; parts of pages and the API get the plain word."""
    if request.headers.get("HX-Request") or "application/json" in request.headers.get("Accept", ""):
        answer = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
        answer["HX-Redirect"] = settings.LOGIN_URL
        return answer
    from django.contrib.auth.views import redirect_to_login

    if request.path == "/":
        return redirect(settings.LOGIN_URL)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def refused(visit: Visit, status: HTTPStatus, words: str) -> HttpResponse:
    """A page, or a part of one, that says why not."""
    from polku.studio.frame import show, show_part

    if visit.htmx:
        return show_part(visit, "studio/refused-part.html", status=status, words=words)
    return show(visit, "studio/refused.html", title=words, status=status, words=words)


def waiting(visit: Visit) -> HttpResponse:
    """A page that says that its content is being worked on, and looks again by itself, without a script too."""
    from polku.studio.frame import show

    words = visit.say("studio.working")
    answer = show(visit, "studio/waiting.html", title=words, words=words, here=visit.request.get_full_path())
    answer["Refresh"] = "1"
    return answer


def told(visit: Visit, error: PolkuError) -> HttpResponse:
    """An error that the reader can mend, in their language."""
    from polku.studio.store import Conflict

    status = HTTPStatus.CONFLICT if isinstance(error, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY
    return refused(visit, status, error.text(visit.language))


class ReadersLanguage:
    """The language belongs to the reader: their own choice, else the cookie's, else the browser's."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = dict(settings.LANGUAGES)
        chosen = (
            (request.user.language if request.user.is_authenticated else "")
            or request.COOKIES.get("polku-language", "")
            or translation.get_language_from_request(request)
        )[:2]
        language = chosen if chosen in known else "en"
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        translation.deactivate()
        return response


class SafeAnswers:
    """The headers that every answer carries, errors and files too."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response
