"""An archive of a home laid out beside the home to be; there is no framework to lean on yet."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from contextlib import suppress
from pathlib import Path

from zhiheng.office.home import Home
from zhiheng.office.words import _
from zhiheng.rules.errors import ConflictError, ContentError, UsageError

MANIFEST = "manifest.json"
FORM = 1


def unpack(archive: Path, home: Home) -> Home:
    """The archive's content beside the home to be, every member held to its SHA-256.

    Needs no framework. A folder that an earlier, interrupted attempt left is thrown away.

    Raises:
        UsageError: there is no such archive.
        ConflictError: the home exists and is not empty.
        ContentError: the archive is damaged or made by a newer version.
    """
    if not archive.is_file():
        raise UsageError("backup.missing", _("没有文件 {path}。", path=archive))
    if home.path.exists() and any(home.path.iterdir()):
        raise ConflictError(
            "home.exists",
            _("{path} 已有内容，不会覆盖。", path=home.path),
            _("请给一个新的或空的目录。"),
        )
    work = Home(home.path.with_name(home.path.name + ".restoring"))
    if work.path.exists():
        shutil.rmtree(work.path)
    work.path.mkdir(parents=True)
    try:
        with tarfile.open(archive, mode="r:") as members:
            members.extractall(work.path, filter="data")
        _check(work.path)
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise _damaged(archive, str(error)) from error
    finally:
        if not (work.path / MANIFEST).exists():
            shutil.rmtree(work.path)
    for folder in (work.lake, work.files, work.staging):
        folder.mkdir(exist_ok=True)
    work.secret.chmod(0o600)
    return work


def _damaged(archive: Path, reason: str) -> ContentError:
    return ContentError(
        "backup.damaged",
        _("备份 {path} 不完整或被改动：{reason}", path=archive, reason=reason),
        _("请改用另一份备份。"),
    )


def _check(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    try:
        if manifest["form"] != FORM:
            raise ValueError(_("备份格式 {form} 不认识", form=manifest["form"]))
        for name, digest in manifest["members"].items():
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise ValueError(_("{name} 与清单不符", name=name))
    except (ValueError, OSError, KeyError):
        with suppress(FileNotFoundError):
            (folder / MANIFEST).unlink()
        raise
