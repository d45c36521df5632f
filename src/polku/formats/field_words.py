"""What the source of the models says about each field: the text that stands below it."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel


def field_words(model: type[BaseModel]) -> Mapping[str, str]:
    """Field name → its description, for fields that have one; inherited fields too.

    Read from the source when it is asked for, because doing so at import would slow every command.
    """
    found: dict[str, str] = {name: words for name, words in _EVERYWHERE.items() if name in model.model_fields}
    for base in reversed(model.__mro__):
        module = inspect.getmodule(base)
        if module is not None and module.__name__.startswith("polku."):
            found.update(_of_module(module).get(base.__name__, {}))
    return found


def model_words(model: type[Any]) -> str:
    """The docstring of a model as one paragraph."""
    return " ".join((inspect.getdoc(model) or "").split())


_EVERYWHERE = {"id": "What others refer to it by.", "name": "What people call it."}


@cache
def _of_module(module: ModuleType) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            words = found.setdefault(node.name, {})
            for field, below in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(below, ast.Expr)
                    and isinstance(below.value, ast.Constant)
                    and isinstance(below.value.value, str)
                ):
                    words[field.target.id] = " ".join(below.value.value.split())
    return found
