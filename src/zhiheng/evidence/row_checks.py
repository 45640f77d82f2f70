"""Rows of a delivery that are none: totals, notes under the table, lines for signatures.

Each is one problem in words, not one for every cell that it leaves empty.
"""

from __future__ import annotations

import polars as pl

from zhiheng.evidence.conversion import Read
from zhiheng.evidence.declaration import Column, Kind, Role
from zhiheng.evidence.faults import Faults
from zhiheng.evidence.problems import Problem, in_order
from zhiheng.office.words import _

TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "累计", "总合计", "本页合计", "本页小计", "本月合计"}
    | {"本年累计", "全市合计", "total", "subtotal", "sum"}
)
_TOTAL_SIGNS = ["计", "otal", "OTAL", "um", "UM"]
_FEWEST_REQUIRED = 3


def without_other_rows(
    read: dict[str, Read], kind: Kind, faults: Faults, rows: pl.Series
) -> list[Problem]:
    """The problems of ``faults``, those of a row that is none replaced by one that says so.

    Args:
        read: what was filed, by the column's name.
        rows: the numbers of the rows.
    """
    total, blank, required = _totals(read, kind, len(rows)), None, _required(read, kind)
    if len(required) >= _FEWEST_REQUIRED:
        empty = pl.DataFrame([read[c.name].blank.alias(c.name) for c in required])
        blank = empty.select(pl.sum_horizontal(pl.all().cast(pl.UInt8))).to_series()
    none = total if blank is None else total | (blank * 2 > len(required))
    if not none.any():
        return in_order(faults.found)
    number = _number_of(kind)
    said = []
    for place in none.arg_true():
        texts = (column.typed[place] for column in read.values())
        value = next((str(text) for text in texts if text is not None), "")
        missing = [faults.title(c) for c in required if read[c.name].blank[place]]
        said.append(_other_row(rows[place], faults.title(number), value, missing, total[place]))
    dropped = set(rows.filter(none))
    return in_order([*(p for p in faults.found if p.row not in dropped), *said])


def _number_of(kind: Kind) -> Column:
    number = kind.with_role(Role.EXTERNAL_ID)
    assert number is not None
    return number


def _required(read: dict[str, Read], kind: Kind) -> list[Column]:
    return [column for column in kind.columns if column.required and column.name in read]


def _totals(read: dict[str, Read], kind: Kind, count: int) -> pl.Series:
    """Where number, region or subject say that the row is a sum of others.

    There are firms called Total: of a row that has a number only a Chinese word is believed.
    """
    found = pl.repeat(False, count, dtype=pl.Boolean, eager=True)
    number = _number_of(kind).name
    unnumbered = read[number].blank if number in read else ~found
    for column in kind.columns:
        if column.role not in {Role.EXTERNAL_ID, Role.REGION, Role.SUBJECT_NAME}:
            continue
        text = read[column.name].typed if column.name in read else None
        if text is None or not text.str.contains_any(_TOTAL_SIGNS).any():
            continue
        bare = text.str.replace_all(r"[\s:：]", "").str.to_lowercase()
        said = bare.is_in(list(TOTALS)).fill_null(False)
        if column.role is Role.SUBJECT_NAME:
            said &= unnumbered | ~bare.str.contains("^[a-z]+$").fill_null(False)
        found |= said
    return found


def _other_row(row: int, title: str, value: str, missing: list[str], total: bool) -> Problem:
    if total:
        message = _("这一行是合计，不是一条数据")
        fix = _("请删去合计行后再交；合计由系统计算。")
    else:
        message = _("这一行不像一条数据：必填的 {columns} 都空着", columns="、".join(missing))
        fix = _("表下的说明、签名和空模板行请删去；确为数据的请补全。")
    return Problem(row, title, value[:40], "not_a_row", message, fix)
