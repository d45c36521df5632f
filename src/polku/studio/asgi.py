"""What a server calls."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polku.studio.settings")
application = get_asgi_application()
