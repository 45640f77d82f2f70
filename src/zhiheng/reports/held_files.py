"""What is held, as files: JSON and tables for programs, a Word document for people."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils import timezone

from zhiheng.documents.csv_cells import inert
from zhiheng.documents.excel import Sheet, SheetColumn, write_xlsx
from zhiheng.documents.model import Block, Document, Heading, Paragraph, Table
from zhiheng.documents.word import write_docx
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.shown_rows import Filed
from zhiheng.office.console import plain
from zhiheng.office.words import _
from zhiheng.reports.held import Held, Section
from zhiheng.reports.held_cases import photos_of, table_of
from zhiheng.web.language import language_code
from zhiheng.web.places import place_name

SHARED = ("row", "source", "region", "occurred_on", "recorded_at", "superseded_by")


def write_folder(held: Held, folder: Path) -> list[Path]:
    """held.json, held.xlsx, held.docx, a CSV for each kind, and the photos of cases."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "held.json", folder / "held.docx"]
    text = json.dumps(held.plain(), ensure_ascii=False, indent=1, default=plain)
    written[0].write_text(text + "\n", encoding="utf-8")
    write_docx(_cover(held), written[1])
    if held.sections:
        written.append(folder / "held.xlsx")
        write_xlsx([_sheet(section) for section in held.sections], written[-1])
    for section in held.sections:
        written.append(folder / f"{section.kind.code}.csv")
        with written[-1].open("w", encoding="utf-8-sig", newline="") as file:
            lines = [_titles(section.kind), *_cells(section)]
            csv.writer(file).writerows([inert(cell) for cell in line] for line in lines)
    for case in held.cases:
        written += [_copied(photo, folder / "photos") for photo in photos_of(case["case"])]
    return written


def _copied(photo: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(photo, folder / photo.name))


def write_zip(held: Held, path: Path) -> Path:
    """The same files in one container."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for file in write_folder(held, Path(folder)):
            made.write(file, file.relative_to(folder))
    return path


def _titles(kind: Kind) -> list[str]:
    """Shared titles, then the kind's own, in the language of the reader."""
    shared = (_("记录号"), _("报送单位"), _("区域"), _("发生日期"), _("登记时间"), _("更正为"))
    return [*shared, *(column.title(language_code()) for column in kind.columns)]


def _cells(section: Section) -> list[list[Any]]:
    return [_row(section.kind, row) for row in section.rows]


def _row(kind: Kind, row: Filed) -> list[Any]:
    shared = (row.id, row.source, row.region, row.occurred_on.isoformat())
    recorded = timezone.localtime(row.recorded_at).strftime("%Y-%m-%d %H:%M:%S")
    values = {**row.values, "number": row.external_id}
    return [*shared, recorded, row.superseded_by, *(values.get(c.name) for c in kind.columns)]


def _sheet(section: Section) -> Sheet:
    columns = [SheetColumn(title) for title in _titles(section.kind)]
    rows = [["" if cell is None else str(cell) for cell in row] for row in _cells(section)]
    return Sheet(section.kind.zh[:31], columns, rows)


def _cover(held: Held) -> Document:
    """What is held, since when, from whom, for what, in words."""
    return Document(
        title=_("关于{title}的信息", title=held.title),
        issuer=place_name() or "质衡",
        date=timezone.localdate(held.made_at),
        blocks=tuple(_blocks(held)),
    )


def _blocks(held: Held) -> list[Block]:
    rows = sum(len(section.rows) for section in held.sections)
    blocks: list[Block] = [
        Paragraph(
            _(
                "保存的有关信息共{rows}条，分{kinds}类，另有案件{cases}件；逐条内容见所附文件。",
                rows=rows,
                kinds=len(held.sections),
                cases=len(held.cases),
            )
        )
    ]
    for section in held.sections:
        said = section.plain()
        span = (timezone.localtime(said[end]).date() for end in ("first_recorded", "last_recorded"))
        blocks += [
            Heading(1, said["zh"] if language_code() == "zh" else said["en"]),
            Table(
                (_("事项"), _("内容")),
                [
                    (_("条数"), str(said["rows"])),
                    (_("登记时间"), " – ".join(day.isoformat() for day in span)),
                    (_("来源"), "、".join(said["from"])),
                    (_("依据"), said["basis"] or "–"),
                    (_("用途"), "、".join(said["used_for"]) or _("存档备查")),
                    (_("个人信息保留"), _terms(section.kind, said["kept_days"])),
                ],
                alignments=("left", "left"),
                widths=(22, 78),
            ),
        ]
    for case in held.cases:
        blocks += table_of(case)
    accounts = held.about.get("accounts", [])
    if accounts:
        named = "、".join(f"{a['account']}（{a['party']}）" for a in accounts)
        blocks += [Heading(1, _("登录账号")), Paragraph(_("系统账号：{named}。", named=named))]
    blocks.append(
        Paragraph(
            _("如认为信息有误，可提出异议；个人信息可依法申请更正或删除，删除后证明仍然有效。")
        )
    )
    return blocks


def _terms(kind: Kind, days: dict[str, int | None]) -> str:
    if not days:
        return _("不含个人信息")
    language = language_code()
    return "；".join(
        _("{column}：{days} 天", column=kind.column(name).title(language), days=term)
        if term is not None
        else _("{column}：不限", column=kind.column(name).title(language))
        for name, term in days.items()
    )
