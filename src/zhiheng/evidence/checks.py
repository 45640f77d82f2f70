"""Every check of a mapped table at once: typed rows out, and all problems with row and value."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from zhiheng.documents.headers import ROW
from zhiheng.evidence.conversion import POLARS_TYPE, Read, read_column, tidy
from zhiheng.evidence.declaration import Column, Kind, Role, Type
from zhiheng.evidence.faults import Faults
from zhiheng.evidence.mapping import Mapping
from zhiheng.evidence.numbers import Numbers
from zhiheng.evidence.problems import Problem
from zhiheng.evidence.region_checks import check_regions
from zhiheng.evidence.row_checks import without_other_rows
from zhiheng.evidence.value_checks import check_values
from zhiheng.office.actors import Actor
from zhiheng.office.regions import RegionTree
from zhiheng.office.words import _
from zhiheng.subjects.references import mentions_person

_COLUMNS_AT_ONCE = 4


@dataclass
class Checked:
    """A checked table.

    Attributes:
        frame: ``ROW`` and every column of the kind, typed; region holds keys.
        problems: all faults, in the order of the rows.
    """

    frame: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)


def check(
    filed: pl.DataFrame,
    kind: Kind,
    mapping: Mapping,
    tree: RegionTree,
    actor: Actor,
    today: date,
) -> Checked:
    """Convert and check a whole table under the kind's column names (see `apply_mapping`)."""
    checked = check_rows(filed, kind, mapping, tree, actor, today)
    numbers = Numbers(number_column(kind).name)
    numbers.add(checked.frame)
    faulty = pl.Series([p.row for p in checked.problems], dtype=pl.Int64)
    shared = numbers.shared([checked.frame], faulty)
    again = number_problems(shared.conflicting, kind, mapping)
    checked.problems = sorted([*checked.problems, *again])
    return checked


def number_column(kind: Kind) -> Column:
    column = kind.with_role(Role.EXTERNAL_ID)
    assert column is not None
    return column


def number_problems(conflicting: pl.DataFrame, kind: Kind, mapping: Mapping) -> list[Problem]:
    """Rows of one file that share a number must say the same; see `numbers`."""
    faults = Faults(conflicting[ROW], mapping)
    faults.add(
        number_column(kind),
        conflicting["number"].is_not_null(),
        conflicting["number"],
        "duplicate",
        _("编号“{value}”在本文件中出现多次，内容不同", value="{value}"),
        _("同一编号只留一行；若是两件事，请分别编号。"),
    )
    return faults.found


def check_rows(
    filed: pl.DataFrame,
    kind: Kind,
    mapping: Mapping,
    tree: RegionTree,
    actor: Actor,
    today: date,
) -> Checked:
    """`check` of some of a table's rows, each by itself."""
    faults = Faults(filed[ROW], mapping)
    columns: dict[str, pl.Series] = {ROW: filed[ROW]}
    reads: dict[str, Read] = {}
    for column, read in zip(kind.columns, _read_all(filed, kind, mapping), strict=True):
        if read is None:
            nothing = pl.Series(column.name, [None] * len(filed), POLARS_TYPE[column.type])
            columns[column.name] = nothing
            continue
        reads[column.name] = read
        check_values(filed[column.name], read, column, faults)
        if column.required:
            faults.add(
                column,
                read.blank,
                read.typed,
                "required",
                _("“{title}”为必填，却是空的", title="{title}"),
                _(
                    "请补填{example}。",
                    example=_("（例如 {it}）", it=column.example) if column.example else "",
                ),
            )
        columns[column.name] = read.typed.alias(column.name)
    _check_shares(filed, columns, kind, mapping, faults)
    _check_persons(columns, kind, faults)
    check_regions(columns, kind, tree, actor, faults)
    _check_days(columns, kind, today, faults)
    problems = without_other_rows(reads, kind, faults, filed[ROW])
    return Checked(pl.DataFrame(columns), problems)


def _read_all(filed: pl.DataFrame, kind: Kind, mapping: Mapping) -> list[Read | None]:
    """Every column of the kind as read, several at once; None for one that was not filed."""

    def read(column: Column) -> Read | None:
        if column.name not in filed.columns:
            return None
        factor = mapping.units[column.name].factor if column.name in mapping.units else 1.0
        return read_column(filed[column.name], column, mapping.dates.get(column.name), factor)

    with ThreadPoolExecutor(_COLUMNS_AT_ONCE) as pool:
        return list(pool.map(read, kind.columns))


def _check_shares(
    filed: pl.DataFrame,
    columns: dict[str, pl.Series],
    kind: Kind,
    mapping: Mapping,
    faults: Faults,
) -> None:
    """Whether 0.95 and 95 mean the same nobody can tell; a percent sign or the mapping says it."""
    for column in kind.columns:
        if not column.share_where or column.name not in filed.columns:
            continue
        unit = columns[column.share_where].str.normalize("NFKC")
        text = tidy(filed[column.name])
        signed = text.str.normalize("NFKC").str.ends_with("%")
        bare = (unit == "%") & ~signed
        value = columns[column.name]
        if column.name in mapping.units:
            faults.add(
                column,
                bare & value.is_not_null() & (value != 0) & (value.abs() <= 0.01),
                text,
                "percent",
                _("“{value}”是 {value}% 还是比例 {value}，分不清", value="{value}"),
                _("请带上百分号，如 95%。"),
            )
        else:
            faults.add(
                column,
                bare & (value.abs() > 1),
                text,
                "percent",
                _("“{value}”的单位是 %，应填比例", value="{value}"),
                _("请填 0.95，或带上百分号（95%），或在映射文件的 units 里写明系数 0.01。"),
            )


def _check_persons(columns: dict[str, pl.Series], kind: Kind, faults: Faults) -> None:
    """A resident identity number must not stand where everybody can read it."""
    for column in kind.columns:
        values = columns[column.name]
        if column.personal or column.type is not Type.TEXT or values.dtype != pl.String:
            continue
        bad = mentions_person(values)
        if bad.any():
            faults.add(
                column,
                bad,
                values.str.replace(r"^(.{6}).*(.{4})$", "${1}********${2}"),
                "personal_id",
                _("“{value}”是居民身份证号，不能写在这一列", value="{value}"),
                _("请删去；个体工商户请填统一社会信用代码，没有代码的留空。"),
            )


def _check_days(columns: dict[str, pl.Series], kind: Kind, today: date, faults: Faults) -> None:
    column = kind.with_role(Role.OCCURRED_ON)
    assert column is not None
    day = columns[column.name]
    faults.add(
        column,
        day > today,
        day,
        "future",
        _("日期 {value} 还没有到", value="{value}"),
        _("请核对年份；最晚为 {today}。", today=today),
    )
    for order in kind.orders:
        first, second = kind.column(order.first), kind.column(order.second)
        faults.add(
            second,
            columns[second.name] < columns[first.name],
            columns[second.name],
            "order",
            _("{value} 早于“{first}”", value="{value}", first=faults.title(first)),
            _(
                "“{second}”不能早于“{first}”。",
                second=faults.title(second),
                first=faults.title(first),
            ),
        )
