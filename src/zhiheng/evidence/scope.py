"""Which rows an actor may see, and which of them are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from zhiheng.evidence import reading
from zhiheng.evidence.models import Batch, Pack
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.reading import Row
from zhiheng.office.actors import Actor
from zhiheng.subjects.queries import own_references

_LAST_BATCH = (2**63 - 1) >> ROW_BITS


@dataclass(frozen=True)
class Scope:
    """Which rows an actor may see: of sealed batches, own region subtree, own kinds.

    An organisation sees every row about its own subject, whatever the kind and wherever; what it
    files is about itself too. Any other party also sees what it filed itself, and a technical
    body nothing else.

    Attributes:
        subjects: references of which rows may be seen; None means any.
        regions, kinds: likewise.
        own: the source whose rows may be seen whatever their region.
        only_own: nothing but these.
    """

    subjects: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    own: str | None = None
    only_own: bool = False

    def allows(self, row: Row) -> bool:
        if self.subjects is not None:
            return row.subject in self.subjects
        if self.only_own:
            return row.source == self.own
        here = self.regions is None or row.region in self.regions or row.source == self.own
        return here and (self.kinds is None or row.kind in self.kinds)

    def may_hold(self, pack: Pack) -> bool:
        """Whether a pack (of one of `batches`) can hold any row that may be seen."""
        if self.regions is None or self.subjects is not None or pack.batch.source == self.own:
            return True
        return not self.regions.isdisjoint(pack.regions.split())

    def batches(self) -> QuerySet[Batch]:
        """The batches that can hold any."""
        sealed = reading.sealed_batches()
        if self.only_own:
            return sealed.none() if self.own is None else sealed.filter(source=self.own)
        return sealed if self.kinds is None else sealed.filter(kind__in=self.kinds)


def scope_of(actor: Actor) -> Scope:
    if actor.organisation is not None:
        references = own_references(actor.organisation).values_list("ref", flat=True)
        return Scope(subjects=frozenset(references))
    own = actor.party if actor.user_id else None
    if not actor.can("evidence.read"):
        return Scope(own=own, only_own=True)
    regions, kinds = (None if s is None else frozenset(s) for s in (actor.regions, actor.kinds))
    return Scope(regions=regions, kinds=kinds, own=actor.party)


@dataclass(frozen=True)
class Narrowed:
    """Which of the visible rows are asked for; None leaves that side open."""

    kind: str | None = None
    region: str | None = None
    organisation: int | None = None
    batch: int | None = None

    def wants(self, row: Row) -> bool:
        return (
            self.kind in (None, row.kind)
            and self.region in (None, row.region)
            and self.batch in (None, row.batch)
        )

    def may_hold(self, pack: Pack) -> bool:
        return self.region is None or f" {self.region} " in pack.regions

    def among(self, batches: QuerySet[Batch]) -> QuerySet[Batch]:
        if self.kind is not None:
            batches = batches.filter(kind=self.kind)
        if self.batch is not None:
            batches = batches.filter(id=min(self.batch, _LAST_BATCH))
        return batches
