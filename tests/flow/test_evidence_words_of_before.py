"""A record whose words lay one by one is brought over, and is found as it was sealed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence import log, reading
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.models import Batch, Pack, PostingBlock, PostingSegment
from zhiheng.evidence.postings import number_word
from zhiheng.evidence.verification import verify
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home

BEFORE = ("evidence", "0005_packs")
ROWS = 2500


@pytest.mark.record
def test_an_older_record_is_found_as_it_was_sealed(home: Home, tmp_path: Path) -> None:
    load_places()
    path = write_csv(tmp_path / "a.csv", [inspection(f"A-{i}") for i in range(ROWS)])
    import_file(Actor.system(), path, "product_inspection")
    batch, held = Batch.objects.get(), list(Pack.objects.order_by("id"))
    words = {
        (word, pack.id)
        for pack in held
        for row in reading.rows_of(pack, range(pack.rows))
        for word in (number_word(row.external_id), row.subject)
    }
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    _empty("evidence_logentry", "evidence_pack", "evidence_lakefile", "evidence_batch")
    _empty("evidence_postingblock", "evidence_postingsegment")
    MigrationExecutor(connection).migrate([BEFORE])
    _fill(MigrationExecutor(connection).loader.project_state([BEFORE]).apps, batch, held, words)
    MigrationExecutor(connection).migrate(newest)

    kept = Batch.objects.get()
    log.append(kept)
    for every_row in (False, True):
        found = verify(every_row=every_row)
        assert (found.reason, found.rows, found.first_bad) == ("", ROWS, None)
    assert kept.packs_digest is None
    assert PostingSegment.objects.count() == 1
    assert [r.external_id for r in reading.rows_called(["#A-7"])] == ["A-7"]
    PostingBlock.objects.all().delete()
    assert verify().first_bad == {"batch": batch.id, "row": held[0].id}


def _empty(*tables: str) -> None:
    ledger_rows.unguard(*tables)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def _fill(apps: Any, batch: Batch, packs: list[Pack], words: set[tuple[str, int]]) -> None:
    """What 0005 had of the same batch."""
    names = {field.attname for field in apps.get_model("evidence", "Batch")._meta.concrete_fields}
    apps.get_model("evidence", "Batch").objects.create(
        **{name: getattr(batch, name) for name in names}
    )
    for pack in packs:
        old = apps.get_model("evidence", "Pack")
        columns = {f.attname: getattr(pack, f.attname) for f in old._meta.concrete_fields}
        columns["digest"] = sha256(bytes(pack.body)).digest()
        old.objects.create(**columns)
    for word, pack_id in words:
        apps.get_model("evidence", "Mention").objects.create(word=word, pack=pack_id)
