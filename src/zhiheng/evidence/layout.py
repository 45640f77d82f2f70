"""What a spreadsheet's layout means for its rows: hidden ones are taken, shared numbers are not."""

from __future__ import annotations

import polars as pl

from zhiheng.documents.headers import ROW
from zhiheng.documents.raw_tables import RawTable
from zhiheng.evidence.declaration import Kind, Type
from zhiheng.evidence.mapping import Mapping
from zhiheng.evidence.problems import Problem
from zhiheng.office.words import _

_MOST_NAMED = 20


def merged_numbers(raw: RawTable, kind: Kind, mapping: Mapping) -> list[Problem]:
    """A problem for each cell of a block of rows that shares one number.

    A text merged over rows holds for each of them; of a number nobody can tell how much is whose.
    """
    if not raw.merged:
        return []
    numeric = {
        title
        for column in kind.columns
        if column.type in {Type.NUMBER, Type.INTEGER}
        and isinstance(title := mapping.columns.get(column.name, column.zh), str)
    }
    cells = sorted((row, title) for row, title in raw.merged if title in numeric)
    places = dict(zip(raw.frame[ROW], range(len(raw.frame)), strict=True)) if cells else {}
    return [
        Problem(
            row,
            title,
            str(value),
            "merged",
            _("“{value}”写在合并的单元格里，分不清各行各是多少", value=value),
            _("请取消合并单元格，逐行填写。"),
        )
        for row, title in cells
        if row in places and (value := raw.frame[title][places[row]]) is not None
    ]


def unread_cells(raw: RawTable, mapping: Mapping) -> list[Problem]:
    """A problem for each cell of a used column that holds an error, or a formula never computed."""
    used = mapping.source_columns()
    return [
        Problem(
            row,
            title,
            said,
            "cell_error" if said != "=" else "formula",
            _("单元格里是错误值“{value}”", value=said)
            if said != "="
            else _("单元格里的公式没有算出值"),
            _("请改成数值本身；公式请在表格软件里打开、重算并保存，或粘贴为数值。"),
        )
        for row, title, said in raw.unread
        if title in used
    ]


def overlong_rows(piece: pl.DataFrame, raw: RawTable, mapping: Mapping) -> list[Problem]:
    """A problem for each row of delimited text that has more cells than there are headers.

    Most often a delimiter stands inside a cell, and all cells behind it have moved.
    """
    used = mapping.source_columns()
    beyond = [title for title in raw.beyond if title not in used]
    if not beyond:
        return []
    longer = piece.filter(pl.any_horizontal(pl.col(beyond).is_not_null()))
    return [
        Problem(
            row,
            title,
            value,
            "overlong",
            _("这一行比表头多出一格“{value}”", value=value),
            _("格内有分隔符的，请给那一格加双引号；确为一列的，请写上列名。"),
        )
        for row, *values in longer.select(ROW, *beyond).iter_rows()
        for title, value in zip(beyond, values, strict=True)
        if value is not None
    ]


def notices(raw: RawTable) -> list[str]:
    """What whoever filed should know although nothing is wrong."""
    said = []
    if raw.hidden_rows:
        named = "、".join(map(str, raw.hidden_rows[:_MOST_NAMED]))
        more = "…" if len(raw.hidden_rows) > _MOST_NAMED else ""
        said.append(
            _(
                "表格里有 {count} 行被隐藏或筛掉（第 {rows} 行），也已读取；"
                "不该报送的请删去后重交。",
                count=len(raw.hidden_rows),
                rows=named + more,
            )
        )
    if raw.hidden_columns:
        named = "、".join(raw.hidden_columns)
        said.append(_("隐藏的列也已读取：{columns}，请取消隐藏后核对。", columns=named))
    if raw.hidden_sheets:
        named = "、".join(raw.hidden_sheets)
        said.append(
            _("隐藏的工作表也有数据的列名，没有读取：{sheets}；要报送的请另交。", sheets=named)
        )
    return said
