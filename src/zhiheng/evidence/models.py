"""What the record keeps of evidence: batches, packs of rows, erasable personal values, the log."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q


class Batch(models.Model):
    """One delivery. Invisible while open; once sealed it refuses any change.

    ``packs_digest`` stands for the stored bytes of its packs, ``lake_digests`` (by year) for its
    files in the lake; both are null where it was sealed before the log spoke of them.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SEALED = "sealed"
        DROPPED = "dropped"

    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=40)
    actor = models.CharField(max_length=60)
    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    mapping_hash = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    recorded_at = models.DateTimeField()
    rows = models.IntegerField(default=0)
    root = models.CharField(max_length=64, default="")
    outcome: models.JSONField = models.JSONField(default=dict)
    packs_digest = models.CharField(max_length=64, null=True)
    lake_digests: models.JSONField = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "source"],
                condition=Q(state="open"),
                name="one_open_batch_per_kind_and_source",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "id"], name="batch_kind")]


class RowId(models.BigIntegerField):  # type: ignore[type-arg]
    """The place of a row in the ledger; on SQLite the place in the table itself, not an index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "integer" if connection.vendor == "sqlite" else "bigint"


class Pack(models.Model):
    """Rows of a batch, at most `packs.SIZE`, under the id of the first; see `packs`.

    The columns before ``digest`` repeat what the rows say so that packs can be passed over;
    ``regions`` has a space around each; ``words`` is the digest of the words that find the pack,
    ``digest`` that of all other columns. The database does not check ``batch``: `verify` does.
    """

    id = RowId(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    rows = models.IntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    regions = models.TextField()
    digest = models.BinaryField()
    root = models.BinaryField()
    words = models.BinaryField()
    salts = models.BinaryField()
    leaves = models.BinaryField()
    body = models.BinaryField()


class PostingSegment(models.Model):
    """A sorted part of the index of words, see `word_index`; ``batch`` while that one is open."""

    batch = models.BigIntegerField(null=True, db_index=True)
    size = models.IntegerField()


class PostingBlock(models.Model):
    """Postings of a segment that lie side by side, under the hash of the first word."""

    pk = models.CompositePrimaryKey("segment", "first")
    segment = models.BigIntegerField()
    first = models.BigIntegerField()
    words = models.BinaryField()
    packs = models.BinaryField()


class Correction(models.Model):
    """A row that supersedes another one; only one may."""

    row = RowId(primary_key=True)
    supersedes = models.BigIntegerField(unique=True)


class PersonalValue(models.Model):
    """A personal value and its own salt; erasing it leaves every proof valid."""

    row = models.BigIntegerField()
    column = models.CharField(max_length=40)
    value = models.TextField()
    salt = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["row", "column"], name="one_personal_value")
        ]


class ObjectionStep(models.Model):
    """Where an objection to a row stands, one entry a step; it counts once its batch is sealed.

    ``row`` is the row objected to; what was said lies in the one row of ``batch``, which is
    evidence of the kind ``objection``. The table refuses update and delete.
    """

    number = models.CharField(max_length=40, db_index=True)
    row = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=9)
    batch = models.OneToOneField(Batch, on_delete=models.PROTECT)


class LakeFile(models.Model):
    """A file of the lake as it was written: so that a changed or missing one is found."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    year = models.IntegerField()
    rows = models.IntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "year"], name="one_lake_file")
        ]


class LogEntry(models.Model):
    """One leaf of the log: a batch's root, or a block of the audit trail."""

    position = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=8)
    batch = models.OneToOneField(Batch, null=True, on_delete=models.PROTECT)
    last_audit = models.BigIntegerField(null=True)
    body = models.TextField()
    leaf = models.BinaryField()
    root = models.BinaryField()
    sealed_at = models.DateTimeField()
