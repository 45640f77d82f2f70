"""What a file begins with says what it is; a name alone does not."""

from __future__ import annotations

import zipfile
from pathlib import Path

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    ".xlsx": _ZIP,
    ".docx": _ZIP,
    ".ods": _ZIP,
    ".xls": _OLE,
    ".parquet": (b"PAR1",),
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
}
"""By the ending of a name, what the content may begin with; other endings are texts."""

_OTHERS = (
    *{beginning for beginnings in BEGINNINGS.values() for beginning in beginnings},
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
"""What no text begins with."""


def refuse_other(path: Path, head: bytes) -> None:
    """Raises ContentError ``file.kind`` for what is plainly no table, and says what it is."""
    said = _what(path, head)
    if said is None:
        return
    raise ContentError(
        "file.kind",
        _("文件 {name} 是{what}，不是数据表。", name=path.name, what=said),
        _(
            "请交 xlsx、xls、ods、csv、parquet 或 json；"
            "压缩包请先解开，图片和文档里的表请录成表格。"
        ),
    )


def _what(path: Path, head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "PDF"
    if head.startswith((*BEGINNINGS[".png"], *BEGINNINGS[".jpg"], b"GIF8")):
        return _("图片")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return _("压缩包")
    if head.startswith(b"{\\rtf"):
        return _("文字文档")
    if not head.startswith(_ZIP) or not zipfile.is_zipfile(path):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, RuntimeError, EOFError):
        return _("损坏的压缩包")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return _("文字文档")
    is_book = any(name.startswith("xl/") or name == "content.xml" for name in names)
    return None if is_book else _("压缩包")


def require_content(ending: str, head: bytes, name: str) -> None:
    """Refuse a file whose content is not what its name says.

    Args:
        ending: the name's ending, lower case with its dot.
        head: the first bytes, at least eight where the file has them.

    Raises:
        ContentError: ``file.content``; an empty file is left to its reader.
    """
    if not head:
        return
    wanted = BEGINNINGS.get(ending)
    fits = head.startswith(wanted) if wanted else not head.startswith(_OTHERS)
    if not fits:
        raise ContentError(
            "file.content",
            _("“{name}”的内容不是 {ending} 文件。", name=name, ending=ending),
            _("请用原来的软件打开，另存为 {ending} 后再交；不要只改文件名。", ending=ending),
        )
