"""Erasing for good: a value leaves the record, its free pages, and every kept file that says it."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import QuerySet

from zhiheng.evidence import kept_files
from zhiheng.evidence.models import Batch, ObjectionStep, PersonalValue
from zhiheng.evidence.packs import ROW_BITS
from zhiheng.evidence.reading import rows_at
from zhiheng.office.home import current

_SOUGHT_AT_ONCE = 20_000
"""Values that are sought together: memory grows with them."""


def forget(values: QuerySet[PersonalValue]) -> int:
    """Erase values with their salts; the database's dead pages go once the transaction is through.

    `scrub_files` comes before it: were it killed in between, the values would still be there to
    say which files must go.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Freed pages are overwritten, not only marked as free.
            cursor.execute("PRAGMA secure_delete=ON")
    erased, _by_model = values.delete()
    transaction.on_commit(scrub_record)
    return erased


def traces(
    values: QuerySet[PersonalValue], batches: Collection[Batch]
) -> tuple[set[str], set[str]]:
    """What `scrub_files` takes for these values: their texts, and the digests of files that go
    whole, which are those of their batches and of what was attached to objections to their rows.

    Args:
        batches: those whose rows the values belong to.
    """
    texts = set(values.values_list("value", flat=True))
    digests = {batch.file_hash for batch in batches if batch.file_hash}
    return texts, digests | _attached_to(values)


def _attached_to(values: QuerySet[PersonalValue]) -> set[str]:
    """Digests of what was attached to objections to the rows of these values.

    A scan of a letter says a name without a byte of it: so it goes whatever it says.
    """
    steps = ObjectionStep.objects.filter(row__in=set(values.values_list("row", flat=True)))
    batches = steps.values_list("batch", flat=True)
    attached = (row.said.get("attachment") for row in rows_at(b << ROW_BITS for b in batches))
    return {digest for digest in attached if digest}


def scrub_files(texts: Collection[str], digests: Collection[str]) -> None:
    """Remove kept files that say one of the texts or are the original of one of the digests.

    Outside of any transaction, since nobody else could write for as long as it reads.
    """
    files, sought = current().files, sorted(texts)
    for start in range(0, len(sought), _SOUGHT_AT_ONCE):
        part = sought[start : start + _SOUGHT_AT_ONCE]
        for path in list(kept_files.everything(files)):
            if kept_files.is_one_of(path, digests) or kept_files.says(path, part):
                kept_files.remove(path, files)


def scrub_record() -> None:
    """Make the database itself forget what was deleted: its write-ahead log, its dead rows."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f"VACUUM {PersonalValue._meta.db_table}")
