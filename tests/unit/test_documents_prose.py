"""Running text out of every container, and a clear error for everything that has none."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml

from zhiheng.documents.prose import read_prose
from zhiheng.documents.typesetting import SERIF, literal, to_pdf
from zhiheng.rules.errors import ContentError, UsageError

TEXT = "衡川市质量规划\n到2025年，产品抽查合格率达到95%以上，培育名牌产品40个。\n附件：分工表\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_simplified_text_is_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    assert _read(tmp_path, TEXT.encode(encoding)) == TEXT


def test_traditional_text_in_big5_is_read(tmp_path: Path) -> None:
    text = "到二〇二五年，產品抽查合格率達到95%以上，培育名牌產品四十個，加強監督管理。"
    assert _read(tmp_path, text.replace("〇", "零").encode("big5")) == text.replace("〇", "零")


def test_bytes_cut_in_half_cost_one_sign(tmp_path: Path) -> None:
    path = tmp_path / "cut.txt"
    path.write_bytes(TEXT.strip().encode("gb18030")[:-1])
    prose = read_prose(path)
    assert prose.lost >= 1
    assert prose.text.startswith(TEXT[:40])


def test_line_ends_are_one_sign(tmp_path: Path) -> None:
    assert _read(tmp_path, "甲\r\n乙\r丙".encode()) == "甲\n乙\n丙"


def test_a_web_page_gives_lines_and_rows(tmp_path: Path) -> None:
    html = (
        "<!DOCTYPE html><html><head><title>不要</title><style>p{}</style></head><body>"
        "<script>var a='不要'</script><p>一、目标&nbsp;与任务</p><div>合格率<b>达到</b>95%</div>"
        "<table><tr><th>指标</th><th>目标值</th></tr><tr><td>合格率</td><td>95%</td></tr></table>"
        "</body></html>"
    )
    lines = _read(tmp_path, html.encode(), "page.html").splitlines()
    assert lines == ["一、目标\xa0与任务", "合格率达到95%", "指标 | 目标值", "合格率 | 95%"]


def test_word_gives_paragraphs_tables_and_numbers_of_lists(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("衡川市质量规划")
    for text in ("主要目标", "重点任务"):
        _number(document, document.add_paragraph(text))
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        [c for row in table.rows for c in row.cells],
        ["指标", "目标值", "合格率", "95%"],
        strict=True,
    ):
        cell.text = text
    document.save(str(tmp_path / "plan.docx"))
    lines = read_prose(tmp_path / "plan.docx").text.splitlines()
    assert lines == [
        "衡川市质量规划",
        "一、主要目标",
        "二、重点任务",
        "指标 | 目标值",
        "合格率 | 95%",
    ]


def test_pdf_gives_its_text(tmp_path: Path) -> None:
    markup = f'#set text(font: "{SERIF}")\n' + "\n\n".join(
        f"#text({literal(line)})" for line in TEXT.splitlines()
    )
    text = _read(tmp_path, to_pdf(markup, date(2026, 1, 1)), "plan.pdf")
    assert "".join(text.split()) == "".join(TEXT.split())


def _word(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


BAD = {
    "empty": (b"", "file.empty"),
    "blank": (b" \r\n\t", "file.empty"),
    "photo": (b"\xff\xd8\xff\xe0" + bytes(200), "file.kind"),
    "old word": (b"\xd0\xcf\x11\xe0" + bytes(600), "file.kind"),
    "rtf": (b"{\\rtf1 plan}", "file.kind"),
    "junk": (random.Random(1).randbytes(5000), "file.kind"),
    "no encoding": ("Überprüfung".encode("latin-1") * 20, "file.encoding"),
    "spreadsheet": (_word(xl__workbook_xml=b"<x/>"), "file.kind"),
    "broken word": (b"PK\x03\x04" + bytes(100), "file.kind"),
    "word of junk": (_word(word__document_xml=b"<<<"), "file.kind"),
    "broken pdf": (b"%PDF-1.7\n" + bytes(100), "file.kind"),
    "empty page": (b"<html><body></body></html>", "file.empty"),
}


@pytest.mark.parametrize(("data", "code"), BAD.values(), ids=BAD)
def test_what_has_no_text_is_refused_with_a_code(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(data)
    with pytest.raises(ContentError) as refused:
        read_prose(path)
    assert refused.value.code == code
    assert refused.value.fix


def test_a_scan_is_told_from_text(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as refused:
        _read(tmp_path, to_pdf("#rect(width: 3cm)", date(2026, 1, 1)), "scan.pdf")
    assert refused.value.code == "file.scanned"


def test_a_locked_pdf_is_named_as_such(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(to_pdf("plan", date(2026, 1, 1)))))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(str(tmp_path / "locked.pdf"))
    with pytest.raises(ContentError) as refused:
        read_prose(tmp_path / "locked.pdf")
    assert refused.value.code == "file.password"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        read_prose(tmp_path / "none.txt")
    assert refused.value.code == "file.missing"


def _read(folder: Path, data: bytes, name: str = "plan.txt") -> str:
    (folder / name).write_bytes(data)
    return read_prose(folder / name).text


_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _number(document: object, paragraph: object) -> None:
    """Give the paragraph the number that Word would show as 一、, 二、."""
    numbering = document.part.numbering_part.element  # type: ignore[attr-defined]
    if not numbering.xpath('./w:num[@w:numId="77"]'):
        numbering.insert(
            0,
            parse_xml(
                f'<w:abstractNum {_NS} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                '<w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
                "</w:abstractNum>"
            ),
        )
        numbering.append(
            parse_xml(f'<w:num {_NS} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
        )
    properties = paragraph._p.get_or_add_pPr()  # type: ignore[attr-defined]
    properties.append(
        parse_xml(f'<w:numPr {_NS}><w:ilvl w:val="0"/><w:numId w:val="77"/></w:numPr>')
    )
