"""One's own account: password, second factor, where one is signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.office import accounts, role_titles, second_factor, sessions, sign_in
from zhiheng.office.models import User
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, ZhihengError
from zhiheng.web.access import actor_of, signed_in

ENROLLING = "enrolling"


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@never_cache
@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Who one is, what one may do, where one is signed in."""
    user = _person(request)
    own = sessions.digest(request.session.session_key or "")
    words = {
        "person": user,
        "roles": " · ".join(role_titles.title(role) for role in user.roles),
        "sessions": [(each, each.digest == own) for each in sessions.standing(user)],
        "required": accounts.needs_second_factor(actor_of(request)),
        "days": accounts.policy().days,
    }
    return render(request, "portal/account.html", words)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Change the password; every other browser is signed out."""
    user = _person(request)
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("new", "") != request.POST.get("again", ""):
                raise ContentError("password.again", _("两次填写的新口令不一样。"))
            old, new = request.POST.get("old", ""), request.POST.get("new", "")
            accounts.change_password(user, old, new)
            sign_in.complete(request, user, "new_password")
            messages.success(request, _("口令已更换，其他设备上的登录都已退出。"))
            return HttpResponseRedirect(_going(request))
        except ZhihengError as refused:
            error = refused
    words = {
        "error": error,
        "policy": accounts.policy(),
        "due": request.before == accounts.PASSWORD,  # type: ignore[attr-defined]
        "next": _going(request),
    }
    return render(request, "portal/password.html", words, status=422 if error else 200)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Take an authenticator into use, or have new recovery codes made."""
    user = _person(request)
    code = request.POST.get("code", "")
    error: ZhihengError | None = None
    if request.method == "POST":
        try:
            codes = (
                accounts.renew_recovery_codes(user, code)
                if user.second_factor
                else accounts.enrol(user, _secret(request), code)
            )
            request.session.pop(ENROLLING, None)
            kept = {"codes": codes, "next": _going(request)}
            return render(request, "portal/recovery_codes.html", kept)
        except ZhihengError as refused:
            error = refused
    words: dict[str, object] = {"error": error, "next": _going(request)}
    words["enrolled"] = bool(user.second_factor)
    words["due"] = request.before == accounts.SECOND_FACTOR  # type: ignore[attr-defined]
    if not user.second_factor:
        secret = _secret(request)
        address = second_factor.address_of(secret, user.username, _("质衡"))
        words["picture"] = second_factor.picture(address)
        words["secret"] = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render(request, "portal/second_factor.html", words, status=422 if error else 200)


def _secret(request: HttpRequest) -> str:
    """The secret being enrolled; kept in the session, so that a mistyped code changes nothing."""
    found = request.session.get(ENROLLING)
    if not isinstance(found, str):
        found = second_factor.new_secret()
        request.session[ENROLLING] = found
    return found


@require_POST
@signed_in
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of this account, also this one."""
    accounts.sign_out_everywhere(_person(request))
    return HttpResponseRedirect("/sign-in")


def _going(request: HttpRequest) -> str:
    """Where the person was going, if that is on this site."""
    going = request.POST.get("next") or request.GET.get("next") or "/account"
    here = url_has_allowed_host_and_scheme(going, allowed_hosts={request.get_host()})
    return going if here else "/account"
