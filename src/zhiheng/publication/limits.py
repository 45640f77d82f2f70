"""The dated values that publication goes by, with their sources."""

from __future__ import annotations

from pathlib import Path

from zhiheng.rules import parameters

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))
