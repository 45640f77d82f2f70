"""Organisations: finding one, all evidence about it, and the proof of each row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from zhiheng.evidence import queries as evidence
from zhiheng.evidence.kinds import ALL
from zhiheng.office.queries import people_names
from zhiheng.office.words import _
from zhiheng.portal import tables
from zhiheng.reports.actions import export_organisation
from zhiheng.reports.api import ZIP
from zhiheng.subjects import queries as subjects
from zhiheng.subjects.judgements import decision_word
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.markup import Column, filled, link, table
from zhiheng.web.paging import SIZE, cursor, page, plain_number
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
        rows = subjects.organisations(
            actor, after=plain_number(cursor(request)) or 0, limit=SIZE + 1
        )
        shown = page(request, rows, str(rows[:SIZE][-1].id) if rows else "")
    cut = bool(words) and len(shown.rows) == FOUND_AT_MOST
    context = {"words": words, "table": _found(shown.rows), "page": shown, "cut": cut}
    return render(request, "portal/organisations.html", context)


def _found(shown: Sequence[subjects.Found]) -> SafeString:
    columns = [
        Column(_("名称"), heads=True),
        Column(_("统一社会信用代码"), "mono", says=_("代码")),
        Column(_("区域")),
    ]
    view = today_view()
    rows = (
        (
            link(f"/desk/organisations/{each.id}", each.name),
            each.uscc,
            region_name(view, each.region) if each.region else "",
        )
        for each in shown
    )
    return table(columns, rows)


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
    rows = evidence.rows_of_organisation(
        actor,
        number,
        kind=kind,
        before=plain_number(cursor(request)),
        limit=SIZE + 1,
    )
    shown = page(request, rows, str(rows[:SIZE][-1].id) if rows else "")
    view, own = today_view(), actor.organisation is not None
    people = people_names({judgement.actor for judgement in found.judgements})
    context = {
        "organisation": found,
        "judgements": [
            (judgement, people[judgement.actor], decision_word(judgement.decision))
            for judgement in found.judgements
        ],
        "region": region_name(view, found.region) if found.region else "",
        "kinds": _kinds(request, kind),
        "table": tables.evidence(shown.rows, view, own=own),
        "page": shown,
        "may_review": actor.can("subjects.review"),
        "own": own,
        "may_issue": actor.can("office.manage"),
    }
    return render(request, "portal/organisation.html", context)


def _kinds(request: HttpRequest, chosen: str | None) -> SafeString:
    """Links to all evidence and to that of each kind the actor may read."""
    kinds, language = actor_of(request).kinds, language_code()
    offered: list[tuple[str | None, str, str]] = [(None, request.path, _("全部"))]
    offered += [
        (code, f"?kind={code}", kind.title(language))
        for code, kind in ALL.items()
        if kinds is None or code in kinds
    ]
    here = SafeString(' aria-current="true"')
    return SafeString(
        "".join(
            filled(
                '<li><a href="{}#evidence"{}>{}</a></li>',
                *(address, here if code == chosen else "", title),
            )
            for code, address, title in offered
        )
    )


@require_safe
@staff("evidence.read", "evidence.own")
def proof(request: HttpRequest, row: int) -> HttpResponse:
    """The proof of one row as a file for the stand-alone verifier."""
    given = json.dumps(evidence.proof(actor_of(request), row), ensure_ascii=False, indent=1)
    response = HttpResponse(given + "\n", content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="proof-{row}.json"'
    return response
