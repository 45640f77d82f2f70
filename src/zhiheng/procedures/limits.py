"""Values that the machine itself goes by, dated and with their source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils import timezone

from zhiheng.rules import parameters

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))


def today(name: str) -> Any:
    """The value of a parameter in force today."""
    return RULES.value(name, timezone.localdate())
