"""The audit trail's table refuses change on both databases."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry


@pytest.fixture
def entry(home: Home) -> AuditEntry:
    with transaction.atomic():
        return audit.record(Actor.system(), "test.act", "thing")


@pytest.mark.record
def test_the_marked_database_is_the_one_in_use(home: Home, database: str) -> None:
    assert connection.vendor == database


@pytest.mark.record
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE office_auditentry SET actor = 'somebody else'",
        "DELETE FROM office_auditentry",
    ],
)
def test_a_written_entry_stays(entry: AuditEntry, statement: str, home: Home) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only: office_auditentry refuses"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().actor == "operator"


@pytest.mark.record
def test_records_of_one_test_are_unseen_by_the_next(home: Home) -> None:
    assert AuditEntry.objects.count() == 0
