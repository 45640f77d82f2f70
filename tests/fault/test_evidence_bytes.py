"""One wrong byte anywhere: in a proof, in the record's tables, in the audit trail."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence import hashing, objections, queries, standalone_verifier
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.models import Correction, ObjectionStep, Pack, PersonalValue
from zhiheng.evidence.verification import verify
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import ORGANISATION, Actor
from zhiheng.office.home import Home
from zhiheng.office.queries import actor_of
from zhiheng.subjects.models import Organisation

OPERATOR = Actor.system()
FLIPS = (0x01, 0x20, 0xFF)
TABLES = {
    "evidence_pack": "id",
    "evidence_correction": "row",
    "evidence_batch": "id",
    "evidence_logentry": "position",
    "office_auditentry": "id",
}
NOT_SEALED = {
    "evidence_batch": {"actor", "file_name", "mapping_hash", "outcome"},
    "evidence_logentry": {"sealed_at"},
}
"""Columns for convenience; no proof speaks of them."""


@pytest.fixture(autouse=True)
def _two_batches(home: Home, tmp_path: Path) -> None:
    load_places()
    for name in "AB":
        rows = [inspection(f"{name}-{number}") for number in range(5)]
        import_file(OPERATOR, write_csv(tmp_path / f"{name}.csv", rows), "product_inspection")
    assert verify().ok


def accepted(text: bytes) -> Any:
    """What a proof says, if the verifier takes it, whatever the case of its digests."""
    try:
        proof = json.loads(text)
        if standalone_verifier.problems(proof):
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return json.loads(json.dumps(proof).lower())


@pytest.mark.record
def test_no_byte_of_a_proof_can_be_changed(home: Home) -> None:
    row = ledger_rows.rows()[3]
    text = json.dumps(queries.proof(OPERATOR, row.id)).encode()
    said = accepted(text)
    assert said is not None
    for place in range(len(text)):
        for bits in FLIPS:
            changed = text[:place] + bytes([text[place] ^ bits]) + text[place + 1 :]
            assert accepted(changed) in (None, said), (place, bits)


def cells(table: str, key: str) -> list[tuple[int, str, bytes]]:
    """Every cell of a table that holds text or bytes, with its row's key and its column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY {key}")
        columns = [column[0] for column in cursor.description]
        found = []
        for row in cursor.fetchall():
            said = dict(zip(columns, row, strict=True))
            for column, value in said.items():
                if isinstance(value, str | bytes) and column not in NOT_SEALED.get(table, ()):
                    body = value.encode() if isinstance(value, str) else value
                    found.append((said[key], column, body))
    return found


def write(table: str, key: str, place: int, column: str, body: bytes, kind: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {table} SET "{column}" = CAST(%s AS {kind}) WHERE {key} = %s', [body, place]
        )


@pytest.mark.parametrize("table", TABLES)
def test_no_byte_of_the_record_can_be_changed(home: Home, table: str) -> None:
    """On SQLite, which keeps whatever bytes it is given; PostgreSQL refuses what is no text."""
    key = TABLES[table]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        for (trigger,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
    for number, (place, column, body) in enumerate(cells(table, key)):
        if not body:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT typeof("{column}") FROM {table} WHERE {key} = {place}')
            kind = cursor.fetchone()[0]
        at, bits = (number * 7) % len(body), FLIPS[number % len(FLIPS)]
        changed = body[:at] + bytes([body[at] ^ bits]) + body[at + 1 :]
        try:
            write(table, key, place, column, changed, kind)
        except IntegrityError:
            # What is no JSON any more is refused by the table itself.
            continue
        found = verify()
        assert not found.ok, (table, place, column, at, bits)
        assert found.reason
        if table in ("evidence_pack", "evidence_correction"):
            assert found.first_bad is not None
            assert found.first_bad["batch"] == place >> 24, (column, found.reason)
            assert place <= found.first_bad["row"] < place + 1024, (column, found.reason)
        write(table, key, place, column, body, kind)
    assert verify().ok


def test_no_byte_of_the_index_can_be_changed(home: Home) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rowid, first, words, packs FROM evidence_postingblock")
        blocks = cursor.fetchall()
    assert blocks
    for rowid, first, words, packs in blocks:
        for column, body in (("words", words), ("packs", packs)):
            for at in range(0, len(body), 3):
                changed = body[:at] + bytes([body[at] ^ FLIPS[at % 3]]) + body[at + 1 :]
                _set_block(rowid, column, changed)
                found = verify()
                assert found.first_bad is not None, (column, at)
                assert found.first_bad["row"] % 1024 == 0
            _set_block(rowid, column, body)
        _set_block(rowid, "first", first + 1)
        assert verify().first_bad == {"batch": None, "row": None}
        _set_block(rowid, "first", first)
    assert verify().ok


def _set_block(rowid: int, column: str, value: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE evidence_postingblock SET {column} = %s WHERE rowid = %s", [value, rowid]
        )


@pytest.mark.parametrize("column", ["value", "salt", "column", "row"])
def test_no_byte_of_a_personal_value_can_be_changed(
    home: Home, tmp_path: Path, column: str
) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(
        "投诉编号,所在区域,接收日期,投诉类别,办理状态,投诉人,联系电话\n"
        "T-1,云溪区,2026-03-05,产品质量,办理中,李四,13812345678\n",
        encoding="utf-8",
    )
    batch = import_file(OPERATOR, path, "complaint")["batch"]
    assert verify().ok
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id, CAST("{column}" AS blob) FROM evidence_personalvalue')
        values = cursor.fetchall()
    for value_id, body in values:
        for at in range(len(body)):
            changed = body[:at] + bytes([body[at] ^ 0x01]) + body[at + 1 :]
            _set_person(value_id, column, changed)
            found = verify()
            assert found.first_bad is not None, (column, at)
            assert found.first_bad["batch"] == batch or column == "row"
        _set_person(value_id, column, body)
    assert verify().ok


def _set_person(value_id: int, column: str, body: bytes) -> None:
    kind = {"salt": "blob", "row": "integer"}.get(column, "text")
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE evidence_personalvalue SET "{column}" = CAST(%s AS {kind}) WHERE id = %s',
            [body, value_id],
        )


TABLES_VOUCHED_FOR = [
    *TABLES,
    "evidence_postingblock",
    "evidence_postingsegment",
    "evidence_lakefile",
]
NOT_VOUCHED_FOR = {
    **NOT_SEALED,
    "evidence_lakefile": {"id"},
    "evidence_postingsegment": {"batch"},
}
"""Besides columns for convenience, those that only say again what others say."""
NAMED_BY = {
    "evidence_pack": "id",
    "evidence_correction": "row",
}
"""Of these tables a fault is located in the row: the column that tells which."""


@pytest.mark.record
@pytest.mark.parametrize("table", TABLES_VOUCHED_FOR)
def test_no_value_of_the_record_can_be_changed(home: Home, tmp_path: Path, table: str) -> None:
    """On both databases values of every column and type, one after another, as SQL lets it be."""
    corrected = [inspection(f"A-{n}", 产品名称="改过的") for n in (1, 2)]
    import_file(OPERATOR, write_csv(tmp_path / "C.csv", corrected), "product_inspection")
    assert verify().ok
    ledger_rows.unguard(table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, said, strict=True)) for said in cursor.fetchall()]
    rows = [rows[place] for place in {0, len(rows) // 2, len(rows) - 1}]
    tried = set()
    for turn, (said, name) in enumerate((said, name) for said in rows for name in names):
        if not said[name] or name in NOT_VOUCHED_FOR.get(table, ()):
            continue
        other = {**said, name: changed(said[name], turn)}
        if not replace(table, said, other):
            continue
        found = verify()
        assert not found.ok, (name, said[name], other[name])
        assert found.reason
        if table in NAMED_BY and name not in {"id", "row", "pack", "batch_id"}:
            place = said[NAMED_BY[table]]
            assert found.first_bad is not None
            assert found.first_bad["batch"] == place >> 24, (name, found)
            assert place >> 10 == found.first_bad["row"] >> 10, (name, found)
        assert replace(table, other, said)
        tried.add(name)
    assert tried
    assert verify().ok


def changed(value: Any, turn: int) -> Any:
    """The least that can be changed in a value of any type."""
    match value:
        case int():
            return value + 1
        case bytes() | memoryview():
            body = bytes(value)
            at, bits = (turn * 7) % len(body), FLIPS[turn % len(FLIPS)]
            return body[:at] + bytes([body[at] ^ bits]) + body[at + 1 :]
        case str():
            at = (turn * 7) % len(value)
            return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
        case datetime():
            return value + timedelta(seconds=1)
        case date():
            return value + timedelta(days=1)
    raise AssertionError(type(value))


def replace(table: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    """Write one row of a table over; False if the database itself refuses it."""
    told = {name: value for name, value in before.items() if value is not None}
    (name,) = [name for name in before if before[name] != after[name]]
    here = " AND ".join(f'"{column}" = %s' for column in told)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            statement = f'UPDATE {table} SET "{name}" = %s WHERE {here}'
            cursor.execute(statement, [after[name], *told.values()])
            return bool(cursor.rowcount == 1)
    except IntegrityError:
        return False


WRONG: tuple[Any, ...] = ("x", "[]", b"\xff", 1.5)
TABLES_OF_TYPES = [*TABLES_VOUCHED_FOR, "evidence_personalvalue", "evidence_objectionstep"]


@pytest.mark.parametrize("table", TABLES_OF_TYPES)
def test_no_cell_can_hold_a_value_of_another_type(home: Home, tmp_path: Path, table: str) -> None:
    """On SQLite, whose columns hold whatever they are given: named, and never a crash."""
    objected_and_complained(tmp_path)
    for of_table in TABLES_OF_TYPES:
        ledger_rows.unguard(of_table)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute(f"SELECT rowid, * FROM {table} ORDER BY rowid DESC LIMIT 1")
        names = [column[0] for column in cursor.description]
        said = dict(zip(names, cursor.fetchone(), strict=True))
    rowid = said.pop(names[0])
    left_out = NOT_VOUCHED_FOR.get(table, set())
    tried = set()
    for name, value in ((n, v) for n in said if n not in left_out for v in WRONG):
        if said[name] is None or not put(table, rowid, name, value):
            continue
        found = verify()
        assert not found.ok, (name, value)
        assert found.reason
        assert put(table, rowid, name, said[name])
        tried.add(name)
    assert tried
    assert verify().ok
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("evidence_pack", "first_day"),
        ("evidence_pack", "regions"),
        ("evidence_personalvalue", "column"),
        ("evidence_personalvalue", "value"),
    ],
)
def test_a_text_kept_as_bytes_which_no_query_finds_is_named(
    home: Home, tmp_path: Path, table: str, column: str
) -> None:
    objected_and_complained(tmp_path)
    ledger_rows.unguard(table)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET "{column}" = CAST("{column}" AS blob)')
    assert not verify().ok


def put(table: str, rowid: int, name: str, value: Any) -> bool:
    """Write one cell; False if the database itself refuses it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE {table} SET "{name}" = %s WHERE rowid = %s', [value, rowid])
    except (IntegrityError, OperationalError):
        return False
    return True


def objected_and_complained(folder: Path) -> str:
    """A correction, personal values, and an objection that was filed; returns its number."""
    corrected = [inspection("A-1", 产品名称="改过的")]
    import_file(OPERATOR, write_csv(folder / "C.csv", corrected), "product_inspection")
    path = folder / "complaints.csv"
    path.write_text(
        "投诉编号,所在区域,接收日期,投诉类别,办理状态,投诉人,联系电话\n"
        "T-1,云溪区,2026-03-05,产品质量,办理中,李四,13812345678\n",
        encoding="utf-8",
    )
    import_file(OPERATOR, path, "complaint")
    own = Organisation.objects.get(uscc="91350100M000100Y43")
    party = add_party(OPERATOR, "org-1", ORGANISATION, own.name, organisation=own.pk)
    user = add_user(OPERATOR, "firm", "经办人", party, ["representative"], "Hengchuan-2026")
    row = ledger_rows.rows(external_id="A-2")[-1].id
    number = objections.file_objection(actor_of(user), row, "该批产品不是本企业生产，信息有误。")
    assert verify().ok
    return number


@pytest.mark.record
def test_a_correction_or_a_personal_value_of_no_row_is_named(home: Home) -> None:
    row = ledger_rows.rows()[-1]
    beyond, nowhere = row.id + 1, (row.batch + 7) << 24
    for stray in (beyond, nowhere):
        Correction.objects.create(row=stray, supersedes=row.id)
        assert verify().first_bad == {"batch": stray >> 24, "row": stray}
        ledger_rows.unguard("evidence_correction")
        Correction.objects.filter(row=stray).delete()
    value = PersonalValue.objects.create(row=nowhere, column="phone", value="1", salt=b"1" * 16)
    assert verify().first_bad == {"batch": nowhere >> 24, "row": nowhere}
    value.delete()
    assert verify().ok


@pytest.mark.record
def test_a_step_of_an_objection_is_held_to_its_row(home: Home, tmp_path: Path) -> None:
    number = objected_and_complained(tmp_path)
    ledger_rows.unguard("evidence_objectionstep")
    steps = ObjectionStep.objects
    (said,) = steps.values("number", "row", "state", "batch_id")
    place = {"batch": said["batch_id"], "row": said["batch_id"] << 24}
    for change in ({"state": "upheld"}, {"row": said["row"] - 1}, {"number": f"{number}1"}):
        steps.update(**change)
        assert verify().first_bad == place, change
        steps.update(**said)
    other = ledger_rows.rows()[0]
    inserted = steps.create(number=number, row=said["row"], state="upheld", batch_id=other.batch)
    assert verify().first_bad == {"batch": other.batch, "row": other.batch << 24}
    inserted.delete()
    assert verify().ok
    steps.all().delete()
    assert verify().first_bad == place


def test_a_text_that_is_no_row_is_named_though_all_above_it_was_made_anew(home: Home) -> None:
    row = ledger_rows.rows()[-1]
    leaf = hashing.leaves(pl.Series([b"no row"]), row.salt)
    ledger_rows.forge(row.id, text=b"no row", leaf=leaf)
    pack = Pack.objects.get(id=row.id - row.id % 1024)
    Pack.objects.filter(id=pack.id).update(root=hashing.root(bytes(pack.leaves)))
    assert verify().first_bad == {"batch": row.batch, "row": pack.id}
