"""The running text of a document in whatever container it came: txt, md, html, docx, pdf."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhiheng.documents.decoding import decoded
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError, UsageError

LARGEST = 60_000_000
"""Bytes of the largest file that is opened."""

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"RIFF")
_WORD_97 = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Prose:
    """Text as it was read, line ends as ``\\n``; ``encoding`` names the container or encoding.

    ``lost`` counts the places where bytes stood for no character.
    """

    text: str
    encoding: str
    lost: int = 0


def read_prose(path: str | Path) -> Prose:
    """The text of a file; what the file is, is told by its first bytes, not by its name.

    Raises:
        UsageError: ``file.missing``.
        ContentError: ``file.empty``, ``file.too_large``, ``file.kind``, ``file.password``,
            ``file.scanned``, ``file.encoding``.
    """
    path = Path(path)
    if not path.is_file():
        raise UsageError(
            "file.missing", _("找不到文件 {path}。", path=path), _("请检查路径和文件名。")
        )
    size = path.stat().st_size
    if size > LARGEST:
        raise ContentError(
            "file.too_large",
            _("文件 {name} 有 {size} 兆字节。", name=path.name, size=size // 1_000_000),
            _("至多 {most} 兆字节；请只交文字部分。", most=LARGEST // 1_000_000),
        )
    data = path.read_bytes()
    if not data.strip():
        raise _nothing(path.name)
    prose = _read(path, data)
    if not prose.text.strip():
        raise _nothing(path.name)
    return prose


def _read(path: Path, data: bytes) -> Prose:
    if data.startswith(b"PK\x03\x04"):
        from zhiheng.documents.prose_word import word_text

        return Prose(_lines(word_text(data, path.name)), "docx")
    if b"%PDF-" in data[:1024]:
        from zhiheng.documents.prose_pdf import pdf_text

        return Prose(_lines(pdf_text(data, path.name)), "pdf")
    if data.startswith(_PICTURES):
        raise ContentError(
            "file.kind",
            _("文件 {name} 实为图片，没有文字可读。", name=path.name),
            _("请交 docx、pdf、html 或文本文件；扫描件请先作文字识别。"),
        )
    if data.startswith((_WORD_97, b"{\\rtf")):
        raise ContentError(
            "file.kind",
            _("文件 {name} 是旧式 Word 或 RTF 文件。", name=path.name),
            _("请在文字处理软件中另存为 docx 后再交。"),
        )
    text, encoding, lost = decoded(data, path.name)
    if _is_html(text):
        from zhiheng.documents.prose_html import html_text

        text = html_text(text)
    return Prose(_lines(text), encoding, lost)


def _is_html(text: str) -> bool:
    head = text[:2000].lstrip("\ufeff \r\n\t").lower()
    return head.startswith(("<!doctype html", "<html", "<head", "<body", "<?xml")) or (
        head.startswith("<") and ("<p" in head or "<div" in head or "<table" in head)
    )


def _lines(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _nothing(name: str) -> ContentError:
    return ContentError(
        "file.empty",
        _("文件 {name} 是空的，没有文字。", name=name),
        _("请交有文字的文件。"),
    )
