"""Signing in: password, lock-out, second factor; each try is counted and put into the trail.

All that one step writes is one transaction, so that a sign-in waits at most once while a big
import holds the record.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from typing import NoReturn

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from zhiheng.office import audit, dated_values, second_factor, sessions
from zhiheng.office.actors import Actor
from zhiheng.office.clients import address_of
from zhiheng.office.models import RecoveryCode, SignInAttempt, User
from zhiheng.office.queries import actor_of
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, LimitError

HALF = "half_signed_in"
BACKEND = "zhiheng.office.backend.Accounts"


def with_password(request: HttpRequest, username: str, password: str, going: str) -> bool:
    """First step. True when signed in, False when the second factor is still to come.

    Raises:
        LimitError: the account or the address is locked; nothing was checked.
        ContentError: name or password is wrong (which of them is not said).
    """
    username = username[:60]
    _refuse_locked(username, address_of(request))
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        _fail(request, username, "password")
    if user.second_factor:
        remember_half(request, user, going)
        return False
    complete(request, user, "password")
    return True


def remember_half(request: HttpRequest, user: User, going: str) -> None:
    """The first step succeeded; the second factor is awaited for some minutes."""
    request.session.flush()
    request.session[HALF] = {"user": user.pk, "at": timezone.now().timestamp(), "next": going}


def half_signed_in(request: HttpRequest) -> tuple[User, str] | None:
    """Who passed the first step a short while ago, and where they were going."""
    half = request.session.get(HALF)
    if not isinstance(half, dict):
        return None
    term = dated_values.minutes("second_factor.minutes").total_seconds()
    if timezone.now().timestamp() - half["at"] > term:
        return None
    user = User.objects.filter(id=half["user"], is_active=True).first()
    return (user, half["next"]) if user else None


def with_code(request: HttpRequest, user: User, code: str) -> None:
    """Second step: a code of the authenticator, or a recovery code.

    Raises:
        LimitError: the account or the address is locked.
        ContentError: the code is wrong or was used before.
    """
    _refuse_locked(user.username, address_of(request))
    with transaction.atomic():
        how = use_code(user, code)
        if how is not None:
            complete(request, user, how)
            return
    _fail(request, user.username, "second_factor")


def tried(user: User, what: str, right: Callable[[], bool]) -> bool:
    """Whether what somebody signed in says once more is right; a wrong one counts as at sign-in.

    Raises:
        LimitError: the account is locked; nothing was checked.
    """
    _refuse_locked(user.username, "")
    if right():
        return True
    _note_failure(user.username, "", what)
    return False


def use_code(user: User, code: str) -> str | None:
    """How the code was accepted (``authenticator`` or ``recovery``); each is good once."""
    secret = second_factor.unseal(user.second_factor, settings.SECRET_KEY)
    step = secret and second_factor.accepted_step(
        secret, code, timezone.now(), user.second_factor_step
    )
    if step:
        newer = User.objects.filter(id=user.pk, second_factor_step__lt=step)
        return "authenticator" if newer.update(second_factor_step=step) else None
    digest = second_factor.recovery_digest(code, settings.SECRET_KEY)
    unused = RecoveryCode.objects.filter(user=user, digest=digest, used_at=None)
    return "recovery" if unused.update(used_at=timezone.now()) else None


@transaction.atomic
def complete(request: HttpRequest, user: User, how: str) -> None:
    """Signed in: a fresh session, the try counted, the trail told."""
    address = address_of(request)
    _count(user.username, address, succeeded=True)
    sessions.end(request)
    request.session.flush()
    login(request, user, backend=BACKEND)
    remember_language(user)
    request.session.save()
    audit.record(actor_of(user), "office.sign_in", user.username, {"how": how, "from": address})


def remember_language(user: User) -> None:
    """Letters and the results of jobs speak to the person as the pages last did."""
    language = get_language()
    if language and language != user.language:
        User.objects.filter(id=user.pk).update(language=language)
        user.language = language


def _fail(request: HttpRequest, username: str, what: str) -> NoReturn:
    """Counts the failure and says so.

    Raises:
        ContentError: always; the same words for an unknown name as for a wrong password.
    """
    _note_failure(username, address_of(request), what)
    if what == "second_factor":
        raise ContentError(
            "sign_in.code",
            _("动态码不对、已过期或已用过。"),
            _("请等验证器显示下一个动态码后再试，也可用一个恢复码。"),
        )
    raise ContentError("sign_in.refused", _("用户名或口令不对，请核对后再试。"))


@transaction.atomic
def _note_failure(username: str, address: str, what: str) -> None:
    known = User.objects.filter(username=username).select_related("party").first()
    _count(username, address, succeeded=False)
    audit.record(
        Actor(known.username, known.party.key, frozenset()) if known else Actor.public(),
        "office.sign_in_failed",
        known.username if known else "",
        {"what": what, "from": address},
    )


def _refuse_locked(username: str, address: str) -> None:
    """Raises LimitError while the account or the address is locked."""
    until = locked_until(username, address)
    if until is None:
        return
    seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)
    raise LimitError(
        "sign_in.locked",
        _("失败次数过多，登录已暂停。"),
        _("请在 {minutes} 分钟后再试；忘记口令请联系管理员。", minutes=-(-seconds // 60)),
        retry_after=seconds,
    )


def locked_until(username: str, address: str) -> datetime | None:
    """When the account or the address is let in again; None when it is not locked.

    Failures count within the window, those of an account only since its last success.
    """
    window = dated_values.minutes("lockout.minutes")
    recent = SignInAttempt.objects.filter(at__gt=timezone.now() - window)
    name = _counted_name(username)
    success = recent.filter(username=name, succeeded=True).order_by("-at").first()
    by_name = recent.filter(username=name, succeeded=False)
    if success is not None:
        by_name = by_name.filter(at__gt=success.at)
    by_address = recent.filter(address=address, succeeded=False).exclude(address="")
    until = None
    for tries, most in (
        (by_name, dated_values.today("lockout.attempts")),
        (by_address, dated_values.today("lockout.address_attempts")),
    ):
        last = tries.order_by("-at").values_list("at", flat=True)[:most]
        if len(last) >= most:
            until = max(filter(None, (until, last[0] + window)))
    return until


def unlock(user: User) -> None:
    """Forget the failures of an account; part of an action that notes it."""
    SignInAttempt.objects.filter(username=_counted_name(user.username), succeeded=False).delete()


def _count(username: str, address: str, *, succeeded: bool) -> None:
    name = _counted_name(username)
    now = timezone.now()
    old = Q(username=name) | Q(address=address)
    window = dated_values.minutes("lockout.minutes")
    SignInAttempt.objects.filter(old, at__lt=now - window).delete()
    SignInAttempt.objects.create(at=now, username=name, address=address, succeeded=succeeded)


def _counted_name(username: str) -> str:
    """Under what tries are counted: a name that is nobody's may be a password typed too early."""
    if User.objects.filter(username=username).exists():
        return username
    keyed = hmac.new(settings.SECRET_KEY.encode(), username.encode(), hashlib.sha256)
    return f"?{keyed.hexdigest()[:40]}"
