"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from zhiheng.office import actions
from zhiheng.office.models import User
from zhiheng.office.queries import actor_of

DESK = "/desk"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form; a right name and password lead to where the person was going."""
    going = _safe(request, request.POST.get("next") or request.GET.get("next") or DESK)
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(going)
        return render(request, "portal/sign_in.html", {"next": going})
    username = request.POST.get("username", "").strip()
    user = authenticate(request, username=username, password=request.POST.get("password", ""))
    if not isinstance(user, User):
        words = {"next": going, "username": username, "refused": True}
        return render(request, "portal/sign_in.html", words, status=422)
    login(request, user)
    actions.note_sign_in(actor_of(user))
    return HttpResponseRedirect(going)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/")


def _safe(request: HttpRequest, address: str) -> str:
    """The address if it stays on this site."""
    allowed = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else DESK
