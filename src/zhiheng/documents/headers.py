"""Which row of a table holds its names, and what they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Set

import polars as pl

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

ROW = "__row__"
"""Name of the frame's first column: the row number a person sees in a spreadsheet program."""

SEARCHED = 30
"""Rows from the top among which the header is looked for."""


INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
"""Soft hyphens, zero-width blanks, marks of direction, byte order marks."""

_WIDE = r"[^\x00-\x7f]"
_REQUIRED = r"[（(【\[]\s*(?:必填|选填|可选)项?\s*[)）】\]]"


def clean_header(text: str | None) -> str:
    """A header cell as a name, without what only its looks need: line breaks, blanks between
    Chinese characters, invisible signs; stars, a colon and 必填 at the ends."""
    name = re.sub(INVISIBLE, "", text or "").strip()
    name = re.sub(rf"(?<={_WIDE})\s*[\r\n]+\s*|(?<={_WIDE})\s+(?={_WIDE})", "", name)
    name = re.sub(r"\s*[\r\n]+\s*", " ", name)
    name = re.sub(rf"^{_REQUIRED}|{_REQUIRED}$", "", name.strip("*＊﹡★"))
    return name.strip("*＊﹡★:：").strip()


def column_letter(index: int) -> str:
    """The spreadsheet letter of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def matches(cells: tuple[str | None, ...], expected: Set[str]) -> int:
    """How many of the expected names the cells hold."""
    return len(expected & {clean_header(cell) for cell in cells if isinstance(cell, str)})


def header_row_of(filled: pl.DataFrame, wanted: int | None, expected: Set[str]) -> int:
    """The number of the row with most of the expected names, or the wanted one.

    Raises ContentError: ``file.header``.
    """
    if wanted is not None:
        if wanted not in filled[ROW]:
            raise ContentError(
                "file.header",
                _("第 {row} 行是空行，不能作表头。", row=wanted),
                _("请指明写有列名的那一行。"),
            )
        return wanted
    top = filled.head(SEARCHED).rows()
    if not expected:
        return int(top[0][0])
    best = max(top, key=lambda cells: matches(cells[1:], expected))
    matched = matches(best[1:], expected)
    if not matched:
        held = "、".join(clean_header(cell) for cell in top[0][1:] if cell)
        raise ContentError(
            "file.header",
            _(
                "前 {count} 行里没有一行写有所需的列名；第 {row} 行写的是：{held}。",
                count=SEARCHED,
                row=top[0][0],
                held=held[:200],
            ),
            _("所需列名：{names}。", names="、".join(sorted(expected))),
        )
    # Titles merged over two rows stand in both; the lower one also has those beneath a group.
    alike = [cells[0] for cells in top if matches(cells[1:], expected) >= matched]
    header = int(best[0])
    while header + 1 in alike:
        header += 1
    return header


def refuse_reserved(names: Iterable[str]) -> None:
    """Raises ContentError: ``file.header_reserved``."""
    if ROW in names:
        raise ContentError(
            "file.header_reserved",
            _("不能有名为“{name}”的列，本系统用它记行号。", name=ROW),
            _("请改名或删去这一列。"),
        )


def refuse_duplicates(names: dict[str, str]) -> None:
    """``names``: grid column ``c0``, ``c1``… to header.

    Raises ContentError: ``file.header_duplicate``, ``file.header_reserved``.
    """
    refuse_reserved(names.values())
    twice = {name for name, times in Counter(names.values()).items() if times > 1}
    if not twice:
        return
    places = [
        f"{column_letter(int(column[1:]))}列“{name}”"
        for column, name in names.items()
        if name in twice
    ]
    raise ContentError(
        "file.header_duplicate",
        _("表头有重名的列：{places}。", places="、".join(places)),
        _("每个列名只能出现一次，请改名或删去多余的列。"),
    )
