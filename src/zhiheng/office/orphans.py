"""Jobs whose worker died are taken up again, a few times at most.

Every job's work can be done twice without harm: an import recognises its own rows, a measurement
or a report is only made anew.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from zhiheng.office.home import current
from zhiheng.office.locks import held_if_free
from zhiheng.office.models import Job
from zhiheng.office.words import _

MOST_ATTEMPTS = 3
PATIENCE = timedelta(seconds=30)
"""How long a job may stand in the queue with nothing in the queue that would start it."""


def lock_path(job_id: int) -> Path:
    """Whoever works on the job holds this lock."""
    return current().staging / f"job-{job_id}.lock"


def take_up() -> list[int]:
    """Queue again what a dead worker left; returns the jobs that were taken up or given up."""
    waiting_since = timezone.now() - PATIENCE
    suspects = Job.objects.filter(
        Q(state=Job.State.RUNNING) | Q(state=Job.State.QUEUED, created_at__lt=waiting_since)
    )
    return [job.id for job in suspects.order_by("id") if _take_up(job.id)]


def _take_up(job_id: int) -> bool:
    from zhiheng.office.jobs import run

    with held_if_free(lock_path(job_id)) as free:
        if not free:
            return False
        job = Job.objects.get(id=job_id)
        tries = DBTaskResult.objects.filter(args_kwargs={"args": [job_id], "kwargs": {}})
        if job.state not in (Job.State.RUNNING, Job.State.QUEUED) or tries.ready().exists():
            return False
        tries.running().update(status="FAILED", finished_at=timezone.now())
        if tries.count() >= MOST_ATTEMPTS:
            Job.objects.filter(id=job_id).update(
                state=Job.State.FAILED,
                message=_("后台进程 {times} 次中断，已放弃。请联系管理员。", times=tries.count()),
                finished_at=timezone.now(),
            )
        else:
            Job.objects.filter(id=job_id).update(state=Job.State.QUEUED, done=0, total=0)
            run.enqueue(job_id)
    return True
