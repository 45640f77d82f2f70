"""The room's dated parameters: limits of both versions of the law, thresholds of this system."""

from __future__ import annotations

from pathlib import Path

from zhiheng.rules import parameters

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))
