"""Words find packs by sorted postings, no longer one by one; a pack's digest covers all of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from django.db import migrations, models

from zhiheng.evidence import postings
from zhiheng.evidence.packs import SIZE
from zhiheng.evidence.postings import Postings
from zhiheng.evidence.stored_packs import corrections, stored_packs
from zhiheng.office.append_only import append_only, changeable
from zhiheng.office.inserting import insert

_OPEN = "(SELECT state FROM evidence_batch WHERE id = OLD.id / 16777216) = 'open'"
_AT_ONCE = 100_000


class _Record:
    def __init__(self, connection: Any) -> None:
        self.vendor = connection.vendor
        self._connection = connection

    def rows(self, sql: str) -> Any:
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            yield cursor.fetchall()


def keep_bytes(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for column in ("words", "packs"):
            editor.execute(
                f"ALTER TABLE evidence_postingblock ALTER COLUMN {column} SET STORAGE EXTERNAL"
            )


def make_postings(apps: Any, editor: Any) -> None:
    index = _mentioned(editor.connection)
    if not len(index):
        return
    segment = apps.get_model("evidence", "PostingSegment").objects.create(size=len(index))
    columns = ("segment", "first", "words", "packs")
    blocks = ((segment.id, *block) for block in postings.blocks(index))
    insert("evidence_postingblock", columns, blocks)
    _sum_packs(editor.connection, postings.digests(postings.by_pack(index)))


def _mentioned(connection: Any) -> Postings:
    parts = [postings.NOTHING]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.word, m.pack FROM evidence_mention m JOIN evidence_pack p ON p.id = m.pack"
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            words, found_in = zip(*rows, strict=True)
            hashes = postings.hashed(pl.Series(list(words), dtype=pl.String))
            parts.append(Postings(hashes, np.array(found_in, dtype=np.int64)))
    return postings.joined(parts)


def _sum_packs(connection: Any, words: dict[int, bytes]) -> None:
    """Packs are gone through one after the other, since each has a hundred thousand bytes."""
    record = _Record(connection)
    for pack, digest in words.items():
        corrected = corrections(record, pack, pack + SIZE).get(pack, [])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE evidence_pack SET words = %s WHERE id = %s", [digest, pack])
            (stored,) = stored_packs(record, pack, pack + 1)
            summed = stored.summed(corrected)
            cursor.execute("UPDATE evidence_pack SET digest = %s WHERE id = %s", [summed, pack])


class Migration(migrations.Migration):
    dependencies = [("evidence", "0005_packs")]

    operations = [
        migrations.CreateModel(
            name="PostingSegment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("batch", models.BigIntegerField(db_index=True, null=True)),
                ("size", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PostingBlock",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "segment",
                        "first",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("segment", models.BigIntegerField()),
                ("first", models.BigIntegerField()),
                ("words", models.BinaryField()),
                ("packs", models.BinaryField()),
            ],
        ),
        migrations.RunPython(keep_bytes, migrations.RunPython.noop),
        migrations.AddField(
            model_name="batch",
            name="packs_digest",
            field=models.CharField(max_length=64, null=True),
        ),
        migrations.AddField(
            model_name="batch", name="lake_digests", field=models.JSONField(null=True)
        ),
        changeable("evidence_pack"),
        migrations.AddField(
            model_name="pack",
            name="words",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.RunPython(make_postings, migrations.RunPython.noop),
        changeable("evidence_mention"),
        migrations.DeleteModel(name="Mention"),
        append_only("evidence_pack", delete_when=_OPEN),
    ]
