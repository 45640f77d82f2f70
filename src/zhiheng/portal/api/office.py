"""The API of the office: regions, the account that asks, its jobs, the audit trail."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from ninja import Router

from zhiheng.evidence.receiving import marked_file
from zhiheng.office import queries
from zhiheng.office.actors import Actor
from zhiheng.office.models import Job
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.portal import answers
from zhiheng.rules.errors import UsageError
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN, After, Limit, Number, Page, Text, page

router = Router(tags=["office"])


@router.get("/regions", response=list[answers.RegionSaid])
def regions(request: HttpRequest, parent: Text | None = None, as_of: date | None = None) -> Any:
    """某日的区域，或其中一处的下级 / Regions of a day, or those below one of them"""
    view = region_tree().as_of(as_of or timezone.localdate())
    if parent is None:
        return sorted(view, key=lambda version: version.key)
    return [view.version(key) for key in view.children(parent)]


@router.get("/regions/{region}", response=answers.RegionSaid)
def region(request: HttpRequest, region: Text, as_of: date | None = None) -> Any:
    """一个区域；已撤销的由后继代替 / One region; an abolished one is its successor"""
    version = region_tree().as_of(as_of or timezone.localdate()).version(region)
    if version is None:
        raise Http404
    return version


@router.get("/me", auth=SIGNED_IN, response=answers.AccountSaid)
def account(request: HttpRequest) -> Any:
    """当前账号及其权限 / The account that asks, and its rights"""
    actor = actor_of(request)
    return {
        "account": actor.name,
        "party": actor.party,
        "rights": sorted(actor.rights),
        "regions": sorted(actor.regions) if actor.regions is not None else None,
        "kinds": sorted(actor.kinds) if actor.kinds is not None else None,
        "organisation": actor.organisation,
    }


@router.get("/jobs", auth=SIGNED_IN, response=Page[answers.JobSaid])
def jobs(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """本账号的后台任务，从新到旧 / The account's jobs, newest first"""
    found = queries.jobs(actor_of(request))
    if after is not None:
        found = found.filter(id__lt=after)
    return page([_said(job) for job in found[: limit + 1]], limit, lambda row: row["job"])


@router.get("/jobs/{number}", auth=SIGNED_IN, response=answers.JobSaid)
def job(request: HttpRequest, number: Number) -> Any:
    """一个后台任务 / One job"""
    return _said(_own(actor_of(request), number))


@router.get("/jobs/{number}/problems", auth=SIGNED_IN, response=Page[answers.ProblemLine])
def problems(request: HttpRequest, number: Number, after: After = 0, limit: Limit = 50) -> Any:
    """导入发现的问题 / Problems that an import found

    after 为已读的条数。after is how many were read.
    """
    found = _problems(_own(actor_of(request), number))
    end = min(after + limit, len(found))
    return {"items": found[after:end], "next": end if end < len(found) else None}


@router.get("/jobs/{number}/marked", auth=SIGNED_IN, url_name="api_marked")
def marked(request: HttpRequest, number: Number) -> FileResponse:
    """标注了问题的文件 / The table with its problems marked"""
    path = marked_file(_own(actor_of(request), number))
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@router.get("/audit", auth=SIGNED_IN, response=Page[answers.AuditSaid])
def audit(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """审计记录，从新到旧 / The audit trail, newest first"""
    found = queries.audit_trail(actor_of(request))
    if after is not None:
        found = found.filter(id__lt=after)
    names = ("id", "at", "actor", "party", "verb", "object", "chain")
    rows = [
        {**{name: getattr(entry, name) for name in names}, "detail": json.loads(entry.detail)}
        for entry in found[: limit + 1]
    ]
    return page(rows, limit, lambda row: row["id"])


def _own(actor: Actor, number: int) -> Job:
    found = queries.jobs(actor).filter(id=number).first()
    if found is None:
        raise UsageError(
            "job.unknown", _("没有第 {number} 号任务，或不是本账号的。", number=number)
        )
    return found


def _problems(job: Job) -> list[dict[str, Any]]:
    return (job.result.get("problems") or []) if isinstance(job.result, dict) else []


_INSIDE = {"problems", "marked_file", "problems_file"}


def _said(job: Job) -> dict[str, Any]:
    """A job as JSON says it; paths of the machine and the problems are left out."""
    names = ("verb", "state", "label", "done", "total", "message", "created_at", "finished_at")
    result = job.result if isinstance(job.result, dict) else None
    kept = {k: v for k, v in (result or {}).items() if k not in _INSIDE}
    return {
        "job": job.id,
        **{name: getattr(job, name) for name in names},
        "ahead": queries.ahead_of(job),
        "result": kept if result is not None else None,
        "problems": (result or {}).get("problem_count", len(_problems(job))),
        "marked": f"/api/v1/jobs/{job.id}/marked" if marked_file(job) else None,
    }
