"""Releases: one person asks, another lets out, refuses or takes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.office.queries import people_names
from zhiheng.office.words import _
from zhiheng.plans.actions import ask_to_publish
from zhiheng.portal import figures
from zhiheng.portal.tables import release_state
from zhiheng.portal.tables import verdicts as verdict_table
from zhiheng.procedures.queries import standing, steps_open
from zhiheng.publication import actions, queries
from zhiheng.publication.models import Statement
from zhiheng.publication.procedures import APPROVE, RELEASE, WITHDRAW
from zhiheng.rules.errors import UsageError, ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.markup import Column, link, moment, table
from zhiheng.web.paging import SIZE, cursor, page, plain_number
from zhiheng.web.places import today_view


@require_http_methods(["GET", "HEAD", "POST"])
@staff("publication.read")
def releases(request: HttpRequest) -> HttpResponse:
    """All releases with their state; a POST asks for a new one."""
    actor = actor_of(request)
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(f"/desk/jobs/{_ask(request)}")
        except ZhihengError as refused:
            error = refused
    rows = queries.releases(actor, before=plain_number(cursor(request)), limit=SIZE + 1)
    shown = page(request, rows, str(rows[:SIZE][-1].id) if rows else "")
    words = {
        "page": shown,
        "table": _table(shown.rows),
        "error": error,
        "may_ask": actor.can("publication.request"),
        "title": request.POST.get("title", ""),
        "as_of": request.POST.get("as_of") or timezone.localdate().isoformat(),
    }
    return render(request, "portal/releases.html", words, status=422 if error else 200)


def _table(shown: Sequence[Any]) -> SafeString:
    columns = [
        Column(_("标题"), heads=True),
        Column(_("判定日"), "keep"),
        Column(_("提出")),
        Column(_("状态")),
    ]
    people = people_names(each.requested_by for each in shown)
    rows = (
        (
            link(f"/desk/releases/{each.id}", each.title),
            each.as_of,
            f"{people[each.requested_by]} {moment(each.requested_at)}",
            release_state(each.state),
        )
        for each in shown
    )
    return table(columns, rows)


def _ask(request: HttpRequest) -> int:
    """Put the request into the queue; returns the job's number."""
    job = ask_to_publish(
        actor_of(request),
        title=request.POST.get("title", ""),
        as_of=_day(request.POST.get("as_of", "")),
    )
    return job.id


@require_safe
@staff("publication.read")
def release(request: HttpRequest, number: int) -> HttpResponse:
    """What a release says, just as readers would see it, and what may be decided about it."""
    actor = actor_of(request)
    found = queries.release(actor, number)
    verdicts = queries.figures(actor, number, "verdict")
    view = today_view()
    may = {step.code for step in steps_open(actor, RELEASE, standing(found.case))}
    approved_by = found.approved_by  # type: ignore[attr-defined]
    people = people_names(filter(None, (found.requested_by, approved_by)))
    words = {
        "release": found,
        "requested_by": people[found.requested_by],
        "approved_by": people.get(approved_by, ""),
        "may_measure": actor.can("indicators.measure"),
        "counts": figures.counts(verdicts),
        "table": verdict_table([figures.line(v, view) for v in verdicts]),
        "may_decide": APPROVE in may,
        "own": found.requested_by == actor.name,
        "may_withdraw": WITHDRAW in may,
    }
    return render(request, "portal/release.html", words)


@require_safe
@staff("publication.read")
def of_case(request: HttpRequest, number: int) -> HttpResponse:
    """The release, or the statement of figures, that a case decides about."""
    found = queries.release_of(actor_of(request), number)
    if found is None and Statement.objects.filter(case=number).exists():
        return HttpResponseRedirect(f"/desk/complaints/statements/{number}")
    if found is None:
        raise Http404
    return HttpResponseRedirect(f"/desk/releases/{found.id}")


@require_POST
@staff("publication.approve")
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Let out, refuse, or take back."""
    actor = actor_of(request)
    found = queries.release(actor, number)
    reason = request.POST.get("reason", "")
    choice = request.POST.get("decision", "")
    actions.decide(actor, found, choice, reason)
    done = {
        "approve": _("已核准，公开页面随即更新。"),
        "refuse": _("已退回。"),
        "withdraw": _("已撤回，公开页面显示撤回说明。"),
    }
    messages.success(request, done[choice])
    return HttpResponseRedirect(f"/desk/releases/{number}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "date.unreadable", _("“{text}”不是日期。", text=text), _("请写成 2026-09-30 的样子。")
        ) from None
