"""Organisations: finding one, all evidence about it, and the proof of each row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhiheng.evidence import queries as evidence
from zhiheng.evidence.declaration import Column, Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.office.words import _
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


@require_safe
@staff("evidence.read")
def organisation(request: HttpRequest, number: int) -> HttpResponse:
    """Everything held about one organisation, newest first, one kind or all."""
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
            )
            for row in shown.rows
        ],
        "page": shown,
        "may_review": actor.can("subjects.review"),
    }
    return render(request, "portal/organisation.html", context)


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
@staff("evidence.read")
def proof(request: HttpRequest, row: int) -> HttpResponse:
    """The proof of one row as a file for the stand-alone verifier."""
    given = json.dumps(evidence.proof(actor_of(request), row), ensure_ascii=False, indent=1)
    response = HttpResponse(given + "\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{row}.json"'
    return response
