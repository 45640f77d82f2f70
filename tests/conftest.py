"""Fixtures that every room's tests share: a home, both databases, the data beside the checkout."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from support import r_survey
from support.places import SHARED
from support.postgres import Server, running_server
from xdist.scheduler import LoadScopeScheduling

from zhiheng.office import catalogue, configuration
from zhiheng.office.home import VARIABLE, Home

hypothesis.settings.register_profile(
    "ci", max_examples=60, deadline=None, derandomize=True, print_blob=True
)
hypothesis.settings.register_profile("full", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        catalogue.main()
    settings.PASSWORD_HASHERS = ["support.cheap_passwords.CheapArgon2"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if metafunc.definition.get_closest_marker("record"):
        if "home" not in metafunc.fixturenames:
            raise pytest.UsageError(f"{metafunc.definition.nodeid}: record needs the home fixture")
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("django_db"):
            raise pytest.UsageError(f"{item.nodeid}: use the home fixture instead of django_db")
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
    lines = config.stash.setdefault(_LEFT_OUT, [])
    for marker, present, need in (
        ("shared", SHARED.is_dir, f"{SHARED.name}/, data that stay out of the checkout, beside it"),
        ("r", r_survey.available, "R and its package survey (r-base-core, r-cran-survey)"),
    ):
        outside = [item for item in items if item.get_closest_marker(marker)]
        if not outside or present():
            continue
        if os.environ.get("CI") == "true":
            raise pytest.UsageError(f"{len(outside)} tests need {need}")
        config.hook.pytest_deselected(items=outside)
        lines.append(f"{len(outside)} tests need {need}; without it they do not run")
        items[:] = [item for item in items if item not in outside]


class _ByFile(LoadScopeScheduling):
    """Several processes: a file's tests run in one, and so do all that drive the browser."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if "/browser/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


_LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for line in config.stash.get(_LEFT_OUT, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real data and seed documents beside the checkout, which stay out of it."""
    return SHARED


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database holds the record: ``sqlite``, or both in turn for tests marked record."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def home(
    database: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
) -> Iterator[Home]:
    """A fresh home with an empty, migrated record; the process and its children speak of it."""
    home = Home(tmp_path / "home")
    shutil.copytree(request.getfixturevalue("_template_home").path, home.path)
    monkeypatch.setenv(VARIABLE, str(home.path))
    monkeypatch.setattr(settings, "ZHIHENG_HOME", str(home.path))
    if database == "sqlite":
        monkeypatch.delenv("DATABASE_URL", raising=False)
        with django_db_blocker.unblock(), _record_in(home, None):
            yield home
        return
    server: Server = request.getfixturevalue("postgres")
    name = f"test_{next(_DATABASES)}"
    server.create(name, _TEMPLATE)
    monkeypatch.setenv("DATABASE_URL", server.url(name))
    with django_db_blocker.unblock(), _record_in(home, server.url(name)):
        yield home
    server.drop(name)


_TEMPLATE = "template_of_tests"
_DATABASES = count(1)


@pytest.fixture(scope="session")
def _template_home(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Home:
    """A migrated home, made once and copied for every test."""
    home = Home(tmp_path_factory.mktemp("template") / "home")
    home.create()
    # Most tests are about something else than the second factor.
    (home.path / configuration.NAME).write_text(configuration.TRIAL, encoding="utf-8")
    with django_db_blocker.unblock(), _record_in(home, None):
        call_command("migrate", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@pytest.fixture(scope="session")
def postgres(_template_home: Home, django_db_blocker: Any) -> Iterator[Server]:
    """A PostgreSQL server with one migrated database to copy from."""
    with running_server() as server:
        server.create(_TEMPLATE)
        with django_db_blocker.unblock(), _record_in(_template_home, server.url(_TEMPLATE)):
            call_command("migrate", verbosity=0, interactive=False)
        yield server


@pytest.fixture(scope="session")
def _built_town(
    _template_home: Home, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> tuple[Home, Any]:
    """The town, made once and copied for every test."""
    from support import town

    folder = tmp_path_factory.mktemp("town")
    home = Home(folder / "home")
    shutil.copytree(_template_home.path, home.path)
    before = settings.ZHIHENG_HOME
    settings.ZHIHENG_HOME = str(home.path)
    try:
        with django_db_blocker.unblock(), _record_in(home, None):
            canaries = town.build(home, folder)
            with connections["default"].cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        settings.ZHIHENG_HOME = before
    return home, canaries


@pytest.fixture
def canaries(_built_town: tuple[Home, Any], home: Home) -> Any:
    """The home holds a small town with a canary in every column; these are the canaries."""
    built, planted = _built_town
    connections["default"].close()
    shutil.copytree(built.path, home.path, dirs_exist_ok=True)
    return planted


@contextmanager
def _record_in(home: Home, url: str | None) -> Iterator[None]:
    """Point the framework's one connection at this home's record, and back afterwards."""
    from zhiheng.office.settings import database_settings

    previous = connections.settings["default"]
    _connect_to(
        connections.configure_settings({"default": database_settings(home, url)})["default"]
    )
    try:
        yield
    finally:
        _connect_to(previous)


def _connect_to(database: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.settings["default"] = database
    settings.DATABASES["default"] = database
