"""Reads of the office: the region tree, actors, jobs and the audit trail."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet
from django.utils import timezone

from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.models import AuditEntry, Job, Region, User
from zhiheng.office.regions import RegionTree, RegionVersion

_trees: dict[str, RegionTree] = {}


def region_tree() -> RegionTree:
    """All region versions as one tree; kept as long as the table says the same."""
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
    rows = list(Region.objects.order_by("key", "valid_from").values_list(*fields))
    mark = hashlib.sha256(repr(rows).encode()).hexdigest()
    if mark not in _trees:
        _trees.clear()
        _trees[mark] = RegionTree(
            RegionVersion(**dict(zip(fields, row, strict=True))) for row in rows
        )
    return _trees[mark]


def actor_of(user: User) -> Actor:
    """The actor a signed-in person is: roles give rights, the party gives scope."""
    party = user.party
    subtree = (
        region_tree().as_of(timezone.localdate()).subtree(party.region) if party.region else None
    )
    return Actor(
        name=user.username,
        party=party.key,
        rights=frozenset().union(*(ROLES[role] for role in user.roles)),
        user_id=user.id,
        region=party.region,
        regions=frozenset(subtree) if subtree is not None else None,
        kinds=frozenset(party.kinds) if party.kinds is not None else None,
        organisation=party.organisation,
    )


def jobs(actor: Actor) -> QuerySet[Job]:
    """The actor's own jobs, newest first."""
    own = Job.objects.filter(user=actor.user_id) if actor.user_id else Job.objects.none()
    return own.order_by("-id")


def audit_trail(actor: Actor) -> QuerySet[AuditEntry]:
    actor.require("audit.read")
    return AuditEntry.objects.order_by("-id")
