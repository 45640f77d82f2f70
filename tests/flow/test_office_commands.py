"""The office's commands as people type them: a home, its regions, its people, and refusals."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from zhiheng.office.home import VARIABLE, Home
from zhiheng.office.models import Region, User

PASSWORD = "hengchuan-2026-spring"


def zhiheng(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zhiheng", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def test_a_home_is_made_once_and_again_without_harm(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for _ in range(2):
        made = zhiheng("init", "--home", str(tmp_path / "city"))
        assert made.returncode == 0, made.stderr
        assert str(tmp_path / "city") in made.stdout
    assert Home(tmp_path / "city").record.exists()


@pytest.mark.record
def test_a_home_of_another_version_is_named_and_brought_up_to_date(home: Home) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("office", "0001_initial")
    refused = zhiheng("verify", "--json")
    assert refused.returncode == 3
    assert json.loads(refused.stderr)["error"]["code"] == "home.older"
    recorder.record_applied("office", "0001_initial")
    recorder.record_applied("office", "9999_of_tomorrow")
    refused = zhiheng("verify", "--json")
    assert refused.returncode == 3
    error = json.loads(refused.stderr)["error"]
    assert error["code"] == "home.newer"
    assert "9999_of_tomorrow" in error["message"]


@pytest.mark.record
def test_regions_and_people_are_loaded_into_the_record(home: Home, tmp_path: Path) -> None:
    table = tmp_path / "regions.csv"
    table.write_text("key,name,level,parent\n99,衡川市,city,\n9901,东湖区,district,99\n", "utf-8")
    loaded = zhiheng("region", "load", str(table), "--json")
    assert json.loads(loaded.stdout) == {"versions": 2}
    added = zhiheng(
        "user", "add", "zhao", "--name", "赵工", "--party", "donghu", "--region", "9901",
        "--role", "reporter", "--role", "editor", "--password", PASSWORD,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert Region.objects.count() == 2
    user = User.objects.select_related("party").get(username="zhao")
    assert user.check_password(PASSWORD)
    assert (user.party.key, user.party.region) == ("donghu", "9901")
    assert user.roles == ["reporter", "editor"]


def test_a_refusal_ends_with_the_exit_code_of_its_class(home: Home, tmp_path: Path) -> None:
    table = tmp_path / "regions.csv"
    table.write_text("key,name,level\n99,衡川市,planet\n", "utf-8")
    refused = zhiheng("region", "load", str(table), "--json")
    assert refused.returncode == 2
    assert json.loads(refused.stderr)["error"]["code"] == "regions.rows"
    missing = zhiheng("region", "load", str(tmp_path / "none.csv"))
    assert missing.returncode == 3
    assert "none.csv" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_a_command_without_a_home_says_how_to_name_one(tmp_path: Path) -> None:
    table = tmp_path / "regions.csv"
    table.write_text("key,name,level\n", "utf-8")
    unnamed = zhiheng("region", "load", str(table), **{VARIABLE: ""})
    assert unnamed.returncode == 3
    assert "ZHIHENG_HOME" in unnamed.stderr
    nowhere = zhiheng("region", "load", str(table), "--home", str(tmp_path / "nowhere"))
    assert nowhere.returncode == 3
    assert "zhiheng init" in nowhere.stderr
