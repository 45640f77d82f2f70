"""Every read of subjects, already scoped to the actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import connection
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects import proposals
from zhiheng.subjects.identifiers.text import normalise_code
from zhiheng.subjects.judgements import REVIEW, UNDO, Judged, resolve
from zhiheng.subjects.matching import Candidate, Known, Reason, Unresolved, find_candidates
from zhiheng.subjects.models import Judgement, Organisation, OrganisationName, SubjectReference
from zhiheng.subjects.names import normalise_name
from zhiheng.subjects.references import UNRESOLVED, split_reference

CANDIDATES = 5


def own_references(organisation: int) -> QuerySet[SubjectReference]:
    """All references to the subject of an organisation's account, judgements followed.

    The account keeps to the reference by which its organisation came into the record, so that
    a merge of organisations, and its undoing, is seen at once.
    """
    origin = Organisation.objects.filter(id=organisation).values("origin")
    stands_for = SubjectReference.objects.filter(ref__in=origin).values("organisation")
    return SubjectReference.objects.filter(organisation__in=stands_for)


@dataclass(frozen=True)
class OwnSubject:
    """What an organisation's account may call itself in a file.

    Attributes:
        origin: the reference by which it came into the record.
        references: every reference text that resolves to it.
        names: its names in their normal spelling.
    """

    title: str
    origin: str
    references: frozenset[str]
    names: frozenset[str]

    def code_in(self, scheme: str) -> str | None:
        """Its code in a scheme, the one it came with if there are several."""
        codes = [ref for ref in (self.origin, *sorted(self.references)) if ref]
        return next((v for s, v, _r in map(split_reference, codes) if s == scheme), None)


def own_subject(organisation: int) -> OwnSubject:
    """The subject of an organisation's account."""
    found = Organisation.objects.get(id=organisation)
    aliases = OrganisationName.objects.filter(organisation=found).values_list("normal", flat=True)
    return OwnSubject(
        title=found.called,
        origin=found.origin,
        references=frozenset(own_references(organisation).values_list("ref", flat=True)),
        names=frozenset({found.normal, *aliases}) - {""},
    )


def references_visible_to(actor: Actor) -> QuerySet[SubjectReference]:
    """References first filed from the actor's regions; an organisation's account has its own."""
    references = SubjectReference.objects.all()
    if actor.organisation is not None:
        return own_references(actor.organisation)
    if not (actor.can("evidence.read") or actor.can("subjects.review")):
        return references.none()
    return references if actor.regions is None else references.filter(region__in=actor.regions)


def reference_id(actor: Actor, text: str) -> int:
    """Id of the reference meant by its id or its text.

    Raises UsageError where there is none the actor may see.
    """
    visible = references_visible_to(actor)
    by_id = Q(id=int(text)) if text.isascii() and text.isdigit() else Q(ref=text)
    found = visible.filter(by_id).values_list("id", flat=True).first()
    if found is None:
        raise UsageError(
            "reference.unknown",
            _("没有主体引用 {id}，或不在您的辖区。", id=text),
            _("请用 zhiheng subject review 查看待核对的引用。"),
        )
    return found


def organisations_visible_to(actor: Actor) -> QuerySet[Organisation]:
    """Organisations of the actor's regions, and those a reference filed there resolves to."""
    organisations = Organisation.objects.all()
    if actor.organisation is not None:
        own = own_references(actor.organisation)
        return organisations.filter(id__in=own.values("organisation"))
    if not (actor.can("evidence.read") or actor.can("subjects.review")):
        return organisations.none()
    if actor.regions is None:
        return organisations
    named_here = references_visible_to(actor).filter(organisation=OuterRef("pk"))
    return organisations.filter(Q(region__in=actor.regions) | Exists(named_here))


def _known(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Without those to which no reference resolves any more, after a merge or an undoing."""
    return organisations.filter(
        Exists(SubjectReference.objects.filter(organisation=OuterRef("pk")))
    )


@dataclass(frozen=True)
class Proposal:
    """A candidate with what a person needs to judge it."""

    organisation: int
    name: str
    uscc: str | None
    region: str | None
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class ReviewItem:
    """A reference that waits for a judgement, with its proposals, best first."""

    id: int
    ref: str
    raw_code: str | None
    raw_name: str | None
    raw_address: str | None
    region: str | None
    source: str
    first_batch: int | None
    proposals: tuple[Proposal, ...]


def review_count(actor: Actor) -> int:
    """How many references wait for a judgement in the actor's scope."""
    return references_visible_to(actor).filter(state=REVIEW).count()


def review_list(actor: Actor, *, limit: int = 50, after: int = 0) -> list[ReviewItem]:
    """References to judge in the order of their ids, beginning behind the id ``after``."""
    waiting = references_visible_to(actor).filter(state=REVIEW, id__gt=after).order_by("id")
    references = list(waiting[:limit])
    if not references:
        return []
    visible = _known(organisations_visible_to(actor))
    candidates = _candidates(references, proposals.known(visible, actor.regions))
    rows = visible.in_bulk({c.organisation for found in candidates for c in found})
    return [
        ReviewItem(
            id=reference.pk,
            ref=reference.ref,
            raw_code=reference.raw_code,
            raw_name=reference.raw_name,
            raw_address=reference.raw_address,
            region=reference.region,
            source=reference.source_party,
            first_batch=reference.first_batch,
            proposals=tuple(
                _proposal(rows[c.organisation], c) for c in found if c.organisation in rows
            ),
        )
        for reference, found in zip(references, candidates, strict=True)
    ]


def _candidates(references: list[SubjectReference], known: Known) -> list[list[Candidate]]:
    """For each reference its best candidates without those it was judged not to be."""
    refused = _refused(references)
    written = [
        Unresolved(r.raw_code or "", r.raw_name or "", r.region or "", r.raw_address or "")
        for r in references
    ]
    most = CANDIDATES + max(len(ids) for ids in refused.values())
    return [
        [c for c in found if c.organisation not in refused[reference.pk]][:CANDIDATES]
        for reference, found in zip(references, find_candidates(written, known, most), strict=True)
    ]


def _refused(references: list[SubjectReference]) -> dict[int, frozenset[int]]:
    """For each reference the organisations it was judged not to be."""
    judged: dict[int, list[Judged]] = {reference.pk: [] for reference in references}
    for j in Judgement.objects.filter(reference__in=references):
        judged[j.reference_id].append(Judged(j.pk, j.decision, j.organisation_id, j.undoes_id))
    return {reference: resolve(rows, None).refused for reference, rows in judged.items()}


def _proposal(organisation: Organisation, candidate: Candidate) -> Proposal:
    return Proposal(
        organisation=organisation.pk,
        name=organisation.called,
        uscc=organisation.uscc,
        region=organisation.region,
        score=candidate.score,
        reasons=candidate.reasons,
    )


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
    references = list(found.references.order_by("id").values_list("ref", flat=True))
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
        references=tuple(references),
        judgements=_judgements_about(found),
    )


def _judgements_about(organisation: Organisation) -> tuple[JudgementView, ...]:
    """Judgements that named it or concern a reference that stands resolved to it, oldest first."""
    about = Judgement.objects.filter(
        Q(organisation=organisation) | Q(reference__organisation=organisation)
    ).exclude(decision=UNDO)
    rows = about.select_related("reference").annotate(
        undone=Exists(Judgement.objects.filter(undoes=OuterRef("pk")))
    )
    return tuple(
        JudgementView(j.pk, j.reference.ref, j.decision, j.actor, j.at, j.reason, j.undone)
        for j in rows.order_by("id").distinct()
    )


@dataclass(frozen=True)
class Found:
    """One line of a search."""

    id: int
    name: str
    uscc: str | None
    region: str | None


def search_organisations(actor: Actor, text: str, limit: int = 20) -> list[Found]:
    """Organisations by code, identifier, name or alias: exact first, then beginning, then inside.

    A blank text finds nobody.
    """
    name, code = normalise_name(text), normalise_code(text)
    if not name:
        return []
    references = SubjectReference.objects.filter(organisation__isnull=False)
    coded = references.filter(Q(ref=f"uscc:{code}") | Q(ref__endswith=f":{text.strip()}"))
    ranks = (
        Q(uscc=code) | Q(id__in=coded.values("organisation")),
        _named(normal=name),
        _named(normal__startswith=name),
        _named(normal__contains=name),
    )
    matching = _known(organisations_visible_to(actor)).filter(ranks[0] | ranks[-1])
    rank = Case(
        *(When(matches, then=Value(at)) for at, matches in enumerate(ranks)),
        output_field=IntegerField(),
    )
    rows = matching.annotate(rank=rank).order_by("rank", "id")[:limit]
    return [_found(row) for row in rows]


def _named(**how: str) -> Q:
    """Whose name or alias is like that; asked once and not for every organisation anew."""
    aliases = OrganisationName.objects.filter(**how)
    return Q(**how) | Q(id__in=aliases.values("organisation"))


def organisations(actor: Actor, *, after: int = 0, limit: int = 50) -> list[Found]:
    """All organisations in the order of their ids, beginning behind the id ``after``."""
    rows = _known(organisations_visible_to(actor)).filter(id__gt=after).order_by("id")
    return [_found(row) for row in rows[:limit]]


def _found(organisation: Organisation) -> Found:
    return Found(organisation.pk, organisation.called, organisation.uscc, organisation.region)


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
