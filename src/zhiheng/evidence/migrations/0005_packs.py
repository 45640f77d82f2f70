"""The ledger's rows lie in packs, no longer one by one; leaves, salts and texts stay as they are.

Rows of a batch that was never sealed are left behind: it is dropped at the next import.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import django.db.models.deletion
import polars as pl
from django.db import migrations, models

import zhiheng.evidence.models
from zhiheng.evidence import hashing, packs
from zhiheng.evidence.canonical import SHARED
from zhiheng.evidence.pack_columns import summaries
from zhiheng.evidence.packs import ROW_BITS, SIZE
from zhiheng.evidence.proofs import LEAF_BYTES, SALT_BYTES
from zhiheng.office.append_only import append_only, changeable
from zhiheng.office.inserting import insert

_OPEN = "(SELECT state FROM evidence_batch WHERE id = OLD.{place} / 16777216) = 'open'"
_MENTION = {
    "sqlite": (
        "CREATE TABLE evidence_mention (word varchar(261) NOT NULL, pack bigint NOT NULL,"
        " PRIMARY KEY (word, pack)) WITHOUT ROWID"
    ),
    "postgresql": (
        'CREATE TABLE evidence_mention (word varchar(261) COLLATE "C" NOT NULL,'
        " pack bigint NOT NULL, PRIMARY KEY (word, pack))"
    ),
}
_AT_ONCE = 32 * SIZE


def make_mentions(apps: Any, editor: Any) -> None:
    editor.execute(_MENTION[editor.connection.vendor])
    if editor.connection.vendor == "postgresql":
        for column in ("salts", "leaves", "body"):
            editor.execute(f"ALTER TABLE evidence_pack ALTER COLUMN {column} SET STORAGE EXTERNAL")


def pack_rows(apps: Any, editor: Any) -> None:
    batches = apps.get_model("evidence", "Batch").objects.filter(state="sealed").order_by("id")
    for batch in batches:
        for part in _stored(editor.connection, batch.id):
            _pack(batch.id, part)


def _stored(connection: Any, batch: int) -> Iterator[list[tuple[Any, ...]]]:
    first, end = batch << ROW_BITS, (batch + 1) << ROW_BITS
    sql = (
        "SELECT id, canonical, salt, leaf, supersedes FROM evidence_row"
        " WHERE id >= %s AND id < %s ORDER BY id LIMIT %s"
    )
    while first < end:
        with connection.cursor() as cursor:
            cursor.execute(sql, [first, end, _AT_ONCE])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        first = rows[-1][0] + 1


def _pack(batch: int, rows: list[tuple[Any, ...]]) -> None:
    ids = pl.Series("row", [row[0] for row in rows], dtype=pl.Int64)
    texts = pl.Series("text", [bytes(row[1]) for row in rows], dtype=pl.Binary)
    salts, leaves = (b"".join(bytes(row[place]) for row in rows) for place in (2, 3))
    if len(salts) != len(rows) * SALT_BYTES or len(leaves) != len(rows) * LEAF_BYTES:
        raise ValueError(f"a salt or leaf of batch {batch} has not its length")
    said = texts.cast(pl.String).str.json_decode(pl.Struct(SHARED)).struct.unnest()
    said = said.with_columns((ids - ids % SIZE).alias("pack"))
    bodies = list(packs.bodies(texts))
    columns = zip(
        [sha256(body).digest() for body in bodies],
        hashing.roots(leaves, SIZE),
        _cut(salts, SALT_BYTES),
        _cut(leaves, LEAF_BYTES),
        bodies,
        strict=True,
    )
    names = ("id", "rows", "first_day", "last_day", "regions", "batch_id")
    stored = [
        (*said_of, batch, *of_pack)
        for said_of, of_pack in zip(summaries(said).iter_rows(), columns, strict=True)
    ]
    insert("evidence_pack", (*names, "digest", "root", "salts", "leaves", "body"), stored)
    words = [(pl.lit("#") + pl.col("$id")).alias("word"), pl.col("$subject").alias("word")]
    mentioned = pl.concat([said.select(word, "pack") for word in words]).drop_nulls().unique()
    insert("evidence_mention", mentioned.columns, mentioned.iter_rows())
    corrections = [(row[0], row[4]) for row in rows if row[4] is not None]
    insert("evidence_correction", ("row", "supersedes"), corrections)


def _cut(run: bytes, size: int) -> list[bytes]:
    return [run[start : start + SIZE * size] for start in range(0, len(run), SIZE * size)]


class Migration(migrations.Migration):
    dependencies = [("evidence", "0004_slim_rows")]

    operations = [
        migrations.CreateModel(
            name="Pack",
            fields=[
                (
                    "id",
                    zhiheng.evidence.models.RowId(primary_key=True, serialize=False),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="evidence.batch",
                    ),
                ),
                ("rows", models.IntegerField()),
                ("first_day", models.DateField()),
                ("last_day", models.DateField()),
                ("regions", models.TextField()),
                ("digest", models.BinaryField()),
                ("root", models.BinaryField()),
                ("salts", models.BinaryField()),
                ("leaves", models.BinaryField()),
                ("body", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("row", zhiheng.evidence.models.RowId(primary_key=True, serialize=False)),
                ("supersedes", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Mention",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "word",
                                "pack",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("word", models.CharField(max_length=261)),
                        ("pack", models.BigIntegerField()),
                    ],
                ),
            ],
            database_operations=[migrations.RunPython(make_mentions, migrations.RunPython.noop)],
        ),
        migrations.AddIndex(
            model_name="batch",
            index=models.Index(fields=["kind", "id"], name="batch_kind"),
        ),
        migrations.RunPython(pack_rows, migrations.RunPython.noop),
        changeable("evidence_row"),
        migrations.DeleteModel(name="Row"),
        append_only("evidence_pack", delete_when=_OPEN.format(place="id")),
        append_only("evidence_mention", delete_when=_OPEN.format(place="pack")),
        append_only("evidence_correction", delete_when=_OPEN.format(place="row")),
    ]
