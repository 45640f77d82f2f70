"""Zipped containers that would unpack to more than a machine can hold are refused unread."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

MOST_UNPACKED = 2 << 30
"""Bytes; a full sheet of a million rows and thirty columns stays below."""

_PIECE = 1 << 20
_LOCAL_HEADER = 30


def refuse_bomb(path: Path, most: int = MOST_UNPACKED) -> None:
    """Unpack every member into nothing, and stop at ``most`` bytes in all.

    The sizes that an archive states may be lies, so what counts is what comes out.

    Raises:
        ContentError: ``file.bomb``, or ``file.kind`` if the archive is broken.
    """
    left = most
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            for member in archive.infolist():
                left -= _unpacked_size(file, member, left)
                if left < 0:
                    raise _bomb(path, most)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise ContentError(
            "file.kind",
            _("文件 {name} 不是完好的电子表格（{reason}）。", name=path.name, reason=error),
            _("请用表格软件打开并另存为 xlsx 后再交。"),
        ) from None


def _unpacked_size(file: BinaryIO, member: zipfile.ZipInfo, most: int) -> int:
    """Bytes that come out of the member's stream, counted no further than just over ``most``."""
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    file.seek(member.header_offset + _LOCAL_HEADER + names)
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    count, unread = 0, member.compress_size
    while unread > 0 and count <= most:
        piece = file.read(min(_PIECE, unread))
        if not piece:
            break
        unread -= len(piece)
        while piece and count <= most:
            count += len(unpack.decompress(piece, _PIECE * 16))
            piece = unpack.unconsumed_tail
    return count


def _bomb(path: Path, most: int) -> ContentError:
    return ContentError(
        "file.bomb",
        _(
            "文件 {name} 解压后超过 {most} MB，没有读取。",
            name=path.name,
            most=most >> 20,
        ),
        _("请检查来源；确为数据的，请拆成几个文件，或改用 csv、parquet。"),
    )
