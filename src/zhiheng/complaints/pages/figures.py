"""The published figures of complaints for everybody; asking for their publication at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from zhiheng.complaints import bulletins, fields
from zhiheng.complaints.disclosure import UNDECIDED
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.procedures import queries as machine
from zhiheng.procedures.holding import number_of
from zhiheng.publication import statements
from zhiheng.rules.errors import ZhihengError
from zhiheng.rules.parameters import Trace
from zhiheng.web.access import actor_of, staff
from zhiheng.web.errors import status_of
from zhiheng.web.language import in_language
from zhiheng.web.places import region_name, today_view


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """The figures of a quarter that are out, the newest unless another is asked for."""
    known = statements.released(bulletins.SUBJECT)
    asked = request.GET.get("period")
    found = next((each for each in known if each.period == asked), known[0] if known else None)
    words = {
        "found": found,
        "periods": [each.period for each in known],
        **(shown(found.payload) if found and found.payload else {}),
    }
    return render(request, "complaints/published.html", words)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("publication.request")
def publish(request: HttpRequest) -> HttpResponse:
    """What readers would see of a quarter; a POST asks that it be let out."""
    actor, today = actor_of(request), timezone.localdate()
    period = request.POST.get("period") or request.GET.get("period")
    error: ZhihengError | None = None
    words: dict[str, Any] = {}
    try:
        if request.method == "POST":
            asked = bulletins.ask_to_publish(actor, period or "")
            messages.success(request, _("已提出，由另一人核准后公开。"))
            return HttpResponseRedirect(f"/desk/cases/{asked.case_id}")
        quarter = bulletins.over(period or bulletins.last_quarter(today), today)
        period = str(quarter)
        words = shown(bulletins.content(actor, quarter, today, Trace()))
    except ZhihengError as refused:
        error = refused
    words |= {"period": period or "", "error": error}
    return render(
        request, "complaints/publish.html", words, status=status_of(error) if error else 200
    )


@require_safe
@staff("publication.read")
def statement(request: HttpRequest, case: int) -> HttpResponse:
    """What a case would let out, just as readers would see it."""
    held = machine.case(actor_of(request), case)
    found = statements.of_case(held)
    if found is None or found.subject != bulletins.SUBJECT:
        raise Http404
    words = {"statement": found, "number": number_of(held), **shown(found.payload)}
    return render(request, "complaints/statement.html", words)


def shown(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A quarter's figures as the table draws them, in the reader's language."""
    view = today_view()
    topics = {choice.code: in_language(choice.zh, choice.en) for choice in fields.TOPIC.choices}
    titles = {
        "accepted_in_time": _("按时受理"),
        "ended_in_time": _("按时办结"),
        "mediated": _("调解成功"),
        "satisfied": _("满意"),
        "repeated": _("重复"),
    }
    named = {
        "received": _("收到"),
        **titles,
        "topics": _("投诉类别"),
        "ranking": _("调解成功率排行"),
    }
    return {
        "titles": list(titles.values()),
        "withheld": [named[name] for name in payload.get("withheld", ())],
        "payload": payload,
        "span": [date.fromisoformat(payload[name]) for name in ("first", "last")],
        "window": [date.fromisoformat(day) for day in payload["window"]],
        "lines": [
            (
                place(view, line["region"]),
                line["received"],
                [(title, line[name]) for name, title in titles.items()],
            )
            for line in payload["regions"]
        ],
        "topics": [
            {**line, "title": topics.get(line["code"], _("其余类别合计"))}
            for line in payload["topics"]
        ],
    }


def place(view: TreeView, key: str) -> str:
    """A region's name; cases of no region yet have a name, too."""
    return _("区域未定") if key == UNDECIDED else region_name(view, key)
