"""Which home and which database a command means, and how its errors reach the caller."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from zhiheng.office.console import print_error
from zhiheng.office.database import database_settings
from zhiheng.office.home import VARIABLE, Home, locate
from zhiheng.office.setup import start
from zhiheng.rules.errors import ContentError, UsageError, ZhihengError


def test_the_option_wins_over_the_variable(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "variable"))
    assert locate(tmp_path / "option").path == tmp_path / "option"
    assert locate().path == tmp_path / "variable"


def test_without_either_the_error_says_both_ways(monkeypatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(UsageError, match=r"--home.*ZHIHENG_HOME") as refused:
        locate()
    assert refused.value.code == "home.unnamed"


def test_a_folder_that_is_no_home_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"zhiheng init --home .*nowhere"):
        start(Home(tmp_path / "nowhere"))


def test_a_home_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "city")
    assert not home.exists
    home.create()
    key = home.secret.read_text()
    home.create()
    assert home.exists
    assert home.secret.read_text() == key
    assert home.secret.stat().st_mode & 0o077 == 0
    assert {entry.name for entry in home.path.iterdir()} >= {"lake", "files", "staging"}


def test_the_record_is_sqlite_in_the_home_unless_a_url_says_otherwise(tmp_path: Path) -> None:
    sqlite = database_settings(Home(tmp_path), None)
    assert sqlite["NAME"] == str(tmp_path / "record.sqlite3")
    assert "journal_mode=WAL" in sqlite["OPTIONS"]["init_command"]
    service = database_settings(Home(tmp_path), "postgresql://q%40:s%2Fs@db:5433/quality")
    assert {k: service[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "quality",
        "USER": "q@",
        "PASSWORD": "s/s",
        "HOST": "db",
        "PORT": 5433,
    }


def test_another_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"mysql://.*postgresql://"):
        database_settings(Home(tmp_path), "mysql://db/quality")


@pytest.mark.parametrize(
    ("cls", "code"), [(cls, cls.exit_code) for cls in ZhihengError.__subclasses__()]
)
def test_each_class_of_error_has_its_exit_code(cls: type[ZhihengError], code: int) -> None:
    assert 2 <= code <= 8
    assert [c.exit_code for c in ZhihengError.__subclasses__()].count(code) == 1


def test_an_error_is_said_in_words_or_as_an_object(capsys) -> None:
    error = ContentError("thing.wrong", "坏了。", "修一修。")
    print_error(error, as_json=False)
    assert capsys.readouterr().err == "坏了。\n修一修。\n"
    print_error(error, as_json=True)
    assert json.loads(capsys.readouterr().err) == {
        "error": {"code": "thing.wrong", "message": "坏了。", "fix": "修一修。"}
    }
