"""Long work beside the pages: queued, shown as it goes, cancelled when asked, taken up again after a kill."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django_tasks import task

from polku.errors import Cancelled, PolkuError
from polku.studio.models import Job, Person, Space
from polku.words import Message

LOG = logging.getLogger(__name__)
DEAD = dt.timedelta(seconds=30)
"""A running job that gave no sign for so long has lost its worker."""
MOST_TRIES = 3

Work = Callable[["Running"], dict[str, Any]]
WORK: dict[str, Work] = {}
"""Kind of job → what does it. It can be done again from the start without harm."""


def work(kind: str) -> Callable[[Work], Work]:
    """Registers what does a kind of job."""

    def register(function: Work) -> Work:
        WORK[kind] = function
        return function

    return register


class Running:
    """A job in hand: says how far it is, and stops where somebody asked for it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told = 0.0

    @property
    def space(self) -> Space:
        """The workspace it is about."""
        assert self.job.space is not None
        return self.job.space

    def progress(self, message: Message, share: float) -> None:
        """Tell what is being done and how much is, twice a second at most.

        Raises:
            Cancelled: somebody asked to stop.
        """
        now = time.monotonic()
        if now - self._told < 0.5:
            return
        self._told = now
        said = {"id": message.id, "params": {key: str(value) for key, value in message.params.items()}}
        Job.objects.filter(pk=self.job.pk).update(share=share, says=said, beat=timezone.now())
        if Job.objects.values_list("cancel", flat=True).get(pk=self.job.pk):
            raise Cancelled(Message("studio.job-cancelled"))


def enqueue(kind: str, *, space: Space | None, person: Person | None, asked: dict[str, Any]) -> Job:
    """Have work of a kind done."""
    job = Job.objects.create(kind=kind, space=space, person=person, asked=asked)
    run_job.enqueue(job.pk)
    return job


@task()
def run_job(number: int) -> None:
    """Do a job; whatever becomes of it stands in its row."""
    _load()
    job = Job.objects.select_related("space", "person").get(pk=number)
    if job.state not in (Job.WAITING, Job.RUNNING):
        return
    job.state, job.beat, job.tries = Job.RUNNING, timezone.now(), job.tries + 1
    job.save(update_fields=["state", "beat", "tries"])
    try:
        if job.cancel:
            raise Cancelled(Message("studio.job-cancelled"))
        job.result = WORK[job.kind](Running(job))
        job.state, job.share = Job.DONE, 1.0
    except Cancelled:
        job.state = Job.CANCELLED
    except PolkuError as error:
        job.state = Job.FAILED
        job.error = {"words": {language: error.text(language) for language in ("en", "fi", "sv", "da")}}
    except Exception:
        LOG.exception("job %s (%s) failed", job.pk, job.kind)
        job.state, job.error = Job.FAILED, {}
    job.ended = timezone.now()
    job.save(update_fields=["state", "share", "result", "error", "ended"])


def recover() -> int:
    """Take up the jobs whose worker died; how many."""
    lost = Job.objects.filter(state=Job.RUNNING, beat__lt=timezone.now() - DEAD)
    taken = 0
    for job in lost:
        if job.tries >= MOST_TRIES:
            Job.objects.filter(pk=job.pk).update(state=Job.FAILED, error={}, ended=timezone.now())
            continue
        Job.objects.filter(pk=job.pk).update(state=Job.WAITING)
        run_job.enqueue(job.pk)
        taken += 1
    return taken


def _load() -> None:
    """Import the modules that register work."""
    from importlib import import_module

    from polku.studio.urls import PAGES

    for name in PAGES:
        import_module(f"polku.studio.pages.{name}")
