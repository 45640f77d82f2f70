"""Write a report to a file; hand out all that is held about a firm or a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiheng.documents.excel import write_xlsx
from zhiheng.documents.pdf import write_pdf
from zhiheng.documents.word import write_docx
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.words import _
from zhiheng.reports.contents import Contents, collect
from zhiheng.reports.held import Held, about_organisation, about_person
from zhiheng.reports.held_files import write_folder, write_zip
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


def export_organisation(actor: Actor, number: int, output: Path) -> dict[str, Any]:
    """Write all that the actor may see about an organisation into a folder, or a zip.

    Raises:
        UsageError: there is no such organisation the actor may see.
    """
    held = about_organisation(actor, number)
    return _export(actor, held, f"organisation {number}", output)


def export_person(actor: Actor, value: str, output: Path) -> dict[str, Any]:
    """Write all that is held about the person whom a personal value names.

    The audit trail keeps the value masked, for nothing is ever erased from it.

    Raises:
        RightError, UsageError: see `zhiheng.reports.held.about_person`.
    """
    held = about_person(actor, value)
    return _export(actor, held, f"person {held.title}", output)


def _export(actor: Actor, held: Held, about: str, output: Path) -> dict[str, Any]:
    counts = {section.kind.code: len(section.rows) for section in held.sections}
    with transaction.atomic():
        audit.record(
            actor, "reports.export_held", about[:200], {"rows": counts, "cases": len(held.cases)}
        )
        written = (
            [write_zip(held, output)]
            if output.suffix.lower() == ".zip"
            else write_folder(held, output)
        )
    cases = [case["number"] for case in held.cases]
    return {
        "about": about,
        "rows": counts,
        "cases": cases,
        "written": [str(path) for path in written],
    }
