"""Declarations change, cases stay: a change that old cases would read otherwise by is refused.

A home keeps of each procedure the course by which its cases were written. Whoever first touches
a case of it holds that to what is declared now.
"""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from zhiheng.office.words import _
from zhiheng.procedures.courses import Change, changes, course_of
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.models import Case, Event, KeptCourse
from zhiheng.procedures.parts import OPENING
from zhiheng.rules.errors import UsageError

_held: dict[tuple[str, str], Procedure] = {}
"""By database and code the declaration that this process found to be the one that is kept."""


def require_kept(procedure: Procedure) -> None:
    """Go on where cases of before read as they did; keep the course of what is declared now.

    Raises:
        UsageError: ``procedure.changed``, naming every change that a case stands against.
    """
    mark = (str(connection.settings_dict["NAME"]), procedure.code)
    if _held.get(mark) is procedure:
        return
    course = course_of(procedure)
    kept = KeptCourse.objects.filter(procedure=procedure.code).first()
    if kept is not None and kept.course == course:
        _held[mark] = procedure
        return
    if harmful := harmful_changes(procedure):
        said = "；".join(change.said for change in harmful)
        raise UsageError(
            "procedure.changed",
            _("程序“{procedure}”的声明与已有案件不符：{changes}。", procedure=procedure.code,
              changes=said),
            _("请恢复原样；不再办理的步骤标为 retired，新的期限用 since 写明起始日，"
              "其余改动请另立代码。"),
        )  # fmt: skip
    KeptCourse.objects.update_or_create(
        procedure=procedure.code, defaults={"course": course, "kept_at": timezone.now()}
    )


def harmful_changes(procedure: Procedure) -> list[Change]:
    """The changes since the course was kept that a case of the record stands against."""
    kept = KeptCourse.objects.filter(procedure=procedure.code).first()
    found = changes(kept.course, course_of(procedure)) if kept is not None else []
    return [change for change in found if _harms(procedure.code, change)]


def _harms(procedure: str, change: Change) -> bool:
    cases = Case.objects.filter(procedure=procedure)
    if change.state:
        return cases.filter(state=change.state).exists()
    if OPENING in change.steps:
        return cases.exists()
    return Event.objects.filter(case__procedure=procedure, verb__in=change.steps).exists()
