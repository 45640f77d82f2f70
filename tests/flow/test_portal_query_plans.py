"""No page reads a large table from end to end: the plan of every query of every page.

SQLite plans alike for small tables and large ones. PostgreSQL reads a small table whole because it
is small; told not to, it does so only where no index would serve."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from support import doors, town

from zhiheng.office.home import Home
from zhiheng.office.models import User

LARGE = {
    "evidence_pack",
    "evidence_mention",
    "evidence_correction",
    "evidence_personalvalue",
    "subjects_organisation",
    "subjects_organisationname",
    "subjects_subjectreference",
    "subjects_namegram",
    "subjects_judgement",
    "indicators_estimaterow",
    "publication_releasedfigure",
    "procedures_case",
    "procedures_caseclock",
    "procedures_event",
    "procedures_link",
    "procedures_outgoingletter",
    "procedures_personalanswer",
    "office_auditentry",
    "office_user",
    "office_usersession",
    "django_session",
}
"""Tables that grow with the city or with the years."""

_NAMED = re.compile(r'"(\w+)" ([A-Z]\w*)\b')
# The index of what waits for review holds nothing else.
_SCANNED = re.compile(r"SCAN (\w+)\b(?! USING INDEX reference_to_review)")
_SEQUENTIAL = re.compile(r"Seq Scan on (\w+)")
_EXISTS = re.compile(r"(WHERE )?EXISTS\(.*?LIMIT 1\)", re.DOTALL)

SCOPES = {"", "yunxi", "fenxi", "hezhun", "qiye"}
"""One reader of each scope: nobody, a district, everything, the audit trail, a firm."""

OF_EACH = 3


def _some_of_each(pages: list[doors.Ask]) -> list[doors.Ask]:
    chosen: dict[tuple[str, bool], list[doors.Ask]] = {}
    for ask in pages:
        same = chosen.setdefault((ask.door, bool(ask.data)), [])
        if len(same) < OF_EACH:
            same.append(ask)
    return [ask for same in chosen.values() for ask in same]


def queries_of_pages() -> dict[str, str]:
    """Every query that a page makes, by its text without values, with its address."""
    found: dict[str, str] = {}
    pages = _some_of_each([ask for ask in doors.pages() if ask.method == "GET"])
    for reader in (reader for reader in town.READERS if reader.username in SCOPES):
        client = Client(raise_request_exception=False)
        if reader.username:
            client.force_login(User.objects.get(username=reader.username))
        for ask in pages:
            with CaptureQueriesContext(connection) as asked:
                doors.send(client, ask, "")
            for query in asked:
                if query["sql"].startswith("SELECT"):
                    found.setdefault(query["sql"], ask.url)
    return found


def scanned(sql: str) -> set[str]:
    """Large tables that the plan of a query reads from end to end."""
    names = {alias: table for table, alias in _NAMED.findall(sql)}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}")
            return set(_SEQUENTIAL.findall(str(cursor.fetchall()))) & LARGE
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = "\n".join(str(line) for line in cursor.fetchall())
    tables = {names.get(name, name) for name in _SCANNED.findall(plan)}
    return tables & LARGE if not _stops_early(sql, plan) else set()


def _stops_early(sql: str, plan: str) -> bool:
    """The first rows in the order of the key, read for their own sake: a page of a list."""
    begins = "ORDER BY" in sql and "LIMIT" in sql and "B-TREE FOR ORDER BY" not in plan
    return begins and " WHERE " not in _EXISTS.sub("", sql)


@pytest.mark.record
def test_no_page_reads_a_large_table_from_end_to_end(home: Home, tmp_path: Path) -> None:
    town.build(home, tmp_path)
    found = {
        f"{url}: {sorted(tables)} {sql[:600]}"
        for sql, url in queries_of_pages().items()
        if (tables := scanned(sql))
    }
    assert not found, "\n".join(sorted(found))
