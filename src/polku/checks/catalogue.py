"""All checks by code. Importing this module imports every family, which registers its checks."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

from polku.checks import blueprint, documents, evidence, improvement, journey, purpose
from polku.checks.registry import CHECKS, FAMILIES, Check, declare

_FAMILIES = (documents, purpose, journey, blueprint, evidence, improvement)

# The codes exist even where nothing can measure them, so that settings may name them.
for _number in range(1, 10):
    declare(f"PK50{_number}", "warning")
if find_spec("polku.checks.data_against_map") is not None:
    import_module("polku.checks.data_against_map")

CATALOGUE: Mapping[str, Check] = MappingProxyType(dict(sorted(CHECKS.items())))
"""Code → check."""

__all__ = ["CATALOGUE", "FAMILIES", "Check"]
