"""The API of reports: the report on targets and verdicts as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from zhiheng.reports.actions import MEDIA_TYPES, write_reports
from zhiheng.web.access import actor_of
from zhiheng.web.api import SIGNED_IN, Text

router = Router(tags=["reports"])


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
