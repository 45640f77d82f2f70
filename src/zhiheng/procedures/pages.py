"""Working lists, the page of a case, and the forms of its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.office.models import Party, User
from zhiheng.office.words import _
from zhiheng.procedures import actions, asked, catalogue, letters, persons, queries, rights
from zhiheng.procedures.api import place_of, read_place
from zhiheng.procedures.declaration import By, Of, Procedure
from zhiheng.procedures.diagram import draw, in_words
from zhiheng.procedures.models import Case
from zhiheng.rules.errors import ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.paging import SIZE, cursor, page
from zhiheng.web.places import region_name, today_view


@require_safe
@staff()
def listed(request: HttpRequest) -> HttpResponse:
    """A working list: mine, my unit's, overdue, due this week, or all."""
    actor, language = actor_of(request), language_code()
    which = request.GET.get("list") or queries.UNIT
    procedure = request.GET.get("procedure") or None
    after = cursor(request)
    found = queries.worklist(
        actor,
        which,
        procedure=procedure,
        after=read_place(after) if after else None,
        limit=SIZE + 1,
    )
    shown = page(request, found, place_of(found[:SIZE][-1]) if found else "")
    view = today_view()
    lines = [
        {
            **queries.case_row(case),
            "kind": catalogue.known(case.procedure).title(language),
            "state": catalogue.known(case.procedure).state_of[case.state].title(language),
            "place": region_name(view, case.region),
        }
        for case in shown.rows
    ]
    words = {
        "lines": lines,
        "page": shown,
        "which": which,
        "procedure": procedure or "",
        "lists": _list_names(),
        "procedures": [
            (p.code, p.title(language)) for p in catalogue.ALL.values() if actor.can(p.read)
        ],
        "may_open": [
            (p.code, p.opening.title(language), p.title(language))
            for p in catalogue.ALL.values()
            if p.opening.by.of in {Of.SCOPE, Of.UNIT, Of.FILER} and actor.can(p.opening.by.right)
        ],
    }
    return render(request, "procedures/cases.html", words)


def _list_names() -> list[tuple[str, str]]:
    return [
        (queries.MINE, _("我的")),
        (queries.UNIT, _("本单位")),
        (queries.OVERDUE, _("逾期")),
        (queries.WEEK, _("本周到期")),
        (queries.ALL, _("全部")),
    ]


@require_safe
@staff()
def one(request: HttpRequest, number: int) -> HttpResponse:
    """A case: where it stands, what may be done, its clocks, everything that happened."""
    return _case_page(request, queries.case(actor_of(request), number))


def _case_page(
    request: HttpRequest, case: Case, *, shown_persons: dict[str, str] | None = None
) -> HttpResponse:
    actor, language = actor_of(request), language_code()
    procedure, standing = catalogue.known(case.procedure), queries.standing(case)
    today = timezone.localdate()
    clocks = [
        (procedure.clock_of[c.code].title(language), queries.clock_row(c, procedure, today))
        for c in queries.clocks(case)
    ]
    drawing = draw(procedure, language, case.state, _("当前"))
    personal = [
        (procedure.columns[name].title(language), value)
        for name, value in (shown_persons or {}).items()
        if name in procedure.columns
    ]
    words = {
        **_head(case, procedure, language),
        "steps": queries.steps_open(actor, procedure, standing),
        "clocks": clocks,
        "unconfirmed": any(not row["confirmed"] for _title, row in clocks),
        "events": queries.timeline(case, language),
        "correctable": queries.correctable(actor, procedure, standing),
        "letters": _letters(case),
        "links": [_link_words(link, language) for link in queries.links(case)],
        "drawing": mark_safe(drawing),  # made from the declaration, every text of it escaped
        "in_words": in_words(procedure, language),
        "personal": personal,
        "has_personal": any(c.personal for c in procedure.columns.values()),
        "may_see_persons": actor.party == case.unit or actor.can("evidence.personal"),
        "people": _people(case) if rights.may(actor, By(procedure.read), standing) else [],
    }
    return render(request, "procedures/case.html", words)


def _head(case: Case, procedure: Procedure, language: str) -> dict[str, Any]:
    party = Party.objects.filter(key=case.unit).first()
    return {
        "case": queries.case_row(case),
        "procedure": procedure,
        "kind": procedure.title(language),
        "state": procedure.state_of[case.state],
        "place": region_name(today_view(), case.region),
        "unit_name": party.name if party else case.unit,
    }


def _people(case: Case) -> list[tuple[str, str]]:
    users = User.objects.filter(party__key=case.unit, is_active=True).order_by("username")
    return list(users.values_list("username", "name")[:200])


def _letters(case: Case) -> list[dict[str, Any]]:
    """What was written, once for each party or address."""
    language = get_language() or letters.CHINESE
    found = case.letters.filter(user=None).select_related("case").order_by("id")
    return [
        {
            "id": letter.pk,
            "subject": letters.said(letter, language).subject,
            "at": letter.written_at,
            "party": letter.party,
            "sent_at": letter.sent_at,
            "waits": letter.next_try_at is not None,
        }
        for letter in found
    ]


def _link_words(link: dict[str, Any], language: str) -> dict[str, Any]:
    other = catalogue.known(link["procedure"])
    how = {
        ("opened", "out"): _("由本案分出"),
        ("opened", "in"): _("分出本案"),
        ("joined", "out"): _("本案并入"),
        ("joined", "in"): _("并入本案"),
    }
    return {
        **link,
        "words": how[link["how"], link["direction"]],
        "kind": other.title(language),
        "state": other.state_of[link["state"]].title(language),
    }


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
        **_head(case, procedure, language_code()),
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
                void=request.POST.get("void") == "1",
                key=asked.key_of(request),
            )
            messages.success(request, _("已更正，原记录仍可查看。"))
            return HttpResponseRedirect(f"/desk/cases/{number}")
        except ZhihengError as refused:
            error = refused
    words = {
        **_head(case, procedure, language_code()),
        **asked.form_words(request, declared, error, answers=dict(about.answers)),
        "event": event,
        "day": request.POST.get("day") or about.day.isoformat(),
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


@require_POST
@staff()
def show_personal(request: HttpRequest, number: int) -> HttpResponse:
    """The case with its personal fields; the view is on the audit trail."""
    actor = actor_of(request)
    values = persons.view_personal(actor, number)
    return _case_page(request, queries.case(actor, number), shown_persons=values)


@require_safe
@staff()
def letter(request: HttpRequest, number: int, letter: int) -> HttpResponse:
    """A letter as a Word document."""
    case = queries.case(actor_of(request), number)
    found = case.letters.filter(id=letter).select_related("case").first()
    if found is None:
        raise Http404
    answer = HttpResponse(
        letters.as_word(found, get_language() or letters.CHINESE),
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    answer["Content-Disposition"] = f'attachment; filename="letter-{number}-{letter}.docx"'
    return answer
