"""How requests are answered: pages in threads that stay, each with its connection to the database; streams beside.

Django's own handler makes a thread and a connection for each request, and changes threads at each layer of it.
Here a request is answered whole in one of a few threads, as behind a classic server; only a stream of live
changes, which waits most of the time, goes on in the event loop and holds no thread.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any

from asgiref.sync import sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.db import DatabaseError, connection
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.template.loader import get_template
from django.urls import get_resolver, set_script_prefix

from polku.errors import PolkuError
from polku.studio.frame import assets_version

LOG = logging.getLogger(__name__)
THREADS = 8
"""Requests that are answered at a time; others wait their turn, which is sooner than all at once would be."""
SWITCH = 0.001
"""Seconds after which a thread that only calculates lets others go on; usually five times as many."""

AT_START = 8.0
"""Seconds that the start may wait for documents to be read."""
WARMED = 8
"""Workspaces, those changed last, that are read before the first page is asked for."""

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Handler(ASGIHandler):
    """What an ASGI server calls."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        # Addresses and templates are read now, not while the first reader waits.
        _ = get_resolver().reverse_dict, assets_version(), get_template("studio/frame.html")
        read = threading.Event()
        threading.Thread(target=warm, args=(read,), daemon=True).start()
        read.wait(AT_START)
        settle()

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served here, not {scope['type']}")
        loop = asyncio.get_running_loop()
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        try:
            response = await loop.run_in_executor(self.threads, self.answer, scope, body)
        finally:
            body.close()
        if not response.streaming:
            await self.send_response(response, send)
            return
        try:
            await self._stream(response, receive, send)
        finally:
            await loop.run_in_executor(self.threads, response.close)

    def answer(self, scope: dict[str, Any], body: SpooledTemporaryFile[bytes]) -> HttpResponseBase:
        """The answer, made whole in the present thread; what it holds open is closed, if it is no stream."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refused = self.create_request(scope, body)
        response: HttpResponseBase = refused if request is None else self.get_response(request)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send a stream until it ends or the reader goes away."""
        if not response.is_async:
            response.streaming_content = self._pieces(iter(response.streaming_content))
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(self._left(receive))
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        for task in (leaving, sending):
            task.cancel()
        results = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(results[0], Exception) and not isinstance(results[0], OSError):
            raise results[0]

    async def _pieces(self, content: Iterator[bytes]) -> Any:
        """A file piece by piece, read in a thread."""
        loop = asyncio.get_running_loop()
        while (piece := await loop.run_in_executor(self.threads, next, content, None)) is not None:
            yield piece

    async def _left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass


_BESIDE = ThreadPoolExecutor(2, thread_name_prefix="live")


async def beside(work: Callable[..., Any], *given: Any) -> Any:
    """What short work with the database gives, for the event loop; in threads that keep their connection."""
    return await sync_to_async(work, thread_sensitive=False, executor=_BESIDE)(*given)


def warm(read: threading.Event) -> None:
    """Read the documents of some workspaces, tell so, and then count what their first pages show."""
    from polku.studio.account_list import tell_accounts
    from polku.studio.attention import attention
    from polku.studio.kept import data_version, lately
    from polku.studio.models import Space
    from polku.studio.reading import workspace_of

    try:
        spaces = list(Space.objects.filter(removed=None).order_by("-revision")[:WARMED])
        for space in spaces:
            workspace_of(space)
        read.set()
        for space in spaces:
            if data_version(space):
                lately(space, "attention", partial(attention, space))
                tell_accounts(space, workspace_of(space))
    except (DatabaseError, PolkuError):
        # Whoever opens the page is told; the server starts all the same.
        LOG.warning("a workspace could not be read before the first page", exc_info=True)
    finally:
        read.set()
        connection.close()


def settle() -> None:
    """Have the collector of garbage walk what is there for good no more, and look seldom: each look stops all threads."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    sys.setswitchinterval(SWITCH)
