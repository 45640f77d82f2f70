"""Organisations: finding one, all evidence about it, and the proof of each row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhiheng.evidence import objections
from zhiheng.evidence import queries as evidence
from zhiheng.evidence.declaration import Column, Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.kinds.objections import OBJECTION
from zhiheng.office.words import _
from zhiheng.reports.actions import export_organisation
from zhiheng.reports.api import ZIP
from zhiheng.subjects import queries as subjects
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.paging import SIZE, cursor, page
from zhiheng.web.places import region_name, today_view

FOUND_AT_MOST = 50


@require_safe
@staff("evidence.read")
def search(request: HttpRequest) -> HttpResponse:
    """Search by code, name or alias; without words, all organisations page by page."""
    actor = actor_of(request)
    words = request.GET.get("q", "").strip()
    if words:
        found = subjects.search_organisations(actor, words, FOUND_AT_MOST)
        shown = page(request, found, "", size=FOUND_AT_MOST)
    else:
        after = cursor(request) or ""
        rows = subjects.organisations(
            actor, after=int(after) if after.isdigit() else 0, limit=SIZE + 1
        )
        shown = page(request, rows, str(rows[:SIZE][-1].id) if rows else "")
    view = today_view()
    listed = [(each, region_name(view, each.region) if each.region else "") for each in shown.rows]
    cut = bool(words) and len(listed) == FOUND_AT_MOST
    context = {"words": words, "listed": listed, "page": shown, "cut": cut}
    return render(request, "portal/organisations.html", context)


@dataclass(frozen=True)
class Shown:
    """One row of evidence as the page lists it."""

    filed: evidence.Filed
    kind: str
    region: str
    pairs: list[tuple[str, str]]
    may_object: bool


@require_safe
@staff("evidence.read")
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """Everything held about one organisation, newest first, one kind or all."""
    return _organisation(request, number)


@require_safe
@staff("evidence.own")
def own(request: HttpRequest) -> HttpResponse:
    """Everything held about the firm whose account this is."""
    visible = subjects.organisations(actor_of(request), limit=1)
    if not visible:
        raise Http404
    return _organisation(request, visible[0].id)


@require_safe
@staff("evidence.read", "evidence.own")
def held(request: HttpRequest, number: int) -> HttpResponse:
    """All that is held about an organisation, for who may see it; noted in the audit trail."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"organisation-{number}.zip"
        export_organisation(actor_of(request), number, path)
        response = HttpResponse(path.read_bytes(), content_type=ZIP)
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


def _organisation(request: HttpRequest, number: int) -> HttpResponse:
    actor = actor_of(request)
    found = subjects.organisation(actor, number)
    kind = request.GET.get("kind") if request.GET.get("kind") in ALL else None
    before = cursor(request)
    rows = evidence.rows_of_organisation(
        actor,
        number,
        kind=kind,
        before=int(before) if before and before.isdigit() else None,
        limit=SIZE + 1,
    )
    shown = page(request, rows, str(rows[:SIZE][-1].id) if rows else "")
    view = today_view()
    context = {
        "organisation": found,
        "region": region_name(view, found.region) if found.region else "",
        "kinds": [k for code, k in ALL.items() if actor.kinds is None or code in actor.kinds],
        "chosen": kind,
        "rows": [
            Shown(
                row,
                ALL[row.kind].title(language_code()),
                region_name(view, row.region) if row.region else "",
                pairs(ALL[row.kind], row.values),
                may_object(row),
            )
            for row in shown.rows
        ],
        "page": shown,
        "may_review": actor.can("subjects.review"),
        "own": actor.organisation is not None,
        "may_issue": actor.can("office.manage"),
    }
    return render(request, "portal/organisation.html", context)


def may_object(row: evidence.Filed) -> bool:
    """Whether an objection to this row would be taken."""
    contested = row.objection in {objections.OPEN, objections.UPHELD}
    return not (row.superseded_by or contested or row.kind == OBJECTION.code)


def pairs(kind: Kind, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Titles and values of what the row says beyond whom, where and when; empty ones left out."""
    language = language_code()
    return [
        (column.title(language), _said(column, values[column.name], language))
        for column in kind.columns
        if column.role is None and values.get(column.name) is not None
    ]


def _said(column: Column, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    for choice in column.choices:
        if choice.code == value:
            return choice.en if language == "en" else choice.zh
    return f"{value}{column.unit}"


@require_safe
@staff("evidence.read", "evidence.own")
def proof(request: HttpRequest, row: int) -> HttpResponse:
    """The proof of one row as a file for the stand-alone verifier."""
    given = json.dumps(evidence.proof(actor_of(request), row), ensure_ascii=False, indent=1)
    response = HttpResponse(given + "\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{row}.json"'
    return response
