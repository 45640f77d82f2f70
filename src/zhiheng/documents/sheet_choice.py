"""Which sheet of a workbook is the delivery; a second one that could be it is never passed over."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

import polars as pl

from zhiheng.documents.headers import SEARCHED, matches
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

NOTHING_SHEET = "无可报告"
"""Sheet of a template on which a reporter declares periods with nothing to report."""

PROBLEM_SHEET = "问题清单"
"""Sheet that marking adds."""

OURS = (NOTHING_SHEET, PROBLEM_SHEET)


@dataclass(frozen=True)
class Fit:
    """How many of the expected names a sheet's best row holds, and whether rows follow it."""

    names: int
    has_rows: bool


def fit(grid: pl.DataFrame, expected: Set[str]) -> Fit:
    """How well a sheet's cells fit."""
    counts = [matches(cells, expected) for cells in grid.head(SEARCHED).rows()]
    best = max(counts)
    below = grid[len(counts) - counts[::-1].index(best) :]
    return Fit(best, any(count < len(below) for count in below.null_count().row(0)))


def refuse_several(fits: dict[str, Fit], chosen: str) -> None:
    """Raises ContentError ``file.sheets`` where another sheet holds rows under like names."""
    best = fits[chosen].names
    fits = {name: found for name, found in fits.items() if name == chosen or name not in OURS}
    alike = [n for n, f in fits.items() if n == chosen or (f.has_rows and 2 * f.names > best)]
    if best and len(alike) > 1:
        raise ContentError(
            "file.sheets",
            _("有几个工作表都像是数据：{sheets}，一次只能读一个。", sheets="、".join(alike)),
            _("请合并到一个工作表，或分成几个文件；只要其中一个的，在映射文件里用 sheet 写明。"),
        )


def hidden_alike(
    sheets: tuple[str, ...], expected: Set[str], read: Callable[[str], pl.DataFrame]
) -> tuple[str, ...]:
    """Which hidden sheets hold more than one of the expected names in a row."""
    if not expected:
        return ()
    found = []
    for name in sheets:
        grid = read(name)
        if not grid.is_empty() and fit(grid, expected).names > 1:
            found.append(name)
    return tuple(found)


def only_hidden(sheets: tuple[str, ...]) -> ContentError:
    """The error where the delivery stands on sheets that nobody sees."""
    return ContentError(
        "file.hidden_sheet",
        _("数据在隐藏的工作表里：{sheets}，没有读取。", sheets="、".join(sheets)),
        _("请在表格软件里取消隐藏，核对后再交。"),
    )
