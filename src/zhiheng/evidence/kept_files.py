"""Files that the home keeps of what came in: which say a value, which have lain long enough.

The ledger holds the digest of every file that was taken, and the source keeps its own original; so
a file here may go whenever it has to. None is ever rewritten.
"""

from __future__ import annotations

import hashlib
import html
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
RECEIVED = "received"
ATTACHED = "objections"
_MOST_MEMBER = 1 << 30


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


def says(path: Path, values: Collection[str]) -> bool:
    """Whether the file says any of the values, whatever its form; True where it cannot be read."""
    try:
        if path.suffix.lower() == ".parquet":
            return _parquet_says(path, values)
        if zipfile.is_zipfile(path):
            return _container_says(path, values)
        return _bytes_say(path.read_bytes(), values)
    except (OSError, zipfile.BadZipFile, pl.exceptions.PolarsError):
        return True


def _bytes_say(body: bytes, values: Collection[str]) -> bool:
    return any(
        value.encode(encoding, "ignore") in body
        for value in values
        for encoding in ENCODINGS
        if value.encode(encoding, "ignore")
    )


def _container_says(path: Path, values: Collection[str]) -> bool:
    with zipfile.ZipFile(path) as container:
        for member in container.infolist():
            if member.file_size > _MOST_MEMBER:
                return True
            text = html.unescape(container.read(member).decode("utf-8", "replace"))
            if any(value in text for value in values):
                return True
    return False


def _parquet_says(path: Path, values: Collection[str]) -> bool:
    texts = pl.scan_parquet(path).select(pl.all().cast(pl.String))
    found = texts.select(pl.any_horizontal(pl.all().is_in(list(values)).any())).collect()
    return bool(found.item()) if found.width else False


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def remove(path: Path, files: Path) -> None:
    """Remove a file, and its folder under ``received`` where nothing else lies in it."""
    path.unlink(missing_ok=True)
    folder = path.parent
    if folder.parent == files / RECEIVED and not any(folder.iterdir()):
        folder.rmdir()
