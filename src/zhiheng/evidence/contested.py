"""Reads of objections, scoped by the rows that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from zhiheng.evidence.models import Batch, ObjectionStep
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.queries import visible
from zhiheng.evidence.reading import row_at
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError


@dataclass(frozen=True)
class Objection:
    """An objection where it stands now; ``evidence`` is its present row in the ledger."""

    number: str
    row: int
    evidence: int
    kind: str
    state: str
    source: str
    firm: str
    filed_on: str
    grounds: str
    attachment: str | None
    attachment_name: str | None
    decided_on: str | None
    decided_by: str | None
    reason: str | None


def objections(
    actor: Actor, *, state: str | None = None, before: int | None = None, limit: int = 50
) -> list[Objection]:
    """Objections to rows that the actor may see, the one that moved last first.

    ``before`` is the ``evidence`` of the last one already seen.
    """
    steps = _last_steps()
    if state is not None:
        steps = steps.filter(state=state)
    if before is not None:
        steps = steps.filter(batch__lt=before >> ROW_BITS)
    found: list[Objection] = []
    listed = steps.order_by("-batch").iterator(limit)
    while len(found) < limit and (part := list(islice(listed, limit))):
        seen = {row.id for row in visible(actor, {step.row for step in part})}
        found += [_objection(step) for step in part if step.row in seen]
    return found[:limit]


def objection(actor: Actor, number: str) -> Objection:
    """One objection. Raises UsageError where there is none the actor may see."""
    step = _last_steps().filter(number=number).first()
    if step is None or not visible(actor, [step.row]):
        raise UsageError("objection.unknown", _("没有异议 {number}，或无权查看。", number=number))
    return _objection(step)


def objection_steps(actor: Actor, number: str) -> list[Objection]:
    """All steps of an objection, the first one first."""
    objection(actor, number)
    steps = ObjectionStep.objects.filter(number=number, batch__state=Batch.State.SEALED)
    return [_objection(step) for step in steps.order_by("id")]


def _last_steps() -> QuerySet[ObjectionStep]:
    sealed = ObjectionStep.objects.filter(batch__state=Batch.State.SEALED)
    newer = sealed.filter(number=OuterRef("number"), id__gt=OuterRef("id"))
    return sealed.exclude(Exists(newer))


def _objection(step: ObjectionStep) -> Objection:
    row = row_at(step.batch_id << ROW_BITS)
    assert row is not None
    said = row.said
    return Objection(
        number=step.number,
        row=step.row,
        evidence=row.id,
        kind=said["about_kind"],
        state=step.state,
        source=row.source,
        firm=said["subject_name"],
        filed_on=said["$day"],
        grounds=said["grounds"],
        attachment=said["attachment"],
        attachment_name=said["attachment_name"],
        decided_on=said["decided_on"],
        decided_by=said["decided_by"],
        reason=said["reason"],
    )
