"""The figures of a file, as the forms of composites want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW
from zhiheng.documents.raw_tables import RawTable
from zhiheng.indicators.composites.declared import Component, Composite
from zhiheng.indicators.desk.problems import Findings, nearest
from zhiheng.methods.arguments import Array
from zhiheng.office.words import _

_CODE = ("code", "indicator", "component", "指标代码", "指标", "统计指标")
_VALUE = ("value", "estimate", "值", "数值", "指标值")
_SE = ("se", "标准误")
_POOL = ("pool", "合并组")
_SHOWN = 5


@dataclass(frozen=True)
class Figures:
    """One row of figures: values and standard errors of the components, nan where missing."""

    by: dict[str, str]
    values: Array
    se: Array


def read_file(path: Path) -> RawTable:
    """Raises UsageError, ContentError ``file.…``."""
    return read_table(path)


def grouped(
    table: RawTable, by: Sequence[str], findings: Findings
) -> list[tuple[dict[str, str], pl.DataFrame]]:
    """The file's rows by the values of the breakdown columns, in the order of the file."""
    for column in by:
        if column not in table.columns:
            findings.wrong_call(
                "composite.column",
                _("文件里没有“{column}”这一列。", column=column),
                nearest(column, table.columns),
            )
    findings.stop()
    if not by:
        return [({}, table.frame)]
    parts = table.frame.group_by(list(by), maintain_order=True)
    return [
        ({c: "" if v is None else str(v) for c, v in zip(by, key, strict=True)}, part)
        for key, part in parts
    ]


def index_figures(
    table: RawTable, composite: Composite, by: Sequence[str], findings: Findings
) -> list[Figures]:
    """Component values of every group: one row for each component, or one column for each."""
    found = []
    code, value = _first(table, _CODE), _first(table, _VALUE)
    for group, part in grouped(table, by, findings):
        if code is not None and value is not None:
            values, errors = _from_rows(part, code, value, _first(table, _SE), composite, findings)
        else:
            values, errors = _from_columns(table, part, composite, findings)
        found.append(Figures(group, values, errors))
    findings.stop()
    return found


def amounts(
    table: RawTable, part: pl.DataFrame, columns: Sequence[tuple[str, str]], findings: Findings
) -> list[Array]:
    """Columns (by name or Chinese name) of one group as numbers; a gap is wrong."""
    return [_numbers(table, part, column, zh, findings) for column, zh in columns]


def labels(table: RawTable, column: str, zh: str, findings: Findings) -> list[str]:
    """A column of names. An unknown one is found wrong."""
    name = _named(table, column, zh)
    if name is None:
        _unknown(table, column, zh, findings)
        return []
    return ["" if v is None else str(v) for v in table.frame[name].to_list()]


def pools(table: RawTable) -> list[str] | None:
    """The column that says which industries are pooled, if there is one."""
    name = _first(table, _POOL)
    if name is None:
        return None
    return ["" if v is None else str(v) for v in table.frame[name].to_list()]


def _from_rows(
    part: pl.DataFrame,
    code: str,
    value: str,
    se: str | None,
    composite: Composite,
    findings: Findings,
) -> tuple[Array, Array]:
    said: dict[str, int] = {}
    for at, name in enumerate(part[code].to_list()):
        component = _component(str(name), composite.components)
        if component is None:
            findings.wrong(
                "composite.component",
                _("第 {row} 行的指标“{name}”不在综合指标里。", row=part[ROW][at], name=str(name)),
                nearest(str(name), [c.code for c in composite.components]),
            )
        elif component.code in said:
            findings.wrong(
                "composite.twice",
                _("指标“{name}”有两行。", name=component.code),
                _("请删去一行；有多个单位时请用 --by 写出单位所在的列。"),
            )
        else:
            said[component.code] = at
    numbers = _floats(part, value, findings)
    errors = _floats(part, se, findings) if se else np.zeros(part.height)
    places = [said.get(component.code) for component in composite.components]
    values = np.array([np.nan if at is None else numbers[at] for at in places])
    return values, np.nan_to_num(np.array([0.0 if at is None else errors[at] for at in places]))


def _from_columns(
    table: RawTable, part: pl.DataFrame, composite: Composite, findings: Findings
) -> tuple[Array, Array]:
    names = [_named(table, c.code, c.zh) for c in composite.components]
    if not any(names):
        findings.wrong(
            "composite.column",
            _("文件里没有综合指标的任何一列。"),
            _("每个指标一列，列名为 {names}；或每个指标一行，列名为 code、value、se。",
              names="、".join(c.code for c in composite.components)),
        )  # fmt: skip
        findings.stop()
    if part.height > 1:
        findings.wrong(
            "composite.twice",
            _("一组有 {count} 行。", count=part.height),
            _("每个单位一行，请用 --by 写出单位所在的列。"),
        )
        findings.stop()
    values = [_floats(part, name, findings)[0] if name else np.nan for name in names]
    errors = [_first(table, (f"{name}_se",)) if name else None for name in names]
    spread = [_floats(part, name, findings)[0] if name else 0.0 for name in errors]
    return np.array(values), np.nan_to_num(np.array(spread))


def _component(name: str, components: Sequence[Component]) -> Component | None:
    name = name.strip()
    return next((c for c in components if name in (c.code, c.zh, c.en)), None)


def _numbers(
    table: RawTable, part: pl.DataFrame, column: str, zh: str, findings: Findings
) -> Array:
    name = _named(table, column, zh)
    if name is None:
        _unknown(table, column, zh, findings)
        return np.zeros(part.height)
    found = _floats(part, name, findings)
    if np.isnan(found).any() or (found < 0).any():
        at = int(np.flatnonzero(~(found >= 0))[0])
        findings.wrong(
            "composite.amount",
            _(
                "第 {row} 行“{name}”是 {value}。",
                row=part[ROW][at],
                name=name,
                value=part[name][at],
            ),
            _("金额和样品数须是 0 或以上的数，不可空缺。"),
        )
    return found


def _floats(part: pl.DataFrame, name: str, findings: Findings) -> Array:
    column = part[name]
    if column.dtype == pl.String:
        text = column.str.strip_chars().str.replace_all(",", "").str.strip_suffix("%")
        column = text.set(text == "", None)
    numbers = column.cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() & column.is_not_null()).arg_true().to_list()
    if wrong:
        shown = "；".join(
            _("第 {row} 行“{value}”", row=part[ROW][at], value=part[name][at])
            for at in wrong[:_SHOWN]
        )
        findings.wrong(
            "composite.not_number",
            _(
                "“{name}”列有 {count} 个值不是数字：{shown}。",
                name=name,
                count=len(wrong),
                shown=shown,
            ),
            _("请改成数字。"),
        )
    return numbers.to_numpy().astype(np.float64)


def _named(table: RawTable, column: str, zh: str) -> str | None:
    return _first(table, (column, zh))


def _first(table: RawTable, names: Sequence[str]) -> str | None:
    """The first of the names that the file has, small and capital letters alike."""
    columns = {column.lower(): column for column in reversed(table.columns)}
    return next((columns[name.lower()] for name in names if name.lower() in columns), None)


def _unknown(table: RawTable, column: str, zh: str, findings: Findings) -> None:
    findings.wrong_call(
        "composite.column",
        _("文件里没有“{column}”（{zh}）这一列。", column=column, zh=zh),
        nearest(column, table.columns),
    )
