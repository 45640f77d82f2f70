"""From text as filed to typed values, column by column; what cannot be read stays null.

Full-width digits and signs are read as their plain forms, signs that nobody sees are left out; a
value is never guessed. Every function takes and returns whole columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from zhiheng.documents.headers import INVISIBLE
from zhiheng.evidence.declaration import Column, Role, Type

DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
EXCEL = "excel"
EXCEL_EPOCH = 25_569
"""Serial number of 1970-01-01 in a spreadsheet's calendar."""
TRUE = frozenset({"是", "有", "真", "合格", "√", "true", "yes", "y", "1"})
FALSE = frozenset({"否", "无", "假", "不合格", "×", "false", "no", "n", "0"})

_TIME = (
    r"(?:T|\s+)(?:[01]?[0-9]|2[0-3])[:：][0-5][0-9](?:[:：][0-5][0-9](?:\.[0-9]+)?)?(?:\+08:?00)?$"
)
_MIDNIGHT = r"T?00:00(?::00(?:\.0+)?)?Z?$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?$"
_RAISED = r"\p{No}"
"""Superscripts, circled digits, fractions: Unicode's other numbers."""
_WIDE = {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF5B), 0xFF0D)}
_WIDE = {wide: plain for wide, plain in _WIDE.items() if plain.isalnum() or plain == "-"}

_OFTEN_REPEATED = {Type.DATE, Type.BOOLEAN, Type.CODE}
_LOOKED_AT = 2_000

POLARS_TYPE: dict[Type, type[pl.DataType]] = {
    Type.TEXT: pl.String,
    Type.INTEGER: pl.Int64,
    Type.NUMBER: pl.Float64,
    Type.DATE: pl.Date,
    Type.BOOLEAN: pl.Boolean,
    Type.CODE: pl.String,
}
"""The lake's type of each declared type."""


def text_of(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The column as a person would write its values; see `as_text`."""
    if dtype.is_float():
        whole = column.is_finite() & (column == column.floor()) & (column.abs() < 2**53)
        return (pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String))).otherwise(
            column.cast(pl.String)
        )
    return column.cast(pl.String)


def as_text(values: pl.Series) -> pl.Series:
    """The values as a person would write them: 44.0 is 44, a day is ISO."""
    name = values.name
    return values.to_frame("v").select(text_of(pl.col("v"), values.dtype).alias(name))[name]


def _only(values: pl.Series, keep: pl.Series) -> pl.Series:
    """The values where ``keep`` is true, null elsewhere."""
    return pl.select(pl.when(keep).then(values).alias(values.name)).to_series()


def tidy(values: pl.Series) -> pl.Series:
    """As text, without surrounding blanks and without invisible signs; nothing else is null."""
    text = as_text(values)
    if not _is_plain(text) and text.str.contains(INVISIBLE).any():
        text = text.str.replace_all(INVISIBLE, "")
    text = text.str.strip_chars()
    return _only(text, text != "")


def _is_plain(text: pl.Series) -> bool:
    """Whether there is nothing but ASCII in it."""
    return bool((text.str.len_bytes() == text.str.len_chars()).all())


def convert(
    values: pl.Series, column: Column, formats: list[str] | None = None, factor: float = 1.0
) -> pl.Series:
    """The typed column: null where a value is empty or cannot be read as the column's type.

    Args:
        values: as filed, text or already typed (Parquet).
        formats: further date formats of a mapping (strptime, or ``excel`` for serial numbers).
        factor: what a filed number is multiplied by.
    """
    return read_column(values, column, formats, factor).typed


@dataclass(frozen=True)
class Read:
    """A column as read: ``typed`` is null where the value is ``blank`` or cannot be read."""

    typed: pl.Series
    blank: pl.Series


def read_column(
    values: pl.Series, column: Column, formats: list[str] | None = None, factor: float = 1.0
) -> Read:
    """`convert`, and which values are blank. A value that occurs often is read only once."""
    if column.type not in _OFTEN_REPEATED or not _repeats(values):
        return _read_each(values, column, formats or [], factor)
    distinct = values.unique()
    read = _read_each(distinct, column, formats or [], factor)
    table = pl.DataFrame({"value": distinct, "typed": read.typed, "blank": read.blank})
    found = values.to_frame("value").join(
        table, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    return Read(found["typed"].alias(values.name), found["blank"])


def _repeats(values: pl.Series) -> bool:
    looked_at = values[:_LOOKED_AT]
    return len(values) > _LOOKED_AT and looked_at.n_unique() < _LOOKED_AT // 4


def _read_each(values: pl.Series, column: Column, formats: list[str], factor: float) -> Read:
    text = tidy(values)
    if column.type is Type.DATE:
        typed = _dates(values, text, formats)
    elif column.type is Type.TEXT:
        # One who types wide letters another day still means the same row.
        is_wide = column.role is Role.EXTERNAL_ID and not _is_plain(text)
        typed = text.str.replace_many(_WIDE) if is_wide else text
    else:
        typed = _READERS[column.type](_half_width(text), column, factor)
    return Read(typed, text.is_null())


def _half_width(text: pl.Series) -> pl.Series:
    """Full-width digits and signs in their plain forms; plain text is left as it is, for speed.

    So is text with digits that are more than wide: 10⁵ is not 105, nor ① the number 1.
    """
    if _is_plain(text):
        return text
    return text.zip_with(text.str.contains(_RAISED), text.str.normalize("NFKC"))


def _plain_number(text: pl.Series) -> pl.Series:
    """A comma stands between groups of three digits or nowhere: elsewhere it may be a point."""
    plain = text.str.strip_chars()
    if plain.str.contains(",", literal=True).any():
        grouped = plain.str.contains(_THOUSANDS)
        plain = plain.zip_with(~grouped, plain.str.replace_all(",", "", literal=True))
    number = plain.cast(pl.Float64, strict=False)
    return _only(number, number.is_finite())


def _numbers(text: pl.Series, column: Column, factor: float) -> pl.Series:
    if column.share_where:
        signed = text.str.ends_with("%")
        number = _plain_number(text.str.strip_suffix("%"))
        # Division by 100 may be done as a multiplication, which is off in the last digit.
        share = (number / 100).round(12)
        return _times(number, factor).zip_with(~signed.fill_null(False), share)
    return _times(_plain_number(text), factor)


def _times(number: pl.Series, factor: float) -> pl.Series:
    """What grows beyond every number is null."""
    if factor == 1.0:
        return number
    number = number * factor
    return _only(number, number.is_finite())


def _integers(text: pl.Series, _column: Column, factor: float) -> pl.Series:
    number = _plain_number(text) * factor
    whole = (number == number.floor()) & (number.abs() < 2**53)
    return _only(number, whole).cast(pl.Int64)


def _booleans(text: pl.Series, _column: Column, _factor: float) -> pl.Series:
    said = text.str.to_lowercase()
    table = {**dict.fromkeys(TRUE, True), **dict.fromkeys(FALSE, False)}
    return said.replace_strict(table, default=None, return_dtype=pl.Boolean)


def _codes(text: pl.Series, column: Column, _factor: float) -> pl.Series:
    table = {
        said.casefold(): choice.code
        for choice in column.choices
        for said in (choice.zh, choice.en, choice.code)
    }
    return text.str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.String)


def day_of_serial(serial: float) -> date:
    """The day that a spreadsheet program counts with this number."""
    return date(1970, 1, 1) + timedelta(days=int(serial) - EXCEL_EPOCH)


_READERS: dict[Type, Callable[[pl.Series, Column, float], pl.Series]] = {
    Type.NUMBER: _numbers,
    Type.INTEGER: _integers,
    Type.BOOLEAN: _booleans,
    Type.CODE: _codes,
}


def _days_here(moments: pl.Series) -> pl.Series:
    """The day that it was here at each moment; one without a zone is told in local time."""
    if moments.dtype.time_zone is None:  # type: ignore[attr-defined]
        return moments.dt.date()
    # Not above: whoever only hashes or measures never loads the framework.
    from django.conf import settings

    return moments.dt.convert_time_zone(settings.TIME_ZONE).dt.date()


def _dates(values: pl.Series, text: pl.Series, formats: list[str]) -> pl.Series:
    if isinstance(values.dtype, pl.Datetime):
        return _days_here(values)
    if values.dtype == pl.Date:
        return values
    # The time of day is no part of a day; of a midnight elsewhere nobody means the hour.
    text = _half_width(text).str.replace(_TIME, "")
    text = text.str.replace_all(" ", "", literal=True).str.replace(_MIDNIGHT, "")
    day = pl.Series(text.name, [None] * len(text), dtype=pl.Date)
    for pattern in dict.fromkeys((*DATE_FORMATS, *formats)):
        if pattern == EXCEL:
            serial = text.cast(pl.Float64, strict=False)
            serial = _only(serial, serial.is_between(1, 80_000))
            read = (serial.floor() - EXCEL_EPOCH).cast(pl.Int32).cast(pl.Date)
        elif pattern == "%Y%m%d":
            eight = _only(text, text.str.contains(r"^\d{8}$"))
            read = eight.str.to_date(pattern, strict=False)
        else:
            read = text.str.to_date(pattern, strict=False)
        day = day.zip_with(day.is_not_null(), read)
    year = day.dt.year()
    return _only(day, year.is_between(1900, 2200))
