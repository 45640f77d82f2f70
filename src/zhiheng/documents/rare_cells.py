"""Cells that are not plain text or plain numbers, read by the library for spreadsheets itself.

Days are numbers under a style, texts may have parts in bold, characters may be escaped. Such cells
are written into a small workbook with the styles of the one they come from, equal ones once, and
the library says what they are. So nothing of its knowledge is said again here.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterable

import python_calamine as calamine

from zhiheng.documents.workbooks import canonical_text

_COPIED = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
)
_SHEET = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    "<sheetData>{rows}</sheetData></worksheet>"
)


class RareCells:
    """Reads cells of one sheet; what was read once is remembered.

    A cell is the text of its element from behind its place to its end tag, which is left out:
    `` s="3"><v>45000</v>``.
    """

    def __init__(self, archive: zipfile.ZipFile, member: str, sheet: str) -> None:
        held = set(archive.namelist())
        self._parts = {name: archive.read(name) for name in _COPIED if name in held}
        self._member = member
        self._sheet = sheet
        self._known: dict[str, str | None] = {}
        self._one_at_a_time = threading.Lock()

    def read(self, cells: Iterable[str]) -> dict[str, str | None]:
        """The canonical text of each cell, None for an empty one.

        Raises:
            CalamineError: the library cannot read one of them.
        """
        with self._one_at_a_time:
            wanted = list(dict.fromkeys(cells))
            unknown = [cell for cell in wanted if cell not in self._known]
            if unknown:
                self._known.update(zip(unknown, self._ask(unknown), strict=True))
            return {cell: self._known[cell] for cell in wanted}

    def is_number(self, style: str) -> bool:
        """Whether cells of this style (the attribute, or empty) show numbers as such."""
        cell = f"{style}><v>1</v>"
        return self.read([cell])[cell] == "1"

    def _ask(self, cells: list[str]) -> list[str | None]:
        rows = "".join(
            f'<row r="{i}"><c r="A{i}"{cell}</c></row>' for i, cell in enumerate(cells, start=1)
        )
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as book:
            for name, content in self._parts.items():
                book.writestr(name, content)
            book.writestr(self._member, _SHEET.format(rows=rows))
        file.seek(0)
        sheet = calamine.load_workbook(file).get_sheet_by_name(self._sheet)
        read = [canonical_text(row[0]) for row in sheet.to_python(skip_empty_area=False)]
        return read + [None] * (len(cells) - len(read))
