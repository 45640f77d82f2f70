"""Handing in a file: the form, the templates, and the job it starts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.evidence import actions, receiving
from zhiheng.evidence.filing import kinds_to_file
from zhiheng.evidence.kinds import ALL
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError, ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.places import region_name, today_view

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("evidence.import")
def hand_in(request: HttpRequest) -> HttpResponse:
    """The form; a file handed in becomes a job with its own page."""
    if request.method != "POST":
        return _form(request)
    try:
        job = _start(request)
    except ZhihengError as error:
        return _form(request, error)
    return HttpResponseRedirect(f"/desk/jobs/{job}")


def _form(request: HttpRequest, error: ZhihengError | None = None) -> HttpResponse:
    actor = actor_of(request)
    view = today_view()
    own = actor.filing_regions
    keys = sorted(k for k in own if k in view) if own is not None else None
    words = {
        "kinds": kinds_to_file(actor),
        "chosen": request.POST.get("kind") or request.GET.get("kind", ""),
        "mode": request.POST.get("mode", "rollback"),
        "tables": ",".join(receiving.TABLES),
        "mappings": ",".join(receiving.MAPPINGS),
        "regions": [(key, region_name(view, key)) for key in keys or sorted(v.key for v in view)],
        "posted": request.POST,
        "error": error,
    }
    return render(request, "portal/import.html", words, status=422 if error else 200)


def _start(request: HttpRequest) -> int:
    """Keep the uploaded files and put the import into the queue; returns the job's number."""
    job, _new = receiving.hand_in(
        actor_of(request),
        request.POST.get("kind", ""),
        _upload(request, "table"),
        _upload(request, "mapping"),
        request.POST.get("mode", "rollback"),
    )
    return job.id


def _upload(request: HttpRequest, name: str) -> UploadedFile[bytes] | None:
    found = request.FILES.get(name)
    return found if isinstance(found, UploadedFile) else None


@require_safe
@staff("evidence.import")
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty workbook of a kind, made anew from its declaration."""
    from zhiheng.evidence.templates import write_kind_template

    declared = ALL.get(kind)
    if declared is None:
        raise UsageError("kind.unknown", _("没有“{kind}”这类数据。", kind=kind))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_kind_template(declared, path)
        response = HttpResponse(path.read_bytes(), content_type=EXCEL)
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.xlsx"'
    return response


@require_POST
@staff("evidence.import")
def report_nothing(request: HttpRequest) -> HttpResponse:
    """File that a period had nothing to report."""
    try:
        done = actions.report_nothing(
            actor_of(request),
            request.POST.get("kind", ""),
            request.POST.get("region", ""),
            _day(request.POST.get("since", "")),
            _day(request.POST.get("until", "")),
            request.POST.get("note", "").strip() or None,
        )
    except ZhihengError as error:
        return _form(request, error)
    said = _("已登记：本期无可报告事项。") if done["accepted"] else _("此前已登记过，无需重复。")
    messages.success(request, said)
    return HttpResponseRedirect("/desk/import")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            "date.unreadable", _("“{text}”不是日期。", text=text), _("请写成 2026-09-30 的样子。")
        ) from None
