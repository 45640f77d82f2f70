"""What the record keeps of measuring: each run and every estimate it gave; nothing is changed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class EstimatePart(models.Model):
    """The estimates of one indicator in one year, written as one.

    ``digest`` covers all that they follow from (`zhiheng.indicators.inputs`): a later run whose
    digest is the same takes the part over as it is. ``log_size`` and ``root`` are the log's head
    when it was computed, ``rules`` the dated parameters used.
    """

    indicator = models.CharField(max_length=60)
    year = models.IntegerField()
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    log_size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    rules: models.JSONField[Any, Any] = models.JSONField(default=list)
    estimates = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "year", "digest"], name="one_part"),
        ]


class Measurement(models.Model):
    """One run over one state of the ledger: the parts that together are its estimates.

    ``versions`` holds the code version of each indicator measured, ``arguments`` what was asked,
    ``rules`` the dated parameters used. A ``whole`` run left out no region and no period: what an
    earlier run found and it did not is no longer so.
    """

    created_at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    log_size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    code_version = models.CharField(max_length=40)
    versions: models.JSONField[Any, Any] = models.JSONField(default=dict)
    arguments: models.JSONField[Any, Any] = models.JSONField(default=dict)
    rules: models.JSONField[Any, Any] = models.JSONField(default=list)
    whole = models.BooleanField()
    estimates = models.BigIntegerField()
    parts: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        EstimatePart, through="MeasuredPart"
    )


class MeasuredPart(models.Model):
    """That a part belongs to a run; a part without any was cut off and is nobody's figure."""

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT)
    part = models.ForeignKey(EstimatePart, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["measurement", "part"], name="part_once"),
        ]


class EstimateRow(models.Model):
    """One estimate; see `zhiheng.indicators.estimate.Estimate`.

    ``by`` is canonical JSON (``{}`` without a breakdown), ``level`` the interval's confidence.
    """

    id = models.BigAutoField(primary_key=True)
    part = models.ForeignKey(EstimatePart, on_delete=models.PROTECT)
    indicator = models.CharField(max_length=60)
    region = models.CharField(max_length=40)
    region_level = models.CharField(max_length=16)
    period = models.CharField(max_length=8)
    by = models.CharField(max_length=400)
    estimate = models.FloatField()
    se = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    level = models.FloatField(null=True)
    n = models.BigIntegerField()
    numerator = models.FloatField()
    denominator = models.FloatField(null=True)
    df = models.FloatField(null=True)
    method = models.CharField(max_length=200)
    detail = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["indicator", "region", "by", "period", "part"], name="estimate_cell"
            ),
        ]
