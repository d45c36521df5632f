"""The views of a journey by name: what `polku draw` and every page that offers views can show."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from polku.scene import Scene

VIEWS: Mapping[str, str] = MappingProxyType(
    {
        "matrix": "polku.diagrams.matrix.matrix:draw_matrix",
        "timeline": "polku.diagrams.timeline.timeline:draw_timeline",
        "wheel": "polku.diagrams.wheel.wheel:draw_wheel",
        "path": "polku.diagrams.path.path:draw_path",
        "network": "polku.diagrams.network.network:draw_network",
        "circles": "polku.diagrams.circles.circles:draw_circles",
        "relief": "polku.diagrams.relief.relief:draw_relief",
        "blueprint": "polku.diagrams.blueprint.blueprint:draw_blueprint",
        "pillars": "polku.diagrams.pillars.pillars:draw_pillars",
        "ladder": "polku.diagrams.roles.ladder:draw_ladder",
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
