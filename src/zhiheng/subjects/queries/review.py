"""The list of references that wait for a judgement, with whom each may mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from zhiheng.office.actors import Actor
from zhiheng.subjects import proposals
from zhiheng.subjects.judgements import REVIEW, UNDO, Judged, decision_word, resolve
from zhiheng.subjects.matching import Candidate, Reason, Unresolved, find_candidates
from zhiheng.subjects.models import Judgement, Organisation, SubjectReference
from zhiheng.subjects.queries.scope import (
    known,
    organisations_visible_to,
    references_visible_to,
)

CANDIDATES = 5
LOOKED_BACK = 100
"""The last judgements are looked for among so many, of whatever region."""


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
    """A reference that waits for a judgement, with its proposals, best first.

    ``seen`` is the id of its last judgement, 0 for none: whoever judges says what they saw.
    """

    id: int
    ref: str
    raw_code: str | None
    raw_name: str | None
    raw_address: str | None
    region: str | None
    source: str
    first_batch: int | None
    proposals: tuple[Proposal, ...]
    seen: int


def review_count(actor: Actor, most: int | None = None) -> int:
    """How many references wait for a judgement in the actor's scope; counts up to ``most``."""
    return references_visible_to(actor).filter(state=REVIEW)[:most].count()


@dataclass(frozen=True)
class Recent:
    """A judgement that stands, as it can be taken back; ``decision`` in words."""

    id: int
    name: str
    decision: str
    organisation: int | None
    organisation_name: str
    actor: str
    at: datetime


def recent_judgements(actor: Actor, limit: int = 5) -> list[Recent]:
    """The last judgements of the actor's scope that nobody took back, newest first."""
    undone = Exists(Judgement.objects.filter(undoes=OuterRef("pk")))
    last = Judgement.objects.annotate(undone=undone).order_by("-id")[:LOOKED_BACK]
    standing = [j.pk for j in last if j.decision != UNDO and not j.undone]
    about = Judgement.objects.filter(id__in=standing).select_related("reference", "organisation")
    rows = [
        j
        for j in about.order_by("-id")
        if actor.regions is None or j.reference.region in actor.regions
    ]
    return [
        Recent(
            id=j.pk,
            name=j.reference.raw_name or j.reference.raw_code or j.reference.ref,
            decision=decision_word(j.decision),
            organisation=j.organisation_id,
            organisation_name=j.organisation.called if j.organisation else "",
            actor=j.actor,
            at=j.at,
        )
        for j in rows[:limit]
    ]


def review_goes_on(actor: Actor, after: int) -> bool:
    """Whether any reference waits behind the id ``after``."""
    return references_visible_to(actor).filter(state=REVIEW, id__gt=after).exists()


def review_list(actor: Actor, *, limit: int = 50, after: int = 0) -> list[ReviewItem]:
    """References to judge in the order of their ids, beginning behind the id ``after``."""
    waiting = references_visible_to(actor).filter(state=REVIEW, id__gt=after).order_by("id")
    references = list(waiting[:limit])
    if not references:
        return []
    visible = known(organisations_visible_to(actor))
    judged = _judgements_of(references)
    candidates = _candidates(references, judged, visible)
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
            seen=max((j.id for j in judged[reference.pk]), default=0),
        )
        for reference, found in zip(references, candidates, strict=True)
    ]


def _candidates(
    references: list[SubjectReference],
    judged: dict[int, list[Judged]],
    visible: QuerySet[Organisation],
) -> list[list[Candidate]]:
    """For each reference its best candidates without those it was judged not to be."""
    refused = {number: resolve(rows, None).refused for number, rows in judged.items()}
    written = [
        Unresolved(r.raw_code or "", r.raw_name or "", r.region or "", r.raw_address or "")
        for r in references
    ]
    known = proposals.known(visible, written)
    most = CANDIDATES + max(len(ids) for ids in refused.values())
    return [
        [c for c in found if c.organisation not in refused[reference.pk]][:CANDIDATES]
        for reference, found in zip(references, find_candidates(written, known, most), strict=True)
    ]


def _judgements_of(references: list[SubjectReference]) -> dict[int, list[Judged]]:
    judged: dict[int, list[Judged]] = {reference.pk: [] for reference in references}
    for j in Judgement.objects.filter(reference__in=references):
        judged[j.reference_id].append(Judged(j.pk, j.decision, j.organisation_id, j.undoes_id))
    return judged


def _proposal(organisation: Organisation, candidate: Candidate) -> Proposal:
    return Proposal(
        organisation=organisation.pk,
        name=organisation.called,
        uscc=organisation.uscc,
        region=organisation.region,
        score=candidate.score,
        reasons=candidate.reasons,
    )
