"""The forms that open a case, take a step, correct one, and put a person in charge."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from zhiheng.office.words import _
from zhiheng.procedures import actions, catalogue, queries
from zhiheng.procedures.pages import asked
from zhiheng.procedures.pages.viewing import head
from zhiheng.rules.errors import ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.places import region_name, today_view


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def open_case(request: HttpRequest, procedure: str) -> HttpResponse:
    """The form that opens a case."""
    actor = actor_of(request)
    declared = catalogue.known(procedure)
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            case = actions.open_case(
                actor,
                procedure,
                asked.answers_of(request, declared.opening),
                region=request.POST.get("region", ""),
                unit=request.POST.get("unit") or actor.party,
                title=request.POST.get("title", ""),
                day=asked.day_of(request),
                moment=asked.moment_of(request),
                key=asked.key_of(request),
            )
            messages.success(request, _("已登记。"))
            return HttpResponseRedirect(f"/desk/cases/{case.pk}")
        except ZhihengError as refused:
            error = refused
    view = today_view()
    mine = sorted(actor.regions) if actor.regions is not None else [v.key for v in view]
    words = {
        **asked.form_words(request, declared.opening, error),
        "procedure": declared,
        "kind": declared.title(language_code()),
        "regions": [(key, region_name(view, key)) for key in mine if key in view][:400],
        "region": request.POST.get("region") or actor.region or "",
        "units": asked.units(),
        "unit": request.POST.get("unit") or actor.party,
        "title_text": request.POST.get("title", ""),
    }
    return render(request, "procedures/open.html", words, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """The form of a step, and taking it."""
    actor = actor_of(request)
    case = queries.case(actor, number)
    procedure, standing = catalogue.known(case.procedure), queries.standing(case)
    declared = procedure.step_of.get(step)
    if declared is None:
        raise Http404
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            into = request.POST.get("into", "").strip()
            actions.take_step(
                actor,
                number,
                step,
                asked.answers_of(request, declared),
                day=asked.day_of(request),
                moment=asked.moment_of(request),
                seen=asked.seen_by(request),
                key=asked.key_of(request),
                party=(request.POST.get("party") or None) if declared.hands_over else None,
                into=queries.by_number(actor, into).pk if declared.joins and into else None,
            )
            messages.success(request, _("已办理：{step}。", step=declared.title(language_code())))
            return HttpResponseRedirect(f"/desk/cases/{number}")
        except ZhihengError as refused:
            error = refused
    words = {
        **head(case, procedure, language_code()),
        **asked.form_words(request, declared, error),
        "seen": asked.seen_by(request) if error is not None else case.events,
        "units": [unit for unit in asked.units() if unit[0] != case.unit],
        "into": request.POST.get("into", ""),
        "party": request.POST.get("party", ""),
        "last_day": standing.steps[-1].day.isoformat(),
    }
    return render(request, "procedures/step.html", words, status=asked.status_of(error))


@require_http_methods(["GET", "HEAD", "POST"])
@staff()
def correct(request: HttpRequest, number: int, event: int) -> HttpResponse:
    """The form that corrects an event, or takes it back."""
    actor = actor_of(request)
    case = queries.case(actor, number)
    procedure, standing = catalogue.known(case.procedure), queries.standing(case)
    about = next((entry for entry in standing.steps if entry.number == event), None)
    if about is None:
        raise Http404
    declared = procedure.step_of[about.verb]
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            given = asked.answers_of(request, declared)
            for column in declared.form:
                # A personal field is not shown again; left empty it stays as it was.
                if column.personal and not given.get(column.name):
                    given.pop(column.name, None)
            actions.correct(
                actor,
                number,
                event,
                request.POST.get("reason", ""),
                answers=given,
                day=asked.day_of(request),
                moment=asked.moment_of(request),
                void=request.POST.get("void") == "1",
                key=asked.key_of(request),
            )
            messages.success(request, _("已更正，原记录仍可查看。"))
            return HttpResponseRedirect(f"/desk/cases/{number}")
        except ZhihengError as refused:
            error = refused
    words = {
        **head(case, procedure, language_code()),
        **asked.form_words(request, declared, error, answers=dict(about.answers)),
        "event": event,
        "day": request.POST.get("day") or about.day.isoformat(),
        "moment": request.POST.get("moment")
        or (asked.local_minute(about.moment) if about.moment else ""),
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "procedures/correct.html", words, status=asked.status_of(error))


@require_POST
@staff()
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """Put a person in charge."""
    actions.assign(actor_of(request), number, request.POST.get("username", ""))
    messages.success(request, _("已确定承办人。"))
    return HttpResponseRedirect(f"/desk/cases/{number}")
