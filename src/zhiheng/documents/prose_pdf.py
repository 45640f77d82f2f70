"""The text of a pdf that has text."""

from __future__ import annotations

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError


def pdf_text(data: bytes, name: str) -> str:
    """The pages one after the other, lines as they are printed.

    Raises:
        ContentError: ``file.password``, ``file.kind``, or ``file.scanned`` where every page is a
            picture.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
        pages = [_page(document, number) for number in range(len(document))]
        document.close()
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise ContentError(
                "file.password",
                _("文件 {name} 加了密码，打不开。", name=name),
                _("请去掉密码后再交。"),
            ) from None
        raise ContentError(
            "file.kind",
            _("文件 {name} 不是完好的 PDF 文件。", name=name),
            _("请重新导出后再交。"),
        ) from None
    text = "\n".join(pages)
    if not text.strip():
        raise ContentError(
            "file.scanned",
            _("文件 {name} 的 {count} 页都是图片，没有文字。", name=name, count=len(pages)),
            _("请先作文字识别，或交 docx、html 或文本文件。"),
        )
    return text


def _page(document: object, number: int) -> str:
    page = document[number]  # type: ignore[index]
    text = page.get_textpage()
    said: str = text.get_text_bounded()
    text.close()
    page.close()
    return said.replace("\x02", "").replace("\ufffe", "")
