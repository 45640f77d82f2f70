"""A home in one archive, and back: on the same database, or on the other one.

The archive is a plain tar: every table as Parquet, the other files of the home, and last
``manifest.json`` with the SHA-256 of everything before it and the head of the log. The lake is
left out, since it is rebuilt from the ledger.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from zhiheng.evidence import lake, proofs
from zhiheng.evidence.models import LogEntry
from zhiheng.evidence.unpacking import FORM, MANIFEST
from zhiheng.evidence.verification import verify
from zhiheng.office import audit, record_copy
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home, current
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, IntegrityError, UsageError


def back_up(actor: Actor, path: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Write the home to ``path`` as it is at one moment; imports and pages go on meanwhile.

    Returns:
        ``{"path","bytes","rows","size","root"}``, the last two being the head of the log.

    Raises:
        RightError: the actor may not.
        UsageError: the file is there already, or its folder is not.
    """
    actor.require("home.backup")
    if path.exists() or not path.parent.is_dir() or path.is_relative_to(current().path):
        raise UsageError(
            "backup.place",
            _("不能写到 {path}：文件已存在，目录不存在，或在数据目录之内。", path=path),
            _("请写到数据目录之外，最好在另一块盘上。"),
        )
    with transaction.atomic():
        audit.record(actor, "home.backup", path.name)
    progress = progress or Silent()
    partial = path.with_name(path.name + ".part")
    try:
        with _private(partial) as out, tarfile.open(fileobj=out, mode="w|") as archive:
            manifest = _write(archive, current(), path.parent, progress)
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    rows = sum(manifest["tables"].values())
    return {"path": str(path), "bytes": path.stat().st_size, "rows": rows, **manifest["head"]}


def _private(path: Path) -> Any:
    """A new file that only its owner may read: it holds everything."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _write(archive: tarfile.TarFile, home: Home, work: Path, progress: Progress) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "form": FORM,
        "made_at": timezone.now().isoformat(),
        "migrations": _migrations(),
        "tables": {},
        "members": {},
    }
    with tempfile.TemporaryDirectory(dir=work, prefix=".backup-") as folder:
        with record_copy.snapshot() as select:
            manifest["head"] = _head(select)
            progress.start(0, _("备份台账"))
            for model in record_copy.copied_models():
                table = Path(folder) / f"{model._meta.db_table}.parquet"
                rows = record_copy.write_table(select, model, table, progress)
                manifest["tables"][model._meta.db_table] = rows
                _add(archive, table, f"record/{table.name}", manifest)
                table.unlink()
        for path in _kept(home):
            # Erasing and retention take files away meanwhile.
            with suppress(FileNotFoundError):
                _add(archive, path, str(path.relative_to(home.path)), manifest)
    body = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(body)
    archive.addfile(entry, io.BytesIO(body))
    return manifest


def _kept(home: Home) -> list[Path]:
    """Every file of the home but the databases and what is made anew from the record."""
    anew = {home.lake, home.staging, home.spill}
    kept = [
        path
        for top in home.path.iterdir()
        if top not in anew and not top.name.split("-")[0].endswith(".sqlite3")
        for path in ([top] if top.is_file() else _beneath(top))
        if path.is_file()
    ]
    return sorted(kept)


def _beneath(folder: Path) -> Iterator[Path]:
    """Everything in a folder, whatever of it is taken away meanwhile."""
    for place, _folders, names in os.walk(folder):
        yield from (Path(place, name) for name in names)


def _head(select: record_copy.Select) -> dict[str, Any]:
    table = LogEntry._meta.db_table
    newest = f'SELECT position, root FROM "{table}" ORDER BY position DESC LIMIT 1'
    for part in select(newest, 1):
        return {"size": part[0][0] + 1, "root": bytes(part[0][1]).hex()}
    return {"size": 0, "root": proofs.EMPTY_ROOT.hex()}


def _migrations() -> dict[str, str]:
    """The last migration of each app that the record has."""
    return {app: name for app, name in sorted(MigrationRecorder(connection).applied_migrations())}


def _add(archive: tarfile.TarFile, path: Path, name: str, manifest: dict[str, Any]) -> None:
    with path.open("rb") as file:
        entry, summed = archive.gettarinfo(arcname=name, fileobj=file), _Summed(file)
        archive.addfile(entry, summed)
        manifest["members"][name] = summed.digest.hexdigest()


class _Summed(io.RawIOBase):
    """A file as the archive takes it, which may be written over while it does.

    One that is cut short meanwhile is filled up to the size that was announced of it.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size).ljust(size, b"\0")
        self.digest.update(part)
        return part


def restore(home: Home, progress: Progress | None = None) -> dict[str, Any]:
    """Make ``home`` from what `unpack` laid beside it, and prove that it is what was saved.

    The framework must have been started on the unpacked folder; only when everything is loaded
    and verified does the folder get the home's name.

    Raises:
        ConflictError: the database holds something already.
        ContentError: the archive comes from a newer version.
        IntegrityError: what was restored does not verify, or is not what the archive says.
    """
    progress = progress or Silent()
    work = current()
    manifest = json.loads((work.path / MANIFEST).read_text(encoding="utf-8"))
    try:
        _load(manifest, work.path / "record", progress)
        lake.rebuild(work, progress)
        found = verify(progress)
        if not found.ok or found.root != manifest["head"]["root"]:
            raise IntegrityError(
                "backup.root",
                _("恢复后的台账与备份时不符：{reason}", reason=found.reason or found.root),
                _("请改用另一份备份，并保留这一份待查。"),
            )
    finally:
        connection.close()
    shutil.rmtree(work.path / "record")
    (work.path / MANIFEST).unlink()
    if home.path.exists():
        home.path.rmdir()
    work.path.rename(home.path)
    return {
        "home": str(home.path),
        "made_at": manifest["made_at"],
        "rows": sum(manifest["tables"].values()),
        **manifest["head"],
        "ok": True,
    }


def _load(manifest: dict[str, Any], folder: Path, progress: Progress) -> None:
    """Lay out the tables as they were, fill them, then bring them to today's layout."""
    _refuse_filled_record()
    _lay_out(manifest["migrations"])
    progress.start(sum(manifest["tables"].values()), _("恢复台账"))
    with connection.constraint_checks_disabled(), transaction.atomic():
        for table in sorted(folder.glob("*.parquet")):
            record_copy.read_table(table.stem, table, progress)
        connection.check_constraints()
    call_command("migrate", verbosity=0, interactive=False)
    record_copy.reset_sequences()


def _lay_out(migrations: dict[str, str]) -> None:
    for app, name in migrations.items():
        try:
            call_command("migrate", app, name, verbosity=0, interactive=False)
        except CommandError as error:
            raise ContentError(
                "backup.newer",
                _("备份出自更新的版本：此版本没有 {app} 的 {name}。", app=app, name=name),
                _("请先升级质衡，再恢复。"),
            ) from error


def _refuse_filled_record() -> None:
    if connection.introspection.table_names():
        raise ConflictError(
            "record.filled",
            _("数据库 {name} 里已有数据。", name=connection.settings_dict["NAME"]),
            _("请在 DATABASE_URL 里给一个空的数据库。"),
        )
