"""Background jobs: registered by verb, run by a worker, seen by their progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.utils import timezone
from django_tasks import task

from zhiheng.office.actors import Actor
from zhiheng.office.models import Job, User
from zhiheng.rules.errors import ZhihengError


class Progress(Protocol):
    """What long work tells of itself: a stage begins with its total, then steps."""

    def start(self, total: int, label: str) -> None: ...

    def step(self, count: int = 1) -> None: ...


class Silent:
    """Progress nobody watches."""

    def start(self, total: int, label: str) -> None:
        pass

    def step(self, count: int = 1) -> None:
        pass


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


class BarProgress:
    """A bar on the terminal, one per stage."""

    def __init__(self, progress: Any) -> None:
        self._progress = progress
        self._task: Any = None

    def start(self, total: int, label: str) -> None:
        self._finish()
        self._task = self._progress.add_task(label, total=total or None)

    def step(self, count: int = 1) -> None:
        if self._task is not None:
            self._progress.advance(self._task, count)

    def _finish(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)


@contextmanager
def terminal_progress(shown: bool = True) -> Iterator[Progress]:
    """Bars on standard error while the block runs; silent when not shown or not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    console = Console(stderr=True)
    if not shown or not console.is_terminal:
        yield Silent()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=console, transient=True) as bars:
        yield BarProgress(bars)


Work = Callable[..., Any]
_WORK: dict[str, Work] = {}


def work(verb: str) -> Callable[[Work], Work]:
    """Register ``function(actor, progress, **arguments) -> JSON value`` as the job ``verb``."""

    def register(function: Work) -> Work:
        _WORK[verb] = function
        return function

    return register


def enqueue(user: User | None, verb: str, **arguments: Any) -> Job:
    """Put work into the queue; a worker takes it. The job's row shows how it goes."""
    if verb not in _WORK:
        raise KeyError(verb)
    job = Job.objects.create(verb=verb, arguments=arguments, user=user)
    run.enqueue(job.id)
    return job


@task()
def run(job_id: int) -> None:
    """Do one job and keep its result, or the error in words its owner can use."""
    from zhiheng.office.queries import actor_of

    job = Job.objects.select_related("user").get(id=job_id)
    Job.objects.filter(id=job_id).update(state=Job.State.RUNNING)
    actor = actor_of(job.user) if job.user else Actor.system()
    try:
        result = _WORK[job.verb](actor, JobProgress(job_id), **job.arguments)
        change: dict[str, Any] = {"state": Job.State.DONE, "result": result}
    except ZhihengError as error:
        change = {"state": Job.State.FAILED, "message": str(error)}
    except Exception as error:
        Job.objects.filter(id=job_id).update(
            state=Job.State.FAILED, message=repr(error), finished_at=timezone.now()
        )
        raise
    Job.objects.filter(id=job_id).update(finished_at=timezone.now(), **change)
