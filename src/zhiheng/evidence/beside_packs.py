"""What lies beside the packs and speaks of their rows, held to these: corrections, personal values
and the steps of objections."""

from __future__ import annotations

from hashlib import sha256
from itertools import groupby
from typing import Any

from django.db import connection

from zhiheng.evidence import reading
from zhiheng.evidence.intact import NotAsSealed, intact
from zhiheng.evidence.kinds.objections import OBJECTION
from zhiheng.evidence.models import Batch, Correction, ObjectionStep, Pack, PersonalValue
from zhiheng.evidence.packs import ROW_BITS, SIZE
from zhiheng.evidence.reading import Row
from zhiheng.evidence.rechecked_batches import OwnConnection
from zhiheng.evidence.stored_packs import personal_values
from zhiheng.office.words import _

_STRAY = """
SELECT t.last FROM (
    SELECT row >> {bits} AS batch, max(row) AS last FROM {table} GROUP BY row >> {bits}
) t LEFT JOIN evidence_batch b ON b.id = t.batch AND (
    b.state = 'open' OR (b.state = 'sealed' AND t.last < (b.id << {bits}) + b.rows)
) WHERE b.id IS NULL ORDER BY t.last LIMIT 1
"""
"""In one statement, so that an import that is dropped meanwhile is seen whole or not at all."""
_STEPS_AT_ONCE = 500


def check_persons(batches: set[int]) -> None:
    """The personal values that are kept are those whose digests the rows of these batches have.

    Raises:
        NotAsSealed: names the first that is not.
    """
    kept = personal_values(OwnConnection(connection.vendor))
    for pack_id, values in groupby(kept, key=_pack_of):
        if pack_id is not None and pack_id >> ROW_BITS not in batches:
            continue
        pack = None if pack_id is None else Pack.objects.filter(id=pack_id).first()
        held = reading.contents_of(pack) if pack is not None else None
        for row, column, value, salt in values:
            place = -1 if pack is None else row - pack.id
            told = held.text(place) if held is not None and place < len(held) else b""
            if not _is_said(told, column, value, salt):
                name = column.decode(errors="replace") if isinstance(column, bytes) else "?"
                raise _not_as_sealed(row, _("个人信息“{column}”与封存的摘要不符", column=name))


def _is_said(text: bytes, column: Any, value: Any, salt: Any) -> bool:
    """Whether a sealed text has the digest of a personal value."""
    if not (isinstance(column, bytes) and isinstance(value, bytes)):
        return False
    if not isinstance(salt, bytes | memoryview):
        return False
    sealed = sha256(bytes(salt) + value).hexdigest()
    return b'"%s":"sha256:%s"' % (column, sealed.encode()) in text


def _pack_of(value: tuple[Any, ...]) -> int | None:
    return value[0] - value[0] % SIZE if isinstance(value[0], int) else None


def _not_as_sealed(row: Any, reason: str) -> NotAsSealed:
    if not isinstance(row, int):
        return NotAsSealed(None, None, reason)
    return NotAsSealed(row >> ROW_BITS, row, reason)


def refuse_strays() -> None:
    """Raises `NotAsSealed` where a correction or a personal value is of no row of any batch."""
    strays = (
        (Correction, _("一条更正不属于任何一批的行")),
        (PersonalValue, _("一项个人信息不属于任何一批的行")),
    )
    for model, reason in strays:
        with connection.cursor() as cursor:
            cursor.execute(_STRAY.format(bits=ROW_BITS, table=model._meta.db_table))
            found = cursor.fetchone()
        if found is not None:
            raise _not_as_sealed(found[0], reason)


def check_objections() -> None:
    """The steps of objections that count say what their rows say, and each such row has one.

    Raises:
        NotAsSealed: names the first that does not.
    """
    of_kind = reading.sealed_batches().filter(kind=OBJECTION.code)
    unsaid = set(of_kind.values_list("id", flat=True))
    steps = ObjectionStep.objects.filter(batch__state=Batch.State.SEALED).order_by("batch")
    counting = intact(steps)
    for start in range(0, len(counting), _STEPS_AT_ONCE):
        part = counting[start : start + _STEPS_AT_ONCE]
        rows = {row.batch: row for row in reading.rows_at(s.batch_id << ROW_BITS for s in part)}
        for step in part:
            unsaid.discard(step.batch_id)
            if not _says(rows.get(step.batch_id), step):
                raise _wrong_step(step.batch_id)
    if unsaid:
        raise _wrong_step(min(unsaid))


def _says(row: Row | None, step: ObjectionStep) -> bool:
    if row is None or row.kind != OBJECTION.code:
        return False
    told = (row.external_id, row.said["about_row"], row.said["state"])
    return told == (step.number, step.row, step.state)


def _wrong_step(batch: int) -> NotAsSealed:
    return NotAsSealed(batch, batch << ROW_BITS, _("异议的状态与封存的内容不符"))
