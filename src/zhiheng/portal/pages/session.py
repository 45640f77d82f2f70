"""Signing in and out: by password and second factor, or by the city's own login."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiheng.office import city_login, sessions, sign_in
from zhiheng.office.configuration import configuration
from zhiheng.office.home import current
from zhiheng.office.words import _
from zhiheng.rules.errors import LimitError, UsageError, ZhihengError

DESK = "/desk"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The sign-in form; a right name and password lead to where the person was going."""
    going = _safe(request, request.POST.get("next") or request.GET.get("next") or DESK)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(going)
        return _form(request, going)
    username = request.POST.get("username", "").strip()
    try:
        done = sign_in.with_password(request, username, request.POST.get("password", ""), going)
    except ZhihengError as error:
        return _form(request, going, username, error)
    return HttpResponseRedirect(going if done else "/sign-in/code")


def _form(
    request: HttpRequest, going: str, username: str = "", error: ZhihengError | None = None
) -> HttpResponse:
    login = configuration(current()).login
    words = {"next": going, "username": username, "error": error, "login": login}
    return _answer(render(request, "portal/sign_in.html", words), error)


def _answer(response: HttpResponse, error: ZhihengError | None) -> HttpResponse:
    if isinstance(error, LimitError):
        response.status_code = 429
        response.headers["Retry-After"] = str(error.retry_after)
    elif error is not None:
        response.status_code = 422
    return response


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator, or a recovery code."""
    half = sign_in.half_signed_in(request)
    if half is None:
        return HttpResponseRedirect(settings.LOGIN_URL)
    user, going = half
    error = None
    if request.method == "POST":
        try:
            sign_in.with_code(request, user, request.POST.get("code", ""))
            return HttpResponseRedirect(_safe(request, going))
        except ZhihengError as refused:
            error = refused
    return _answer(render(request, "portal/second_step.html", {"error": error}), error)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end(request)
    logout(request)
    return HttpResponseRedirect("/")


@never_cache
@require_safe
def city_login_begin(request: HttpRequest) -> HttpResponse:
    """On to the city's own login."""
    going = _safe(request, request.GET.get("next") or DESK)
    try:
        return HttpResponseRedirect(city_login.begin(request, _callback(request), going))
    except ZhihengError as error:
        return _form(request, going, error=error)


@never_cache
@require_safe
def city_login_return(request: HttpRequest) -> HttpResponse:
    """Back from the city's own login."""
    try:
        going, done = city_login.finish(request, _callback(request))
    except ZhihengError as error:
        return _form(request, DESK, error=error)
    return HttpResponseRedirect(_safe(request, going) if done else "/sign-in/code")


def _callback(request: HttpRequest) -> str:
    """Where the city's login sends people back to."""
    if configuration(current()).login is None:
        raise UsageError("login.none", _("本站没有接入统一身份认证。"), _("请用用户名和口令登录。"))
    return request.build_absolute_uri("/sign-in/city/return")


def _safe(request: HttpRequest, address: str) -> str:
    """The address if it stays on this site."""
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else DESK
