"""The views of a journey by name: what `polku draw` and every page that offers views can show."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from polku.scene import Scene

VIEWS: Mapping[str, str] = MappingProxyType(
    {
        "matrix": "polku.diagrams.matrix:draw_matrix",
        "timeline": "polku.diagrams.timeline:draw_timeline",
        "wheel": "polku.diagrams.wheel:draw_wheel",
        "path": "polku.diagrams.path:draw_path",
        "network": "polku.diagrams.network:draw_network",
        "circles": "polku.diagrams.circles:draw_circles",
        "relief": "polku.diagrams.relief:draw_relief",
        "blueprint": "polku.diagrams.blueprint:draw_blueprint",
        "pillars": "polku.diagrams.pillars:draw_pillars",
        "ladder": "polku.diagrams.ladder:draw_ladder",
    }
)
"""Name → module and function. All take (workspace, journey) and the keywords of `draw_matrix`."""

COMPARABLE = ("matrix", "wheel", "path")
"""Views that take `against`: the journey as it is, beside the drawn one that is to be."""

CUTTABLE = ("matrix", "blueprint")
"""Views that take `stages` and `lanes`."""


def view(name: str) -> Callable[..., Scene]:
    """The function that draws a view; its module is loaded only now."""
    module, _, function = VIEWS[name].partition(":")
    draw: Any = getattr(importlib.import_module(module), function)
    found: Callable[..., Scene] = draw
    return found
