"""Files that the home keeps of what came in: which say a value, which have lain long enough.

The ledger holds the digest of every file that was taken, and the source keeps its own original; so
a file here may go whenever it has to. None is ever rewritten.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from lzma import LZMAError
from pathlib import Path
from typing import IO

import polars as pl

from zhiheng.evidence.lake_files import digest

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
RECEIVED = "received"
ATTACHED = "objections"
_PIECE = 1 << 22
_MOST_UNPACKED = 1 << 33
"""Bytes of a container's members: with more it counts as one that cannot be read."""
_MOST_OF_ONE_CHARACTER = len("&#1114111;")
_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
    LZMAError,
    pl.exceptions.PolarsError,
)
"""What reading a damaged or locked file raises."""


def received(files: Path) -> Iterator[Path]:
    """Originals as they were handed in."""
    return (path for path in (files / RECEIVED).rglob("*") if path.is_file())


def marked(files: Path) -> Iterator[Path]:
    """Tables with their problems marked, and lists of problems."""
    found = (path for pattern in ("*.xlsx", "*.csv") for path in files.glob(pattern))
    return (path for path in found if path.is_file())


def attached(files: Path) -> Iterator[Path]:
    """What firms attached to their objections."""
    return (path for path in (files / ATTACHED).glob("*") if path.is_file())


def everything(files: Path) -> Iterator[Path]:
    yield from received(files)
    yield from marked(files)
    yield from attached(files)


def is_one_of(path: Path, digests: Collection[str]) -> bool:
    """Whether the file's content is one of those; True where it cannot be read."""
    try:
        return digest(path) in digests
    except OSError:
        return True


def says(path: Path, values: Collection[str]) -> bool:
    """Whether the file says any of the values, whatever its form; True where it cannot be read."""
    try:
        if path.suffix.lower() == ".parquet":
            return _parquet_says(path, values)
        if zipfile.is_zipfile(path):
            return _container_says(path, values)
        with path.open("rb") as file:
            return _stream_says(file, _Spellings(values))
    except _UNREADABLE:
        return True


class _Spellings:
    """All the ways in which bytes may say the values, to be sought in one pass.

    Bytes are sought as characters of Latin-1, which has one for each: so a value is found wherever
    it begins, in whatever encoding, amid bytes that are no text.
    """

    def __init__(self, values: Collection[str]) -> None:
        ways = {way for value in values for way in _ways(value)}
        encoded = {way.encode(encoding, "ignore") for way in ways for encoding in ENCODINGS}
        # What markup says by the numbers of its characters is found as it is said.
        self._sought = sorted(({body.decode("latin-1") for body in encoded} | ways) - {""})
        self.longest = max(map(len, self._sought), default=1)

    def stand_in(self, body: bytes) -> bool:
        text = body.decode("latin-1")
        texts = pl.Series([text, html.unescape(text)] if "&" in text else [text])
        return bool(self._sought) and bool(texts.str.contains_any(self._sought).any())


def _ways(value: str) -> set[str]:
    """A value as it is, and as JSON writes it where it keeps to ASCII."""
    escaped = json.dumps(value)[1:-1]
    return {value, escaped, re.sub(r"\\u[0-9a-f]{4}", lambda m: f"\\u{m[0][2:].upper()}", escaped)}


def _stream_says(file: IO[bytes], spellings: _Spellings) -> bool:
    """Piece by piece, each with the end of the one before it."""
    overlap = spellings.longest * _MOST_OF_ONE_CHARACTER
    before = b""
    while piece := file.read(_PIECE):
        if spellings.stand_in(before + piece):
            return True
        before = (before + piece)[-overlap:]
    return False


def _container_says(path: Path, values: Collection[str]) -> bool:
    spellings = _Spellings(values)
    with zipfile.ZipFile(path) as container:
        members = container.infolist()
        if sum(member.file_size for member in members) > _MOST_UNPACKED:
            return True
        for member in members:
            with container.open(member) as file:
                if _stream_says(file, spellings):
                    return True
    return False


def _parquet_says(path: Path, values: Collection[str]) -> bool:
    sought = [value for value in values if value]
    texts = pl.all().cast(pl.String).str.contains_any(sought).any()
    found = pl.scan_parquet(path).select(texts).collect(engine="streaming")
    return any(found.row(0)) if found.width else False


def remove(path: Path, files: Path) -> None:
    """Remove a file, and its folder under ``received`` where nothing else lies in it."""
    path.unlink(missing_ok=True)
    folder = path.parent
    if folder.parent == files / RECEIVED:
        with suppress(OSError):
            folder.rmdir()
