"""The office's dated parameters as they stand today."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from zhiheng.rules import parameters

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))


def today(name: str) -> Any:
    """The value of a parameter in force today."""
    return RULES.value(name, timezone.localdate())


def minutes(name: str) -> timedelta:
    return timedelta(minutes=today(name))
