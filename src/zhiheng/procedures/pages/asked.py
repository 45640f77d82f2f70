"""What the form of a step shows, and what was posted with it."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from zhiheng.evidence.declaration import Type
from zhiheng.office.models import Party
from zhiheng.office.words import _
from zhiheng.procedures.forms import FormError
from zhiheng.procedures.parts import Step
from zhiheng.rules.errors import ConflictError, RightError, UsageError, ZhihengError
from zhiheng.web.language import language_code


def form_words(
    request: HttpRequest,
    step: Step,
    error: ZhihengError | None,
    answers: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """What a form template needs: fields with their values and faults, and a key of its own."""
    faults = {p["field"]: p for p in error.problems} if isinstance(error, FormError) else {}
    language = language_code()
    fields = []
    for column in step.form:
        value = request.POST.get(column.name, (answers or {}).get(column.name, ""))
        fields.append(
            {
                "column": column,
                "title": column.title(language),
                "value": value.isoformat() if isinstance(value, date) else str(value),
                "fault": faults.get(column.name),
                "choices": [(c.code, c.en if language == "en" else c.zh) for c in column.choices],
                "kind": column.type.value,
                "long": column.type is Type.TEXT and not column.example,
            }
        )
    return {
        "step": step,
        "step_title": step.title(language),
        "fields": fields,
        "error": error,
        "key": request.POST.get("key") or secrets.token_hex(12),
        "day": request.POST.get("day") or timezone.localdate().isoformat(),
        "moment": request.POST.get("moment") or local_minute(timezone.now()),
        "today": timezone.localdate().isoformat(),
    }


def answers_of(request: HttpRequest, step: Step) -> dict[str, str]:
    return {c.name: request.POST[c.name] for c in step.form if c.name in request.POST}


def units() -> list[tuple[str, str]]:
    units = Party.objects.filter(kind=Party.Kind.UNIT).order_by("name")
    return list(units.values_list("key", "name")[:400])


def key_of(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:120]


def seen_by(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def day_of(request: HttpRequest) -> date | None:
    text = request.POST.get("day", "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(
            "date.unreadable", _("“{text}”不是日期。", text=text), _("请写成 2026-09-30 的样子。")
        ) from None


def moment_of(request: HttpRequest) -> datetime | None:
    text = request.POST.get("moment", "").strip()
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(
            "date.unreadable",
            _("“{text}”不是时刻。", text=text),
            _("请写成 2026-09-30T10:05 的样子。"),
        ) from None


def local_minute(moment: datetime) -> str:
    """A moment as the fields of forms write it."""
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def status_of(error: ZhihengError | None) -> int:
    """409 where the case went on meanwhile, 422 for what the form says, 200 without a fault."""
    if error is None:
        return 200
    if isinstance(error, ConflictError):
        return 409
    return 403 if isinstance(error, RightError) else 422
