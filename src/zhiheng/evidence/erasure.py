"""Erasing for good: a value leaves the record, its free pages, and every kept file that says it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet

from zhiheng.evidence import kept_files
from zhiheng.evidence.models import Batch, ObjectionStep, PersonalValue
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.reading import rows_at
from zhiheng.office.home import current


def forget(values: QuerySet[PersonalValue], batches: Collection[Batch]) -> int:
    """Erase values with their salts; what else holds them goes once the transaction is through.

    The files of their batches go whole, and so do those attached to objections to their rows, and
    any kept file that says one of the values.

    Args:
        batches: those whose rows the values belong to.
    """
    texts = set(values.values_list("value", flat=True))
    if not texts:
        return 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Freed pages are overwritten, not only marked as free.
            cursor.execute("PRAGMA secure_delete=ON")
    digests = {batch.file_hash for batch in batches if batch.file_hash} | _attached_to(values)
    erased, _by_model = values.delete()
    transaction.on_commit(partial(_afterwards, texts, digests))
    return erased


def _attached_to(values: QuerySet[PersonalValue]) -> set[str]:
    """Digests of what was attached to objections to the rows of these values.

    A scan of a letter says a name without a byte of it: so it goes whatever it says.
    """
    steps = ObjectionStep.objects.filter(row__in=set(values.values_list("row", flat=True)))
    batches = steps.values_list("batch", flat=True)
    attached = (row.said.get("attachment") for row in rows_at(b << ROW_BITS for b in batches))
    return {digest for digest in attached if digest}


def _afterwards(texts: set[str], digests: set[str]) -> None:
    scrub_files(texts, digests)
    scrub_record()


def scrub_files(texts: Collection[str], digests: Collection[str]) -> list[str]:
    """Remove kept files that say one of the texts or are the original of one of the digests."""
    files = current().files
    gone = []
    for path in list(kept_files.everything(files)):
        if kept_files.digest(path) in digests or kept_files.says(path, texts):
            kept_files.remove(path, files)
            gone.append(path.name)
    return gone


def scrub_record() -> None:
    """Make the database itself forget what was deleted: its write-ahead log, its dead rows."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f"VACUUM {PersonalValue._meta.db_table}")
