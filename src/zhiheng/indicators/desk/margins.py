"""Known population counts from a file, matched with the rows of a sample."""

from __future__ import annotations

import numpy as np
import polars as pl

from zhiheng.indicators.desk.asked import Margin
from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.desk.reading import complete, numbers, read_columns, read_names
from zhiheng.methods.arguments import Array
from zhiheng.office.words import _

_SHOWN = 5


def group_of(margin: Margin, frame: pl.DataFrame, findings: Findings) -> tuple[Array, Array]:
    """Each row's group, and the groups' population counts.

    The file has the margin's columns and one more with the counts; for one column it may be two
    columns of any name. Values are compared as text.
    """
    nothing: tuple[Array, Array] = (np.zeros(0), np.zeros(0))
    names = read_names(margin.file)
    chosen = _columns(margin, names)
    if chosen is None:
        findings.wrong(
            "margin.columns",
            _("{file} 的列是 {names}。", file=margin.file.name, names="、".join(names)),
            _("要有 {columns} 和一列总体数，别无其他。", columns="、".join(margin.columns)),
        )
        return nothing
    values, count = chosen
    known = read_columns(margin.file, [*values, count], findings)
    totals = numbers(known, count, findings)
    for name in (*values, count):
        complete(known, name, findings)
    for name in margin.columns:
        complete(frame, name, findings)
    wrong = int(np.sum(totals <= 0))
    if wrong:
        findings.wrong(
            "margin.positive",
            _("{file} 有 {count} 个总体数不大于 0。", file=margin.file.name, count=wrong),
            _("总体里没有的组请从文件中删去。"),
        )
    if findings.errors:
        return nothing
    of_row, of_known = _keys(frame, margin.columns), _keys(known, values)
    _match(margin, of_row, of_known, findings)
    places = {key: place for place, key in enumerate(of_known.to_list())}
    group = of_row.replace_strict(places, default=0, return_dtype=pl.Int64)
    return group.to_numpy(), totals


def _match(margin: Margin, of_row: pl.Series, of_known: pl.Series, findings: Findings) -> None:
    """Every group must be on both sides, once in the file."""
    twice = of_known.filter(of_known.is_duplicated()).unique().sort().to_list()
    for code, found, said in (
        ("margin.twice", twice, _("在 {file} 里出现不止一次", file=margin.file.name)),
        (
            "margin.sample",
            _beyond(of_row, of_known),
            _("样本里有，{file} 里没有", file=margin.file.name),
        ),
        (
            "margin.empty",
            _beyond(of_known, of_row),
            _("{file} 里有，样本里没有", file=margin.file.name),
        ),
    ):
        if found:
            shown = "、".join(str(key) for key in found[:_SHOWN])
            findings.wrong(
                code,
                _("“{column}”的 {groups} {said}。", column=margin.name, groups=shown, said=said),
                _("请合并相近的组，或补全文件。"),
            )


def _beyond(these: pl.Series, those: pl.Series) -> list[str]:
    unique = these.unique()
    return unique.filter(~unique.is_in(those.unique().to_list())).sort().to_list()


def _columns(margin: Margin, names: list[str]) -> tuple[tuple[str, ...], str] | None:
    """The file's columns of values, and the one of counts; None: they cannot be told apart."""
    if set(margin.columns) <= set(names):
        counts = [name for name in names if name not in margin.columns]
        return (margin.columns, counts[0]) if len(counts) == 1 else None
    # One column of values under another name, then the counts: nothing to be mistaken for.
    if len(margin.columns) == 1 and len(names) == 2:
        return (names[0],), names[1]
    return None


def _keys(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.Series:
    texts = [pl.col(name).cast(pl.String) for name in columns]
    return frame.select(pl.concat_str(texts, separator=" × ").alias("key"))["key"]
