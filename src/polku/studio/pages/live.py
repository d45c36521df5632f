"""Live: each change of a workspace reaches the pages that are open on it within half a second.

One watcher per process asks the database for the revisions of all workspaces that are being looked at,
and hands new changes to their streams; it works the same with several processes.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern

from polku.studio.guard import page
from polku.studio.models import Change, Membership, Space
from polku.studio.rights import Right
from polku.studio.serving import beside
from polku.studio.visit import Visit

EVERY = 0.3
"""Seconds between two looks at the database."""
CHECKED = 10.0
"""Seconds after which a stream asks anew whether its reader is still a member; also its heartbeat."""
AT_ONCE = 200
"""Changes told one by one; a reader who missed more loads the page anew."""


class Watch:
    """The newest revision of each workspace that somebody looks at, kept by one task per event loop."""

    def __init__(self) -> None:
        self.looked_at: dict[int, int] = {}
        self.revisions: dict[int, int] = {}
        self.fresh = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Look until nobody does any more."""
        while self.looked_at:
            found = await beside(_revisions, tuple(self.looked_at))
            if any(found.get(key) != self.revisions.get(key) for key in self.looked_at):
                self.revisions = found
                fresh, self.fresh = self.fresh, asyncio.Event()
                fresh.set()
            await asyncio.sleep(EVERY)
        self.task = None

    def join(self, space: int) -> None:
        """Somebody begins to look at a workspace."""
        self.looked_at[space] = self.looked_at.get(space, 0) + 1
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self.run())

    def leave(self, space: int) -> None:
        """Somebody stops looking."""
        self.looked_at[space] -= 1
        if not self.looked_at[space]:
            del self.looked_at[space]
            self.revisions.pop(space, None)


_WATCHES: dict[int, Watch] = {}


def live(visit: Visit) -> HttpResponse:
    """The stream of changes after `?since=`: each with who, where, what kind, and whether the reader made it."""
    since = visit.asked("since") or str(visit.request.headers.get("Last-Event-ID", ""))
    start = int(since) if since.isascii() and since.isdigit() and len(since) < 18 else visit.space.revision
    person = visit.person
    answer = StreamingHttpResponse(
        _stream(visit.space.pk, person.pk if person else 0, start), content_type="text/event-stream"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Accel-Buffering"] = "no"
    # Packed, small events would wait in the packer until there are many.
    answer["Content-Encoding"] = "identity"
    return answer


async def _stream(space: int, person: int, since: int) -> AsyncIterator[bytes]:
    loop = id(asyncio.get_running_loop())
    watch = _WATCHES.setdefault(loop, Watch())
    watch.join(space)
    checked = time.monotonic()
    try:
        yield b"retry: 2000\n\n"
        while True:
            fresh = watch.fresh
            if watch.revisions.get(space, 0) > since:
                for number, told in await beside(_after, space, person, since):
                    since = number
                    yield f"id: {number}\nevent: change\ndata: {json.dumps(told)}\n\n".encode()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(fresh.wait(), CHECKED)
            if time.monotonic() - checked >= CHECKED:
                checked = time.monotonic()
                if not await beside(_may_look, space, person):
                    return
                yield b": here\n\n"
    finally:
        watch.leave(space)


def _revisions(spaces: tuple[int, ...]) -> dict[int, int]:
    return dict(Space.objects.filter(pk__in=spaces).values_list("pk", "revision"))


def _after(space: int, person: int, since: int) -> list[tuple[int, dict[str, Any]]]:
    rows = list(
        Change.objects.filter(space_id=space, number__gt=since)
        .select_related("person")
        .order_by("-number")[:AT_ONCE]
    )
    return [
        (
            row.number,
            {
                "number": row.number,
                "document": row.document,
                "path": row.path,
                "kind": row.kind,
                "who": row.who,
                "key": row.key,
                "mine": bool(person) and row.person_id == person,
            },
        )
        for row in reversed(rows)
    ]


def _may_look(space: int, person: int) -> bool:
    return Membership.objects.filter(space_id=space, space__removed=None, person_id=person).exists()


addresses: list[URLPattern] = [
    page("w/<slug:space>/live/", live, name="studio-live", right=Right.VIEWER),
]
