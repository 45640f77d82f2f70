"""Reads of the evidence, scoped to the actor; proofs of rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from zhiheng.evidence import log, proofs, standalone_verifier
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import (
    MOST_ROWS,
    ROW_BITS,
    Batch,
    LogEntry,
    ObjectionStep,
    PersonalValue,
    Row,
)
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.models import SubjectReference
from zhiheng.subjects.queries import own_references

_LAST_ROW = 2**63 - 1


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


def visible_to(actor: Actor) -> QuerySet[Row]:
    """Rows the actor may see: of sealed batches, own region subtree, own kinds.

    An organisation sees every row about its own subject, whatever the kind and wherever; what it
    files is about itself too. Any other party also sees what it filed itself, and a technical
    body nothing else.
    """
    rows = Row.objects.filter(batch__state=Batch.State.SEALED)
    if actor.organisation is not None:
        return rows.filter(subject__in=own_references(actor.organisation).values("ref"))
    if not actor.can("evidence.read"):
        return rows.filter(source=actor.party) if actor.user_id else rows.none()
    if actor.regions is not None:
        rows = rows.filter(Q(region__in=actor.regions) | Q(source=actor.party))
    if actor.kinds is not None:
        rows = rows.filter(kind__in=actor.kinds)
    return rows


def batches(actor: Actor) -> QuerySet[Batch]:
    """Sealed batches, newest first: all for those who read all regions, else the party's own."""
    sealed = Batch.objects.filter(state=Batch.State.SEALED).order_by("-id")
    if actor.can("evidence.read") and actor.regions is None:
        return sealed
    return sealed.filter(source=actor.party)


@dataclass(frozen=True)
class Narrowed:
    """Which of the visible rows are asked for; None leaves that side open."""

    kind: str | None = None
    region: str | None = None
    organisation: int | None = None
    batch: int | None = None


def visible_rows(
    actor: Actor, narrowed: Narrowed, *, before: int | None = None, limit: int = 50
) -> list[Filed]:
    """Rows the actor may see, newest first; ``before`` is the last id already seen."""
    rows = visible_to(actor)
    if narrowed.kind is not None:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.region is not None:
        rows = rows.filter(region=narrowed.region)
    if narrowed.organisation is not None:
        refs = SubjectReference.objects.filter(organisation=narrowed.organisation)
        rows = rows.filter(subject__in=list(refs.values_list("ref", flat=True)))
    if narrowed.batch is not None:
        # The rows of a batch lie together; there is no index over their batches.
        first = min(narrowed.batch << ROW_BITS, _LAST_ROW)
        rows = rows.filter(id__gte=first, id__lt=min(first + MOST_ROWS, _LAST_ROW))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return _filed(actor, rows.order_by("-id")[:limit])


def rows_of_organisation(
    actor: Actor,
    organisation: int,
    *,
    kind: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Filed]:
    """All evidence of one organisation, newest first; ``before`` is the last id already seen."""
    narrowed = Narrowed(kind=kind, organisation=organisation)
    return visible_rows(actor, narrowed, before=before, limit=limit)


def row(actor: Actor, row_id: int) -> Filed:
    """One row. Raises UsageError ``row.unknown`` where there is none the actor may see."""
    found = _filed(actor, visible_to(actor).filter(id=row_id))
    if not found:
        raise _unknown_row(row_id)
    return found[0]


def rows(actor: Actor, ids: list[int]) -> list[Filed]:
    """The rows of these ids that the actor may see, in order of id."""
    return _filed(actor, visible_to(actor).filter(id__in=ids).order_by("id"))


def _unknown_row(row_id: int) -> UsageError:
    return UsageError("row.unknown", _("没有第 {row} 号记录，或无权查看。", row=row_id))


def _filed(actor: Actor, rows: QuerySet[Row]) -> list[Filed]:
    found = list(rows)
    ids = [r.id for r in found]
    newer = dict(Row.objects.filter(supersedes__in=ids).values_list("supersedes", "id"))
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
    said = json.loads(bytes(row.canonical))
    values = {name: value for name, value in said.items() if not name.startswith("$")}
    for column in ALL[row.kind].personal_columns:
        if values.get(column.name) is not None:
            values[column.name] = _shown(actor, row.source, personal.get(column.name))
    return Filed(
        row.id,
        row.kind,
        row.batch_id,
        row.source,
        row.external_id,
        row.record_type,
        row.subject,
        row.region,
        row.occurred_on,
        row.recorded_at,
        bytes(row.leaf).hex(),
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


def row_id(actor: Actor, kind: str, external_id: str, source: str | None = None) -> int:
    """The current row of an external id. Raises UsageError if there is none, or several sources."""
    superseded = Row.objects.exclude(supersedes=None).values("supersedes")
    found = visible_to(actor).filter(kind=kind, external_id=external_id).exclude(id__in=superseded)
    if source is not None:
        found = found.filter(source=source)
    ids = list(found.values_list("id", "source")[:2])
    if not ids:
        raise UsageError("row.unknown", _("“{kind}”里没有编号 {id}。", kind=kind, id=external_id))
    if len(ids) > 1:
        raise UsageError(
            "row.ambiguous",
            _("编号 {id} 有几个来源。", id=external_id),
            _("请用 --source 指明。"),
        )
    return ids[0][0]


def proof(actor: Actor, row_id: int, *, personal: bool = False) -> dict[str, Any]:
    """The proof of one row, checkable by ``standalone_verifier.py`` alone.

    With ``personal`` it opens the row's personal values too (right evidence.personal).
    """
    found = visible_to(actor).filter(id=row_id).select_related("batch").first()
    if found is None:
        raise _unknown_row(row_id)
    first = found.batch_id << ROW_BITS
    of_batch = Row.objects.filter(id__gte=first, id__lt=first + MOST_ROWS).order_by("id")
    leaves = [bytes(leaf) for leaf in of_batch.values_list("leaf", flat=True)]
    entry = LogEntry.objects.get(batch=found.batch)
    head = log.head()
    index = row_id & ((1 << ROW_BITS) - 1)
    given: dict[str, Any] = {
        "format": standalone_verifier.FORMAT,
        "row": {
            "canonical": bytes(found.canonical).decode(),
            "salt": bytes(found.salt).hex(),
            "leaf": bytes(found.leaf).hex(),
        },
        "batch": {
            "id": found.batch_id,
            "index": index,
            "size": len(leaves),
            "path": [h.hex() for h in proofs.inclusion_path(leaves, index)],
        },
        "log": {
            "entry": entry.body,
            "index": entry.position,
            "size": head.size,
            "root": head.root,
            "path": [h.hex() for h in proofs.inclusion_path(log.leaves(), entry.position)],
        },
    }
    if personal:
        actor.require("evidence.personal")
        opened = PersonalValue.objects.filter(row=row_id)
        given["personal"] = {
            v.column: {"value": v.value, "salt": bytes(v.salt).hex()} for v in opened
        }
    return given
