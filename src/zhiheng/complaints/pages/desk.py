"""The desk's pages: taking down a call, what helps with a case, its photos, the figures."""

from __future__ import annotations

import secrets
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from zhiheng.complaints import actions, fields, queries
from zhiheng.complaints.pages.asked import asked
from zhiheng.complaints.pages.figures import place
from zhiheng.complaints.pages.public import ALL, JOINT, MATTER, MERCHANT, ONLINE, SENDER
from zhiheng.complaints.refusal import TITLES
from zhiheng.complaints.routing import Matter
from zhiheng.complaints.small_claims import guide
from zhiheng.complaints.submissions import PROCEDURE, enter
from zhiheng.office.words import _
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.queries import standing, steps_open
from zhiheng.rules.errors import ContentError, ZhihengError
from zhiheng.web.access import actor_of, staff
from zhiheng.web.errors import status_of
from zhiheng.web.language import in_language, is_english
from zhiheng.web.places import region_name, today_view

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CALLED = (fields.CHANNEL,)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@staff("complaints.enter")
def take_down(request: HttpRequest) -> HttpResponse:
    """The form of a call or visit; the caller is told the receipt."""
    posted = request.POST
    error: ZhihengError | None = None
    names = (*ALL, fields.CHANNEL.name)
    typed = {name: posted.get(name, "").strip() for name in names}
    if request.method == "POST":
        try:
            ticked = frozenset(m for m in Matter if posted.get(f"part_{m}"))
            if not ticked:
                raise ContentError(
                    "parts.none", _("没有选择投诉还是举报。"), _("请至少勾选一项，可以都勾选。")
                )
            given = {name: text for name, text in typed.items() if text}
            sent = enter(actor_of(request), given, ticked, posted.get("request", "")[:80])
            words = {"receipt": sent.receipt, "sent": sent, "case": sent.case}
            return render(request, "complaints/taken_down.html", words)
        except ZhihengError as refused:
            error = refused
    words = {
        "called": asked(CALLED, typed, error),
        "matter": asked(MATTER, typed, error),
        "merchant": asked(MERCHANT, typed, error),
        "online": asked(ONLINE, typed, error),
        "sender": asked(SENDER, typed, error),
        "joint": asked(JOINT, typed, error),
        "typed": posted,
        "token": posted.get("request") or secrets.token_urlsafe(24),
        "error": error,
    }
    status = status_of(error) if error else 200
    return render(request, "complaints/take_down.html", words, status=status)


@never_cache
@require_safe
@staff("complaints.handle", "reports.handle")
def helped(request: HttpRequest, number: int) -> HttpResponse:
    """What helps to decide about a case; reading it is reading its personal fields."""
    actor = actor_of(request)
    found = queries.help_with(actor, number)
    procedure = PROCEDURE[found.matter]
    view = today_view()
    error: ZhihengError | None = None
    guidance = None
    amount, wage = request.GET.get("amount", ""), request.GET.get("wage", "")
    if amount and wage:
        try:
            guidance = guide(_number(amount), _number(wage), found.case.received_on)
        except ZhihengError as refused:
            error = refused
    words = {
        "found": found,
        "number": number_of(found.case),
        "places": [(key, region_name(view, key)) for key in found.routing.candidates],
        "proposed": found.parts.differs,
        "refusals": [(in_language(*TITLES[each.ground]), each) for each in found.refusals],
        "repeats": [(number_of(each.case), each) for each in found.repeats],
        "may_identify": any(
            step.code == "identify" for step in steps_open(actor, procedure, standing(found.case))
        ),
        "unconfirmed": [rule for rule in found.routing.sources if not rule["confirmed"]],
        "guidance": guidance,
        "amount": amount,
        "wage": wage,
        "error": error,
    }
    return render(request, "complaints/helped.html", words)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ContentError(
            "claim.amount", _("“{text}”不是金额。", text=text[:40]), _("请填数字，单位为元。")
        ) from error


@require_safe
@staff("complaints.handle", "reports.handle")
def photo(request: HttpRequest, number: int, digest: str) -> HttpResponse:
    """One photo of a case."""
    path = queries.photo(actor_of(request), number, digest)
    return HttpResponse(path.read_bytes(), content_type="image/jpeg")


@require_safe
@staff("complaints.handle")
def agreement(request: HttpRequest, number: int) -> HttpResponse:
    """The agreement of a mediation as a Word document."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "agreement.docx"
        name = actions.write_agreement_of(actor_of(request), number, path)
        answer = HttpResponse(path.read_bytes(), content_type=WORD)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return answer


@require_safe
@staff("complaints.handle")
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a year as they may be shown outside: small counts hidden."""
    today = timezone.localdate()
    asked_for = request.GET.get("year", "")
    year = int(asked_for) if asked_for.isdecimal() and len(asked_for) == 4 else today.year
    found = queries.statistics(actor_of(request), year, today)
    view = today_view()
    topics = {choice.code: in_language(choice.zh, choice.en) for choice in fields.TOPIC.choices}
    words = {
        "found": found,
        "lines": [(place(view, line.region), line) for line in found.lines],
        "topics": [
            {**line, "title": topics.get(line["code"], _("其余类别合计"))} for line in found.topics
        ],
        "ranking": [(found.names[each.organisation], each) for each in found.ranking],
        "years": range(today.year - 4, today.year + 1),
        "english": is_english(),
    }
    return render(request, "complaints/statistics.html", words)
