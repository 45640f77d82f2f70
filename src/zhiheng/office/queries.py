"""Reads of the office: the region tree, actors, jobs and the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from zhiheng.office import audit
from zhiheng.office.accreditation import Accredited
from zhiheng.office.actors import (
    BODY,
    OPERATOR,
    ORGANISATION,
    PUBLIC,
    ROLES,
    UNIT,
    Actor,
    roles_of,
)
from zhiheng.office.memory import Latest
from zhiheng.office.models import (
    AccessToken,
    Accreditation,
    AuditEntry,
    Job,
    Party,
    Region,
    User,
)
from zhiheng.office.regions import RegionTree, RegionVersion
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

LOADED, PARTY_ADDED = "office.load_regions", "office.add_party"
_tree: Latest[RegionTree] = Latest()


def region_tree() -> RegionTree:
    """All region versions as one tree; read again only after regions were loaded."""
    return _tree.of(audit.last(LOADED), _read_tree)


def _read_tree() -> RegionTree:
    fields = [
        "key",
        "name",
        "level",
        "parent",
        "code",
        "name_en",
        "valid_from",
        "valid_to",
        "successor",
    ]
    rows = Region.objects.order_by("key", "valid_from").values_list(*fields)
    return RegionTree(RegionVersion(**dict(zip(fields, row, strict=True))) for row in rows)


def party_names(keys: Iterable[str]) -> dict[str, str]:
    """What people call these parties; those that are in no register keep their key."""
    wanted = set(keys)
    known = dict(Party.objects.filter(key__in=wanted).values_list("key", "name"))
    nobody = {PUBLIC: _("公众"), OPERATOR: _("本机操作员")}
    return {key: nobody.get(key) or known.get(key) or key for key in wanted}


def people_names(usernames: Iterable[str]) -> dict[str, str]:
    """What these people are called; a username that is nobody's stays as it is."""
    wanted = set(usernames)
    known = dict(User.objects.filter(username__in=wanted).values_list("username", "name"))
    machine = {OPERATOR: _("本机操作员")}
    return {name: machine.get(name) or known.get(name) or name for name in wanted}


def actor_of(user: User) -> Actor:
    """The actor a signed-in person is: roles give rights, the party gives scope."""
    party = user.party
    subtree = (
        region_tree().as_of(timezone.localdate()).subtree(party.region) if party.region else None
    )
    outside = party.kind != UNIT
    # A role that does not fit the party gives nothing, however it came to stand there.
    roles = roles_of(party.kind).intersection(user.roles)
    return Actor(
        name=user.username,
        party=party.key,
        rights=frozenset().union(*(ROLES[role] for role in roles)),
        user_id=user.id,
        region=party.region,
        regions=frozenset() if outside else subtree,
        kinds=frozenset(party.kinds) if party.kinds is not None else None,
        organisation=party.organisation if party.kind == ORGANISATION else None,
        party_kind=party.kind,
        territory=subtree if outside else None,
        accredited=accreditations(party) if party.kind == BODY else (),
    )


def accreditations(party: Party) -> tuple[Accredited, ...]:
    """What a technical body is accredited for, oldest entry first."""
    return tuple(
        Accredited(
            kind=row.kind,
            valid_from=row.valid_from,
            source=row.source,
            valid_to=row.valid_to,
            scope={column: tuple(values) for column, values in row.scope.items()},
        )
        for row in Accreditation.objects.filter(party=party).order_by("valid_from", "id")
    )


def actor_of_token(secret: str) -> Actor | None:
    """The actor for whom a live token stands; None for one unknown, expired or revoked."""
    token = _live(secret).select_related("user__party").first()
    return actor_of(token.user) if token else None


def live_token(secret: str) -> int | None:
    """The number of a live token; None for one unknown, expired or revoked."""
    return _live(secret).values_list("id", flat=True).first()


def _live(secret: str) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(
        digest=token_digest(secret),
        revoked_at=None,
        expires_at__gt=timezone.now(),
        user__is_active=True,
    )


def token_digest(secret: str) -> str:
    """What is kept of a token: 32 random bytes need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tokens(actor: Actor) -> QuerySet[AccessToken]:
    """The actor's own tokens, newest first; all of them for who manages the office."""
    found = AccessToken.objects.select_related("user").order_by("-id")
    return found if actor.can("office.manage") else found.filter(user=actor.user_id)


def token_row(token: AccessToken) -> dict[str, Any]:
    """A token as JSON says it; ``state`` is live, expired or revoked."""
    ended = "expired" if token.expires_at <= timezone.now() else "live"
    return {
        "token": token.id,
        "user": token.user.username,
        "name": token.name,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "state": "revoked" if token.revoked_at else ended,
    }


def account(username: str) -> User:
    """The open account of this name. Raises UsageError where there is none."""
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise UsageError(
            "user.unknown",
            _("没有账号“{name}”。", name=username),
            _("请先用 zhiheng user add 添加。"),
        )
    return found


def jobs(actor: Actor) -> QuerySet[Job]:
    """The actor's own jobs, newest first."""
    own = Job.objects.filter(user=actor.user_id) if actor.user_id else Job.objects.none()
    return own.order_by("-id")


def ahead_of(job: Job) -> int:
    """How many jobs, of whomever, a worker takes or has taken before this one that waits."""
    if job.state != Job.State.QUEUED:
        return 0
    waiting = (Job.State.QUEUED, Job.State.RUNNING)
    return Job.objects.filter(state__in=waiting, id__lt=job.id).count()


def audit_trail(actor: Actor) -> QuerySet[AuditEntry]:
    actor.require("audit.read")
    return AuditEntry.objects.order_by("-id")
