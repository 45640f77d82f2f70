"""The cells of a breakdown and the categories of a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.indicators.desk.problems import Findings
from zhiheng.methods.arguments import Array
from zhiheng.office.words import _

MOST_CELLS = 100_000
MOST_CATEGORIES = 1_000


@dataclass(frozen=True)
class Broken:
    """`cell` of each row (-1 where a breakdown is missing), `names` of each cell, in order."""

    cell: npt.NDArray[np.int64]
    names: list[dict[str, Any]]

    @property
    def count(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class Categories:
    """`number` of each row's category (nan where missing), and the categories' `values`."""

    number: Array
    values: list[Any]


def broken_down(frame: pl.DataFrame, by: tuple[str, ...], findings: Findings) -> Broken:
    """The cells that occur, sorted; too many are found wrong, missing values are warned of."""
    if not by:
        return Broken(np.zeros(frame.height, np.int64), [{}])
    held = frame.select(_without_nan(frame[name]) for name in dict.fromkeys(by))
    names = held.drop_nulls().unique().sort(held.columns)
    if names.height > MOST_CELLS:
        findings.wrong(
            "by.cells",
            _(
                "按 {columns} 分出 {count} 组。",
                columns="、".join(by),
                count=names.height,
            ),
            _("至多 {most} 组；这一列像是编号，请换一列。", most=MOST_CELLS),
        )
        return Broken(np.full(frame.height, -1), [])
    numbered = names.with_row_index("\0cell")
    cell = held.join(numbered, on=held.columns, how="left", maintain_order="left")["\0cell"]
    missing = cell.null_count()
    if missing == frame.height:
        findings.wrong(
            "by.missing_all",
            _("分类列 {columns} 一个值也没有。", columns="、".join(by)),
            _("请检查列名。"),
        )
    elif missing:
        findings.warn(
            "by.missing",
            _("{count} 行缺少分类列的值，不属于任何一组。", count=missing),
            _("抽样设计不变。"),
        )
    number = cell.cast(pl.Int64).fill_null(-1).to_numpy()
    return Broken(number, names.to_dicts())


def categories(frame: pl.DataFrame, name: str, findings: Findings) -> Categories:
    """The column's values in order, each row's by number; too many are found wrong."""
    column = _without_nan(frame[name])
    values = column.drop_nulls().unique().sort()
    if len(values) > MOST_CATEGORIES:
        findings.wrong(
            "y.categories",
            _("列“{name}”有 {count} 个不同的值。", name=name, count=len(values)),
            _("比例至多 {most} 类；数值请用 --stat mean。", most=MOST_CATEGORIES),
        )
    number = column.rank("dense").cast(pl.Float64) - 1
    return Categories(number.fill_null(float("nan")).to_numpy(), values.to_list())


def _without_nan(column: pl.Series) -> pl.Series:
    return column.fill_nan(None) if column.dtype.is_float() else column
