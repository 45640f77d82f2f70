"""Objections: a firm files one, sees where it stands, and takes it back; an officer decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.evidence import attachments, contested, objections, queries
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.shown_rows import Filed
from zhiheng.office.queries import party_names
from zhiheng.office.words import _
from zhiheng.portal.tables import said
from zhiheng.rules.errors import ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.paging import SIZE, cursor, page, plain_number
from zhiheng.web.places import region_name, today_view


@require_safe
@staff("objections.decide", "objections.file")
def listed(request: HttpRequest) -> HttpResponse:
    """Objections in the actor's scope, all or those that wait."""
    actor = actor_of(request)
    state = objections.OPEN if request.GET.get("state") == objections.OPEN else None
    found = contested.objections(
        actor,
        state=state,
        before=plain_number(cursor(request)),
        limit=SIZE + 1,
    )
    shown = page(request, found, str(found[:SIZE][-1].evidence) if found else "")
    lines = [(each, ALL[each.kind].title(language_code())) for each in shown.rows]
    return render(
        request, "portal/objections.html", {"lines": lines, "page": shown, "state": state}
    )


@require_safe
@staff("objections.decide", "objections.file")
def one(request: HttpRequest, number: str, error: ZhihengError | None = None) -> HttpResponse:
    """One objection: its steps, the row it is about, what may be done about it."""
    actor = actor_of(request)
    found = contested.objection(actor, number)
    steps = contested.objection_steps(actor, number)
    waits = found.state == objections.OPEN
    words = {
        "objection": found,
        "steps": _with_names(steps),
        **row_words(queries.row(actor, found.row)),
        "may_decide": waits and actor.can("objections.decide"),
        "may_withdraw": waits and found.source == actor.party and actor.can("objections.file"),
        "error": error,
        "posted": request.POST,
    }
    return render(request, "portal/objection.html", words, status=422 if error else 200)


def _with_names(
    steps: list[contested.Objection],
) -> list[tuple[contested.Objection, str]]:
    """Each step with the party that took it."""
    parties = party_names(step.decided_by or step.source for step in steps)
    return [(step, parties[step.decided_by or step.source]) for step in steps]


def row_words(filed: Filed) -> dict[str, Any]:
    """A row as the pages about objections show it."""
    view = today_view()
    return {
        "filed": filed,
        "source": party_names([filed.source])[filed.source],
        "kind": ALL[filed.kind].title(language_code()),
        "region": region_name(view, filed.region) if filed.region else "",
        "pairs": said(ALL[filed.kind], filed.values),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@staff("objections.file")
def file(request: HttpRequest, row: int) -> HttpResponse:
    """The form of a new objection, beside the row it is about."""
    actor = actor_of(request)
    filed = queries.row(actor, row)
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            upload = request.FILES.get("attachment")
            attached = attachments.received(upload) if isinstance(upload, UploadedFile) else None
            grounds = request.POST.get("grounds", "")
            number = objections.file_objection(actor, row, grounds, attached)
            messages.success(request, _("异议已提出，记录上已加注。"))
            return HttpResponseRedirect(f"/desk/objections/{number}")
        except ZhihengError as refused:
            error = refused
    words = {
        **row_words(filed),
        "error": error,
        "posted": request.POST,
        "endings": ",".join(attachments.ENDINGS),
    }
    return render(request, "portal/objection_form.html", words, status=422 if error else 200)


@require_POST
@staff("objections.decide")
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Uphold or reject; refused without reasons."""
    choice = request.POST.get("decision", "")
    void = choice == "void"
    decision = objections.UPHELD if void else choice
    reason = request.POST.get("reason", "")
    try:
        objections.decide(actor_of(request), number, decision, reason, void=void)
    except ZhihengError as error:
        return _again(request, number, error)
    messages.success(request, _("处理结果已记录，双方都会收到通知。"))
    return HttpResponseRedirect(f"/desk/objections/{number}")


@require_POST
@staff("objections.file")
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """The firm takes its objection back."""
    try:
        objections.withdraw(actor_of(request), number, request.POST.get("reason", ""))
    except ZhihengError as error:
        return _again(request, number, error)
    messages.success(request, _("异议已撤回。"))
    return HttpResponseRedirect(f"/desk/objections/{number}")


def _again(request: HttpRequest, number: str, error: ZhihengError) -> HttpResponse:
    request.method = "GET"
    return one(request, number, error)


@require_safe
@staff("objections.decide", "objections.file")
def attachment(request: HttpRequest, number: str) -> HttpResponse:
    """The file that stands behind an objection."""
    found = contested.objection(actor_of(request), number)
    if not (found.attachment and found.attachment_name):
        raise Http404
    path = attachments.kept(found.attachment, found.attachment_name)
    name = found.attachment_name
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)  # type: ignore
