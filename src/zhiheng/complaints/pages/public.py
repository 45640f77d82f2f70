"""The public pages: send a complaint or report, keep a draft, follow it, answer.

They know nobody: whoever holds a receipt may follow its case. So there is no session that another
site could misuse, and the forms need no cookie.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhiheng.complaints import drafts, fields, photos, submissions
from zhiheng.complaints.following import followed
from zhiheng.complaints.limits import RULES
from zhiheng.complaints.pages.asked import Asked, asked
from zhiheng.complaints.placing import HANDLES, handling_units
from zhiheng.complaints.routing import Matter
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, ZhihengError
from zhiheng.web.errors import status_of

MATTER = (fields.TOPIC, fields.TEXT, fields.CLAIM, fields.AMOUNT, fields.KNOWN_ON)
MERCHANT = (
    fields.RESPONDENT,
    fields.RESPONDENT_ADDRESS,
    fields.RESPONDENT_CODE,
    fields.TRADE,
    fields.BUSINESS_REGION,
)
ONLINE = (
    fields.PLATFORM_REGION,
    fields.UNREACHABLE,
    fields.PUBLISHER_REGION,
    fields.CONDUCT_REGION,
)
SENDER = (fields.PERSON, fields.PHONE, fields.EMAIL, fields.REAL_NAME)
JOINT = (fields.PERSONS, fields.REPRESENTATIVES)
ALL = {c.name: c for c in (*MATTER, *MERCHANT, *ONLINE, *SENDER, *JOINT)}
STEPS = {"supplement": (fields.SUPPLEMENT,), "rate": (fields.RATING, fields.COMMENT)}


@csrf_exempt
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest) -> HttpResponse:
    """The form; what is sent gets a receipt, what is kept as a draft as well."""
    if request.method != "POST":
        return _form(request, {}, secrets.token_urlsafe(24))
    try:
        posted = _posted(request)
    except ContentError as error:
        return _form(request, {}, secrets.token_urlsafe(24), error)
    token = posted.get("request", "")[:80]
    if not (token.isascii() and token.isprintable() and token):
        token = secrets.token_urlsafe(24)
    typed = {name: posted.get(name, "").strip() for name in (*ALL, "part_complaint", "part_report")}
    act = posted.get("act", "send")
    try:
        if act == "open":
            kept = drafts.open_again(posted.get("number", ""), posted.get("secret", ""))
            return _form(request, kept, kept.get("request") or token)
        if act == "keep":
            receipt = drafts.save({**typed, "request": token}, token)
            words = {"receipt": receipt, "draft": True, "days": drafts.days_kept()}
            return render(request, "complaints/receipt.html", words)
        sent = _submit(request, typed, token)
    except ZhihengError as error:
        return _form(request, typed, token, error)
    drafts.drop(token)
    words = {"receipt": sent.receipt, "sent": sent}
    return render(request, "complaints/receipt.html", words)


def _posted(request: HttpRequest) -> QueryDict:
    """What was posted. Raises ContentError where it is more than a form has."""
    try:
        return request.POST
    except TooManyFilesSent as error:
        most = RULES.value("intake.photos_most", timezone.localdate())
        raise ContentError(
            "photo.count",
            _("附的照片太多了。"),
            _("最多 {most} 张；请只留最能说明问题的。", most=most),
        ) from error
    except RequestDataTooBig as error:
        raise ContentError(
            "request.size", _("文字太长了。"), _("请只写要点；材料可以拍照附上。")
        ) from error


def _submit(request: HttpRequest, typed: Mapping[str, str], token: str) -> submissions.Sent:
    ticked = {Matter(m) for m in Matter if typed.get(f"part_{m}")}
    if not ticked:
        raise ContentError(
            "parts.none", _("没有选择投诉还是举报。"), _("请至少勾选一项，可以都勾选。")
        )
    uploads = [u for u in request.FILES.getlist("photos") if isinstance(u, UploadedFile)]
    cleaned = photos.received(
        [(u.name or "", u.size or 0, cast(Any, u)) for u in uploads], timezone.localdate()
    )
    given = {name: text for name, text in typed.items() if name in ALL and text}
    return submissions.submit(
        Actor.public(), {**given, "channel": "web"}, frozenset(ticked), token, photos=cleaned
    )


def _form(
    request: HttpRequest,
    typed: Mapping[str, str],
    token: str,
    error: ZhihengError | None = None,
) -> HttpResponse:
    groups: dict[str, list[Asked]] = {
        name: asked(columns, typed, error)
        for name, columns in (
            ("matter", MATTER),
            ("merchant", MERCHANT),
            ("online", ONLINE),
            ("sender", SENDER),
            ("joint", JOINT),
        )
    }
    today = timezone.localdate()
    words = {
        **groups,
        "typed": typed,
        "token": token,
        "error": error,
        "photos_most": RULES.value("intake.photos_most", today),
        "days": drafts.days_kept(),
        "nobody": not any(handling_units(right) for right in HANDLES.values()),
    }
    status = status_of(error) if error else 200
    return render(request, "complaints/form.html", words, status=status)


@csrf_exempt
@never_cache
@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """How a case stands, for who holds its receipt; adding material, withdrawing, rating."""
    if request.method != "POST":
        return render(request, "complaints/follow.html", {"number": request.GET.get("number", "")})
    number, secret = request.POST.get("number", "")[:40], request.POST.get("secret", "")[:80]
    error: ZhihengError | None = None
    step = request.POST.get("step", "")
    typed = {c.name: request.POST.get(c.name, "") for columns in STEPS.values() for c in columns}
    done = False
    try:
        case = submissions.case_of(number, secret)
        if step:
            given = {c.name: typed[c.name] for c in STEPS.get(step, ())}
            submissions.answer(number, secret, step, given, request.POST.get("request", ""))
            typed, done = {}, True
            case.refresh_from_db()
    except ZhihengError as refused:
        error = refused
        if refused.code == "receipt.refused":
            words: dict[str, Any] = {"error": error, "number": number}
            return render(request, "complaints/follow.html", words, status=403)
    words = {
        "followed": followed(case),
        "number": number,
        "secret": secret,
        "token": secrets.token_urlsafe(24),
        "error": error,
        "done": done,
        "supplement": asked(STEPS["supplement"], typed, error),
        "rate": asked(STEPS["rate"], typed, error),
        "ratings": _ratings(),
    }
    status = status_of(error) if error else 200
    return render(request, "complaints/followed.html", words, status=status)


def _ratings() -> list[tuple[int, str]]:
    words = (_("很满意"), _("满意"), _("一般"), _("不满意"), _("很不满意"))
    return list(zip(range(5, 0, -1), words, strict=True))
