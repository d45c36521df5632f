"""The address of the style sheet of colours."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLPattern

from polku.studio.colour_sheet import sheet
from polku.studio.guard import page
from polku.studio.rights import Right
from polku.studio.visit import Visit


def colours(visit: Visit) -> HttpResponse:
    """The sheet, to be kept: its address changes with it."""
    answer = HttpResponse(sheet(), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


addresses: list[URLPattern] = [page("colours.css", colours, name="studio-colours", right=Right.OPEN)]
