"""What the record keeps of publication: what was to leave, and what it said.

Nothing here is ever changed: where a release stands is where its case stands.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from zhiheng.indicators.models import Measurement
from zhiheng.procedures.models import Case


class Release(models.Model):
    """A request that the figures under it be published, with the case that decides about it.

    ``rules`` holds the dated parameters of suppression that were in force.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="release")
    title = models.CharField(max_length=200)
    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT)
    as_of = models.DateField()
    rules: models.JSONField[Any, Any] = models.JSONField()
    requested_by = models.CharField(max_length=60)
    requested_party = models.CharField(max_length=40)
    requested_at = models.DateTimeField()


class ReleasedFigure(models.Model):
    """One thing that a release says, exactly as readers see it.

    ``by`` is an estimate's breakdown as canonical JSON. The payload of a suppressed figure holds
    no number: what stays back is not stored here.
    """

    class Kind(models.TextChoices):
        PLAN = "plan"
        VERDICT = "verdict"
        ESTIMATE = "estimate"

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="figures")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=600)
    plan = models.CharField(max_length=60, default="")
    indicator = models.CharField(max_length=60, default="")
    region = models.CharField(max_length=40, default="")
    period = models.CharField(max_length=8, default="")
    by = models.CharField(max_length=400, default="")
    payload: models.JSONField[Any, Any] = models.JSONField()
    suppressed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "kind", "key"], name="one_figure_a_key")
        ]
        indexes = [
            models.Index(fields=["indicator", "period", "by", "region"], name="figures_of_a_map"),
            models.Index(fields=["region", "indicator", "by"], name="figures_of_a_series"),
        ]


class Statement(models.Model):
    """Figures of a period that are no estimates of a plan, given out as a whole and once.

    ``subject`` names what they are about and ``payload`` is what readers see. The head of the log
    they were counted from stands beside them.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="statement")
    subject = models.CharField(max_length=40)
    period = models.CharField(max_length=8)
    payload: models.JSONField[Any, Any] = models.JSONField()
    rules: models.JSONField[Any, Any] = models.JSONField()
    log_size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["subject", "period"], name="statements_of_a_period")]
