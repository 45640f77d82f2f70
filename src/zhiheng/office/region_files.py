"""Reads a file of regions: one version a row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from zhiheng.office.regions import LEVELS, RegionVersion
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

COLUMNS = (
    "key",
    "name",
    "level",
    "parent",
    "code",
    "name_en",
    "valid_from",
    "valid_to",
    "successor",
)
_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": lambda p: pl.read_csv(p, infer_schema=False),
    ".parquet": pl.read_parquet,
    ".json": pl.read_json,
    ".xlsx": lambda p: _first_sheet(p),
}


def read_frame(path: Path) -> pl.DataFrame:
    """A small table as it is. Raises UsageError: the file is missing or of another type."""
    if not path.exists():
        raise UsageError("file.missing", _("找不到文件 {path}。", path=path))
    if path.suffix.lower() not in _READERS:
        raise UsageError(
            "file.type",
            _("不能读取 {suffix} 文件。", suffix=path.suffix),
            _("请用 csv、xlsx、parquet 或 json。"),
        )
    return _READERS[path.suffix.lower()](path)


def read_regions(path: Path) -> list[RegionVersion]:
    """Versions from a table with the columns `COLUMNS` (key, name and level are required).

    Raises:
        ContentError: with every wrong row named.
        UsageError: the file is missing or of another type.
    """
    frame = read_frame(path)
    if missing := [c for c in ("key", "name", "level") if c not in frame.columns]:
        raise ContentError(
            "regions.columns",
            _("区域表缺少列：{columns}。", columns="、".join(missing)),
            _("列名应为：{columns}。", columns="、".join(COLUMNS)),
        )
    versions, problems = [], []
    for number, row in enumerate(frame.iter_rows(named=True), start=2):
        try:
            versions.append(_version({k: v for k, v in row.items() if k in COLUMNS}))
        except ValueError as error:
            problems.append(_("第 {row} 行：{error}", row=number, error=error))
    if problems:
        raise ContentError(
            "regions.rows", "\n".join(problems), _("级别可用：{levels}。", levels="、".join(LEVELS))
        )
    return versions


def _first_sheet(path: Path) -> pl.DataFrame:
    from python_calamine import CalamineWorkbook

    header, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    names = [str(title) for title in header]
    return pl.DataFrame(
        [dict(zip(names, map(_plain, row), strict=True)) for row in rows],
        schema=dict.fromkeys(names, pl.String),
    )


def _plain(cell: object) -> str | None:
    """A cell as a person reads it: a code typed as a number has no decimals."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell) or None


def _version(row: dict[str, object]) -> RegionVersion:
    values = {k: (str(v).strip() or None) if v is not None else None for k, v in row.items()}
    start, end = values.pop("valid_from", None), values.pop("valid_to", None)
    return RegionVersion(
        key=values["key"] or "",
        name=values["name"] or "",
        level=values["level"] or "",
        parent=values.get("parent"),
        code=values.get("code"),
        name_en=values.get("name_en") or "",
        valid_from=date.fromisoformat(start[:10]) if start else date.min,
        valid_to=date.fromisoformat(end[:10]) if end else None,
        successor=values.get("successor"),
    )
