"""Every change to the office: regions, parties, people."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiheng.office import accounts, audit
from zhiheng.office.actors import (
    APART,
    BODY,
    OPERATOR,
    ORGANISATION,
    PUBLIC,
    ROLES,
    UNIT,
    Actor,
    roles_of,
)
from zhiheng.office.models import AccessToken, Party, Region, User
from zhiheng.office.queries import LOADED, PARTY_ADDED, token_digest, tokens
from zhiheng.office.regions import RegionVersion
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError

TOKEN_PREFIX = "zh_"
LONGEST_TOKEN = 366

PARTY_KINDS = (UNIT, ORGANISATION, BODY)


@transaction.atomic
def load_regions(actor: Actor, versions: Iterable[RegionVersion]) -> int:
    """Add or replace the given versions (same key and first day); returns how many."""
    actor.require("office.manage")
    rows = [
        Region(
            key=v.key,
            code=v.code,
            name=v.name,
            name_en=v.name_en,
            level=v.level,
            parent=v.parent,
            valid_from=max(v.valid_from, date(1900, 1, 1)),
            valid_to=v.valid_to,
            successor=v.successor,
        )
        for v in versions
    ]
    Region.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["key", "valid_from"],
        update_fields=["code", "name", "name_en", "level", "parent", "valid_to", "successor"],
        batch_size=2000,
    )
    audit.record(actor, LOADED, "regions", {"versions": len(rows)})
    return len(rows)


@transaction.atomic
def add_party(
    actor: Actor,
    key: str,
    kind: str,
    name: str,
    region: str | None = None,
    kinds: list[str] | None = None,
    organisation: int | None = None,
) -> Party:
    """Add a party, or update the one of this key.

    ``organisation`` is the subject that an organisation's account is limited to.

    Raises:
        ContentError: the kind is unknown, or an organisation names no subject.
    """
    actor.require("office.manage")
    if kind not in PARTY_KINDS:
        raise ContentError(
            "party.kind",
            _("没有“{kind}”这种单位。", kind=kind),
            _("可用：{kinds}。", kinds="、".join(PARTY_KINDS)),
        )
    if (kind == ORGANISATION) != (organisation is not None):
        raise ContentError(
            "party.organisation",
            _("企业账号要指明是哪个主体，其他单位不能指明。"),
            _("请用 zhiheng subject search 查到主体编号后再填。"),
        )
    said = {"kind": kind, "region": region, "kinds": kinds, "organisation": organisation}
    party, _created = Party.objects.update_or_create(key=key, defaults={**said, "name": name})
    audit.record(actor, PARTY_ADDED, key, said)
    return party


def party_row(party: Party) -> dict[str, Any]:
    """A party as JSON shows it."""
    names = ("key", "kind", "name", "region", "kinds", "organisation")
    return {name: getattr(party, name) for name in names}


def require_free_name(username: str) -> None:
    """Raises ConflictError for a name under which the trail knows the machine or nobody."""
    if username.strip().casefold() in {"", OPERATOR, PUBLIC}:
        raise ConflictError(
            "user.taken", _("用户名“{username}”不能用。", username=username), _("请换一个用户名。")
        )


@transaction.atomic
def add_user(
    actor: Actor,
    username: str,
    name: str,
    party: Party,
    roles: list[str],
    password: str,
    email: str = "",
) -> User:
    """Add a person, or give the one of this name a new password and these roles.

    Raises:
        ContentError: a role is unknown, does not fit the party or another role, or the password
            is too weak.
    """
    actor.require("office.manage")
    require_free_name(username)
    if unknown := sorted(set(roles) - set(ROLES)):
        raise ContentError(
            "role.unknown",
            _("没有“{roles}”这个角色。", roles="、".join(unknown)),
            _("可用角色：{roles}。", roles="、".join(ROLES)),
        )
    if unfit := sorted(set(roles) - roles_of(party.kind)):
        raise ContentError(
            "role.party",
            _("“{party}”的账号不能有角色 {roles}。", party=party.name, roles="、".join(unfit)),
            _("可用角色：{roles}。", roles="、".join(sorted(roles_of(party.kind)))),
        )
    if len(both := sorted(APART.intersection(roles))) > 1:
        raise ContentError(
            "role.apart",
            _("一个账号不能同时有角色 {roles}。", roles="、".join(both)),
            _("系统管理、安全管理、审计三种角色相互制约，请分给不同的人。"),
        )
    said = {"name": name, "party": party, "roles": roles, "email": email}
    user, _created = User.objects.update_or_create(username=username, defaults=said)
    accounts.put_password(user, password)
    audit.record(actor, "office.add_user", username, {"party": party.key, "roles": roles})
    return user


@transaction.atomic
def add_token(actor: Actor, user: User, name: str, days: int) -> tuple[AccessToken, str]:
    """Make a token for one's own account; the operator of the machine makes them for any.

    Returns:
        The token and its secret, which is never shown again.

    Raises:
        ContentError: no name, or more days than are allowed.
        RightError: it is somebody else's account.
    """
    if actor.user_id != user.id and actor.party_kind != OPERATOR:
        raise RightError(
            "token.other",
            _("不能为别人的账号“{name}”生成令牌。", name=user.username),
            _("令牌等同于本人登录，请由本人在“访问令牌”页面生成。"),
        )
    if not name.strip() or len(name) > 60:
        raise ContentError(
            "token.name", _("令牌没有名称，或名称过长。"), _("请写明用途，不超过 60 个字。")
        )
    if not 1 <= days <= LONGEST_TOKEN:
        raise ContentError(
            "token.days",
            _("令牌有效 {days} 天不在允许范围内。", days=days),
            _("可用：1 至 {most} 天。", most=LONGEST_TOKEN),
        )
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = AccessToken.objects.create(
        user=user,
        name=name.strip(),
        digest=token_digest(secret),
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(actor, "office.add_token", str(token.id), {"user": user.username, "days": days})
    return token, secret


@transaction.atomic
def revoke_token(actor: Actor, number: int) -> AccessToken:
    """End a token at once; one that has ended stays as it is.

    Raises:
        UsageError: the actor has none of this number.
    """
    token = tokens(actor).filter(id=number).first()
    if token is None:
        raise UsageError(
            "token.unknown",
            _("没有第 {number} 号令牌。", number=number),
            _("请用 zhiheng token list 或“访问令牌”页面查看。"),
        )
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        audit.record(actor, "office.revoke_token", str(number), {"user": token.user.username})
    return token
