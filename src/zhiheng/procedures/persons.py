"""Personal fields of cases: seen by those who need them, which the trail says; erased for good."""

from __future__ import annotations

from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from zhiheng.evidence.erasure import scrub_record
from zhiheng.office import audit, mail
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.procedures import queries
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import OutgoingLetter, PersonalAnswer
from zhiheng.procedures.sending import name_of
from zhiheng.rules.errors import UsageError

personal_erased = Signal()
"""Sent with ``actor`` and ``case`` in the transaction that erases the personal fields of a case,
so that what rooms keep beside them, such as photos, goes with them."""


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
    count = forget(found)
    personal_erased.send(sender=None, actor=actor, case=case)
    audit.record(
        actor, "procedures.erase", number_of(case), {"fields": names, "basis": basis.strip()}
    )
    return count


def forget(answers: QuerySet[PersonalAnswer]) -> int:
    """Erase personal fields, from free pages too, with the letters in the folder they went to."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Freed pages are overwritten, not only marked as free.
            cursor.execute("PRAGMA secure_delete=ON")
    sent = OutgoingLetter.objects.filter(answer__in=answers.values("id"))
    references = [name_of(letter) for letter in sent]
    count = answers.delete()[1].get(PersonalAnswer._meta.label, 0)
    transaction.on_commit(partial(_afterwards, references))
    return count


def _afterwards(references: list[str]) -> None:
    for reference in references:
        mail.forget(reference)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM {PersonalAnswer._meta.db_table}")
    else:
        scrub_record()
