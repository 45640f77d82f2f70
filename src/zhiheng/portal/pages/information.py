"""Pages that explain: how verdicts are made, how to check a proof, how programs ask."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhiheng.evidence import log, standalone_verifier
from zhiheng.office.words import _
from zhiheng.portal import api_reference as reference
from zhiheng.portal.api_document import REFUSALS
from zhiheng.portal.kept import kept_while_it_stands


@require_safe
@kept_while_it_stands
def method(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/method.html")


@require_safe
def proof(request: HttpRequest) -> HttpResponse:
    """How to verify, with the log's current size and root."""
    return render(request, "portal/proof.html", {"head": log.head()})


@require_safe
def api_reference(request: HttpRequest) -> HttpResponse:
    """Every operation of the API, made from its own document."""
    names = {
        "open data": _("公开数据"),
        "office": _("区域、账号与任务"),
        "evidence": _("证据"),
        "subjects": _("主体"),
        "indicators": _("指标与估计值"),
        "plans": _("规划与判定"),
        "procedures": _("办理程序"),
        "complaints": _("投诉举报"),
        "publication": _("发布"),
        "reports": _("报告与导出"),
    }
    groups: dict[str, list[reference.Operation]] = {}
    for operation in reference.operations():
        groups.setdefault(names[operation.group], []).append(operation)
    context = {"groups": groups, "refusals": REFUSALS, "base": reference.BASE}
    return render(request, "portal/api.html", context)


@require_safe
def verifier(request: HttpRequest) -> HttpResponse:
    """The stand-alone verifier as a file."""
    program = Path(standalone_verifier.__file__).read_bytes()
    response = HttpResponse(program, content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="standalone_verifier.py"'
    return response
