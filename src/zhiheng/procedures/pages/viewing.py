"""Working lists, the page of a case, its letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from zhiheng.office.actors import Actor
from zhiheng.office.models import User
from zhiheng.office.queries import party_names, people_names
from zhiheng.office.words import _
from zhiheng.procedures import catalogue, letters, persons, queries, rights, worklists
from zhiheng.procedures.api import place_of, read_place
from zhiheng.procedures.declaration import HelpPage, Procedure
from zhiheng.procedures.diagram import draw, in_words
from zhiheng.procedures.models import Case, CaseClock
from zhiheng.procedures.parts import By, Of
from zhiheng.procedures.terms import read_term, term_words
from zhiheng.subjects.queries import named
from zhiheng.subjects.references import split_reference
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.paging import SIZE, cursor, page
from zhiheng.web.places import region_name, today_view


@require_safe
@staff()
def listed(request: HttpRequest) -> HttpResponse:
    """A working list: mine, my unit's, overdue, due this week, or all."""
    actor, language = actor_of(request), language_code()
    which = request.GET.get("list") or worklists.UNIT
    procedure = request.GET.get("procedure") or None
    after = cursor(request)
    found = worklists.worklist(
        actor,
        which,
        procedure=procedure,
        after=read_place(after) if after else None,
        limit=SIZE + 1,
    )
    shown = page(request, found, place_of(found[:SIZE][-1]) if found else "")
    view = today_view()
    parties = party_names(case.unit for case in shown.rows)
    people = people_names(case.assignee for case in shown.rows if case.assignee)
    lines = [
        {
            **queries.case_row(case),
            "kind": catalogue.known(case.procedure).title(language),
            "state": catalogue.known(case.procedure).state_of[case.state].title(language),
            "place": region_name(view, case.region),
            "unit": parties[case.unit],
            "assignee": people.get(case.assignee, ""),
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
        (worklists.MINE, _("我的")),
        (worklists.UNIT, _("本单位")),
        (worklists.OVERDUE, _("逾期")),
        (worklists.WEEK, _("本周到期")),
        (worklists.ALL, _("全部")),
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
    now = timezone.localtime()
    clocks = [
        (procedure.clock_of[c.code].title(language), _with_terms(c, procedure, now, language))
        for c in queries.clocks(case)
    ]
    drawing = draw(procedure, language, case.state, _("当前"))
    personal = [
        (procedure.columns[name].title(language), value)
        for name, value in (shown_persons or {}).items()
        if name in procedure.columns
    ]
    events = queries.timeline(case, language)
    parties = party_names(key for event in events for key in (event["party"], event["unit"]) if key)
    people = people_names(
        name for event in events for name in (event["by"], event["assignee"]) if name
    )
    words = {
        **head(case, procedure, language),
        "subject": _subject(actor, case.subject) if case.subject else None,
        "steps": queries.steps_open(actor, procedure, standing),
        "clocks": clocks,
        "unconfirmed": any(not row["confirmed"] for _title, row in clocks),
        "events": [
            {
                **e,
                **{key: parties.get(e[key], "") for key in ("party", "unit")},
                **{key: people.get(e[key], "") for key in ("by", "assignee")},
            }
            for e in events
        ],
        "correctable": queries.correctable(actor, procedure, standing),
        "letters": _letters(case),
        "links": [_link_words(link, language) for link in queries.links(actor, case)],
        "drawing": mark_safe(drawing),  # made from the declaration, every text of it escaped
        "in_words": in_words(procedure, language),
        "personal": personal,
        "has_personal": any(c.personal for c in procedure.columns.values()),
        "may_see_persons": actor.party == case.unit or actor.can("evidence.personal"),
        "help_page": _help_page(actor, procedure),
        "people": _people(case) if rights.may(actor, By(procedure.read), standing) else [],
    }
    return render(request, "procedures/case.html", words)


def _subject(actor: Actor, reference: str) -> dict[str, Any]:
    """Whom the case is about: the organisation where it is known, else what was written."""
    found = named(actor, reference)
    written = split_reference(reference)[1]
    return {"id": found[0], "name": found[1]} if found else {"id": None, "name": written}


def _help_page(actor: Actor, procedure: Procedure) -> HelpPage | None:
    """What the room has to help with, for those who may open it."""
    page = procedure.help_page
    return page if page and any(actor.can(right) for right in page.rights) else None


def _with_terms(
    clock: CaseClock, procedure: Procedure, now: datetime, language: str
) -> dict[str, Any]:
    """A clock with its limits in words."""
    row = queries.clock_row(clock, procedure, now)
    said = [
        {**rule, "term": term_words(read_term(rule["value"]), language)} for rule in row["rules"]
    ]
    return {**row, "rules": said}


def head(case: Case, procedure: Procedure, language: str) -> dict[str, Any]:
    return {
        "case": queries.case_row(case),
        "procedure": procedure,
        "kind": procedure.title(language),
        "state": procedure.state_of[case.state],
        "region": region_name(today_view(), case.region),
        "unit_name": party_names([case.unit])[case.unit],
        "assignee_name": people_names([case.assignee])[case.assignee] if case.assignee else "",
    }


def _people(case: Case) -> list[tuple[str, str]]:
    users = User.objects.filter(party__key=case.unit, is_active=True).order_by("username")
    return list(users.values_list("username", "name")[:200])


def _letters(case: Case) -> list[dict[str, Any]]:
    """What was written, once for each party or address."""
    language = get_language() or letters.CHINESE
    found = list(case.letters.filter(user=None).select_related("case").order_by("id"))
    parties = party_names(letter.party for letter in found if letter.party)
    return [
        {
            "id": letter.pk,
            "subject": letters.said(letter, language).subject,
            "at": letter.written_at,
            "party": parties.get(letter.party, ""),
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
