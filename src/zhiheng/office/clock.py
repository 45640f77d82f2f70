"""The time that the record writes: the machine's, but never before what is written already."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def now_after(last: datetime | None) -> datetime:
    """Now; ``last`` where the machine's clock was set back behind it."""
    now = timezone.now()
    return now if last is None else max(now, last)


def seconds_behind(last: datetime | None) -> int:
    """By how many seconds the machine's clock is behind what is written already; 0 if it is not."""
    return 0 if last is None else max(0, int((last - timezone.now()).total_seconds()))
