"""The desk: what the signed-in person has running, and what waits for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from zhiheng.evidence import queries as evidence
from zhiheng.evidence import receiving
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import Batch
from zhiheng.office import notices, verb_titles
from zhiheng.office import queries as office
from zhiheng.office.actors import Actor
from zhiheng.office.models import AuditEntry, Job
from zhiheng.office.words import _
from zhiheng.publication import queries as publication
from zhiheng.subjects import queries as subjects
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.markup import Column, filled, link, moment, shortened, table, tag
from zhiheng.web.numbers import MOST_COUNTED, counted
from zhiheng.web.paging import cursor, page, plain_number

PROBLEMS_SHOWN = 200
JOBS_SHOWN = 10
NOTICES_SHOWN = 5


@require_safe
@staff()
def home(request: HttpRequest) -> HttpResponse:
    """Own jobs and imports, and the count of what waits for this person."""
    actor = actor_of(request)
    words = {
        "jobs": _jobs(office.jobs(actor)[:JOBS_SHOWN]),
        "notices": [
            (notice.at, notices.text_of(notice), notice.link)
            for notice in notices.notices(actor)[:NOTICES_SHOWN]
        ],
        "batches": _batches(evidence.batches(actor)[:JOBS_SHOWN]),
        "waiting": counted(subjects.review_count(actor, MOST_COUNTED + 1))
        if actor.can("subjects.review")
        else None,
        "requests": publication.waiting_count(actor) if actor.can("publication.approve") else None,
    }
    return render(request, "portal/desk.html", words)


def _jobs(shown: Iterable[Job]) -> SafeString:
    """Jobs with their state; nothing where there is none."""
    columns = [
        Column(_("任务"), heads=True),
        Column(_("文件")),
        Column(_("状态")),
        Column(_("开始"), "keep"),
    ]
    titles = {"evidence.import": _("报送数据"), "indicators.measure": _("测算")}
    states = {
        Job.State.QUEUED: tag(_("排队等候")),
        Job.State.RUNNING: tag(_("进行中")),
        Job.State.FAILED: tag(_("没有完成"), "bad"),
        Job.State.DONE: tag(_("已完成"), "good"),
    }
    rows = [
        (
            link(f"/desk/jobs/{each.pk}", f"{titles.get(each.verb, _('发布'))} {each.pk}"),
            each.arguments.get("name") or each.arguments.get("title"),
            states[Job.State(each.state)],
            moment(each.created_at),
        )
        for each in shown
    ]
    return table(columns, rows) if rows else SafeString("")


def _batches(shown: Iterable[Batch]) -> SafeString:
    """Deliveries of the party; nothing where there is none."""
    columns = [
        Column(_("批次"), "num"),
        Column(_("数据类别")),
        Column(_("来源")),
        Column(_("文件")),
        Column(_("行数"), "num"),
        Column(_("收到"), "keep"),
    ]
    language, batches = language_code(), list(shown)
    parties = office.party_names(each.source for each in batches)
    rows = [
        (
            each.pk,
            ALL[each.kind].title(language),
            parties[each.source],
            each.file_name,
            each.rows,
            moment(each.recorded_at),
        )
        for each in batches
    ]
    return table(columns, rows) if rows else SafeString("")


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
    kind = found.arguments.get("kind")
    return {
        "job": found,
        "ahead": office.ahead_of(found),
        "running": found.state in {Job.State.QUEUED, Job.State.RUNNING},
        "about": found.arguments.get("name") or found.arguments.get("title"),
        "kind": ALL[kind].title(language_code()) if kind in ALL else "",
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
    if (before := plain_number(cursor(request))) is not None:
        entries = entries.filter(id__lt=before)
    rows = list(entries[:51])
    shown = page(request, rows, str(rows[:50][-1].id) if rows else "")
    words = {"page": shown, "table": _acts(shown.rows)}
    return render(request, "portal/audit.html", words)


def _said(detail: str) -> str:
    """An entry's detail as names with their values, one behind the other."""
    return " · ".join(f"{name} {_plain(value)}" for name, value in json.loads(detail).items())


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _acts(shown: Sequence[AuditEntry]) -> SafeString:
    columns = [
        Column(_("编号"), "num"),
        Column(_("时间"), "keep"),
        Column(_("谁")),
        Column(_("单位")),
        Column(_("操作")),
        Column(_("对象"), "hash"),
        Column(_("详情"), "block-label"),
    ]
    people = office.people_names({entry.actor for entry in shown})
    parties = office.party_names({entry.party for entry in shown})
    rows = (
        (
            entry.pk,
            moment(entry.at, seconds=True),
            filled('{}<br><span class="note">{}</span>', people[entry.actor], entry.actor),
            parties[entry.party],
            filled('{}<br><span class="note">{}</span>', verb_titles.title(entry.verb), entry.verb),
            shortened(entry.object, 48),
            filled('<span class="hash">{}</span>', shortened(_said(entry.detail), 160)),
        )
        for entry in shown
    )
    return table(columns, rows)
