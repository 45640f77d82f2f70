"""Every change to the office: regions, parties, people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from zhiheng.office import audit
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.models import Party, Region, User
from zhiheng.office.regions import RegionVersion
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError


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
    audit.record(actor, "office.load_regions", "regions", {"versions": len(rows)})
    return len(rows)


@transaction.atomic
def add_party(
    actor: Actor,
    key: str,
    kind: str,
    name: str,
    region: str | None = None,
    kinds: list[str] | None = None,
) -> Party:
    """Add a party, or update the one of this key."""
    actor.require("office.manage")
    party, _created = Party.objects.update_or_create(
        key=key, defaults={"kind": kind, "name": name, "region": region, "kinds": kinds}
    )
    audit.record(actor, "office.add_party", key, {"kind": kind, "region": region, "kinds": kinds})
    return party


@transaction.atomic
def add_user(
    actor: Actor, username: str, name: str, party: Party, roles: list[str], password: str
) -> User:
    """Add a person, or give the one of this name a new password and these roles.

    Raises:
        ContentError: a role is unknown, or the password is too weak.
    """
    actor.require("office.manage")
    if unknown := sorted(set(roles) - set(ROLES)):
        raise ContentError(
            "role.unknown",
            _("没有“{roles}”这个角色。", roles="、".join(unknown)),
            _("可用角色：{roles}。", roles="、".join(ROLES)),
        )
    try:
        validate_password(password)
    except ValidationError as error:
        raise ContentError("password.weak", "".join(error.messages)) from error
    user, _created = User.objects.update_or_create(
        username=username, defaults={"name": name, "party": party, "roles": roles}
    )
    user.set_password(password)
    user.save()
    audit.record(actor, "office.add_user", username, {"party": party.key, "roles": roles})
    return user


@transaction.atomic
def note_sign_in(actor: Actor) -> None:
    """Write into the audit trail that somebody signed in."""
    audit.record(actor, "office.sign_in", actor.name)
