"""The contact of a firm as the register of organisations has it."""

from __future__ import annotations

from django.db import transaction

from zhiheng.evidence.kinds.registers import ORGANISATION_REGISTER
from zhiheng.evidence.models import PersonalValue, Row
from zhiheng.evidence.queries import visible_to
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.subjects.queries import own_references

COLUMN = "contact_email"


@transaction.atomic
def registered_email(actor: Actor, organisation: int) -> str | None:
    """The newest e-mail address in the register that was not erased; the reading is noted."""
    actor.require("office.manage")
    refs = list(own_references(organisation).values_list("ref", flat=True))
    corrected = Row.objects.exclude(supersedes=None).values("supersedes")
    rows = visible_to(actor).filter(kind=ORGANISATION_REGISTER.code, subject__in=refs)
    ids = rows.exclude(id__in=corrected).order_by("-id").values_list("id", flat=True)
    values = PersonalValue.objects.filter(row__in=list(ids[:20]), column=COLUMN)
    found = values.order_by("-row").values_list("value", flat=True).first()
    if found:
        said = {"organisation": organisation, "column": COLUMN}
        audit.record(actor, "evidence.read_personal", str(organisation), said)
    return found
