"""What a released figure says: all of it, or where it stays back only what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ABOUT = frozenset(
    {
        *("plan", "target", "indicator", "region", "region_level", "period", "by", "op", "value"),
        *("value_max", "unit", "scale", "written", "deadline", "verdict", "text", "clause"),
        *("responsible", "relative"),
    }
)
_OF_CHANGE = ("baseline", "change")


def cell_key(indicator: str, region: str, period: str | None, by: Mapping[str, str]) -> str:
    """One text for one cell, whatever order its breakdown came in."""
    breakdown = ",".join(f"{name}={value}" for name, value in sorted(by.items()))
    return f"{indicator}|{region}|{period or ''}|{breakdown}"


def released_estimate(estimate: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The payload of an estimate; a cell that stays back keeps its names and loses its numbers."""
    cell = cell_key(estimate["indicator"], estimate["region"], estimate["period"], estimate["by"])
    return _shown(estimate, cell in hidden)


def released_verdict(verdict: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """The payload of a verdict: its word always, its numbers unless their cell stays back."""
    place = (verdict["indicator"], verdict["region"])
    payload = _shown(verdict, cell_key(*place, verdict["period"], verdict["by"]) in hidden)
    baseline = verdict.get("baseline")
    if baseline and cell_key(*place, baseline["period"], verdict["by"]) in hidden:
        payload.update(dict.fromkeys(_OF_CHANGE))
    return payload


def _shown(figure: Mapping[str, Any], hide: bool) -> dict[str, Any]:
    said = {name: value if not hide or name in _ABOUT else None for name, value in figure.items()}
    return {**said, "suppressed": hide}
