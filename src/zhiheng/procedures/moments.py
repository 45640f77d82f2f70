"""When an act was done: its legal day, and for limits in hours its legal moment."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from zhiheng.office.words import _
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.timeline import Entry
from zhiheng.rules.errors import ContentError
from zhiheng.web.language import language_code

When = tuple[date, datetime | None]
_CLOCKS_DIFFER = timedelta(minutes=5)


def when(
    procedure: Procedure, day: date | None, moment: datetime | None, last: Entry | None
) -> When:
    """The day and the moment of an act; now unless said, never before ``last`` by default.

    Raises:
        ContentError: they contradict one another or lie ahead, or a limit in hours needs the
            moment of a day that is over.
    """
    if moment is not None:
        return _told(day, moment)
    today = timezone.localdate()
    on = day or max(today, last.day if last else today)
    if on > today and (last is None or on > last.day):
        raise ContentError(
            "event.day",
            _("日期 {day} 在今天（{today}）之后。", day=on, today=today),
            _("请填今天或以前的日期。"),
        )
    if not procedure.hourly:
        return on, None
    if on < today:
        raise ContentError(
            "event.moment",
            _(
                "“{procedure}”有按小时计算的期限，{day} 的办理须写明时刻。",
                procedure=procedure.title(language_code()),
                day=on,
            ),
            _("请写明时刻，如 2026-09-30T10:05。"),
        )
    now = timezone.localtime()
    return on, max(now, last.moment) if last and last.moment else now


def _told(day: date | None, moment: datetime) -> When:
    aware = moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    local = timezone.localtime(aware)
    if day is not None and day != local.date():
        raise ContentError(
            "event.moment",
            _("时刻 {moment} 不在 {day} 这一天。", moment=f"{local:%Y-%m-%d %H:%M}", day=day),
            _("日期和时刻请只写一项，或写成同一天。"),
        )
    if aware > timezone.now() + _CLOCKS_DIFFER:
        raise ContentError(
            "event.moment",
            _("时刻 {moment} 在现在之后。", moment=f"{local:%Y-%m-%d %H:%M}"),
            _("请填现在或以前的时刻。"),
        )
    return local.date(), local


def beginning(day: date) -> datetime:
    """The first moment of a day, in local time."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())


def of_entry(entry: Entry) -> datetime:
    """The moment of an event: its own, else the beginning of its day."""
    return timezone.localtime(entry.moment) if entry.moment else beginning(entry.day)
