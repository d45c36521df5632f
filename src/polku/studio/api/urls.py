"""The API as one: its operations, its schema, and what answers where there is no operation."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, path
from ninja import NinjaAPI
from ninja.parser import Parser
from pydantic_core import from_json

from polku.formats.json_schema import json_schema
from polku.studio.api import documents, history, questions, work
from polku.studio.api.door import REFUSALS, operations
from polku.studio.api.refusal import problem, refuse_well
from polku.studio.guard import page
from polku.studio.rights import Right
from polku.studio.visit import Visit

ROOT = "api/1/"
ANY = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Strict(Parser):
    """Reads bodies: no numbers that are none, no halves of letters, nothing nested without end."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON of a body. Raises ValueError."""
        return from_json(request.body, allow_inf_nan=False)


api = NinjaAPI(
    title="polku",
    version="1",
    description="What a page of the studio can do, for programs. Made for one workspace at a time: "
    "a token is made by its admin, on the page of people.",
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=Strict(),
)
refuse_well(api)
for _module in (documents, history, questions, work):
    api.add_router("", _module.router)


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The OpenAPI schema: ninja's, with the formats of documents and the two ways to come in."""
    made: dict[str, Any] = {**api.get_openapi_schema(path_prefix="")}
    made["paths"] = {f"/{ROOT.rstrip('/')}{route}": one for route, one in made["paths"].items()}
    kinds = json_schema()
    shapes = made["components"]["schemas"]
    for name, shape in kinds["$defs"].items():
        shapes[f"Document.{name}"] = _moved(shape)
    documents_are = {"anyOf": [_moved(choice) for choice in kinds["anyOf"]]}
    shapes["DocumentIn"]["properties"]["data"] = {"anyOf": [documents_are, {"type": "null"}]}
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token that an admin made."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "polku-session",
            "description": "A browser that is signed in; what writes needs the header X-CSRFToken too.",
        },
    }
    for _, one in _each(made):
        one["security"] = [{"token": []}, {"session": []}]
        for code, words in REFUSALS.items():
            one["responses"][int(code)]["description"] = words
        one["responses"] = {str(code): answer for code, answer in one["responses"].items()}
    return made


def read_schema(visit: Visit) -> HttpResponse:
    """The OpenAPI schema; it tells nothing of any workspace."""
    return JsonResponse(schema())


def nothing(visit: Visit, rest: str = "") -> HttpResponse:
    """Where the API has no operation."""
    return problem(visit.request, HTTPStatus.NOT_FOUND, "not-found")


def _each(made: dict[str, Any]) -> Any:
    return [(method, one) for of_path in made["paths"].values() for method, one in of_path.items()]


def _moved(shape: Any) -> Any:
    """A schema whose references point to where the formats stand in ours."""
    if isinstance(shape, list):
        return [_moved(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    return {
        key: value.replace("#/$defs/", "#/components/schemas/Document.")
        if key == "$ref" and isinstance(value, str)
        else _moved(value)
        for key, value in shape.items()
    }


_routes, _app, _space_of_names = api.urls
# Without ninja's own root, which would answer as a page does.
_routes = [one for one in _routes if one.name != "api-root"]

addresses: list[URLPattern | URLResolver] = [
    page(f"{ROOT}openapi.json", read_schema, name="studio-api-schema", right=Right.OPEN),
    path(ROOT, (_routes, _app, _space_of_names)),
    page("api/<path:rest>", nothing, name="studio-api-nothing", right=Right.OPEN, methods=ANY),
]

__all__ = ["addresses", "api", "operations"]
