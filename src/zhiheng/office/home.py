"""A home: the one folder that holds a city's record, lake and files."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

VARIABLE = "ZHIHENG_HOME"


@dataclass(frozen=True)
class Home:
    """Paths inside one home; nothing here touches the disk but `create`."""

    path: Path

    @property
    def record(self) -> Path:
        """The SQLite record (unused when DATABASE_URL names a PostgreSQL database)."""
        return self.path / "record.sqlite3"

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def files(self) -> Path:
        """What people sent in and what was handed back, marked."""
        return self.path / "files"

    @property
    def staging(self) -> Path:
        """Checked rows on their way into the ledger."""
        return self.path / "staging"

    @property
    def spill(self) -> Path:
        """What a measurement cannot hold in memory, for as long as it runs."""
        return self.path / "spill"

    @property
    def map(self) -> Path:
        """GeoJSON of the regions, supplied by the owner."""
        return self.path / "map.geojson"

    @property
    def secret(self) -> Path:
        return self.path / "secret.key"

    @property
    def exists(self) -> bool:
        return self.secret.exists()

    def create(self) -> None:
        """Make the folders and the signing key; harmless on a home that exists."""
        for folder in (self.path, self.lake, self.files, self.staging):
            folder.mkdir(parents=True, exist_ok=True)
        if not self.secret.exists():
            self.secret.write_text(secrets.token_urlsafe(48), encoding="ascii")
            self.secret.chmod(0o600)


def locate(given: Path | None = None) -> Home:
    """The home a command speaks of: ``--home``, else ``ZHIHENG_HOME``.

    Raises:
        UsageError: neither is given.
    """
    named = given or (Path(value) if (value := os.environ.get(VARIABLE)) else None)
    if named is None:
        raise UsageError(
            "home.unnamed",
            _("没有指明数据目录。"),
            _("请加 --home 目录，或设置环境变量 ZHIHENG_HOME。"),
        )
    return Home(named.expanduser().resolve())


def current() -> Home:
    """The home this process was started on (see `zhiheng.office.setup.start`)."""
    from django.conf import settings

    return Home(Path(settings.ZHIHENG_HOME))
