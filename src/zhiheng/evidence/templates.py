"""The Excel template of a kind, straight from its declaration."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from zhiheng.documents.templates import TemplateColumn, write_template
from zhiheng.evidence.declaration import Column, Kind, Type
from zhiheng.office.words import _

_KIND: dict[Type, Literal["text", "number", "integer", "date", "boolean"]] = {
    Type.TEXT: "text",
    Type.CODE: "text",
    Type.NUMBER: "number",
    Type.INTEGER: "integer",
    Type.DATE: "date",
    Type.BOOLEAN: "boolean",
}


def write_kind_template(kind: Kind, path: Path) -> None:
    """Write the template: drop-downs, notes, example row, nothing-to-report sheet."""
    write_template(path, [_column(c) for c in kind.columns], sheet=kind.zh)


def _column(column: Column) -> TemplateColumn:
    choices = tuple(choice.zh for choice in column.choices)
    return TemplateColumn(
        name=column.zh,
        note=_note(column),
        required=column.required,
        choices=choices,
        kind=_KIND[column.type],
        example=column.example or (choices[0] if choices else ""),
    )


def _note(column: Column) -> str:
    parts = [
        _("必填") if column.required else _("选填"),
        column.note,
        _("单位：{unit}", unit=column.unit) if column.unit else "",
        _("个人信息，仅留密封摘要，可依法删除") if column.personal else "",
        f"{column.en} ({column.name})",
    ]
    return ";".join(part for part in parts if part)
