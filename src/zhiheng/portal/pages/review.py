"""The review list: whom does a name mean? A person decides, with a reason, and can undo it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from zhiheng.office.queries import party_names, people_names
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, UsageError
from zhiheng.subjects import actions, queries
from zhiheng.web.access import actor_of, staff
from zhiheng.web.markup import filled
from zhiheng.web.numbers import MOST_COUNTED, counted
from zhiheng.web.paging import cursor, page, plain_number
from zhiheng.web.places import region_name, today_view

SHOWN = 5
"""Finding whom a name may mean is most of the page; a person judges one at a time."""


@require_safe
@staff("subjects.review")
def review(request: HttpRequest) -> HttpResponse:
    """References that wait, each with the organisations it may mean and why."""
    actor = actor_of(request)
    begin = plain_number(cursor(request)) or 0
    items = queries.review_list(actor, limit=SHOWN, after=begin)
    last = items[-1].id if items else begin
    shown = page(request, items, str(last), SHOWN, more=queries.review_goes_on(actor, last))
    view = today_view()
    sources = party_names({item.source for item in shown.rows})
    recent = queries.recent_judgements(actor)
    people = people_names({judgement.actor for judgement in recent})
    listed = [
        (
            item,
            region_name(view, item.region) if item.region else "",
            sources[item.source],
            _proposals(item),
        )
        for item in shown.rows
    ]
    waiting = counted(queries.review_count(actor, MOST_COUNTED + 1))
    context = {
        "listed": listed,
        "page": shown,
        "waiting": waiting,
        "recent": [(judgement, people[judgement.actor]) for judgement in recent],
    }
    return render(request, "portal/review.html", context)


def _proposals(item: queries.ReviewItem) -> SafeString:
    """Whom the name may mean, each as a choice with its points and the reasons for them."""
    choice = (
        '<div class="choice"><input type="radio" id="c-{0}-{1}" name="choice" value="same:{1}" '
        'required>\n<label for="c-{0}-{1}"><strong>{2}</strong> <span class="mono">{3}</span> '
        '<span class="tag">{4} {5}</span><br><span class="note">{6}</span></label></div>'
    )
    points = _("分")
    return SafeString(
        "".join(
            filled(
                choice,
                *(item.id, each.organisation, each.name, each.uscc, f"{each.score:.0f}", points),
                "；".join(f"{reason.text} +{reason.points:.0f}" for reason in each.reasons),
            )
            for each in item.proposals
        )
    )


@require_POST
@staff("subjects.review")
def decide(request: HttpRequest) -> HttpResponse:
    """One judgement; back to the list, where one that came too late is told so."""
    choice, _colon, organisation = request.POST.get("choice", "").partition(":")
    try:
        actions.decide(
            actor_of(request),
            _number(request.POST.get("reference", "")),
            choice,
            _number(organisation) if organisation else None,
            request.POST.get("reason", "").strip(),
            seen=_number(request.POST.get("seen", "")),
        )
    except ConflictError as meanwhile:
        messages.warning(request, f"{meanwhile.message}{meanwhile.fix}")
    else:
        messages.success(request, _("判断已记录，可在本页下方撤销。"))
    after = plain_number(request.POST.get("after"))
    return HttpResponseRedirect(f"/desk/review?after={after}" if after else "/desk/review")


@require_POST
@staff("subjects.review")
def undo(request: HttpRequest, judgement: int) -> HttpResponse:
    """Take a judgement back; to the list, where its reference waits again."""
    actions.undo(actor_of(request), judgement, request.POST.get("reason", "").strip())
    messages.success(request, _("判断已撤销。"))
    return HttpResponseRedirect("/desk/review")


def _number(text: str) -> int:
    found = plain_number(text)
    if found is None:
        raise UsageError("number.unreadable", _("“{text}”不是编号。", text=text[:40]))
    return found
