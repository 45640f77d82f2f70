"""Background jobs: registered by verb, run by a worker, seen by their progress."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import override
from django_tasks import task

from zhiheng.office.actors import Actor
from zhiheng.office.breakdowns import in_words
from zhiheng.office.locks import held
from zhiheng.office.models import Job, User
from zhiheng.office.orphans import lock_path
from zhiheng.office.sign_in import remember_language


class JobProgress:
    """Writes progress to the job's row: at most twice a second, and when a stage is complete."""

    def __init__(self, job_id: int) -> None:
        self._job = Job.objects.filter(id=job_id)
        self._done = self._total = 0
        self._written = 0.0

    def start(self, total: int, label: str) -> None:
        self._done, self._total = 0, total
        self._job.update(label=label, total=total, done=0)

    def step(self, count: int = 1) -> None:
        self._done += count
        now = time.monotonic()
        if self._done == self._total or now - self._written > 0.5:
            self._written = now
            self._job.update(done=self._done)


Work = Callable[..., Any]
_WORK: dict[str, Work] = {}
_DAILY: list[str] = []
_ROUNDS: list[Callable[[], None]] = []


def work(verb: str) -> Callable[[Work], Work]:
    """Register ``function(actor, progress, **arguments) -> JSON value`` as the job ``verb``."""

    def register(function: Work) -> Work:
        _WORK[verb] = function
        return function

    return register


def daily(verb: str) -> Callable[[Work], Work]:
    """Register work that a worker does once a day, as the operator and without arguments."""
    _DAILY.append(verb)
    return work(verb)


def every_round(function: Callable[[], None]) -> Callable[[], None]:
    """Register a duty that a worker looks after every few seconds; it must be safe to repeat."""
    _ROUNDS.append(function)
    return function


stopping = threading.Event()
"""Set where the worker is to end: a duty ends after what it has in hand."""


def make_rounds() -> None:
    """Look after every duty; one that fails is logged, and the others are looked after."""
    for duty in _ROUNDS:
        if stopping.is_set():
            return
        try:
            duty()
        except Exception:
            logging.getLogger("zhiheng.worker").exception("a duty failed: %s", duty.__module__)


def enqueue_daily() -> list[Job]:
    """Queue the daily work that nobody began within the last day."""
    yesterday = timezone.now() - timedelta(days=1)
    begun = set(
        Job.objects.filter(verb__in=_DAILY, created_at__gt=yesterday).values_list("verb", flat=True)
    )
    return [enqueue(None, verb) for verb in _DAILY if verb not in begun]


def enqueue(user: User | None, verb: str, **arguments: Any) -> Job:
    """Put work into the queue; a worker takes it. The job's row shows how it goes."""
    if verb not in _WORK:
        raise KeyError(verb)
    if user is not None:
        remember_language(user)
    job = Job.objects.create(verb=verb, arguments=arguments, user=user)
    run.enqueue(job.id)
    return job


def enqueue_as(actor: Actor, verb: str, **arguments: Any) -> Job:
    """Put work into the queue for a signed-in person, or for the operator of the machine."""
    user = User.objects.get(id=actor.user_id) if actor.user_id is not None else None
    return enqueue(user, verb, **arguments)


@task()
def run(job_id: int) -> None:
    """Do one job and keep its result, or the error in words its owner can use."""
    with held(lock_path(job_id)):
        _do(job_id)


def _do(job_id: int) -> None:
    from zhiheng.office.queries import actor_of

    job = Job.objects.select_related("user").get(id=job_id)
    if job.state not in (Job.State.QUEUED, Job.State.RUNNING):
        return
    Job.objects.filter(id=job_id).update(state=Job.State.RUNNING)
    actor = actor_of(job.user) if job.user else Actor.system()
    with override(job.user.language if job.user else None):
        try:
            result = _WORK[job.verb](actor, JobProgress(job_id), **job.arguments)
        except Exception as error:
            shown = in_words(error)
            message = str(shown) if shown else repr(error)
            _finish(job_id, state=Job.State.FAILED, message=message)
            if shown is None:
                raise
        else:
            _finish(job_id, state=Job.State.DONE, result=result)


def _finish(job_id: int, **change: Any) -> None:
    Job.objects.filter(id=job_id).update(finished_at=timezone.now(), **change)
