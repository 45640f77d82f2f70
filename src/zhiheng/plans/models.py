"""What the record keeps of plans: every version that was ever loaded, never changed."""

from __future__ import annotations

from typing import Any

from django.db import models


class PlanRecord(models.Model):
    """One version of a plan; the highest version of a code is in force.

    ``digest`` is the SHA-256 of the plan's canonical YAML: loading the same content again makes
    no new version.
    """

    code = models.CharField(max_length=60)
    version = models.IntegerField()
    title = models.CharField(max_length=200)
    issuer = models.CharField(max_length=120)
    number = models.CharField(max_length=60)
    issued_on = models.DateField(null=True)
    period_first = models.IntegerField(null=True)
    period_last = models.IntegerField(null=True)
    region = models.CharField(max_length=40)
    source = models.TextField()
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_plan_a_version")
        ]


class TargetRecord(models.Model):
    """One target of one version of a plan; ``content`` is its entry in the plan file."""

    plan = models.ForeignKey(PlanRecord, on_delete=models.PROTECT, related_name="targets")
    ordinal = models.IntegerField()
    target = models.CharField(max_length=20)
    indicator = models.CharField(max_length=60, db_index=True)
    region = models.CharField(max_length=40, db_index=True)
    content: models.JSONField[Any, Any] = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "target"], name="one_target_a_plan_version")
        ]
        ordering = ["plan", "ordinal"]
