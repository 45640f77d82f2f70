"""What is done with complaints beside the steps of the machine."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from zhiheng.complaints.agreements import write_agreement
from zhiheng.complaints.models import Photo
from zhiheng.complaints.procedures import COMPLAINT
from zhiheng.office.actors import Actor
from zhiheng.office.models import Party
from zhiheng.office.words import _
from zhiheng.procedures import queries as machine
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.persons import erase_personal, view_personal
from zhiheng.rules.errors import ConflictError


def write_agreement_of(actor: Actor, number: int, path: Path) -> str:
    """Write the agreement that a case ended with as .docx; returns the case's number.

    Raises:
        UsageError: there is no such case that the actor may see.
        ConflictError: no agreement was reached.
    """
    case = machine.case(actor, number)
    if case.procedure != COMPLAINT.code or case.state != "agreed":
        raise ConflictError(
            "agreement.none",
            _("{case} 没有达成协议。", case=number_of(case)),
            _("办理“达成协议”一步之后才能生成协议书。"),
        )
    personal = view_personal(actor, number)
    standing = machine.standing(case)
    unit = Party.objects.filter(key=case.unit).first()
    write_agreement(
        path,
        number=number_of(case),
        unit=unit.name if unit else case.unit,
        complainant=personal.get("complainant", ""),
        respondent=str(standing.answers.get("respondent") or ""),
        dispute=personal.get("account", ""),
        terms=personal.get("terms", ""),
        day=standing.closed_on or timezone.localdate(),
    )
    return number_of(case)


@transaction.atomic
def erase(actor: Actor, number: int, basis: str) -> dict[str, int]:
    """Erase all that a case holds of persons: its personal fields and its photos.

    Raises:
        RightError, UsageError: as `zhiheng.procedures.persons.erase_personal`.
    """
    photos = Photo.objects.filter(case=number).count()
    fields = erase_personal(actor, number, basis)
    return {"fields": fields, "photos": photos}
