"""The API of reports: the report on targets and verdicts as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zhiheng.reports.actions import MEDIA_TYPES, export_organisation, export_person, write_reports
from zhiheng.reports.answers import PersonGiven
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import SIGNED_IN, Number, Text

router = Router(tags=["reports"])
ZIP = "application/zip"


@router.get("/reports/verdicts.{ending}", auth=SIGNED_IN, url_name="verdict_report")
def verdict_report(
    request: HttpRequest,
    ending: Literal["docx", "pdf", "xlsx"],
    as_of: date | None = None,
    plan: Text | None = None,
) -> HttpResponse:
    """目标与判定报告 / The report on targets and verdicts"""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"verdicts.{ending}"
        write_reports(actor_of(request), [path], as_of=as_of, plan=plan)
        response = HttpResponse(path.read_bytes(), content_type=MEDIA_TYPES[path.suffix])
    response.headers["Content-Disposition"] = f'attachment; filename="verdicts.{ending}"'
    return response


@router.get("/organisations/{number}/held", auth=SIGNED_IN, url_name="held_about_organisation")
def held_about_organisation(request: HttpRequest, number: Number) -> HttpResponse:
    """关于一个组织保存的全部信息（zip） / All that is held about an organisation

    JSON、各类 CSV、工作簿和 Word 说明；记入审计。
    JSON, a CSV for each kind, a workbook and a cover in Word; noted in the audit trail.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"organisation-{number}.zip"
        export_organisation(actor_of(request), number, path)
        return _container(path)


@router.post("/persons/held", auth=SIGNED_IN, url_name="held_about_person")
def held_about_person(request: HttpRequest, given: PersonGiven) -> HttpResponse:
    """关于一个人保存的全部信息（zip） / All that is held about a person

    以姓名、电话等查找，须与报送时完全一致；记入审计。
    By name, phone or the like, exactly as it was filed; noted in the audit trail.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "person.zip"
        export_person(actor_of(request), given.value, path)
        return _container(path)


def _container(path: Path) -> HttpResponse:
    response = HttpResponse(path.read_bytes(), content_type=ZIP)
    response.headers["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response
