"""A record of any size from a small one: its subjects and rows repeated, each time as others.

A city of scale 100 (200,000 organisations, 6 million rows) takes long to import; what pages read of
it is the tables' size. So the rows of a real import at scale 1 are copied inside the database,
with numbers, codes and names of their own. Leaves and proofs are copies too: such a record is for
reading only, and `verify` would refuse it.

    python benchmarks/grown_record.py --home DIR --times 100
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl


def grow(home_path: Path, times: int) -> None:
    """Let the record of a home hold ``times`` as many subjects and rows as it does."""
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    start(Home(home_path))
    from django.db import connection

    from zhiheng.subjects import models as subjects

    organisations = _next(subjects.Organisation)
    references = _next(subjects.SubjectReference)
    names = _next(subjects.OrganisationName)
    judgements = _next(subjects.Judgement)
    with connection.cursor() as cursor:
        for change in _settings(connection.vendor):
            cursor.execute(change)
    shifts: list[tuple[Any, dict[str, str]]] = [
        (
            subjects.Organisation,
            {
                "id": f"id + {organisations} * %(k)s",
                "parent_id": f"parent_id + {organisations} * %(k)s",
                "origin": _reference("origin"),
                "uscc": _code("uscc"),
                **{name: _other(name) for name in ("name", "normal", "key")},
            },
        ),
        (
            subjects.OrganisationName,
            {
                "id": f"id + {names} * %(k)s",
                "organisation_id": f"organisation_id + {organisations} * %(k)s",
                **{name: _other(name) for name in ("name", "normal", "key")},
            },
        ),
        (
            subjects.NameGram,
            {"organisation_id": f"organisation_id + {organisations} * %(k)s"},
        ),
        (
            subjects.SubjectReference,
            {
                "id": f"id + {references} * %(k)s",
                "organisation_id": f"organisation_id + {organisations} * %(k)s",
                "ref": _reference("ref"),
                "raw_code": _code("raw_code"),
                "raw_name": _other("raw_name"),
            },
        ),
        (
            subjects.Judgement,
            {
                "id": f"id + {judgements} * %(k)s",
                "reference_id": f"reference_id + {references} * %(k)s",
                "organisation_id": f"organisation_id + {organisations} * %(k)s",
                "undoes_id": f"undoes_id + {judgements} * %(k)s",
            },
        ),
    ]
    for model, changed in shifts:
        begun = time.perf_counter()
        _repeat(connection, model, changed, times)
        sys.stdout.write(f"{model._meta.db_table}: {time.perf_counter() - begun:.0f} s\n")
    begun = time.perf_counter()
    grow_packs(times)
    sys.stdout.write(f"packs: {time.perf_counter() - begun:.0f} s\n")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def grow_packs(times: int) -> None:
    """Every pack again behind the last one of its batch, its rows about other subjects."""
    from zhiheng.evidence import packs, postings, reading, word_index
    from zhiheng.office.inserting import insert

    for batch in reading.sealed_batches().order_by("id"):
        whole = list(reading.packs_of(batch))
        step = (whole[-1].id - whole[0].id) + packs.SIZE
        if step * times >= packs.MOST_ROWS:
            sys.exit(f"a batch of {batch.rows} rows cannot hold {times} times as many")
        columns = [field.column for field in whole[0]._meta.concrete_fields]
        held = {pack.id: reading.contents_of(pack) for pack in whole}
        waiting: list[Any] = []
        for k in range(1, times):
            grown = []
            for pack in whole:
                said = [_grown(held[pack.id].text(i), k) for i in range(pack.rows)]
                place = pack.id + step * k
                numbers, subjects = ([row[key] for row in said] for key in ("$id", "$subject"))
                found_by = postings.postings_of(
                    pl.Series([place] * pack.rows),
                    pl.Series(numbers),
                    pl.Series(subjects, dtype=pl.String),
                )
                waiting.append(found_by)
                (body,) = packs.bodies(pl.Series([_text(row) for row in said]))
                kept = {"id": place, "body": body, "words": postings.digests(found_by)[place]}
                grown.append([kept.get(name, getattr(pack, name)) for name in columns])
            insert("evidence_pack", columns, grown)
            if sum(map(len, waiting)) >= word_index.MOST_WAITING:
                word_index.add(batch.id, waiting)
                waiting = []
        if waiting:
            word_index.add(batch.id, waiting)
        word_index.keep(batch.id)


def _grown(text: bytes, k: int) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(text)
    said["$id"] = f"{said['$id']}-{k}"
    said["$subject"] = said["$subject"] and _grown_subject(said["$subject"], k)
    return said


def _text(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _grown_subject(subject: str, k: int) -> str:
    """The same change as `_reference` makes in the tables of subjects."""
    if subject.startswith("uscc:"):
        return f"{subject[:7]}{k:06d}{subject[13:]}"
    return f"{subject}#{k}"


def _next(model: Any) -> int:
    last = model.objects.order_by("-id").values_list("id", flat=True).first()
    return (last or 0) + 1


def _other(column: str) -> str:
    """A name of another organisation; a blank one stays blank."""
    return f"CASE WHEN \"{column}\" = '' THEN '' ELSE \"{column}\" || %(k)s END"


def _code(column: str) -> str:
    """A code of another organisation: the six places of the region are only digits here."""
    return (
        f'CASE WHEN length("{column}") = 18 THEN substr("{column}", 1, 2) || %(six)s'
        f' || substr("{column}", 9) ELSE "{column}" END'
    )


def _reference(column: str) -> str:
    """The text that names another subject by its code or its name."""
    return (
        f'CASE WHEN "{column}" LIKE \'uscc:%%\' THEN substr("{column}", 1, 7) || %(six)s'
        f' || substr("{column}", 14) ELSE "{column}" || \'#\' || %(k)s END'
    )


def _settings(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return ["PRAGMA foreign_keys=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-1000000"]
    return ["SET synchronous_commit = off", "SET session_replication_role = replica"]


def _repeat(connection: Any, model: Any, changed: dict[str, str | None], times: int) -> None:
    """Insert every row of the table again for each k from 1 to ``times`` less one."""
    from django.db import transaction

    columns = [
        field.column
        for field in model._meta.concrete_fields
        if changed.get(field.column, "") is not None
    ]
    table = model._meta.db_table
    listed = ", ".join(f'"{column}"' for column in columns)
    said = ", ".join(changed.get(column) or f'"{column}"' for column in columns)
    with connection.cursor() as cursor, _without_indexes(connection, model):
        cursor.execute(f'CREATE TEMPORARY TABLE grown AS SELECT * FROM "{table}"')
        with transaction.atomic():
            for k in range(1, times):
                selected = said % {"k": f"'{k}'", "six": f"'{k:06d}'"} if "%" in said else said
                selected = selected.replace(f"* '{k}'", f"* {k}")
                cursor.execute(f'INSERT INTO "{table}" ({listed}) SELECT {selected} FROM grown')
        cursor.execute("DROP TABLE grown")
        if connection.vendor == "postgresql" and "id" in changed:
            cursor.execute(
                f'SELECT setval(s, (SELECT max(id) FROM "{table}")) FROM '
                f"(SELECT pg_get_serial_sequence('{table}', 'id') AS s) AS q WHERE s IS NOT NULL"
            )


@contextmanager
def _without_indexes(connection: Any, model: Any) -> Iterator[None]:
    """Indexes are made once at the end rather than with every row."""
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--home", type=Path, required=True)
    arguments.add_argument("--times", type=int, required=True)
    asked = arguments.parse_args()
    grow(asked.home, asked.times)


if __name__ == "__main__":
    main()
