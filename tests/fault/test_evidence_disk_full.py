"""A disk that fills up at any moment of an import: said in words, and nothing half done stays.

The system's limit on the size of a file stands for the full disk: the write that passes it fails.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence.models import Batch
from zhiheng.evidence.verification import verify
from zhiheng.office.breakdowns import in_words
from zhiheng.office.home import Home

ROWS = 6_000


def run_import(path: Path, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    command = [sys.executable, "-m", "zhiheng", "import", str(path)]
    return subprocess.run(
        [*command, "--kind", "product_inspection", "--json"],
        capture_output=True, text=True, env=os.environ.copy(), preexec_fn=limit,
    )  # fmt: skip


def test_the_disk_fills_up_at_every_stage(home: Home, tmp_path: Path) -> None:
    load_places()
    rows = [inspection(f"A-{i}", 产品名称=f"产品{i}") for i in range(ROWS)]
    path = write_csv(tmp_path / "a.csv", rows)
    codes = set()
    # From less than the staging file needs up to what only the record's own file does not fit in.
    for most in (20_000, 200_000, 600_000, 2_000_000):
        done = run_import(path, most)
        if done.returncode == 0:
            break
        error: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])["error"]
        codes.add((done.returncode, error["code"]))
        assert len(ledger_rows.rows()) in (0, ROWS)
        assert verify().ok
    assert codes == {(7, "disk.full")}
    done = run_import(path)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["accepted"] + outcome["repeated"] == ROWS
    assert len(ledger_rows.rows()) == ROWS
    assert not Batch.objects.filter(state=Batch.State.OPEN).exists()
    assert not list(home.staging.iterdir())
    assert not list(home.lake.rglob("*.part"))
    assert verify().ok


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "disk.full"),
        (RuntimeError("IO Error: could not write: No space left on device"), "disk.full"),
        (PermissionError(13, "Permission denied"), "disk.permission"),
        (RuntimeError("database disk image is malformed"), "record.damaged"),
        (RuntimeError("connection failed: Connection refused"), "record.unreachable"),
        (RuntimeError("database is locked"), "record.busy"),
    ],
)
def test_breakdowns_are_named(error: Exception, code: str) -> None:
    shown = in_words(error)
    assert shown is not None
    assert shown.code == code
    assert shown.fix


def test_what_has_no_name_is_not_given_one() -> None:
    assert in_words(ValueError("a mistake of ours")) is None


def test_a_damaged_record_says_what_to_do(home: Home, tmp_path: Path) -> None:
    from django.db import connection

    load_places()
    connection.close()
    with home.record.open("r+b") as file:
        file.write(b"not a database at all, in the first hundred bytes of the file" * 4)
    for leftover in ("record.sqlite3-wal", "record.sqlite3-shm"):
        (home.path / leftover).unlink(missing_ok=True)
    done = run_import(write_csv(tmp_path / "a.csv", [inspection("A-1")]))
    assert done.returncode == 6, done.stderr
    assert json.loads(done.stderr.splitlines()[-1])["error"]["code"] == "record.damaged"


def test_a_database_that_does_not_answer(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = subprocess.run(
        [sys.executable, "-m", "zhiheng", "verify", "--json"],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert done.returncode == 7, done.stderr
    assert json.loads(done.stderr.splitlines()[-1])["error"]["code"] == "record.unreachable"
