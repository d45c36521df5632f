"""The studio as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Studio(AppConfig):
    """Pages, and the rows behind them."""

    name = "polku.studio"
    label = "studio"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have Django check what must hold before the server starts."""
        from polku.studio import startup  # noqa: F401  (registers its checks)
