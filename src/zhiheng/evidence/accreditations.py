"""Accreditations of technical bodies, read from a dated list and checked against the kinds."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from yaml import YAMLError

from zhiheng.evidence.declaration import Type
from zhiheng.evidence.kinds import ALL
from zhiheng.office import audit
from zhiheng.office.actors import BODY, Actor
from zhiheng.office.models import Accreditation, Party
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError
from zhiheng.rules.yaml_text import load as load_yaml


class Entry(BaseModel):
    """One entry of the list."""

    model_config = ConfigDict(extra="forbid")

    party: str
    kind: str
    since: date = Field(alias="from")
    to: date | None = None
    scope: dict[str, list[str]] = {}
    source: str = Field(min_length=1)


def load_accreditations(actor: Actor, path: Path) -> int:
    """Add the entries of a YAML list, or update those of the same source and first day.

    Returns:
        How many entries the list has.

    Raises:
        ContentError: ``accreditation.list`` with everything that is wrong, by entry.
    """
    actor.require("office.manage")
    return accredit(actor, _read(path))


def accredit(actor: Actor, entries: list[Entry]) -> int:
    """As `load_accreditations`, for entries that were read."""
    actor.require("office.manage")
    bodies = {p.key: p for p in Party.objects.filter(kind=BODY)}
    faults = [
        _("第 {number} 条：{fault}", number=number, fault=fault)
        for number, entry in enumerate(entries, 1)
        for fault in _faults(entry, set(bodies))
    ]
    if faults:
        raise _refused(faults)
    with transaction.atomic():
        for entry in entries:
            Accreditation.objects.update_or_create(
                party=bodies[entry.party],
                kind=entry.kind,
                source=entry.source,
                valid_from=entry.since,
                defaults={"valid_to": entry.to, "scope": entry.scope},
            )
            audit.record(
                actor, "office.accredit", entry.party, entry.model_dump(mode="json", by_alias=True)
            )
    return len(entries)


def _read(path: Path) -> list[Entry]:
    try:
        said: Any = load_yaml(path.read_text(encoding="utf-8"))
        return TypeAdapter(list[Entry]).validate_python(said)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise _refused(faults) from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise _refused([str(error)]) from error


def _faults(entry: Entry, bodies: set[str]) -> list[str]:
    """What is wrong with one entry, in words."""
    found = []
    if entry.party not in bodies:
        found.append(_("没有代码为“{party}”的技术机构", party=entry.party))
    if entry.to is not None and entry.to < entry.since:
        found.append(_("止日 {to} 早于起日 {since}", to=entry.to, since=entry.since))
    kind = ALL.get(entry.kind)
    if kind is None or BODY not in kind.may_report:
        allowed = "、".join(k.code for k in ALL.values() if BODY in k.may_report)
        found.append(_("技术机构不报送“{kind}”，可用：{allowed}", kind=entry.kind, allowed=allowed))
        return found
    columns = {c.name: c for c in kind.plain_columns}
    for name, values in entry.scope.items():
        column = columns.get(name)
        if column is None:
            found.append(_("“{kind}”没有列 {column}", kind=kind.zh, column=name))
        elif column.type is Type.CODE:
            unknown = sorted(set(values) - {choice.code for choice in column.choices})
            if unknown:
                allowed = "、".join(choice.code for choice in column.choices)
                text = _("列 {column} 没有 {values}，可用：{allowed}")
                found.append(text.format(column=name, values="、".join(unknown), allowed=allowed))
    return found


def _refused(faults: list[str]) -> ContentError:
    return ContentError(
        "accreditation.list",
        _("资质清单有 {count} 处问题：{faults}", count=len(faults), faults="；".join(faults)),
        _("每条写 party、kind、from、to、scope、source；改正后重新载入，全部无误才会写入。"),
    )


def visible_to(actor: Actor) -> QuerySet[Accreditation]:
    """All for who manages the office, else those of the actor's own party."""
    found = Accreditation.objects.select_related("party").order_by("party__key", "valid_from", "id")
    return found if actor.can("office.manage") else found.filter(party__key=actor.party)


def accreditation_row(row: Accreditation) -> dict[str, Any]:
    """An entry as JSON shows it."""
    return {
        "party": row.party.key,
        "kind": row.kind,
        "from": row.valid_from,
        "to": row.valid_to,
        "scope": row.scope,
        "source": row.source,
    }
