"""A home saved and brought back: verified, on either database, and never over something else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from support.deliveries import inspection, load_places, write_csv
from support.postgres import Server

from zhiheng.evidence import log
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.backup import back_up
from zhiheng.evidence.models import Pack, PersonalValue
from zhiheng.evidence.unpacking import unpack
from zhiheng.office import actions, record_copy
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry, User
from zhiheng.rules.errors import UsageError

OPERATOR = Actor.system()


def fill(folder: Path, rows: int = 200) -> None:
    load_places()
    delivered = [inspection(f"A-{i}", 产品名称=f"产品{i}") for i in range(rows)]
    import_file(OPERATOR, write_csv(folder / "a.csv", delivered), "product_inspection")
    corrected = [inspection("A-1", 产品名称="改过的")]
    import_file(OPERATOR, write_csv(folder / "b.csv", corrected), "product_inspection")
    party = actions.add_party(OPERATOR, "office", "unit", "市质量办")
    actions.add_user(OPERATOR, "zhao", "赵工", party, ["analyst"], "hengchuan-2026-spring")


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | environment
    return subprocess.run(
        [sys.executable, "-m", "zhiheng", *words], capture_output=True, text=True, env=variables
    )


def answer(*words: str, **environment: str) -> dict[str, Any]:
    done = command(*words, "--json", **environment)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.record
def test_a_saved_home_comes_back_on_either_database(
    home: Home, tmp_path: Path, postgres: Server
) -> None:
    fill(tmp_path)
    (home.path / "settings.yaml").write_text("rate_limits: off\n", encoding="utf-8")
    (home.files / "received").mkdir()
    (home.files / "received" / "来文.txt").write_text("收到的文件", encoding="utf-8")
    saved = back_up(OPERATOR, tmp_path / "saved.tar")
    assert (tmp_path / "saved.tar").stat().st_mode & 0o077 == 0
    assert saved["size"] == log.head().size
    lake = sorted((p.name, p.read_bytes()) for p in home.lake.rglob("*.parquet"))

    here = tmp_path / "sqlite-copy"
    restored = answer("restore", str(tmp_path / "saved.tar"), "--home", str(here))
    assert (restored["root"], restored["rows"]) == (saved["root"], saved["rows"])
    assert answer("verify", "--home", str(here))["rows"] == 201
    assert sorted((p.name, p.read_bytes()) for p in (here / "lake").rglob("*.parquet")) == lake

    assert (here / "settings.yaml").read_text(encoding="utf-8") == "rate_limits: off\n"
    assert (here / "files" / "received" / "来文.txt").read_text(encoding="utf-8") == "收到的文件"

    name = f"restored_{home.path.parent.name}".replace("-", "_").lower()[:60]
    postgres.create(name)
    url = postgres.url(name)
    there = tmp_path / "postgresql-copy"
    answer("restore", str(tmp_path / "saved.tar"), "--home", str(there), DATABASE_URL=url)
    again = [inspection("A-1", 产品名称="改过的"), inspection("A-900")]
    delivery = str(write_csv(tmp_path / "c.csv", again))
    later = answer(
        "import", delivery, "--kind", "product_inspection", "--home", str(there), DATABASE_URL=url
    )
    assert (later["accepted"], later["repeated"]) == (1, 1)
    assert answer("verify", "--home", str(there), DATABASE_URL=url)["ok"]
    postgres.drop(name)


def test_every_table_is_saved_as_it_is(home: Home, tmp_path: Path) -> None:
    fill(tmp_path)
    back_up(OPERATOR, tmp_path / "saved.tar")
    with tarfile.open(tmp_path / "saved.tar") as archive:
        manifest = json.load(archive.extractfile("manifest.json"))  # type: ignore[arg-type]
    assert manifest["tables"]["evidence_pack"] == Pack.objects.count()
    assert manifest["tables"]["office_user"] == User.objects.count()
    assert manifest["tables"]["evidence_personalvalue"] == PersonalValue.objects.count()
    assert manifest["tables"]["office_auditentry"] == AuditEntry.objects.count()
    assert set(manifest["tables"]) == {m._meta.db_table for m in record_copy.copied_models()}
    assert "django_session" not in manifest["tables"]


@pytest.mark.parametrize("later", [b"", b"two", b"three and more"], ids=["cut", "same", "grown"])
def test_files_that_change_or_vanish_meanwhile_do_not_spoil_the_archive(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: bytes
) -> None:
    (home.path / "a.txt").write_bytes(b"one")
    announce = tarfile.TarFile.gettarinfo

    def rewritten(*args: Any, **how: Any) -> tarfile.TarInfo:
        told = announce(*args, **how)
        if how["arcname"] == "a.txt":
            (home.path / "a.txt").write_bytes(later)
            (home.path / "b.txt").unlink()
        return told

    (home.path / "b.txt").write_bytes(b"gone soon")
    monkeypatch.setattr(tarfile.TarFile, "gettarinfo", rewritten)
    back_up(OPERATOR, tmp_path / "saved.tar")
    restored = unpack(tmp_path / "saved.tar", Home(tmp_path / "copy"))
    assert (restored.path / "a.txt").read_bytes() == (later + bytes(3))[:3]
    assert not (restored.path / "b.txt").exists()


@pytest.mark.parametrize("harm", ["cut", "byte", "member"])
def test_a_damaged_archive_is_refused_and_leaves_nothing(
    home: Home, tmp_path: Path, harm: str
) -> None:
    fill(tmp_path, rows=20)
    archive = tmp_path / "saved.tar"
    back_up(OPERATOR, archive)
    content = bytearray(archive.read_bytes())
    if harm == "cut":
        del content[len(content) // 2 :]
    elif harm == "byte":
        content[content.index(b"PAR1") + 200] ^= 1
    else:
        content = bytearray(b"no archive at all")
    archive.write_bytes(content)
    done = command("restore", str(archive), "--home", str(tmp_path / "copy"), "--json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["error"]["code"] == "backup.damaged"
    assert not (tmp_path / "copy").exists()
    assert not (tmp_path / "copy.restoring").exists()


def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    fill(tmp_path, rows=2)
    archive = tmp_path / "saved.tar"
    back_up(OPERATOR, archive)
    with pytest.raises(UsageError, match="已存在"):
        back_up(OPERATOR, archive)
    with pytest.raises(UsageError, match="数据目录之内"):
        back_up(OPERATOR, home.path / "inside.tar")
    done = command("restore", str(archive), "--home", str(home.path), "--json")
    assert done.returncode == 5
    assert json.loads(done.stderr)["error"]["code"] == "home.exists"


def test_a_filled_database_is_refused(home: Home, tmp_path: Path, postgres: Server) -> None:
    fill(tmp_path, rows=2)
    archive = tmp_path / "saved.tar"
    back_up(OPERATOR, archive)
    url = postgres.url("template_of_tests")
    copy = str(tmp_path / "copy")
    done = command("restore", str(archive), "--home", copy, "--json", DATABASE_URL=url)
    assert done.returncode == 5, done.stderr
    assert json.loads(done.stderr)["error"]["code"] == "record.filled"


def test_a_restore_that_was_killed_starts_anew(home: Home, tmp_path: Path) -> None:
    fill(tmp_path, rows=5)
    archive = tmp_path / "saved.tar"
    back_up(OPERATOR, archive)
    left = tmp_path / "copy.restoring"
    left.mkdir()
    (left / "record.sqlite3").write_bytes(b"half a record")
    assert answer("restore", str(archive), "--home", str(tmp_path / "copy"))["ok"]
    assert not left.exists()


def test_a_backup_from_a_newer_version_is_refused(home: Home, tmp_path: Path) -> None:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    fill(tmp_path, rows=2)
    MigrationRecorder(connection).record_applied("office", "9999_of_tomorrow")
    back_up(OPERATOR, tmp_path / "saved.tar")
    done = command("restore", str(tmp_path / "saved.tar"), "--home", str(tmp_path / "c"), "--json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["error"]["code"] == "backup.newer"


def test_saving_while_rows_come_in_is_one_moment(home: Home, tmp_path: Path) -> None:
    load_places()
    rows = [inspection(f"A-{i}", 产品名称=f"产品{i}") for i in range(4000)]
    path = write_csv(tmp_path / "a.csv", rows)
    running = subprocess.Popen(
        [sys.executable, "-m", "zhiheng", "import", str(path), "--kind", "product_inspection"],
        stdout=subprocess.DEVNULL,
        env=os.environ.copy(),
    )
    made = []
    while running.poll() is None or not made:
        archive = tmp_path / f"saved-{len(made)}.tar"
        back_up(OPERATOR, archive)
        made.append(archive)
    assert running.returncode == 0
    for number, archive in enumerate({made[0], made[len(made) // 2], made[-1]}):
        copy = str(tmp_path / f"copy-{number}")
        assert answer("restore", str(archive), "--home", copy)["ok"]
