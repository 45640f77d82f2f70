"""The desk: what the signed-in person has running, and what waits for them."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhiheng.evidence import queries as evidence
from zhiheng.evidence import receiving
from zhiheng.evidence.kinds import ALL
from zhiheng.office import notices
from zhiheng.office import queries as office
from zhiheng.office.actors import Actor
from zhiheng.office.models import Job
from zhiheng.publication import queries as publication
from zhiheng.subjects import queries as subjects
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.numbers import MOST_COUNTED, counted
from zhiheng.web.paging import cursor, page

PROBLEMS_SHOWN = 200
JOBS_SHOWN = 10
NOTICES_SHOWN = 5


@require_safe
@staff()
def home(request: HttpRequest) -> HttpResponse:
    """Own jobs and imports, and the count of what waits for this person."""
    actor = actor_of(request)
    words = {
        "jobs": office.jobs(actor)[:JOBS_SHOWN],
        "notices": [
            (notice.at, notices.text_of(notice), notice.link)
            for notice in notices.notices(actor)[:NOTICES_SHOWN]
        ],
        "batches": [
            (batch, ALL[batch.kind].title(language_code()))
            for batch in evidence.batches(actor)[:JOBS_SHOWN]
        ],
        "waiting": counted(subjects.review_count(actor, MOST_COUNTED + 1))
        if actor.can("subjects.review")
        else None,
        "requests": publication.waiting_count(actor) if actor.can("publication.approve") else None,
    }
    return render(request, "portal/desk.html", words)


@require_safe
@staff()
def job(request: HttpRequest, number: int) -> HttpResponse:
    """One job with its live progress, and its outcome when it has ended."""
    found = _own_job(actor_of(request), number)
    template = "portal/job_state.html" if request.headers.get("HX-Request") else "portal/job.html"
    return render(request, template, _job_words(found))


def _job_words(found: Job) -> dict[str, Any]:
    result = found.result if isinstance(found.result, dict) else {}
    problems = result.get("problems") or []
    return {
        "job": found,
        "ahead": office.ahead_of(found),
        "running": found.state in {Job.State.QUEUED, Job.State.RUNNING},
        "is_import": found.verb == "evidence.import",
        "result": result,
        "problems": problems[:PROBLEMS_SHOWN],
        "problem_count": result.get("problem_count", len(problems)),
        "next_step": _next_step(result),
        "refused": bool(problems) and result.get("batch") is None,
    }


def _next_step(result: dict[str, Any]) -> str:
    """Where the outcome of a job that is no import is to be seen."""
    for made in ("release", "measurement"):
        if made in result:
            return f"/desk/{made}s/{result[made]}"
    return "/desk"


@require_safe
@staff()
def marked_file(request: HttpRequest, number: int) -> HttpResponse:
    """The table that came in, with its problems marked; for the person who sent it."""
    path = receiving.marked_file(_own_job(actor_of(request), number))
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)  # type: ignore


def _own_job(actor: Actor, number: int) -> Job:
    found = office.jobs(actor).filter(id=number).first()
    if found is None:
        raise Http404
    return found


@require_safe
@staff("audit.read")
def audit(request: HttpRequest) -> HttpResponse:
    """The audit trail, newest first."""
    entries = office.audit_trail(actor_of(request))
    if (before := cursor(request)) and before.isdigit():
        entries = entries.filter(id__lt=int(before))
    rows = list(entries[:51])
    shown = page(request, rows, str(rows[:50][-1].id) if rows else "")
    return render(request, "portal/audit.html", {"page": shown})
