"""What a server calls."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "polku.studio.settings")
django.setup(set_prefix=False)

from polku.studio.serving import Handler  # noqa: E402 (after Django is set up)

application = Handler()
