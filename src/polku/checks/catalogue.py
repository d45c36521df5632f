"""All checks by code. Importing this module imports every family, which registers its checks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from polku.checks import blueprint, documents, evidence, improvement, journey, purpose
from polku.checks.registry import CHECKS, FAMILIES, Check, declare

_FAMILIES = (documents, purpose, journey, blueprint, evidence, improvement)

for _number in range(1, 10):
    declare(f"PK50{_number}", "warning")

CATALOGUE: Mapping[str, Check] = MappingProxyType(dict(sorted(CHECKS.items())))
"""Code → check."""

__all__ = ["CATALOGUE", "FAMILIES", "Check"]
