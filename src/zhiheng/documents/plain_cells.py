"""Cells of a piece of a sheet's XML, by columns: one regular expression, no event a tag.

What Excel, WPS, LibreOffice and the usual libraries write has one plain form: elements without
prefix, the place as a cell's first attribute, no comments. Anything else is `NotPlain`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from zhiheng.documents.rare_cells import RareCells
from zhiheng.documents.sheet_layout import Unread, column_index
from zhiheng.documents.workbooks import number_text

_CELL = '<c r="'
_STRING = "<si>"

_PLAIN = (
    r'(?s)^([A-Z]{1,3})([0-9]{1,7})"([^<>]*)>'
    r'<(?:(v)|is><t(?: xml:space="preserve")?)>([^<]*)</(?:v|t></is)></c>(.*)$'
)
"""No byte of it leaves a choice, which is what the engine of expressions is quickest at."""
_PLAIN_GROUPS = ["letters", "row", "attributes", "value", "text", "tail"]
_OTHER = r'(?s)^([A-Z]{1,3})([0-9]{1,7})"([^<>]*)(?:/>|>(.*)</c>)(\s*(?:</row>.*)?)$'
_OTHER_GROUPS = ["letters", "row", "attributes", "inside", "tail"]
_WITHOUT_PLACE = r'(?s)^[A-Z]+[0-9]+"(.*)</c>'
_BETWEEN = r"</?row(?: [^<>]*)?>|\s"
_CELL_INSIDE = r"<c[ >]"
_FORMULA = r"^<f(?:[^<>]*/>|[^<>]*>[^<]*</f>)"
_NO_VALUE = r"^(?:<v>\s*</v>|<v/>)$"
_ATTRIBUTE = re.compile(r'([A-Za-z:]+)="([^"]*)"')
_ESCAPES = ("&", "\r", "_x")
_ESCAPED = "|".join(_ESCAPES)
_NUMBER = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_CANONICAL = r"^(?:0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9])$"
_EXACT_DIGITS = 15
_WIDEST, _TALLEST = 1 << 14, 1 << 20

_DAYS = 2_958_466
"""The serial number behind the last day of the year 9999; what lies outside shows no day."""

_EMPTY, _SHARED, _TEXT, _INLINE, _NUMERIC, _DATED, _ERROR, _RARE = range(8)
_SORTS = {"s": _SHARED, "str": _TEXT, "inlineStr": _INLINE, "n": _NUMERIC, "e": _ERROR}

CELLS = {"row": pl.UInt32, "column": pl.UInt16, "text": pl.String}


class NotPlain(Exception):
    """The sheet is not in the plain form."""


def read_cells(
    piece: bytes, strings: pl.Series, rare: RareCells
) -> tuple[pl.DataFrame, list[Unread]]:
    """The cells of whole rows that have a text, and those without a value of their own.

    Args:
        piece: from a row's begin tag to a row's end tag.
        strings: the workbook's shared strings (`read_strings`).

    Returns:
        A frame of `CELLS` in no order: 1-based places, canonical text; and the others.

    Raises:
        NotPlain, CalamineError: the piece must be read another way.
    """
    before, lines = _lines(piece, _CELL)
    if re.sub(_BETWEEN, "", before):
        raise NotPlain
    if lines.is_empty():
        return pl.DataFrame(schema=CELLS), []
    found = _sorted_out(_split(lines), rare)
    escapes = _escapes(piece)
    unread = _unread(found, rare)
    parts = [pl.DataFrame(schema=CELLS)]
    doubtful = []
    for sort in set(found["sort"].unique()) - {_EMPTY}:
        part = found.filter(pl.col("sort") == sort)
        is_doubtful = _doubtful(sort, part["text"], escapes)
        if is_doubtful.any():
            doubtful.append(part.filter(is_doubtful))
            part = part.filter(~is_doubtful)
        if len(part):
            parts.append(_places(part).with_columns(text=_read(sort, part["text"], strings)))
    if doubtful:
        others = pl.concat(doubtful)
        read = _by_library(others["line"].str.extract(_WITHOUT_PLACE), rare)
        parts.append(_places(others).with_columns(text=read))
    return pl.concat(parts).filter(pl.col("text") != ""), unread


def _places(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.select("row", "column")


def read_strings(table: bytes, rare: RareCells) -> pl.Series:
    """The shared strings of a workbook, from the XML that holds them.

    Raises:
        NotPlain, CalamineError: as `read_cells`.
    """
    _before, lines = _lines(table[: max(table.rfind(b"</sst>"), 0)], _STRING)
    lines = lines.str.strip_chars()
    plain = r'(?s)^<t(?: xml:space="preserve")?>([^<]*)</t></si>$'
    texts = lines.str.extract(plain)
    is_rare = texts.is_null() | _doubtful(_INLINE, texts, _escapes(table))
    if not is_rare.any():
        return texts
    inside = lines.filter(is_rare).str.extract(r"(?s)^(.*)</si>$")
    if inside.has_nulls():
        raise NotPlain
    cells = ' t="inlineStr"><is>' + inside + "</is>"
    return texts.scatter(is_rare.arg_true(), _by_library(cells, rare))


def _lines(piece: bytes, begin: str) -> tuple[str, pl.Series]:
    """What stands before the first begin, and behind each to the next."""
    try:
        text = pl.Series([piece], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.InvalidOperationError as error:
        raise NotPlain from error
    lines = text.str.split(begin).explode()
    return lines[0], lines[1:]


def _escapes(piece: bytes) -> bool:
    """Whether a character in it may stand for another."""
    # A single sign is looked for much faster than two.
    return any(sign[:1].encode() in piece and sign.encode() in piece for sign in _ESCAPES)


def _split(lines: pl.Series) -> pl.DataFrame:
    """A cell a row: letters, row, attributes, is_value, text, has_formula, is_rare, line.

    ``text`` is null for an empty cell and for one with more inside than a text.
    """
    found = _groups(lines, _PLAIN, _PLAIN_GROUPS).with_columns(
        is_value=pl.col("value").is_not_null(),
        has_formula=pl.lit(False),
        is_rare=pl.lit(False),
    )
    found = found.drop("value")
    is_plain = found["text"].is_not_null()
    if not is_plain.all():
        others = _others(lines.filter(~is_plain)).select(found.columns)
        found = pl.concat([found.filter(is_plain), others])
    tails = found["tail"].filter(found["tail"] != "")
    if (tails.str.replace_all(_BETWEEN, "") != "").any():
        raise NotPlain
    return found


def _others(lines: pl.Series) -> pl.DataFrame:
    """Cells that are empty, have a formula, or more inside than a text."""
    others = _groups(lines, _OTHER, _OTHER_GROUPS)
    if others["letters"].has_nulls() or others["inside"].str.contains(_CELL_INSIDE).any():
        raise NotPlain
    inside = pl.col("inside").fill_null("")
    value = inside.str.replace(_FORMULA, "")
    has_formula = value != inside
    empty = (value == "") | (has_formula & value.str.contains(_NO_VALUE))
    text = value.str.extract(r"^<v>([^<]*)</v>$")
    return others.with_columns(
        is_value=pl.lit(True),
        has_formula=has_formula,
        text=pl.when(~empty).then(text),
        is_rare=~empty & text.is_null(),
    )


def _groups(lines: pl.Series, pattern: str, names: list[str]) -> pl.DataFrame:
    found = lines.str.extract_groups(pattern).struct.unnest()
    found.columns = names
    return found.with_columns(lines.alias("line"))


def _sorted_out(split: pl.DataFrame, rare: RareCells) -> pl.DataFrame:
    """With row and column as numbers; and sort, how the text is read."""
    sorts = _each(split["attributes"], lambda said: _sort(said, rare), pl.Int8)
    columns = _each(split["letters"], column_index, pl.UInt16)
    is_inline = pl.col("sort") == _INLINE
    found = split.with_columns(
        pl.col("row").cast(pl.UInt32), sorts.alias("sort"), columns.alias("column")
    ).with_columns(
        sort=pl.when(pl.col("text").is_null() & ~pl.col("is_rare"))
        .then(_EMPTY)
        .when(pl.col("is_rare") | (pl.col("is_value") == is_inline))
        .then(_RARE)
        .otherwise("sort")
    )
    _require_single(found)
    return found


def _each(texts: pl.Series, read: Callable[[str], int], dtype: type[pl.DataType]) -> pl.Series:
    """What texts read as, of which few are distinct."""
    distinct = texts.unique()
    numbers = pl.Series([read(text) for text in distinct], dtype=dtype)
    return numbers.gather(texts.cast(pl.Enum(distinct)).to_physical())


def _require_single(found: pl.DataFrame) -> None:
    """No place twice, and none outside of a sheet."""
    places = found["row"].cast(pl.UInt64) * _WIDEST + found["column"]
    places = places if places.is_sorted() else places.sort()
    if (places.diff() == 0).any() or not found["row"].is_between(1, _TALLEST).all():
        raise NotPlain


def _doubtful(sort: int, texts: pl.Series, escapes: bool) -> pl.Series:
    """Which of these texts only the library can read."""
    if sort in (_TEXT, _INLINE):
        is_doubtful = texts.str.contains(_ESCAPED) if escapes else texts.is_null()
        if sort == _INLINE:
            # Whether blanks at the ends of a `t` element count depends on an attribute of it.
            bare = texts.str.strip_chars(" \t\n")
            is_doubtful |= bare.str.len_bytes() != texts.str.len_bytes()
        return is_doubtful
    if sort == _NUMERIC:
        return ~texts.str.contains(_NUMBER)
    if sort == _DATED:
        serial = texts.cast(pl.Float64, strict=False)
        return ~texts.str.contains(_NUMBER) | serial.is_between(0, _DAYS, closed="left")
    return pl.repeat(sort != _SHARED, len(texts), eager=True)


def _sort(attributes: str, rare: RareCells) -> int:
    said = dict(_ATTRIBUTE.findall(attributes))
    sort = _SORTS.get(said.get("t", "n"), _RARE)
    if sort == _NUMERIC:
        style = f' s="{said["s"]}"' if "s" in said else ""
        return _NUMERIC if rare.is_number(style) else _DATED
    return sort


def _read(sort: int, texts: pl.Series, strings: pl.Series) -> pl.Series:
    if sort == _SHARED:
        number = texts.cast(pl.UInt32, strict=False)
        if number.has_nulls() or number.max() >= len(strings):  # type: ignore[operator]
            raise NotPlain
        return strings.gather(number)
    return texts if sort in (_TEXT, _INLINE) else _canonical(texts)


def _canonical(numbers: pl.Series) -> pl.Series:
    """As `workbooks.number_text`, which the few are asked that are not said that way already."""
    alike = numbers.str.contains(_CANONICAL) & (numbers.str.len_bytes() <= _EXACT_DIGITS)
    if alike.all():
        return numbers
    others = {text: number_text(float(text)) for text in numbers.filter(~alike).unique()}
    return numbers.replace(others)


def _by_library(cells: pl.Series, rare: RareCells) -> pl.Series:
    return cells.replace_strict(rare.read(cells.unique()), return_dtype=pl.String)


def _unread(found: pl.DataFrame, rare: RareCells) -> list[Unread]:
    """Errors, and formulas that the program which wrote the file did not compute."""
    suspects = found.filter(
        (pl.col("sort") == _ERROR) | (pl.col("has_formula") & pl.col("sort").is_in([_EMPTY, _RARE]))
    )
    unread = []
    for row, column, attributes, text, line, sort in suspects.select(
        "row", "column", "attributes", "text", "line", "sort"
    ).iter_rows():
        if sort == _ERROR:
            unread.append(Unread(row, column, text))
        elif 't="str"' not in attributes and (sort == _EMPTY or not _reading(line, rare)):
            unread.append(Unread(row, column, "="))
    return unread


def _reading(line: str, rare: RareCells) -> str | None:
    inside = re.match(_WITHOUT_PLACE, line)
    return rare.read([inside[1]])[inside[1]] if inside else None
