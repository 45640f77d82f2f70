"""Tables far wider or longer than what is in them are refused before that is kept in memory."""

from __future__ import annotations

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

MOST_CELLS = 1 << 26
"""Cells of a table, empty ones between them included: a million rows of 64 columns."""


MOST_ROWS = 1 << 20
"""Rows of a sheet in the usual programs."""


def refuse_vast(rows: int, columns: int, sheet: str) -> None:
    """A single cell in the farthest corner would have the grid between filled with nothing.

    Raises:
        ContentError: ``file.area``.
    """
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        raise vast(rows, columns, sheet)


def vast(rows: int, columns: int, sheet: str) -> ContentError:
    """The error that names the sheet and how far it reaches."""
    return ContentError(
        "file.area",
        _(
            "工作表“{sheet}”占了 {rows} 行、{columns} 列，没有读取。",
            sheet=sheet,
            rows=rows,
            columns=columns,
        ),
        _("请删去远处多余的单元格；确为数据的，请拆成几个文件，或改用 csv、parquet。"),
    )


def refuse_sparse(rows: int, columns: int, size: int) -> None:
    """A single long line, or keys that no other record has, would widen all the records.

    Args:
        size: bytes of the text; one that fills its cells has at least one for each.

    Raises:
        ContentError: ``file.area``.
    """
    if rows * columns > max(MOST_CELLS, size + rows):
        raise ContentError(
            "file.area",
            _(
                "这份文本有 {rows} 行、{columns} 列，多半是空的，没有读取。",
                rows=rows,
                columns=columns,
            ),
            _("请检查有没有特别长的一行，或各条的键名是否一致；确为数据的，请拆成几个文件。"),
        )
