"""What the record keeps of subjects: organisations, their names, references, judgements."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Substr

from zhiheng.subjects.judgements import DECISIONS, RESOLVED, REVIEW, UNDO
from zhiheng.subjects.references import split_reference

ORGANISATION_CODE = (9, 9)
CODE_END = (14, 5)
"""First place and length, within a unified social credit code, of the organisation code inside
and of its end."""


class Organisation(models.Model):
    """A body that evidence speaks of.

    ``origin`` is the reference text that brought it into the record and never changes; ``uscc``
    is its unified social credit code if it came with one. ``normal`` and ``key`` repeat the name
    in its normal spelling and as `names.comparison_key`. It counts as known for as long as some
    reference resolves to it. ``valid_to`` is the first day on which it no longer exists.
    """

    origin = models.CharField(max_length=260, unique=True)
    uscc = models.CharField(max_length=18, null=True, unique=True)
    name = models.CharField(max_length=300)
    normal = models.CharField(max_length=300)
    key = models.CharField(max_length=300)
    region = models.CharField(max_length=40, null=True)
    kind = models.CharField(max_length=24, default="", db_default="")
    industry = models.CharField(max_length=5, default="", db_default="")
    address = models.CharField(max_length=300, default="", db_default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["normal"],
                name="organisation_normal",
                opclasses=["varchar_pattern_ops"],
            ),
            models.Index(fields=["key"], name="organisation_key"),
            models.Index(Substr("uscc", *ORGANISATION_CODE), name="organisation_inner_code"),
            models.Index(Substr("uscc", *CODE_END), name="organisation_code_end"),
        ]

    @property
    def called(self) -> str:
        """The name, or the code that stands for it until a name comes."""
        return self.name or split_reference(self.origin)[1]


class OrganisationName(models.Model):
    """Another name of an organisation."""

    class Kind(models.TextChoices):
        TRADING = "trading"
        FORMER = "former"
        SHORT = "short"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=300)
    normal = models.CharField(max_length=300)
    key = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "normal", "kind"], name="name_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["normal"], name="alias_normal", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["key"], name="alias_key"),
        ]


class NameGram(models.Model):
    """A part of an organisation's names (`grams`), by which it is found among many."""

    pk = models.CompositePrimaryKey("gram", "organisation_id")
    gram = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False)


class Scheme(models.Model):
    """A scheme of identifiers that some reference has."""

    name = models.CharField(max_length=40, primary_key=True)


class SubjectReference(models.Model):
    """One text by which evidence names a subject (`references`), and where it stands.

    ``organisation`` and ``state`` are what follows from the judgements, kept here so that a
    million rows can be joined; `judgements.resolve` says how.
    """

    ref = models.CharField(max_length=260, unique=True)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="references"
    )
    state = models.CharField(max_length=8, choices=[(s, s) for s in (RESOLVED, REVIEW)])
    raw_code = models.CharField(max_length=300, null=True)
    raw_name = models.CharField(max_length=300, null=True)
    raw_address = models.CharField(max_length=300, null=True)
    region = models.CharField(max_length=40, null=True)
    source_party = models.CharField(max_length=40)
    first_batch = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="reference_to_review", condition=models.Q(state=REVIEW)
            ),
            models.Index(fields=["first_batch"], name="reference_of_batch"),
        ]


class Judgement(models.Model):
    """One decision about one reference; the table refuses update and delete."""

    reference = models.ForeignKey(
        SubjectReference, on_delete=models.PROTECT, related_name="judgements"
    )
    decision = models.CharField(max_length=9, choices=[(d, d) for d in (*DECISIONS, UNDO)])
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    actor = models.CharField(max_length=60)
    party = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField(default="")
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT)
