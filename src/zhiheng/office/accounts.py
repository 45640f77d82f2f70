"""Every change to one's own account, and to other people's by those who may."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from zhiheng.office import audit, dated_values, passwords, second_factor, sessions, sign_in
from zhiheng.office.actors import Actor
from zhiheng.office.configuration import configuration
from zhiheng.office.home import current
from zhiheng.office.models import PasswordBefore, RecoveryCode, User
from zhiheng.office.queries import actor_of
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError

PASSWORD, SECOND_FACTOR = "password", "second_factor"


def policy() -> passwords.Policy:
    """The password rules in force."""
    names = ("length", "classes", "history", "days")
    return passwords.Policy(*(dated_values.today(f"password.{name}") for name in names))


def due(user: User, actor: Actor) -> str:
    """What the person must do before anything else: renew the password, enrol, or nothing."""
    if user.has_usable_password() and (
        user.must_renew or passwords.due(user.password_set_at, timezone.now(), policy())
    ):
        return PASSWORD
    if not user.second_factor and needs_second_factor(actor):
        return SECOND_FACTOR
    return ""


def needs_second_factor(actor: Actor) -> bool:
    """Whether what the actor may do requires a second factor in this home."""
    asked = configuration(current())
    if asked.second_factor == "offered" or (asked.login and asked.login.second_factor):
        return False
    return not actor.rights.isdisjoint(dated_values.today("second_factor.rights"))


def require_second_factor(actor: Actor) -> None:
    """Raises RightError where the actor's rights need a second factor and none is enrolled.

    A token is made once and used without anybody typing a code, so it must not be a way around.
    """
    enrolled = User.objects.filter(id=actor.user_id or 0).exclude(second_factor="")
    if needs_second_factor(actor) and not enrolled.exists():
        raise RightError(
            "second_factor.missing",
            _("账号 {name} 的权限要求第二因素，尚未启用。", name=actor.name),
            _("请先在门户登录，按提示启用第二因素。"),
        )


def put_password(user: User, password: str, *, must_renew: bool = False) -> None:
    """Give the person a new password within the action that notes it; other sessions end.

    Raises:
        ContentError: ``password.weak``, with everything that is wrong with it.
    """
    rules = policy()
    found = passwords.faults(password, user.username, rules)
    try:
        validate_password(password, user)
    except ValidationError as error:
        found += error.messages
    if not found and _used_before(user, password, rules.history):
        found = [_("最近 {count} 个用过的口令不能再用。", count=rules.history)]
    if found:
        raise ContentError("password.weak", "".join(found))
    if user.pk and user.has_usable_password():
        now = timezone.now()
        PasswordBefore.objects.create(user=user, password=user.password, until=now)
    user.password = make_password(password)
    user.password_set_at = timezone.now()
    user.must_renew = must_renew
    user.save()
    sessions.end_all(user)


def _used_before(user: User, password: str, history: int) -> bool:
    if not user.pk:
        return False
    earlier = PasswordBefore.objects.filter(user=user).order_by("-id")
    hashes = [user.password, *earlier.values_list("password", flat=True)[: history - 1]]
    return any(check_password(password, kept) for kept in hashes if kept)


def change_password(user: User, old: str, new: str) -> None:
    """The person's own change of password; every session ends, also the present one.

    Raises:
        LimitError: wrong passwords locked the account.
        ContentError: the old password is wrong, or the new one too weak.
    """
    if not sign_in.tried(user, "password", lambda: user.check_password(old)):
        raise ContentError("password.wrong", _("现用口令不对。"))
    with transaction.atomic():
        put_password(user, new)
        audit.record(actor_of(user), "office.change_password", user.username)


def enrol(user: User, secret: str, code: str) -> list[str]:
    """Take an authenticator into use; returns the recovery codes, shown this once.

    Raises:
        ConflictError: one is in use already.
        ContentError: the code does not belong to the secret.
    """
    if user.second_factor:
        raise ConflictError("second_factor.enrolled", _("第二因素已经启用。"))
    step = second_factor.accepted_step(secret, code, timezone.now(), 0)
    if step is None:
        raise ContentError(
            "second_factor.code",
            _("动态码与这个密钥不符。"),
            _("请确认手机时间准确，再填验证器当前显示的六位数。"),
        )
    with transaction.atomic():
        user.second_factor = second_factor.seal(secret, settings.SECRET_KEY)
        user.second_factor_step = step
        user.save(update_fields=["second_factor", "second_factor_step"])
        audit.record(actor_of(user), "office.enrol_second_factor", user.username)
        return _fresh_recovery_codes(user)


def renew_recovery_codes(user: User, code: str) -> list[str]:
    """Throw the old recovery codes away; needs a code of the authenticator, or one of them.

    Raises:
        LimitError: wrong codes locked the account.
        ContentError: the code is wrong or was used before.
    """
    if not user.second_factor or not sign_in.tried(
        user, "second_factor", lambda: sign_in.use_code(user, code) is not None
    ):
        raise ContentError("second_factor.code", _("动态码不对、已过期或已用过。"))
    with transaction.atomic():
        audit.record(actor_of(user), "office.renew_recovery_codes", user.username)
        return _fresh_recovery_codes(user)


def _fresh_recovery_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = second_factor.recovery_codes(dated_values.today("second_factor.recovery_codes"))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=second_factor.recovery_digest(c, settings.SECRET_KEY))
        for c in codes
    )
    return codes


@transaction.atomic
def sign_out_everywhere(user: User) -> int:
    """End all of the person's sessions; returns how many stood."""
    ended = sessions.end_all(user)
    audit.record(actor_of(user), "office.sign_out_everywhere", user.username, {"sessions": ended})
    return ended


@transaction.atomic
def deactivate(actor: Actor, user: User) -> None:
    """Let somebody in no more; what they did stays theirs."""
    actor.require("office.manage")
    user.is_active = False
    user.save(update_fields=["is_active"])
    ended = sessions.end_all(user)
    audit.record(actor, "office.deactivate_user", user.username, {"sessions": ended})


@transaction.atomic
def activate(actor: Actor, user: User) -> None:
    """Let somebody in again."""
    actor.require("office.manage")
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(actor, "office.activate_user", user.username)


@transaction.atomic
def reset_password(actor: Actor, user: User) -> str:
    """A fresh password that must be renewed at the next sign-in; failures are forgotten."""
    actor.require("office.secure")
    password = passwords.fresh()
    put_password(user, password, must_renew=True)
    sign_in.unlock(user)
    audit.record(actor, "office.reset_password", user.username)
    return password


@transaction.atomic
def reset_second_factor(actor: Actor, user: User) -> None:
    """Forget a lost authenticator and its recovery codes; every session ends."""
    actor.require("office.secure")
    user.second_factor, user.second_factor_step = "", 0
    user.save(update_fields=["second_factor", "second_factor_step"])
    RecoveryCode.objects.filter(user=user).delete()
    ended = sessions.end_all(user)
    audit.record(actor, "office.reset_second_factor", user.username, {"sessions": ended})


@transaction.atomic
def unlock(actor: Actor, user: User) -> None:
    """Let a locked account try again."""
    actor.require("office.secure")
    sign_in.unlock(user)
    audit.record(actor, "office.unlock_user", user.username)


@transaction.atomic
def bind_login(actor: Actor, user: User, issuer: str, subject: str) -> None:
    """Say who the person is at the city's own login; an empty subject takes it back.

    Raises:
        ConflictError: another account is bound to that person.
    """
    actor.require("office.manage")
    taken = User.objects.filter(login_issuer=issuer, login_subject=subject).exclude(id=user.pk)
    if subject and (other := taken.first()):
        raise ConflictError(
            "login.taken",
            _("{subject} 已绑定账号 {other}。", subject=subject, other=other.username),
            _("请先解除那个绑定。"),
        )
    user.login_issuer, user.login_subject = (issuer, subject) if subject else (None, None)
    user.save(update_fields=["login_issuer", "login_subject"])
    audit.record(actor, "office.bind_login", user.username, {"issuer": issuer, "subject": subject})


def known_user(username: str) -> User:
    """The account of this name. Raises UsageError ``user.unknown``."""
    found = User.objects.select_related("party").filter(username=username).first()
    if found is None:
        raise UsageError(
            "user.unknown",
            _("没有账号“{username}”。", username=username),
            _("请用 zhiheng user list 查看。"),
        )
    return found


def user_row(user: User) -> dict[str, Any]:
    """An account as lists and JSON show it."""

    def said(moment: datetime | None) -> str | None:
        return moment.isoformat() if moment else None

    return {
        "username": user.username,
        "name": user.name,
        "party": user.party.key,
        "roles": list(user.roles),
        "active": user.is_active,
        "second_factor": bool(user.second_factor),
        "login": user.login_subject,
        "last_sign_in": said(user.last_login),
        "password_set_at": said(user.password_set_at),
    }
