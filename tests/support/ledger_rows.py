"""Rows of the ledger as tests ask for them."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Sum

from zhiheng.evidence import packs, reading
from zhiheng.evidence.models import Pack
from zhiheng.evidence.packs import SIZE
from zhiheng.evidence.reading import Row
from zhiheng.evidence.rechecked_batches import OwnConnection
from zhiheng.evidence.stored_packs import corrections, stored_packs


def rows(**wanted: Any) -> list[Row]:
    """Rows of sealed batches in order of id, as far as their attributes are these."""
    found = [
        row
        for batch in reading.sealed_batches().order_by("id")
        for pack in reading.packs_of(batch)
        for row in reading.rows_of(pack, range(pack.rows))
    ]
    return [r for r in found if all(getattr(r, name) == value for name, value in wanted.items())]


def row(**wanted: Any) -> Row:
    """The one such row."""
    (found,) = rows(**wanted)
    return found


def count() -> int:
    """How many rows the record holds, sealed or not."""
    return Pack.objects.aggregate(rows=Sum("rows"))["rows"] or 0


def forge(row_id: int, **changed: bytes) -> None:
    """Change ``text``, ``salt`` or ``leaf`` of a row as someone could who holds the database
    itself and knows how packs are made."""
    unguard("evidence_pack")
    pack = Pack.objects.get(id=row_id - row_id % SIZE)
    held = reading.contents_of(pack)
    place = row_id - pack.id
    parts = {
        "text": [held.text(i) for i in range(pack.rows)],
        "salt": [held.salt(i) for i in range(pack.rows)],
        "leaf": [held.leaf(i) for i in range(pack.rows)],
    }
    for name, value in changed.items():
        parts[name][place] = value
    (body,) = packs.bodies(pl.Series(parts["text"], dtype=pl.Binary))
    Pack.objects.filter(id=pack.id).update(
        body=body,
        salts=b"".join(parts["salt"]),
        leaves=b"".join(parts["leaf"]),
    )
    sum_up(pack.id)


def sum_up(pack: int) -> None:
    """Give a pack the digest of its columns as they are."""
    (stored,) = stored_packs(OwnConnection(connection.vendor), pack, pack + 1)
    corrected = corrections(OwnConnection(connection.vendor), pack, pack + SIZE).get(pack, [])
    Pack.objects.filter(id=pack).update(digest=stored.summed(corrected))


def unguard(*tables: str) -> None:
    """Take the guards off these tables."""
    with connection.cursor() as cursor:
        for table in tables:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for verb in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{on}")
