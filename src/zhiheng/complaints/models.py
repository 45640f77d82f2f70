"""What the record keeps of submissions beside their cases: receipts, photos, marks, drafts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from zhiheng.procedures.models import Case


class Receipt(models.Model):
    """What lets a sender follow a case; of the secret only a digest is kept."""

    number = models.CharField(max_length=20, unique=True)
    digest = models.CharField(max_length=64)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="receipts")


class Photo(models.Model):
    """A cleaned photo of a case, kept in the home under its digest."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="photos")
    digest = models.CharField(max_length=64)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "digest"], name="one_photo_a_case")
        ]


class Mark(models.Model):
    """What finds the like of a case's text among many (`near_duplicates.marks`)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    mark = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["mark", "case"], name="cases_by_mark")]


class Draft(models.Model):
    """A form that is not sent yet; who holds its receipt may go on with it."""

    number = models.CharField(max_length=20, unique=True)
    digest = models.CharField(max_length=64)
    answers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True, db_index=True)
