"""The contact of a firm as the register of organisations has it."""

from __future__ import annotations

from django.db import transaction

from zhiheng.evidence.kinds.registers import ORGANISATION_REGISTER
from zhiheng.evidence.models import Correction, PersonalValue
from zhiheng.evidence.reading import rows_called
from zhiheng.evidence.scope import scope_of
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.subjects.queries import own_references

COLUMN = "contact_email"


@transaction.atomic
def registered_email(actor: Actor, organisation: int) -> str | None:
    """The newest e-mail address in the register that was not erased; the reading is noted."""
    actor.require("office.manage")
    refs = list(own_references(organisation).values_list("ref", flat=True))
    scope = scope_of(actor)
    rows = [
        row.id
        for row in rows_called(refs)
        if row.kind == ORGANISATION_REGISTER.code and scope.allows(row)
    ]
    corrected = Correction.objects.filter(supersedes__in=rows)
    current = set(rows) - set(corrected.values_list("supersedes", flat=True))
    values = PersonalValue.objects.filter(row__in=sorted(current)[-20:], column=COLUMN)
    found = values.order_by("-row").values_list("value", flat=True).first()
    if found:
        said = {"organisation": organisation, "column": COLUMN}
        audit.record(actor, "evidence.read_personal", str(organisation), said)
    return found
