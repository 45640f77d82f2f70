"""Write a report to a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.utils import timezone

from zhiheng.documents.excel import write_xlsx
from zhiheng.documents.pdf import write_pdf
from zhiheng.documents.word import write_docx
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.reports.contents import Contents, collect
from zhiheng.reports.verdict_report import compose
from zhiheng.reports.workbook import sheets
from zhiheng.rules.errors import UsageError


def _as_document(write: Callable[..., None]) -> Callable[[Contents, date, Path], None]:
    return lambda contents, day, path: write(compose(contents, day), path)


_WRITERS: dict[str, Callable[[Contents, date, Path], None]] = {
    ".docx": _as_document(write_docx),
    ".pdf": _as_document(write_pdf),
    ".xlsx": lambda contents, _day, path: write_xlsx(sheets(contents), path),
}


MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def write_reports(
    actor: Actor, paths: list[Path], *, as_of: date | None = None, plan: str | None = None
) -> list[Path]:
    """Write the report on targets and verdicts in the form that each path's ending names.

    Raises:
        UsageError: ``report.type`` for another ending, before anything is written.
    """
    actor.require("evidence.read")
    if wrong := [path for path in paths if path.suffix.lower() not in _WRITERS]:
        raise UsageError(
            "report.type",
            _("不能写成 {files}。", files="、".join(path.name for path in wrong)),
            _("可用：docx、pdf、xlsx。"),
        )
    contents = collect(actor, as_of, plan)
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS[path.suffix.lower()](contents, as_of or timezone.localdate(), path)
    return paths
