"""Reads of the evidence, scoped to the actor; proofs of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from zhiheng.evidence import log, proofs, reading, standalone_verifier
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.models import (
    Batch,
    Correction,
    LogEntry,
    ObjectionStep,
    Pack,
    PersonalValue,
)
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS, SIZE
from zhiheng.evidence.postings import number_word
from zhiheng.evidence.proofs import LEAF_BYTES
from zhiheng.evidence.reading import Row
from zhiheng.evidence.word_index import packs_mentioning
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.models import SubjectReference
from zhiheng.subjects.queries import own_references

_PACKS_AT_ONCE = 8
_LAST_BATCH = (2**63 - 1) >> ROW_BITS


@dataclass(frozen=True)
class Filed:
    """A row as its readers see it: values by column, personal ones masked or erased.

    ``objection`` is where the last objection to it stands: open, upheld, rejected, withdrawn.
    """

    id: int
    kind: str
    batch: int
    source: str
    external_id: str
    record_type: str
    subject: str | None
    region: str | None
    occurred_on: date
    recorded_at: datetime
    leaf: str
    supersedes: int | None
    superseded_by: int | None
    objection: str | None
    values: dict[str, Any]


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


def visible(actor: Actor, ids: Iterable[int]) -> list[Row]:
    """The rows of these ids that the actor may see, in order of id."""
    scope = scope_of(actor)
    return [row for row in reading.rows_at(ids) if scope.allows(row)]


def batches(actor: Actor) -> QuerySet[Batch]:
    """Sealed batches, newest first: for those who read all regions all of the kinds that they may
    read, else the party's own."""
    if actor.can("evidence.read") and actor.regions is None:
        return scope_of(actor).batches().order_by("-id")
    return reading.sealed_batches().filter(source=actor.party).order_by("-id")


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


def visible_rows(
    actor: Actor, narrowed: Narrowed, *, before: int | None = None, limit: int = 50
) -> list[Filed]:
    """Rows the actor may see, newest first; ``before`` is the last id already seen."""
    scope = scope_of(actor)

    def wanted(row: Row) -> bool:
        return scope.allows(row) and narrowed.wants(row)

    if narrowed.organisation is not None:
        found = _of_subjects(_references(narrowed.organisation), wanted, before)
    elif scope.subjects is not None:
        found = _of_subjects(scope.subjects, wanted, before)
    else:
        found = reading.newest(
            narrowed.among(scope.batches()),
            wanted,
            before=before,
            packs_wanted=lambda pack: scope.may_hold(pack) and narrowed.may_hold(pack),
        )
    return _filed(actor, list(islice(found, limit)))


def _references(organisation: int) -> frozenset[str]:
    refs = SubjectReference.objects.filter(organisation=organisation)
    return frozenset(refs.values_list("ref", flat=True))


def _of_subjects(
    subjects: frozenset[str], wanted: Callable[[Row], bool], before: int | None
) -> Iterator[Row]:
    """Rows about these subjects, newest first, some packs at a time."""
    older = (pack for pack in packs_mentioning(subjects) if before is None or pack < before)
    packs = sorted(older, reverse=True)
    for start in range(0, len(packs), _PACKS_AT_ONCE):
        part = packs[start : start + _PACKS_AT_ONCE]
        for row in reversed(reading.rows_called_in(subjects, part)):
            if (before is None or row.id < before) and wanted(row):
                yield row


def rows_of_organisation(
    actor: Actor,
    organisation: int,
    *,
    kind: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Filed]:
    """All evidence of one organisation, newest first; ``before`` is the last id already seen."""
    narrowed = Narrowed(kind=kind, organisation=organisation)
    return visible_rows(actor, narrowed, before=before, limit=limit)


def row(actor: Actor, row_id: int) -> Filed:
    """One row. Raises UsageError ``row.unknown`` where there is none the actor may see."""
    found = _filed(actor, visible(actor, [row_id]))
    if not found:
        raise _unknown_row(row_id)
    return found[0]


def rows(actor: Actor, ids: list[int]) -> list[Filed]:
    """The rows of these ids that the actor may see, in order of id."""
    return _filed(actor, visible(actor, ids))


def _unknown_row(row_id: int) -> UsageError:
    return UsageError("row.unknown", _("没有第 {row} 号记录，或无权查看。", row=row_id))


def _filed(actor: Actor, found: list[Row]) -> list[Filed]:
    ids = [r.id for r in found]
    newer = dict(Correction.objects.filter(supersedes__in=ids).values_list("supersedes", "row"))
    personal: dict[int, dict[str, str]] = {}
    for value in PersonalValue.objects.filter(row__in=ids):
        personal.setdefault(value.row, {})[value.column] = value.value
    marks = objection_states(ids)
    return [_one(actor, r, newer.get(r.id), marks.get(r.id), personal.get(r.id, {})) for r in found]


def objection_states(rows: list[int]) -> dict[int, str]:
    """Where the last objection to each of these rows stands; rows without one are left out."""
    steps = ObjectionStep.objects.filter(row__in=rows, batch__state=Batch.State.SEALED)
    return dict(steps.order_by("id").values_list("row", "state"))


def _one(
    actor: Actor,
    row: Row,
    superseded_by: int | None,
    objection: str | None,
    personal: dict[str, str],
) -> Filed:
    values = {name: value for name, value in row.said.items() if not name.startswith("$")}
    for column in ALL[row.kind].personal_columns:
        if values.get(column.name) is not None:
            values[column.name] = _shown(actor, row.source, personal.get(column.name))
    return Filed(
        row.id,
        row.kind,
        row.batch,
        row.source,
        row.external_id,
        row.record_type,
        row.subject,
        row.region,
        row.occurred_on,
        row.recorded_at,
        row.leaf.hex(),
        row.supersedes,
        superseded_by,
        objection,
        values,
    )


def _shown(actor: Actor, source: str, value: str | None) -> str:
    """A personal value for this reader.

    Outside parties see none of what others filed, not even its shape: the law keeps the person
    who complained from the one complained about (order 121 of 2025).
    """
    if value is None:
        return _("（已删除）")
    if actor.outside and source != actor.party:
        return _("（不公开）")
    return value if actor.can("evidence.personal") else mask(value)


def mask(value: str) -> str:
    """A personal value as those see it who do not need it (methods: PIPL masking).

    A mobile keeps 3 and 4 digits, an identity number 6 and 4, anything else its first character.
    """
    if value.isdigit() and len(value) == 11:
        return f"{value[:3]}****{value[-4:]}"
    if len(value) == 18 and value[:17].isdigit():
        return f"{value[:6]}{'*' * 8}{value[-4:]}"
    return value[:1] + "*" * max(len(value) - 1, 1)


def row_id(actor: Actor, kind: str, external_id: str, source: str | None = None) -> int:
    """The current row of an external id. Raises UsageError if there is none, or several sources."""
    scope = scope_of(actor)
    found = {
        row.id: row.source
        for row in reading.rows_called([number_word(external_id)])
        if row.kind == kind and scope.allows(row) and source in (None, row.source)
    }
    superseded = Correction.objects.filter(supersedes__in=found)
    ids = sorted(set(found) - set(superseded.values_list("supersedes", flat=True)))
    if not ids:
        raise UsageError("row.unknown", _("“{kind}”里没有编号 {id}。", kind=kind, id=external_id))
    if len(ids) > 1:
        raise UsageError(
            "row.ambiguous",
            _("编号 {id} 有几个来源。", id=external_id),
            _("请用 --source 指明。"),
        )
    return ids[0]


def proof(actor: Actor, row_id: int, *, personal: bool = False) -> dict[str, Any]:
    """The proof of one row, checkable by ``standalone_verifier.py`` alone.

    With ``personal`` it opens the row's personal values too (right evidence.personal).
    """
    found = next(iter(visible(actor, [row_id])), None)
    if found is None:
        raise _unknown_row(row_id)
    batch = Batch.objects.get(id=found.batch)
    entry = LogEntry.objects.get(batch=batch)
    head = log.head()
    # The log may grow meanwhile: the path must lead to the root of the head that is given.
    path = proofs.inclusion_path(log.leaves(head.size), entry.position)
    index = row_id & (MOST_ROWS - 1)
    given: dict[str, Any] = {
        "format": standalone_verifier.FORMAT,
        "row": {
            "canonical": found.canonical.decode(),
            "salt": found.salt.hex(),
            "leaf": found.leaf.hex(),
        },
        "batch": {
            "id": batch.id,
            "index": index,
            "size": batch.rows,
            "path": [h.hex() for h in _path_in_batch(batch, index)],
        },
        "log": {
            "entry": entry.body,
            "index": entry.position,
            "size": head.size,
            "root": head.root,
            "path": [h.hex() for h in path],
        },
    }
    if personal:
        actor.require("evidence.personal")
        opened = PersonalValue.objects.filter(row=row_id)
        given["personal"] = {
            v.column: {"value": v.value, "salt": bytes(v.salt).hex()} for v in opened
        }
    return given


def _path_in_batch(batch: Batch, index: int) -> list[bytes]:
    """From a leaf up through its own pack, then through the roots of all packs."""
    first = batch.id << ROW_BITS
    of_batch = Pack.objects.filter(id__gte=first, id__lt=first + MOST_ROWS).order_by("id")
    roots = [bytes(root) for root in of_batch.values_list("root", flat=True)]
    own, place = divmod(index, SIZE)
    leaves = bytes(of_batch.values_list("leaves", flat=True).get(id=first + own * SIZE))
    listed = [leaves[i : i + LEAF_BYTES] for i in range(0, len(leaves), LEAF_BYTES)]
    return [*proofs.inclusion_path(listed, place), *proofs.inclusion_path(roots, own)]
