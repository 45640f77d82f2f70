"""The audit trail is one chain, written in the transaction of the act itself."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from zhiheng.office import audit, queries
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry
from zhiheng.rules.errors import RightError

SYSTEM = Actor.system()


def test_link_equals_the_published_vector() -> None:
    """Made outside of this project: SHA-256 of 64 zeros, a bar and the canonical record."""
    record = audit.canonical({"a": 1})
    assert record == '{"a":1}'
    assert (
        audit.link("0" * 64, record)
        == "bcbe9b891285bf28e5e42a4073fe56b85412ded411e0f96f8c52ec9091660b83"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"名": "衡川"}, '{"名":"衡川"}'),
        ([1, None, True], "[1,null,true]"),
    ],
)
def test_one_value_has_one_text(value, text) -> None:
    assert audit.canonical(value) == text


def _write(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            audit.record(SYSTEM, "test.act", f"thing {number}", {"number": number})


@pytest.mark.record
def test_entries_follow_one_another(home: Home) -> None:
    _write(3)
    entries = list(AuditEntry.objects.order_by("id"))
    assert [entry.object for entry in entries] == ["thing 0", "thing 1", "thing 2"]
    assert audit.first_broken(entries) is None
    assert audit.first_broken(entries[1:], entries[0].chain) is None


@pytest.mark.record
@pytest.mark.parametrize("field", ["actor", "party", "verb", "object", "detail", "chain"])
def test_the_first_changed_entry_is_named(home: Home, field: str) -> None:
    _write(4)
    entries = list(AuditEntry.objects.order_by("id"))
    setattr(entries[2], field, '{"number":7}')
    assert audit.first_broken(entries) is entries[2]


@pytest.mark.record
def test_a_removed_entry_breaks_the_chain(home: Home) -> None:
    _write(4)
    entries = list(AuditEntry.objects.order_by("id"))
    assert audit.first_broken([entries[0], *entries[2:]]) is entries[2]


@pytest.mark.record
def test_nothing_is_recorded_of_an_act_that_failed(home: Home) -> None:
    @transaction.atomic
    def fail() -> None:
        audit.record(SYSTEM, "test.act", "thing")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert AuditEntry.objects.count() == 0


@pytest.mark.record
def test_an_entry_needs_a_transaction(home: Home) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(SYSTEM, "test.act", "thing")


@pytest.mark.record
def test_writers_at_the_same_time_make_one_chain(home: Home) -> None:
    def write() -> None:
        _write(10)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = list(AuditEntry.objects.order_by("id"))
    assert len(entries) == 40
    assert audit.first_broken(entries) is None


def test_the_trail_is_read_by_auditors_only(home: Home) -> None:
    _write(2)
    reader = Actor(name="a", party="p", rights=frozenset({"audit.read"}))
    assert [entry.object for entry in queries.audit_trail(reader)] == ["thing 1", "thing 0"]
    with pytest.raises(RightError, match="无权查阅审计记录"):
        queries.audit_trail(Actor.public())
