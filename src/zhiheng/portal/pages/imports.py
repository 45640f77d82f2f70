"""Handing in a file: the form, the templates, and the job it starts."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.evidence import actions
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.office import jobs
from zhiheng.office.actors import Actor
from zhiheng.office.home import current
from zhiheng.office.models import User
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError, ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.places import region_name, today_view

TABLES = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl")
MAPPINGS = (".yaml", ".yml")
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
    keys = sorted(k for k in actor.regions if k in view) if actor.regions is not None else None
    words = {
        "kinds": kinds_of(actor),
        "chosen": request.POST.get("kind") or request.GET.get("kind", ""),
        "mode": request.POST.get("mode", "rollback"),
        "tables": ",".join(TABLES),
        "mappings": ",".join(MAPPINGS),
        "regions": [(key, region_name(view, key)) for key in keys or sorted(v.key for v in view)],
        "posted": request.POST,
        "error": error,
    }
    return render(request, "portal/import.html", words, status=422 if error else 200)


def kinds_of(actor: Actor) -> list[Kind]:
    """The kinds of evidence this actor may hand in."""
    return [k for code, k in ALL.items() if actor.kinds is None or code in actor.kinds]


def _start(request: HttpRequest) -> int:
    """Keep the uploaded files and put the import into the queue; returns the job's number."""
    actor = actor_of(request)
    kind = request.POST.get("kind", "")
    if kind not in ALL:
        raise UsageError("kind.unknown", _("没有选择数据类别。"), _("请从列表中选一类。"))
    actor.require_kind(kind)
    table = request.FILES.get("table")
    if not isinstance(table, UploadedFile):
        raise UsageError("file.missing", _("没有选择文件。"), _("请选择要报送的表格后再提交。"))
    mapping = request.FILES.get("mapping")
    folder = current().files / "received" / secrets.token_hex(8)
    path = _keep(table, folder, TABLES)
    rules = _keep(mapping, folder, MAPPINGS) if isinstance(mapping, UploadedFile) else None
    user = get_object_or_404(User, id=actor.user_id)
    job = jobs.enqueue(
        user,
        "evidence.import",
        path=str(path),
        kind=kind,
        mapping=str(rules) if rules else None,
        mode="proceed" if request.POST.get("mode") == "proceed" else "rollback",
        name=table.name or path.name,
    )
    return job.id


def _keep(upload: UploadedFile[bytes], folder: Path, allowed: tuple[str, ...]) -> Path:
    """Write an upload under the home's files, under a safe form of its own name.

    Raises:
        ContentError: its ending is none that can be read.
    """
    given = Path(get_valid_filename(upload.name or "file"))
    ending = given.suffix.lower()
    if ending not in allowed:
        raise ContentError(
            "file.ending",
            _("“{name}”不是可以读取的文件类型。", name=upload.name),
            _("可用类型：{endings}。", endings="、".join(allowed)),
        )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{given.stem[:60]}{ending}"
    with path.open("wb") as file:
        for chunk in upload.chunks():
            file.write(chunk)
    return path


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
