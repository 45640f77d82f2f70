"""Signing in while an import writes: nobody is turned away, nobody waits out the whole import."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import transaction
from django.test import Client
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.office import pacing
from zhiheng.office.actions import add_party, add_user
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import Notice

SYSTEM = Actor.system()
PASSWORD = "Hengchuan-2026"
ROWS = 8_000
IMPORT = """
import sys
from pathlib import Path
from zhiheng.office.home import Home
from zhiheng.office.setup import start
start(Home(Path(sys.argv[1])))
from zhiheng.evidence.actions import import_file
from zhiheng.office.actors import Actor
print(import_file(Actor.system(), Path(sys.argv[2]), "product_inspection")["accepted"])
"""
HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
until = time.monotonic() + 2
while time.monotonic() < until:
    held.execute("BEGIN IMMEDIATE")
    print("held", flush=True)
    time.sleep(0.05)
    held.execute("COMMIT")
    time.sleep(float(sys.argv[2]))
"""


@pytest.mark.record
def test_sign_ins_go_on_while_a_file_comes_in(home: Home, tmp_path) -> None:  # type: ignore
    load_places()
    party = add_party(SYSTEM, "scjg", "unit", "市场监管局")
    add_user(SYSTEM, "zhao", "赵工", party, ["reporter"], PASSWORD)
    path = write_csv(tmp_path / "a.csv", [inspection(f"A-{i}") for i in range(ROWS)])
    importing = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(home.path), str(path)], stdout=subprocess.PIPE
    )
    statuses = []
    while importing.poll() is None:
        answer = Client().post("/sign-in", {"username": "zhao", "password": PASSWORD})
        statuses.append(answer.status_code)
    assert importing.communicate()[0].split() == [str(ROWS).encode()]
    assert set(statuses) == {302}, "a sign-in was turned away"
    assert ledger_rows.count() == ROWS


def test_who_waits_is_let_in_between_two_chunks(home: Home) -> None:
    """A writer that holds the record again and again, with the pause of an import between."""
    arguments = [sys.executable, "-c", HOLD, str(home.record), str(pacing.PAUSE)]
    writer = subprocess.Popen(arguments, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    done = 0
    while writer.poll() is None:
        with transaction.atomic():
            Notice.objects.create(party="x", text="t", at="2026-01-01T00:00:00Z")
        done += 1
    assert done > 3, "the writer passed everybody over"


def test_the_longest_wait_stays_below_a_second() -> None:
    """By construction: a chunk that takes twice as long as it should, and one look too late."""
    slowest_look = 0.1
    assert 2 * pacing.LONGEST_HOLD + slowest_look < 1
    assert slowest_look < pacing.PAUSE
