"""A kind's typed rows as a department writes them: its mapping file, read backwards.

The mapping says how the department's columns and words are to be understood; here the same words
are chosen to say what the rows mean. So a file and its mapping cannot drift apart.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from zhiheng.evidence.declaration import Column, Role, Type
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.mapping import Mapping
from zhiheng.sample_city.places import CITY, tree

_FULL_WIDTH = dict(zip("0123456789.", "０１２３４５６７８９．", strict=True))
_FILLER = {"序号": None, "备注": "", "填报人": "办公室", "是否公示": "是", "经办科室": "监管科"}
"""What stands in the columns that a mapping knowingly ignores; 序号 counts the rows."""

_EXCEL_EPOCH = date(1899, 12, 30)


def spell(frame: pl.DataFrame, mapping: Mapping, rng: np.random.Generator) -> pl.DataFrame:
    """Text columns under the department's titles, in the mapping's order.

    ``frame`` has the kind's columns, typed, regions as keys. Some numbers come out full-width
    and some names with blanks behind them, as happens.
    """
    columns: dict[str, pl.Series] = {}
    for title in mapping.ignore:
        filler = _FILLER[title]
        counted = pl.Series(range(1, frame.height + 1)).cast(pl.String)
        same = pl.Series([filler], dtype=pl.String).new_from_index(0, frame.height)
        columns[title] = counted if filler is None else same
    for name, source in mapping.columns.items():
        column = mapping.declared.column(name)
        if column.role is Role.REGION:
            columns |= _regions(frame, column, source, mapping, rng)
        else:
            assert isinstance(source, str)
            columns[source] = _spelled(frame[name], column, mapping, rng)
    return pl.DataFrame(columns)


def _spelled(
    values: pl.Series, column: Column, mapping: Mapping, rng: np.random.Generator
) -> pl.Series:
    match column.type:
        case Type.DATE:
            return _days(values, mapping.dates.get(column.name, ["%Y-%m-%d"]), rng)
        case Type.CODE:
            return _words(values, column, mapping, rng)
        case Type.BOOLEAN:
            said = mapping.values.get(column.name, {"是": True, "否": False})
            words = {_truth(v): str(k) for k, v in said.items()}
            return values.replace_strict(words, default=None, return_dtype=pl.String)
        case Type.NUMBER | Type.INTEGER:
            unit = mapping.units.get(column.name)
            return _numbers(values, unit.factor if unit else 1.0, rng)
        case _:
            text = values.cast(pl.String)
            if column.role is Role.SUBJECT_NAME:
                text = _now_and_then(text, text + " ", 0.01, rng)
            return text


def _truth(value: object) -> bool:
    return value in (True, "true", "是")


def _days(values: pl.Series, formats: list[str], rng: np.random.Generator) -> pl.Series:
    which = pl.Series(rng.integers(0, len(formats), len(values)))
    written = pl.Series([None] * len(values), dtype=pl.String)
    for at, pattern in enumerate(formats):
        written = written.zip_with(which != at, _day(values, pattern))
    return written


def _day(values: pl.Series, pattern: str) -> pl.Series:
    if pattern == "excel":
        days = (values - pl.Series([_EXCEL_EPOCH])).dt.total_days()
        return days.cast(pl.String)
    # People write 2026年3月5日, without the zeros of a machine.
    return values.dt.strftime(
        pattern.replace("%m", "%-m").replace("%d", "%-d")
        if pattern not in {"%Y-%m-%d", "%Y%m%d"}
        else pattern
    )


def _words(
    values: pl.Series, column: Column, mapping: Mapping, rng: np.random.Generator
) -> pl.Series:
    """The first word for a code mostly, its synonyms now and then."""
    words: dict[str, list[str]] = {}
    for word, code in mapping.values.get(column.name, {}).items():
        words.setdefault(str(code), []).append(str(word))
    for choice in column.choices:
        words.setdefault(choice.code, [choice.zh])
    usual = {code: said[0] for code, said in words.items()}
    other = {code: said[-1] for code, said in words.items()}
    written = values.replace_strict(usual, default=None, return_dtype=pl.String)
    rare = values.replace_strict(other, default=None, return_dtype=pl.String)
    return _now_and_then(written, rare, 0.12, rng)


def _numbers(values: pl.Series, factor: float, rng: np.random.Generator) -> pl.Series:
    filed = (values.cast(pl.Float64) / factor).round(6)
    whole = filed == filed.floor()
    text = filed.cast(pl.String).str.replace(r"\.0$", "")
    text = text.zip_with(
        ~whole.fill_null(False), filed.cast(pl.Int64, strict=False).cast(pl.String)
    )
    wide = text.str.replace_many(list(_FULL_WIDTH), list(_FULL_WIDTH.values()))
    return _now_and_then(text, wide, 0.01, rng)


def _regions(
    frame: pl.DataFrame,
    column: Column,
    source: str | list[str],
    mapping: Mapping,
    rng: np.random.Generator,
) -> dict[str, pl.Series]:
    """One column: keys, or names; several: the path of names from the city down."""
    keys = frame[column.name]
    if isinstance(source, str) and source.endswith("代码"):
        return {source: keys}
    names = _names_on(keys, frame["occurred_on"])
    if isinstance(source, str):
        return {source: _now_and_then(names, names + "　", 0.01, rng)}
    city = pl.Series([tree().as_of(date(2026, 1, 1)).name(CITY)]).new_from_index(0, len(keys))
    district = names.set(keys == CITY, None)
    return dict(zip(source, (city, district), strict=True))


def _names_on(keys: pl.Series, days: pl.Series) -> pl.Series:
    """The name of each region on its row's day; an ended one keeps its last name."""
    last = {v.key: v.name for v in tree().versions}
    written = keys.replace_strict(last, default=None, return_dtype=pl.String)
    for version in tree().versions:
        if version.valid_to is not None:
            held = (keys == version.key) & (days < version.valid_to)
            written = written.set(held, version.name)
    return written


def _now_and_then(
    usual: pl.Series, other: pl.Series, chance: float, rng: np.random.Generator
) -> pl.Series:
    return usual.zip_with(pl.Series(rng.random(len(usual)) >= chance), other)


def template(kind: str) -> Mapping:
    """The mapping of a department that fills in the kind's own template."""
    declared = ALL[kind]
    return Mapping(kind=kind, columns={c.name: c.zh for c in declared.columns})
