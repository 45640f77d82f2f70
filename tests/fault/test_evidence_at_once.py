"""Imports at the same time: each whole, none lost, and the one that comes too soon is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence.verification import verify
from zhiheng.office.home import Home

ROWS = 3_000


def start(path: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "zhiheng", "import", str(path), "--json"]
    return subprocess.Popen(
        [*command, "--kind", "product_inspection", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy(),
    )  # fmt: skip


@pytest.mark.record
def test_three_departments_at_once(home: Home, tmp_path: Path) -> None:
    load_places()
    running = []
    for source in ("east", "west", "north"):
        rows = [inspection(f"{source}-{i}", 产品名称=f"产品{i}") for i in range(ROWS)]
        path = write_csv(tmp_path / f"{source}.csv", rows)
        running.append(start(path, "--source", source))
    for process in running:
        said, complaint = process.communicate()
        assert process.returncode == 0, complaint
        assert json.loads(said)["accepted"] == ROWS
    assert len(ledger_rows.rows()) == 3 * ROWS
    assert verify().ok


@pytest.mark.record
def test_the_same_file_three_times_at_once(home: Home, tmp_path: Path) -> None:
    load_places()
    rows = [inspection(f"A-{i}", 产品名称=f"产品{i}") for i in range(ROWS)]
    path = write_csv(tmp_path / "a.csv", rows)
    accepted = 0
    for process in [start(path) for _ in range(3)]:
        said, complaint = process.communicate()
        if process.returncode == 5:
            assert json.loads(complaint)["error"]["code"] == "batch.open"
            continue
        assert process.returncode == 0, complaint
        outcome = json.loads(said)
        assert outcome["accepted"] + outcome["repeated"] == ROWS
        accepted += outcome["accepted"]
    assert accepted == ROWS
    assert len(ledger_rows.rows()) == ROWS
    assert verify().ok
