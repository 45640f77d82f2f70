"""Personal fields of cases: seen by those who need them, which the trail says; erased for good."""

from __future__ import annotations

from django.db import transaction

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.procedures import queries
from zhiheng.procedures.models import PersonalAnswer
from zhiheng.procedures.recording import number_of
from zhiheng.rules.errors import UsageError


@transaction.atomic
def view_personal(actor: Actor, case_id: int) -> dict[str, str]:
    """The personal fields of a case, newest values; every view is in the audit trail.

    Raises:
        RightError: the actor is neither of the unit in charge nor a reader of personal values.
    """
    case = queries.case(actor, case_id)
    if actor.party != case.unit:
        actor.require("evidence.personal")
    found = PersonalAnswer.objects.filter(event__case=case).order_by("event__number")
    values = dict(found.values_list("name", "value"))
    audit.record(actor, "procedures.view_personal", number_of(case), {"fields": sorted(values)})
    return values


@transaction.atomic
def erase_personal(actor: Actor, case_id: int, basis: str) -> int:
    """Erase the personal fields of a case; events, clocks and evidence stay as they are.

    Raises:
        UsageError: no legal basis is given, which the audit trail keeps.
    """
    actor.require("evidence.erase")
    if not basis.strip():
        raise UsageError(
            "erase.basis", _("没有写明删除依据。"), _("请写明法律依据，它会记入审计。")
        )
    case = queries.case(actor, case_id)
    found = PersonalAnswer.objects.filter(event__case=case)
    names = sorted(set(found.values_list("name", flat=True)))
    count = found.delete()[1].get(PersonalAnswer._meta.label, 0)
    audit.record(
        actor, "procedures.erase", number_of(case), {"fields": names, "basis": basis.strip()}
    )
    return count
