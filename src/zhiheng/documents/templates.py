"""The empty workbook that a department fills in, with its own instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from zhiheng.documents.raw_tables import EXAMPLE_MARK
from zhiheng.documents.sheet_choice import NOTHING_SHEET
from zhiheng.documents.sheets import FONT, NUMBER_FORMATS, DropDowns, fitting_width
from zhiheng.office.words import _

GUIDE_SHEET = "填表说明"

_REQUIRED, _OPTIONAL, _EXAMPLE = "#FCE4D6", "#DDEBF7", "#F2F2F2"
_CHOICES_SHOWN = 30


@dataclass(frozen=True)
class TemplateColumn:
    """One column to be filled in.

    Attributes:
        name: header text, without the star that marks a required column.
        note: what to write, with its unit.
        choices: allowed values; empty for free entry. A boolean gets 是 and 否 by itself.
        example: as a person would type it.
    """

    name: str
    note: str
    required: bool = False
    choices: tuple[str, ...] = ()
    kind: Literal["text", "number", "integer", "date", "boolean"] = "text"
    example: str = ""


def nothing_columns() -> tuple[TemplateColumn, ...]:
    """Columns of the sheet on which a period is declared to have nothing to report."""
    return (
        TemplateColumn(
            "区域", _("本行所说的区域：名称、代码或路径。"), required=True, example="衡川市"
        ),
        TemplateColumn(
            "起", _("无可报告期间的第一天。"), required=True, kind="date", example="2026-07-01"
        ),
        TemplateColumn(
            "止", _("无可报告期间的最后一天。"), required=True, kind="date", example="2026-09-30"
        ),
        TemplateColumn("说明", _("为什么没有可报告的，如“本季未安排抽查”。")),
    )


def write_template(
    path: Path, columns: Sequence[TemplateColumn], *, sheet: str, guide: Sequence[str] = ()
) -> None:
    """Write the workbook: the sheet to fill in, 填表说明, 无可报告.

    Row 1 holds the names (required ones starred and coloured, each with a note), row 2 an example
    that ``read_table`` knows by its mark and leaves out.

    Args:
        path: where to.
        columns: in order; at least one.
        sheet: name of the sheet to fill in.
        guide: sentences that open the instructions.
    """
    with xlsxwriter.Workbook(str(path)) as book:
        lists = DropDowns(book)
        data = book.add_worksheet(sheet)
        guiding = book.add_worksheet(GUIDE_SHEET)
        nothing = book.add_worksheet(NOTHING_SHEET)
        _write_entry(book, lists, data, columns)
        _write_guide(book, guiding, columns, guide)
        _write_entry(book, lists, nothing, nothing_columns())
        for page in (data, guiding, nothing):
            page.set_paper(9)
            page.set_landscape()
            page.fit_to_pages(1, 0)


def _write_entry(
    book: xlsxwriter.Workbook,
    lists: DropDowns,
    page: Worksheet,
    columns: Sequence[TemplateColumn],
) -> None:
    base = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
    header = {**base, "bold": True, "border": 1, "align": "center"}
    required = book.add_format({**header, "bg_color": _REQUIRED})
    optional = book.add_format({**header, "bg_color": _OPTIONAL})
    sample = book.add_format(
        {**base, "italic": True, "font_color": "#7F7F7F", "bg_color": _EXAMPLE, "num_format": "@"}
    )
    for index, column in enumerate(columns):
        name = column.name + ("*" if column.required else "")
        example = column.example if index else EXAMPLE_MARK + column.example
        # A number keeps the general format, so that what was typed is what is seen.
        shape = NUMBER_FORMATS[column.kind] if column.kind in ("text", "date") else "General"
        form = book.add_format({**base, "num_format": shape})
        page.set_column(index, index, fitting_width([name, example], least=12, most=36), form)
        page.write_string(0, index, name, required if column.required else optional)
        note = _explanation(column)
        height = 20 * (2 + len(note) // 16 + note.count("\n"))
        page.write_comment(0, index, note, {"width": 280, "height": height})
        page.write_string(1, index, example, sample)
        choices = _choices(column)
        if choices:
            lists.add(page, index, 2, choices, _("请从下拉列表中选取。"))
    page.set_row(0, 24)
    page.freeze_panes(1, 0)


def _choices(column: TemplateColumn) -> tuple[str, ...]:
    return column.choices or (("是", "否") if column.kind == "boolean" else ())


def _form(column: TemplateColumn) -> str:
    match column.kind:
        case "number":
            return _("数")
        case "integer":
            return _("整数")
        case "date":
            return _("日期，如 2026-09-01")
        case "boolean":
            return _("是或否")
    return _("从列表中选取") if column.choices else _("文字")


def _explanation(column: TemplateColumn) -> str:
    lines = [
        column.note,
        _("必填。") if column.required else _("可不填。"),
        _("格式：{form}。", form=_form(column)),
    ]
    if column.choices:
        lines.append(_("可填：{choices}。", choices=_listed(column.choices)))
    if column.example:
        lines.append(_("例：{example}", example=column.example))
    return "\n".join(line for line in lines if line)


def _listed(choices: Sequence[str]) -> str:
    shown = "、".join(choices[:_CHOICES_SHOWN])
    if len(choices) > _CHOICES_SHOWN:
        shown += _("等 {count} 项，见下拉列表", count=len(choices))
    return shown


def _write_guide(
    book: xlsxwriter.Workbook,
    page: Worksheet,
    columns: Sequence[TemplateColumn],
    guide: Sequence[str],
) -> None:
    base = {"font_name": FONT, "font_size": 11, "valign": "top", "text_wrap": True}
    text = book.add_format(base)
    cell = book.add_format({**base, "border": 1})
    head = book.add_format({**base, "bold": True, "border": 1, "bg_color": _OPTIONAL})
    sentences = [
        *guide,
        _("橙色并带 * 的列必填。把指针停在列名上可看到填写要求。"),
        _("第 2 行是示例（以“{mark}”开头），不会被读入，可以删去。", mark=EXAMPLE_MARK),
        _("可以增加自己的列、调整列的次序；列名不要改。"),
        _("某区域某期间确无可报告的，请填“{sheet}”表，不要交空表。", sheet=NOTHING_SHEET),
    ]
    for row, sentence in enumerate(sentences):
        page.merge_range(row, 0, row, 5, "", text)
        page.write_string(row, 0, f"{row + 1}. {sentence}", text)
        page.set_row(row, 18 * (1 + len(sentence) // 60))
    first = len(sentences) + 1
    _row(page, first, [_("列名"), _("必填"), _("格式"), _("填写要求"), _("可填"), _("示例")], head)
    for row, column in enumerate(columns, start=first + 1):
        starred = _("是") if column.required else _("否")
        allowed = _listed(_choices(column))
        cells = [column.name, starred, _form(column), column.note, allowed, column.example]
        _row(page, row, cells, cell)
    for index, width in enumerate((22, 8, 20, 46, 40, 26)):
        page.set_column(index, index, width)
    page.freeze_panes(first + 1, 0)


def _row(page: Worksheet, row: int, cells: Sequence[str], form: Format) -> None:
    for index, text in enumerate(cells):
        page.write_string(row, index, text, form)
