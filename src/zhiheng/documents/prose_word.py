"""The text of a docx: paragraphs and tables in their order, numbers of lists written out."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from zhiheng.documents.list_numbers import ListNumbers
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

# A password or an odd compression is a RuntimeError of zipfile, broken XML a SyntaxError of lxml.
_BROKEN = (KeyError, ValueError, SyntaxError, EOFError, RuntimeError, AttributeError, OSError)
_LARGEST = 300_000_000  # bytes unpacked


def word_text(data: bytes, name: str) -> str:
    """A line a paragraph; a row of a table is ``a | b | c``.

    Raises:
        ContentError: ``file.kind`` if it is no Word file, or a broken or exploding one.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise _no_word(name)
            if sum(part.file_size for part in archive.infolist()) > _LARGEST:
                raise _no_word(name)
        from docx import Document

        document = Document(io.BytesIO(data))
        return "\n".join(_lines(document)) + "\n"
    except (zipfile.BadZipFile, zlib.error, *_BROKEN):
        raise _no_word(name) from None


def _lines(document: Any) -> Iterator[str]:
    from docx.table import Table

    numbers = ListNumbers(document)
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield from map(_row, item.rows)
        else:
            yield numbers.before(item) + item.text


def _row(row: Any) -> str:
    """The cells of a row; a cell merged over several columns is said once."""
    said: list[str] = []
    last = None
    for cell in row.cells:
        if cell._tc is not last:
            said.append(" ".join(cell.text.split()))
        last = cell._tc
    return " | ".join(said)


def _no_word(name: str) -> ContentError:
    return ContentError(
        "file.kind",
        _("文件 {name} 不是完好的 Word 文件（docx）。", name=name),
        _("请在文字处理软件中打开，另存为 docx 后再交。"),
    )
