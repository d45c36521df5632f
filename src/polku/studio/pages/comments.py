"""Comments on items of documents: they name the item by id, and so survive its moving."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.urls import URLPattern
from django.utils import timezone

from polku.studio.frame import show_part
from polku.studio.guard import page
from polku.studio.models import Comment, Document
from polku.studio.rights import Right
from polku.studio.visit import Visit

LONGEST = 4000


def comments(visit: Visit, document: str) -> HttpResponse:
    """The comments on an item (`?path=steps/sign`), and with POST one more; a part of a page."""
    if not Document.objects.filter(space=visit.space, name=document).exists():
        raise Http404
    path = visit.asked("path")[:300]
    refused = ""
    if visit.request.method == "POST":
        words, answers = visit.asked("text"), visit.asked("answers")
        about = Comment.objects.filter(space=visit.space, document=document, path=path)
        if answers and not (_is_number(answers) and about.filter(pk=int(answers), answers=None).exists()):
            raise Http404
        if not words or len(words) > LONGEST:
            refused = visit.say("studio-history.comment-length", most=LONGEST, found=len(words))
        else:
            Comment.objects.create(
                space=visit.space,
                document=document,
                path=path,
                text=words,
                person=visit.person,
                answers_id=int(answers) if answers else None,
            )
    return _part(visit, document, path, refused)


def settle(visit: Visit, comment: int) -> HttpResponse:
    """Mark a comment as done, or open it again."""
    found = Comment.objects.filter(space=visit.space, pk=comment).first()
    if found is None:
        raise Http404
    found.done = None if found.done else timezone.now()
    found.save(update_fields=["done"])
    return _part(visit, found.document, found.path, "")


def _part(visit: Visit, document: str, path: str, refused: str) -> HttpResponse:
    rows = Comment.objects.filter(space=visit.space, document=document, path=path, answers=None)
    return show_part(
        visit,
        "studio/comments.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK,
        document=document,
        path=path,
        rows=rows.select_related("person").prefetch_related("replies__person").order_by("at"),
        refused=refused,
        longest=LONGEST,
    )


def _is_number(words: str) -> bool:
    # “²” is a digit and no number; what has more digits is the number of nothing.
    return words.isascii() and words.isdigit() and len(words) < 18


addresses: list[URLPattern] = [
    page(
        "w/<slug:space>/comments/of/<path:document>/",
        comments,
        name="studio-comments",
        right=Right.VIEWER,
        methods=("GET", "POST"),
    ),
    page(
        "w/<slug:space>/comments/<int:comment>/",
        settle,
        name="studio-comment",
        right=Right.EDITOR,
        methods=("POST",),
    ),
]
