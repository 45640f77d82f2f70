"""Reads of the evidence, scoped to the actor; proofs of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from zhiheng.evidence import log, proofs, reading, standalone_verifier
from zhiheng.evidence.models import Batch, Correction, LogEntry, Pack, PersonalValue
from zhiheng.evidence.packs import MOST_ROWS, ROW_BITS, SIZE
from zhiheng.evidence.postings import number_word
from zhiheng.evidence.proofs import LEAF_BYTES
from zhiheng.evidence.reading import Row
from zhiheng.evidence.scope import Narrowed, scope_of
from zhiheng.evidence.shown_rows import Filed, filed
from zhiheng.evidence.word_index import packs_mentioning
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.models import SubjectReference

_PACKS_AT_ONCE = 8


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
    return filed(actor, list(islice(found, limit)))


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
    found = filed(actor, visible(actor, [row_id]))
    if not found:
        raise _unknown_row(row_id)
    return found[0]


def rows(actor: Actor, ids: list[int]) -> list[Filed]:
    """The rows of these ids that the actor may see, in order of id."""
    return filed(actor, visible(actor, ids))


def _unknown_row(row_id: int) -> UsageError:
    return UsageError("row.unknown", _("没有第 {row} 号记录，或无权查看。", row=row_id))


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
