"""The answers of a survey file, as the model's items want them; every problem is named."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW
from zhiheng.indicators.desk.problems import Findings, nearest
from zhiheng.indicators.satisfaction.model_file import Model
from zhiheng.methods.arguments import Array
from zhiheng.methods.satisfaction_screens import Screens, screen
from zhiheng.office.words import _

_GAPS = ["", "NA", "na", "N/A", "NaN", "nan", "NULL", "null", "-", "—", "缺", "未答", "拒答"]
_SHOWN = 5


@dataclass(frozen=True)
class SurveyAnswers:
    """Answers that may be estimated from.

    Attributes:
        values: shape (respondents, items) in the model's order; nan where missing.
        rows: the row number of each respondent in the file.
        left_out: respondents left out for missing answers.
        screens: of all respondents of the file, by their position in it.
        screened_rows: row number of each respondent that the screens looked at.
    """

    values: Array
    rows: list[int]
    left_out: int
    screens: Screens
    screened_rows: list[int]


def read_answers(path: Path, model: Model, findings: Findings) -> SurveyAnswers:
    """Read the model's items from a spreadsheet, delimited text, Parquet or JSON.

    Raises:
        UsageError, ContentError: ``file.…`` for a file that cannot be read;
            ``satisfaction.item_unknown``, ``satisfaction.not_number``,
            ``satisfaction.off_scale``, ``satisfaction.unanswered``.
    """
    items = model.path_model.items
    table = read_table(path, expected=frozenset([*items, *model.labels.values()]))
    columns = {item: _column(item, model, table.columns) for item in items}
    for item, column in columns.items():
        if column is None:
            findings.wrong_call(
                "satisfaction.item_unknown",
                _("文件里没有题项“{item}”这一列。", item=item),
                nearest(item, table.columns),
            )
    findings.stop()
    rows = table.frame[ROW].to_list()
    numbers = [
        _numbers(table.frame[str(column)], item, rows, findings) for item, column in columns.items()
    ]
    findings.stop()
    values = np.column_stack(numbers)
    for code in model.codes:
        values[values == code] = np.nan
    silent = [item for number, item in enumerate(items) if np.isnan(values[:, number]).all()]
    if silent:
        findings.wrong(
            "satisfaction.unanswered",
            _("没有人回答 {items}。", items="、".join(silent)),
            _("请核对列名和缺答代码，或从模型中删去。"),
        )
    findings.stop()
    lowest = model.scales.lowest if model.scales else -np.inf
    highest = model.scales.highest if model.scales else np.inf
    screens = screen(values, lowest, highest)
    _refuse_off_scale(values, screens, model, rows, findings)
    findings.stop()
    gaps = np.isnan(values)
    kept = np.asarray(~(gaps.any(axis=1) if model.missing == "listwise" else gaps.all(axis=1)))
    return SurveyAnswers(
        values=values[kept],
        rows=[row for row, keep in zip(rows, kept, strict=True) if keep],
        left_out=int((~kept).sum()),
        screens=screens,
        screened_rows=rows,
    )


def _column(item: str, model: Model, columns: tuple[str, ...]) -> str | None:
    """By name, by label, or by the only name that differs in case alone."""
    for name in (item, model.labels.get(item)):
        if name in columns:
            return name
    alike = [column for column in columns if column.lower() == item.lower()]
    return alike[0] if len(alike) == 1 else None


def _numbers(column: pl.Series, item: str, rows: list[int], findings: Findings) -> Array:
    if column.dtype == pl.String:
        text = column.str.strip_chars()
        column = text.set(text.is_in(_GAPS), None)
    numbers = column.cast(pl.Float64, strict=False)
    wrong = (numbers.is_null() & column.is_not_null()).arg_true().to_list()
    if wrong:
        shown = "；".join(
            _("第 {row} 行“{value}”", row=rows[at], value=column[at]) for at in wrong[:_SHOWN]
        )
        findings.wrong(
            "satisfaction.not_number",
            _(
                "题项“{item}”有 {count} 个答案不是数字：{shown}。",
                item=item,
                count=len(wrong),
                shown=shown,
            ),
            _("答案须是数字；未答请留空。"),
        )
    found = numbers.to_numpy().astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def _refuse_off_scale(
    values: Array, screens: Screens, model: Model, rows: list[int], findings: Findings
) -> None:
    if not len(screens.off_scale):
        return
    assert model.scales is not None
    items = model.path_model.items
    shown = "；".join(
        _(
            "第 {row} 行 {item} = {value:g}",
            row=rows[row],
            item=items[item],
            value=values[row, item],
        )
        for row, item in screens.off_scale[:_SHOWN].tolist()
    )
    first = int(screens.off_scale[0, 1])
    findings.wrong(
        "satisfaction.off_scale",
        _("{count} 个答案不在量表上：{shown}。", count=len(screens.off_scale), shown=shown),
        _(
            "量表是 {lowest:g} 到 {highest:g}；如是缺答代码，"
            "请在模型里写 missing: {{codes: [99]}}。",
            lowest=model.scales.lowest[first],
            highest=model.scales.highest[first],
        ),
    )
