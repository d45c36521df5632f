"""Where the lake and the files of a workspace lie."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from polku.studio.models import Space


def folder_of(space: Space) -> Path:
    """The folder of a workspace's lake and files; named by number, so that renaming moves nothing."""
    folder = Path(settings.DATA) / "spaces" / str(space.pk)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
