"""The two procedures of this room: a complaint is mediated, a report of a violation verified."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from zhiheng.complaints.common import SOURCE
from zhiheng.complaints.mediation import COMPLAINT
from zhiheng.complaints.verification import REPORT
from zhiheng.indicators import later
from zhiheng.procedures import catalogue

if TYPE_CHECKING:
    from zhiheng.indicators.declaration import Indicator

__all__ = ["COMPLAINT", "REPORT", "SOURCE"]


def _indicators() -> Iterable[Indicator]:
    from zhiheng.complaints.indicators import INDICATORS

    return INDICATORS


catalogue.declare(COMPLAINT)
catalogue.declare(REPORT)
later.add(_indicators)
