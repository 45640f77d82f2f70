"""One organisation with all that is recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection
from django.db.models import Exists, OuterRef, Q

from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.judgements import UNDO
from zhiheng.subjects.models import Judgement, Organisation, OrganisationName
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
    """One organisation. Raises UsageError where there is none the actor may see."""
    visible = organisations_visible_to(actor)
    found = visible.select_related("parent").filter(id=organisation_id).first()
    if found is None:
        raise UsageError(
            "organisation.unknown",
            _("没有主体 {id}，或不在您的辖区。", id=organisation_id),
            _("请用 zhiheng subject search 或主体查询核对编号。"),
        )
    named = dict(found.references.order_by("id").values_list("id", "ref"))
    references = tuple(named.values())
    codes = [split_reference(ref)[:2] for ref in references]
    branches = visible.filter(parent=found).order_by("id")
    aliases = OrganisationName.objects.filter(organisation=found).order_by("id")
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
        parent=found.parent_id,
        parent_name=found.parent.called if found.parent else "",
        branches=tuple((branch.pk, branch.called) for branch in branches),
        aliases=tuple(Alias(a.name, a.kind, a.valid_from, a.valid_to) for a in aliases),
        identifiers=tuple((s, v) for s, v in codes if s not in UNRESOLVED),
        references=references,
        judgements=_judgements_about(found, list(named)),
    )


def _judgements_about(
    organisation: Organisation, references: list[int]
) -> tuple[JudgementView, ...]:
    """Judgements that named it or concern a reference that stands resolved to it, oldest first."""
    about = Judgement.objects.filter(
        Q(organisation=organisation) | Q(reference__in=references)
    ).exclude(decision=UNDO)
    rows = about.select_related("reference").annotate(
        undone=Exists(Judgement.objects.filter(undoes=OuterRef("pk")))
    )
    return tuple(
        JudgementView(j.pk, j.reference.ref, j.decision, j.actor, j.at, j.reason, j.undone)
        for j in rows.order_by("id")
    )


def resolution_frame() -> pl.DataFrame:
    """Resolved references and their organisations: columns ref and organisation, both text.

    Read by the lake for every actor alike; scope is applied to what is made of it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ref, CAST(organisation_id AS text) FROM subjects_subjectreference "
            "WHERE organisation_id IS NOT NULL"
        )
        rows = cursor.fetchall()
    return pl.DataFrame(rows, schema={"ref": pl.String, "organisation": pl.String}, orient="row")
