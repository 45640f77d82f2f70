"""One organisation with all that is recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from zhiheng.office.actors import Actor
from zhiheng.office.compiled import BIGGEST, compiled, first
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.judgements import UNDO
from zhiheng.subjects.models import Judgement, Organisation, OrganisationName, SubjectReference
from zhiheng.subjects.queries.scope import organisations_visible_to
from zhiheng.subjects.references import UNRESOLVED, split_reference


@dataclass(frozen=True)
class Alias:
    name: str
    kind: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class JudgementView:
    """One judgement about one of an organisation's references; ``undone`` by a later one."""

    id: int
    reference: str
    decision: str
    actor: str
    at: datetime
    reason: str
    undone: bool


@dataclass(frozen=True)
class OrganisationView:
    """All that is recorded of an organisation itself.

    ``identifiers`` are (scheme, value) of the codes that resolve to it, ``references`` all
    reference texts that do.
    """

    id: int
    name: str
    uscc: str | None
    region: str | None
    kind: str
    industry: str
    address: str
    valid_from: date | None
    valid_to: date | None
    parent: int | None
    parent_name: str
    branches: tuple[tuple[int, str], ...]
    aliases: tuple[Alias, ...]
    identifiers: tuple[tuple[str, str], ...]
    references: tuple[str, ...]
    judgements: tuple[JudgementView, ...]


def organisation(actor: Actor, organisation_id: int) -> OrganisationView:
    """One organisation; to a firm its own, without what reviewers wrote about it and others.

    Raises:
        UsageError: there is none the actor may see.
    """
    found = (
        first(_visible(actor, number=organisation_id)) if 0 < organisation_id < BIGGEST else None
    )
    if found is None:
        raise UsageError(
            "organisation.unknown",
            _("没有主体 {id}，或不在您的辖区。", id=organisation_id),
            _("请用 zhiheng subject search 或主体查询核对编号。"),
        )
    inside = actor.organisation is None
    references = tuple(_references(organisation=found.pk))
    codes = [split_reference(ref)[:2] for ref in references]
    branches = _branches(actor, parent=found.pk)
    aliases = _aliases(organisation=found.pk)
    return OrganisationView(
        id=found.pk,
        name=found.called,
        uscc=found.uscc,
        region=found.region,
        kind=found.kind,
        industry=found.industry,
        address=found.address,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        parent=found.parent_id if inside else None,
        parent_name=found.parent.called if inside and found.parent else "",
        branches=tuple((branch.pk, branch.called) for branch in branches),
        aliases=tuple(Alias(a.name, a.kind, a.valid_from, a.valid_to) for a in aliases),
        identifiers=tuple((s, v) for s, v in codes if s not in UNRESOLVED),
        references=references,
        judgements=tuple(
            JudgementView(j.pk, j.reference.ref, j.decision, j.actor, j.at, j.reason, j.undone)
            for j in (_judgements_about(found.pk) if inside else ())
            if actor.regions is None or j.reference.region in actor.regions
        ),
    )


def named(actor: Actor, reference: str) -> tuple[int, str] | None:
    """Id and name of the organisation that a reference resolves to, if the actor may see it."""
    found = first(_meant(actor, reference=reference))
    return (found.pk, found.called) if found else None


@compiled
def _meant(actor: Actor, *, reference: str) -> QuerySet[Organisation]:
    resolved = SubjectReference.objects.filter(ref=reference).values("organisation")
    return organisations_visible_to(actor).filter(id__in=resolved)


@compiled
def _visible(actor: Actor, *, number: int) -> QuerySet[Organisation]:
    return organisations_visible_to(actor).select_related("parent").filter(id=number)


@compiled
def _branches(actor: Actor, *, parent: int) -> QuerySet[Organisation]:
    return organisations_visible_to(actor).filter(parent=parent).order_by("id")


@compiled
def _references(*, organisation: int) -> QuerySet[Any, str]:
    references = SubjectReference.objects.filter(organisation=organisation)
    return references.order_by("id").values_list("ref", flat=True)


@compiled
def _aliases(*, organisation: int) -> QuerySet[OrganisationName]:
    return OrganisationName.objects.filter(organisation=organisation).order_by("id")


def _judgements_about(organisation: int) -> list[Any]:
    """Judgements that named it or concern a reference that stands resolved to it, oldest first."""
    # Two questions: PostgreSQL follows no index to the two together.
    about = {j.pk: j for j in _naming(organisation=organisation)}
    about |= {j.pk: j for j in _resolving(organisation=organisation)}
    return [about[number] for number in sorted(about)]


@compiled
def _naming(*, organisation: int) -> QuerySet[Any]:
    return _judgements().filter(organisation=organisation)


@compiled
def _resolving(*, organisation: int) -> QuerySet[Any]:
    return _judgements().filter(reference__organisation=organisation)


def _judgements() -> QuerySet[Any]:
    undone = Exists(Judgement.objects.filter(undoes=OuterRef("pk")))
    return (
        Judgement.objects.exclude(decision=UNDO).select_related("reference").annotate(undone=undone)
    )


_RESOLVED = (
    "SELECT ref, CAST(organisation_id AS text) FROM subjects_subjectreference "
    "WHERE organisation_id IS NOT NULL"
)
_RESOLUTION = {"ref": pl.String, "organisation": pl.String}
_ASKED_AT_ONCE = 5_000


def last_judgement() -> int:
    """The number of the last judgement, 0 where there is none: after another one, references may
    be resolved otherwise."""
    return Judgement.objects.order_by("-id").values_list("id", flat=True).first() or 0


def resolution_frame() -> pl.DataFrame:
    """Resolved references and their organisations: columns ref and organisation, both text.

    Read by the lake for every actor alike; scope is applied to what is made of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RESOLVED)
        return pl.DataFrame(cursor.fetchall(), schema=_RESOLUTION, orient="row")


def resolution_of(references: Sequence[str]) -> pl.DataFrame:
    """The same of these references only."""
    rows: list[tuple[str, str]] = []
    for start in range(0, len(references), _ASKED_AT_ONCE):
        part = references[start : start + _ASKED_AT_ONCE]
        marks = ", ".join(["%s"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(f"{_RESOLVED} AND ref IN ({marks})", part)
            rows += cursor.fetchall()
    return pl.DataFrame(rows, schema=_RESOLUTION, orient="row")
