"""Rows as their readers see them: personal values masked, erased or not told at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import Batch, Correction, ObjectionStep, PersonalValue
from zhiheng.evidence.reading import Row
from zhiheng.office.actors import Actor
from zhiheng.office.words import _


@dataclass(frozen=True)
class Filed:
    """A row as its readers see it: values by column, personal ones masked or erased.

    ``objection`` is where the last objection to it stands: open, upheld, rejected, withdrawn.
    """

    id: int
    kind: str
    batch: int
    source: str
    external_id: str
    record_type: str
    subject: str | None
    region: str | None
    occurred_on: date
    recorded_at: datetime
    leaf: str
    supersedes: int | None
    superseded_by: int | None
    objection: str | None
    values: dict[str, Any]


def filed(actor: Actor, found: list[Row]) -> list[Filed]:
    ids = [r.id for r in found]
    newer = dict(Correction.objects.filter(supersedes__in=ids).values_list("supersedes", "row"))
    personal: dict[int, dict[str, str]] = {}
    for value in PersonalValue.objects.filter(row__in=ids):
        personal.setdefault(value.row, {})[value.column] = value.value
    marks = objection_states(ids)
    return [_one(actor, r, newer.get(r.id), marks.get(r.id), personal.get(r.id, {})) for r in found]


def objection_states(rows: list[int]) -> dict[int, str]:
    """Where the last objection to each of these rows stands; rows without one are left out."""
    steps = ObjectionStep.objects.filter(row__in=rows, batch__state=Batch.State.SEALED)
    return dict(steps.order_by("id").values_list("row", "state"))


def _one(
    actor: Actor,
    row: Row,
    superseded_by: int | None,
    objection: str | None,
    personal: dict[str, str],
) -> Filed:
    values = {name: value for name, value in row.said.items() if not name.startswith("$")}
    for column in ALL[row.kind].personal_columns:
        if values.get(column.name) is not None:
            values[column.name] = _shown(actor, row.source, personal.get(column.name))
    return Filed(
        row.id,
        row.kind,
        row.batch,
        row.source,
        row.external_id,
        row.record_type,
        row.subject,
        row.region,
        row.occurred_on,
        row.recorded_at,
        row.leaf.hex(),
        row.supersedes,
        superseded_by,
        objection,
        values,
    )


def _shown(actor: Actor, source: str, value: str | None) -> str:
    """A personal value for this reader.

    Outside parties see none of what others filed, not even its shape: the law keeps the person
    who complained from the one complained about (order 121 of 2025).
    """
    if value is None:
        return _("（已删除）")
    if actor.outside and source != actor.party:
        return _("（不公开）")
    return value if actor.can("evidence.personal") else mask(value)


def mask(value: str) -> str:
    """A personal value as those see it who do not need it (methods: PIPL masking).

    A mobile keeps 3 and 4 digits, an identity number 6 and 4, anything else its first character.
    """
    if value.isdigit() and len(value) == 11:
        return f"{value[:3]}****{value[-4:]}"
    if len(value) == 18 and value[:17].isdigit():
        return f"{value[:6]}{'*' * 8}{value[-4:]}"
    return value[:1] + "*" * max(len(value) - 1, 1)
