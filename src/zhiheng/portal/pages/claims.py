"""Accounts of firms: staff send a code, the firm claims its account with it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhiheng.evidence.contacts import registered_email
from zhiheng.evidence.shown_rows import mask
from zhiheng.office import accounts, sign_in
from zhiheng.office.models import User
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, ZhihengError
from zhiheng.subjects import claims
from zhiheng.web.access import actor_of, staff

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@sensitive_post_parameters("code", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """The form of who holds a code; a claimed account is signed in at once."""
    given = request.POST
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            if given.get("password") != given.get("again"):
                raise ContentError("password.again", _("两次填写的口令不一样。"))
            number = given.get("number", "").strip()
            user = claims.claim(
                int(number) if number.isdecimal() and len(number) < 15 else 0,
                given.get("code", ""),
                given.get("username", "").strip()[:60],
                given.get("name", "").strip()[:60],
                given.get("password", ""),
                given.get("email", "").strip()[:200],
            )
            sign_in.complete(request, user, "claim")
            messages.success(request, _("账号已开通。"))
            return HttpResponseRedirect("/desk/own")
        except ZhihengError as refused:
            error = refused
    words = {"error": error, "posted": given, "policy": accounts.policy()}
    return render(request, "portal/claim.html", words, status=422 if error else 200)


@require_POST
@staff("office.manage")
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """Send a code by e-mail, or hand out the letter to print."""
    actor = actor_of(request)
    back = HttpResponseRedirect(f"/desk/organisations/{number}")
    if request.POST.get("by") == "letter":
        issued = claims.issue(actor, number)
        assert isinstance(request.user, User)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "letter.docx"
            claims.write_letter(issued, request.user.party.name, path)
            answer = HttpResponse(path.read_bytes(), content_type=WORD)
        answer.headers["Content-Disposition"] = f'attachment; filename="claim-{issued.number}.docx"'
        return answer
    given = request.POST.get("email", "").strip()
    email = given or registered_email(actor, number)
    if not email:
        messages.warning(request, _("登记名录里没有这家的邮箱，请填写邮箱或生成信函。"))
        return back
    try:
        issued = claims.issue(actor, number, email)
    except ContentError:
        if given:
            raise
        messages.warning(request, _("登记名录里的邮箱不能用，请填写邮箱或生成信函。"))
        return back
    if issued.sent:
        # Who sends it need not learn the address that the register keeps as personal.
        messages.success(request, _("认领码已发往 {email}。", email=given or mask(email)))
    else:
        messages.warning(request, _("邮件没有发出，请检查邮件设置，或改用信函。"))
    return back
