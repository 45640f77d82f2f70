"""The working calendar of a home: what the library carries, and what its owner loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.models import OfficialDay
from zhiheng.office.region_files import read_frame
from zhiheng.office.words import _
from zhiheng.office.working_days import SATURDAY, WorkingCalendar, published
from zhiheng.rules.errors import ContentError

LOADED = "office.load_calendar"
COLUMNS = ("day", "kind", "name")
KINDS = {"off": False, "休": False, "放假": False, "work": True, "班": True, "上班": True}

calendar_loaded = Signal()
"""Sent with its ``years`` in the transaction that changes the calendar, so that what was reckoned
follows."""

_calendars: dict[str, WorkingCalendar] = {}


@dataclass(frozen=True)
class Official:
    """One published day: off (``works`` false) or a make-up work day."""

    day: date
    works: bool
    name: str


def working_calendar() -> WorkingCalendar:
    """The calendar in force: a year that the owner loaded goes before the library's."""
    mark = audit.last(LOADED)
    if mark not in _calendars:
        _calendars.clear()
        _calendars[mark] = WorkingCalendar(_days())
    return _calendars[mark]


def _days() -> dict[date, bool]:
    loaded = dict(OfficialDay.objects.values_list("day", "works"))
    years = {day.year for day in loaded}
    return {day: works for day, works in published().items() if day.year not in years} | loaded


def read_days(path: Path) -> list[Official]:
    """The days of a table with the columns `COLUMNS`; ``kind`` is off or work (休, 班).

    Raises:
        ContentError: with every wrong row named.
        UsageError: the file is missing or of another type.
    """
    frame = read_frame(path)
    if missing := [name for name in COLUMNS if name not in frame.columns]:
        raise ContentError(
            "calendar.columns",
            _("日历表缺少列：{columns}。", columns="、".join(missing)),
            _("列名应为：{columns}。", columns="、".join(COLUMNS)),
        )
    days: dict[date, Official] = {}
    problems = []
    for number, row in enumerate(frame.iter_rows(named=True), start=2):
        found = _official(row)
        if isinstance(found, Official) and found.day in days:
            found = _("日期 {day} 重复", day=found.day)
        if isinstance(found, str):
            problems.append(_("第 {row} 行：{problem}", row=number, problem=found))
        else:
            days[found.day] = found
    for year in sorted({day.year for day in days}):
        if date(year, 1, 1) not in days:
            problems.append(_("{year} 年没有元旦，须为全年的日历", year=year))
    if problems or not days:
        raise ContentError(
            "calendar.rows",
            "；".join(problems) + "。" if problems else _("日历表没有数据。"),
            _("每行一天：日期写成 2027-01-01，kind 写 off（休）或 work（班，只限周六、周日）。"),
        )
    return list(days.values())


def _official(row: dict[str, Any]) -> Official | str:
    """The row as a day, or what is wrong with it."""
    try:
        day = date.fromisoformat(str(row["day"])[:10])
    except ValueError:
        return _("“{value}”不是日期", value=row["day"])
    if (kind := str(row["kind"] or "").strip()) not in KINDS:
        return _("“{value}”不是 off（休）或 work（班）", value=kind)
    if KINDS[kind] and day.weekday() < SATURDAY:
        return _("{day} 不是周六、周日，不必列为上班", day=day)
    return Official(day, KINDS[kind], str(row["name"] or "").strip())


@transaction.atomic
def load_days(actor: Actor, days: Sequence[Official], source: str) -> list[int]:
    """Take a published calendar over; its years replace what was known of them.

    Args:
        source: the notice that published it.

    Returns:
        The years.
    """
    actor.require("office.manage")
    if not source.strip():
        raise ContentError(
            "calendar.source", _("没有写明日历的出处。"), _("请写明发布通知的名称和文号。")
        )
    years = sorted({each.day.year for each in days})
    for year in years:
        OfficialDay.objects.filter(day__year=year).delete()
    OfficialDay.objects.bulk_create(
        OfficialDay(day=each.day, works=each.works, name=each.name, source=source) for each in days
    )
    audit.record(actor, LOADED, "calendar", {"years": years, "days": len(days), "source": source})
    calendar_loaded.send(sender=None, years=years)
    return years
