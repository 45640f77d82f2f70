"""Photos and the marks of texts go with the personal fields of their case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from zhiheng.complaints.models import Mark, Photo
from zhiheng.complaints.photos import place
from zhiheng.complaints.submissions import folder
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.procedures.holding import number_of
from zhiheng.procedures.models import Case


def forget_of_case(actor: Actor, case: Case, **_signal: Any) -> None:
    """Erase photos and marks of a case, in the transaction that erases its personal fields."""
    Mark.objects.filter(case=case.pk).delete()
    if count := _forget(Photo.objects.filter(case=case.pk)):
        audit.record(actor, "complaints.erase_photos", number_of(case), {"photos": count})


def forget_outlived(procedure: str, before: date, dry_run: bool, **_signal: Any) -> tuple[str, int]:
    """Erase the photos of cases that ended before a day; returns what they are called, and how
    many there were.
    """
    ended = Case.objects.filter(procedure=procedure, closed_on__lt=before)
    old = Photo.objects.filter(case__in=ended.values("id"))
    if dry_run:
        return "photos", old.count()
    with transaction.atomic():
        Mark.objects.filter(case__in=ended.values("id")).delete()
        return "photos", _forget(old)


def _forget(photos: QuerySet[Photo]) -> int:
    digests = set(photos.values_list("digest", flat=True))
    count = photos.delete()[0]
    # The same picture may stand in another case; its file goes with the last of them.
    kept = set(Photo.objects.filter(digest__in=digests).values_list("digest", flat=True))
    transaction.on_commit(lambda: _remove(digests - kept))
    return count


def _remove(digests: set[str]) -> None:
    for digest in digests:
        place(folder(), digest).unlink(missing_ok=True)
