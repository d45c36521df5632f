"""What each kind of rule on what customers do says beside its kind."""

from __future__ import annotations

from collections.abc import Mapping

RULE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "init": ("of",),
    "existence": ("of",),
    "absence": ("of",),
    "response": ("of", "then"),
    "precedence": ("of", "after"),
    "chain": ("of", "then"),
    "not-coexistence": ("of", "without"),
    "met": ("role", "of"),
}
"""Kind of rule → what it cannot do without."""
