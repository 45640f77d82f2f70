"""Breakdowns of the machine said as errors: a full disk, a lost database, a damaged record."""

from __future__ import annotations

import errno

from zhiheng.office.words import _
from zhiheng.rules.errors import (
    ConflictError,
    ContentError,
    IntegrityError,
    MachineError,
    ZhihengError,
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FULL_SAID = (
    "no space left on device",
    "file too large",
    "database or disk is full",
    "disk i/o error",
    "disk quota exceeded",
    "could not extend file",
)
_DAMAGED_SAID = ("database disk image is malformed", "file is not a database")
_NUL_SAID = ("nul (0x00)", "\\u0000 cannot be converted")
_UNREACHABLE_SAID = (
    "connection refused",
    "could not connect",
    "connection failed",
    "server closed the connection",
    "terminating connection",
    "the connection is lost",
    "the database system is",
)


def in_words(error: BaseException) -> ZhihengError | None:
    """The error that people are shown for a breakdown that can be named; None for any other.

    Libraries wrap one another's errors, so the whole chain of causes is looked at.
    """
    seen: BaseException | None = error
    while seen is not None:
        if (named := _named(seen)) is not None:
            return named
        seen = seen.__cause__ or seen.__context__
    return None


def _named(error: BaseException) -> ZhihengError | None:
    if isinstance(error, ZhihengError):
        return error
    said = str(error).lower()
    if (isinstance(error, OSError) and error.errno in _FULL) or _says(said, _FULL_SAID):
        return MachineError(
            "disk.full",
            _("磁盘已满，没有写完。"),
            _("已收下的数据没有丢失。请腾出空间，再做一次同样的操作。"),
        )
    if isinstance(error, PermissionError) or "readonly database" in said:
        return MachineError(
            "disk.permission",
            _("没有写入权限：{reason}", reason=error),
            _("请检查数据目录的所有者和权限。"),
        )
    if "database is locked" in said:
        return ConflictError(
            "record.busy", _("数据库正忙，没有等到。"), _("请稍后再做一次同样的操作。")
        )
    if _says(said, _DAMAGED_SAID):
        return IntegrityError(
            "record.damaged",
            _("数据库文件已损坏：{reason}", reason=error),
            _("请停止服务，用最近的备份恢复（zhiheng restore），并保留损坏的文件待查。"),
        )
    if _says(said, _NUL_SAID):
        return ContentError("text.nul", _("文字里不能有空字符（NUL）。"), _("请删去后再提交。"))
    if _says(said, _UNREACHABLE_SAID):
        return MachineError(
            "record.unreachable",
            _("连不上数据库：{reason}", reason=str(error).strip()),
            _("请检查数据库服务和 DATABASE_URL。"),
        )
    return None


def _says(said: str, phrases: tuple[str, ...]) -> bool:
    return any(phrase in said for phrase in phrases)
