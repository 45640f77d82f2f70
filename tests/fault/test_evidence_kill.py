"""An import killed at any moment: nothing acknowledged is lost or doubled, the next goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import transaction
from django.utils import timezone
from support import ledger_rows
from support.deliveries import inspection, load_places, write_csv

from zhiheng.evidence import lake, ledger
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.models import Batch
from zhiheng.evidence.verification import verify
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.locks import held
from zhiheng.rules.errors import ConflictError
from zhiheng.subjects import queries
from zhiheng.subjects.actions import decide, register_references
from zhiheng.subjects.models import SubjectReference
from zhiheng.subjects.references import reference_frame

ROWS = 12_000
KILLS = 10


def start_import(path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "zhiheng", "import", str(path)]
    command += ["--kind", "product_inspection", "--json"]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ.copy()
    )


@pytest.mark.record
def test_kill_at_random_moments(home: Home, tmp_path: Path) -> None:
    kill_and_go_on(home, tmp_path, KILLS)


@pytest.mark.full
@pytest.mark.record
def test_kill_at_many_moments(home: Home, tmp_path: Path) -> None:
    kill_and_go_on(home, tmp_path, 3 * KILLS)


def kill_and_go_on(home: Home, tmp_path: Path, kills: int) -> None:
    load_places()
    rows = [inspection(f"A-{i}", 产品名称=f"产品{i}") for i in range(ROWS)]
    path = write_csv(tmp_path / "a.csv", rows)
    clean = time.monotonic()
    first = start_import(write_csv(tmp_path / "first.csv", rows[:10]))
    assert json.loads(first.communicate()[0])["accepted"] == 10
    start_up = time.monotonic() - clean
    chance = random.Random(20260305)
    for _kill in range(kills):
        process = start_import(path)
        time.sleep(start_up * chance.uniform(0.4, 1.6))
        process.send_signal(signal.SIGKILL)
        out, _err = process.communicate()
        if out:
            assert json.loads(out)["accepted"] + json.loads(out)["repeated"] == ROWS
        assert verify().ok
    finished = start_import(path)
    said, complaint = finished.communicate()
    assert finished.returncode == 0, complaint
    outcome = json.loads(said)
    assert outcome["accepted"] + outcome["repeated"] == ROWS
    sealed = ledger_rows.rows()
    assert len(sealed) == ledger_rows.count() == ROWS
    assert len({row.external_id for row in sealed}) == ROWS
    assert not Batch.objects.filter(state=Batch.State.OPEN).exists()
    assert not list(home.staging.iterdir())
    assert verify().ok
    lake_files = list(home.lake.rglob("*.parquet"))
    assert lake_files
    assert not list(home.lake.rglob("*.part"))


def test_the_lock_of_an_import_killed_after_its_sealing_is_taken_away(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_places()
    rows = [inspection("A-1")]
    path = write_csv(tmp_path / "a.csv", rows)
    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.unlink", lambda *_path, **_how: None)
        batch = import_file(Actor.system(), path, "product_inspection")["batch"]
    left = home.staging / f"batch-{batch}.lock"
    assert left.exists()
    with held(left):
        ledger.recover(Actor.system())
        assert left.exists()
    left.touch()
    ledger.recover(Actor.system())
    assert not list(home.staging.iterdir())


def new_batch() -> Batch:
    return Batch(
        kind="penalty",
        source="scjg",
        actor="x",
        file_name="x.csv",
        file_hash="0" * 64,
        recorded_at=timezone.now(),
    )


def killed_while_open(meanwhile: Callable[[Batch], object]) -> Batch:
    """A batch whose import is killed once it did that much: nothing of it is put in order."""
    batch = new_batch()
    with suppress(KeyboardInterrupt), ledger.open_batch(batch):
        meanwhile(batch)
        raise KeyboardInterrupt
    return batch


@pytest.mark.record
def test_what_a_killed_import_left_open_stands_in_nobodys_way(home: Home) -> None:
    dead = killed_while_open(lambda batch: None)
    with ledger.open_batch(new_batch()) as living:
        assert Batch.objects.get(id=dead.id).state == Batch.State.DROPPED
        with pytest.raises(ConflictError), ledger.open_batch(new_batch()):
            pass
        assert Batch.objects.get(id=living.id).state == Batch.State.OPEN


@pytest.mark.record
def test_recovery_leaves_a_batch_alone_from_its_first_moment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped = []

    def seen(*args: object, **how: object) -> None:
        save(*args, **how)
        transaction.on_commit(lambda: dropped.extend(ledger.recover(Actor.system())))

    save = Batch.save
    monkeypatch.setattr(Batch, "save", seen)
    with ledger.open_batch(new_batch()):
        assert dropped == []


def test_recovery_leaves_what_a_sealed_batch_puts_into_the_lake(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_places()
    publish = lake.publish

    def recovered_before(*args: Any) -> None:
        ledger.recover(Actor.system())
        publish(*args)

    monkeypatch.setattr(lake, "publish", recovered_before)
    path = write_csv(tmp_path / "a.csv", [inspection("A-1")])
    import_file(Actor.system(), path, "product_inspection")
    assert len(list(home.lake.rglob("*.parquet"))) == 1
    assert verify().ok


@pytest.mark.record
def test_nobody_is_asked_about_a_name_that_only_a_dropped_import_brought(home: Home) -> None:
    """Killed between the registration of its references and its rows."""
    load_places()
    system = Actor.system()
    frame = pl.DataFrame({"subject_name": ["晨光食品", "孤名商行"], "region": ["990101"] * 2})
    batch = killed_while_open(
        lambda batch: register_references(system, reference_frame(frame), "scjg", batch.id)
    )
    judged = queries.reference_id(system, "name:晨光食品@990101")
    decide(system, judged, "different", None)
    assert ledger.recover(system) == [batch.id]
    assert list(SubjectReference.objects.values_list("id", flat=True)) == [judged]
    assert queries.review_list(system) == []
