"""Whether a column's values are what it holds, and in words what is wrong with those that are not.

A value is never guessed, so what looks like a mark for nothing, a day's serial number or a code
that lost its end is refused, each with what its owner can do.
"""

from __future__ import annotations

import math

import polars as pl

from zhiheng.evidence.conversion import Read, as_text, day_of_serial, tidy
from zhiheng.evidence.declaration import Column, Role, Type
from zhiheng.evidence.faults import Faults
from zhiheng.office.words import _

LONGEST_ID = 120
LONGEST_TEXT = 4000

NO_VALUE = frozenset({"无", "暂无", "空", "不详", "未知", "n/a", "na", "null", "none", "nan"})
"""What people write where there is nothing, besides signs without a letter or a digit."""

_LONGEST_SIGN = 60
"""Bytes of the longest word or row of signs that is taken to stand for nothing."""
_SCIENTIFIC = r"^[+-]?[0-9](?:\.[0-9]+[eE]\+?|[eE]\+)[0-9]{2,3}$"
_SERIAL = r"^[2-6][0-9]{4}(?:\.[0-9]+)?$"


def check_values(filed: pl.Series, read: Read, column: Column, faults: Faults) -> None:
    """Note the values that cannot be read as the column's type or lie outside of its bounds."""
    typed = read.typed
    _check_reading(filed, read, column, faults)
    if column.type in {Type.INTEGER, Type.NUMBER}:
        least = -math.inf if column.least is None else column.least
        most = math.inf if column.most is None else column.most
        faults.add(
            column,
            ~typed.is_between(least, most),
            as_text(filed),
            "range",
            _("“{value}”超出范围", value="{value}"),
            _("应在 {least} 与 {most} 之间。", least=_bound(least), most=_bound(most)),
        )
    if column.type is Type.TEXT:
        _check_text(typed, column, faults)


def _check_reading(filed: pl.Series, read: Read, column: Column, faults: Faults) -> None:
    unread = ~read.blank & read.typed.is_null()
    if not unread.any():
        return
    text = tidy(filed)
    what, fix = expectation(column)
    told = _("“{value}”不是{what}", value="{value}", what=what)
    nothing = unread & stands_for_nothing(text)
    leave = _("没有就留空。") if not column.required else _("这一列必填，要有实际的值。")
    faults.add(column, nothing, text, column.type.value, told, leave)
    rest = unread & ~nothing
    if column.type is Type.DATE:
        serial = rest & text.str.contains(_SERIAL)
        faults.add(column, serial, text, column.type.value, told, _of_serials(text.filter(serial)))
        rest &= ~serial
    if column.type in {Type.INTEGER, Type.NUMBER}:
        comma = rest & text.str.contains("[,，]")
        hint = _("逗号只用来分隔千位（1,234,567.8），小数点写成“.”。")
        faults.add(column, comma, text, column.type.value, told, hint)
        rest &= ~comma
    faults.add(column, rest, text, column.type.value, told, fix)


def _of_serials(numbers: pl.Series) -> str:
    """What to do about days that a spreadsheet program shows as plain numbers."""
    if numbers.is_empty():
        return ""
    return _(
        "若是表格软件的日期序号（如 {serial} 即 {day}），请把这一列设为日期格式，"
        "或在映射文件的 dates 里写明 excel。",
        serial=numbers[0],
        day=day_of_serial(float(numbers[0])),
    )


def _check_text(typed: pl.Series, column: Column, faults: Faults) -> None:
    longest = LONGEST_ID if column.role is Role.EXTERNAL_ID else LONGEST_TEXT
    # What a problem shows of a value is made for bad values only: it costs more than the check.
    if (overlong := typed.str.len_chars() > longest).any():
        faults.add(
            column,
            overlong,
            typed.str.slice(0, 40),
            "length",
            _("“{value}…”过长", value="{value}"),
            _("最多 {longest} 个字符。", longest=longest),
        )
    if (rounded := typed.str.contains(_SCIENTIFIC)).any():
        faults.add(
            column,
            rounded,
            # It may have been a resident identity number, which nobody should read in a result.
            typed.str.replace(r"^([+-]?[0-9]\.[0-9]{5})[0-9]+", "${1}…"),
            "precision",
            _("“{value}”是数字格式（科学计数法），后面的数位已经丢失", value="{value}"),
            _("请先把这一列设为“文本”格式，再从原系统重新粘贴完整的编码。"),
        )
    if column.role is Role.EXTERNAL_ID:
        faults.add(
            column,
            stands_for_nothing(typed),
            typed,
            "number_mark",
            _("“{value}”不是编号", value="{value}"),
            _("请填这一行自己的编号，同一编号的行会被当作更正。"),
        )


def stands_for_nothing(text: pl.Series) -> pl.Series:
    """Where there are only signs such as — or /, or a word for nothing; false where null."""
    short = (text.str.len_bytes() <= _LONGEST_SIGN).fill_null(False)
    said = text.filter(short)
    signs = ~said.str.contains(r"[\p{L}\p{N}]")
    words = said.str.to_lowercase().is_in(list(NO_VALUE))
    found = pl.repeat(False, len(text), eager=True)
    return found.scatter(short.arg_true(), signs | words)


def _bound(value: float) -> str:
    return "∞" if value == math.inf else "-∞" if value == -math.inf else f"{value:g}"


def expectation(column: Column) -> tuple[str, str]:
    """What such a column holds, and how to write it, in words."""
    match column.type:
        case Type.CODE:
            allowed = "、".join(choice.zh for choice in column.choices)
            return _("可选值"), _("可填：{allowed}。", allowed=allowed)
        case Type.DATE:
            return _("日期"), _("请写成 2026-03-05、2026/3/5 或 2026年3月5日。")
        case Type.BOOLEAN:
            return _("是或否"), _("请填“是”或“否”。")
        case Type.INTEGER:
            return _("整数"), _("请填整数，不带单位。")
        case _:
            unit = _("（单位：{unit}）", unit=column.unit) if column.unit else ""
            return _("数字"), _("请填数字{unit}，单位不要写进单元格。", unit=unit)
