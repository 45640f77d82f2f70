"""How a released figure came about, told from the released figure alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from zhiheng.indicators.derivation import steps
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.method_words import in_words, source_of
from zhiheng.office.queries import party_names
from zhiheng.reports.derivations import recompute
from zhiheng.web.language import language_code


@dataclass(frozen=True)
class Step:
    """One step: what it is, its formula, its numbers by name."""

    what: str
    formula: str
    numbers: list[tuple[str, str]]


@dataclass(frozen=True)
class Derivation:
    """Population, source and filters of the indicator; the arithmetic; the command to redo it."""

    population: str
    notes: str
    source: str
    conditions: list[tuple[str, str]]
    steps: list[Step]
    method: str
    rules: Sequence[Mapping[str, Any]]
    command: str


def derivation(
    verdict: Mapping[str, Any], series: Sequence[Mapping[str, Any]]
) -> Derivation | None:
    """The derivation of the figure a verdict rests on; None where no figure is shown."""
    if verdict["estimate"] is None:
        return None
    command = recompute(verdict["indicator"], verdict["region"], verdict["period"])
    method = _how((verdict["interval"] or {}).get("method") or "")
    declared = ALL.get(verdict["indicator"])
    stored = next((e for e in series if e["period"] == verdict["period"]), None)
    if declared is None or stored is None or stored["suppressed"]:
        return Derivation("", "", "", [], [], method, verdict["rules"] or [], command)
    language = language_code()
    estimate = Estimate(**{f.name: stored[f.name] for f in fields(Estimate)})
    return Derivation(
        population=declared.population.said(language),
        notes=declared.notes.said(language),
        source=declared.source,
        conditions=list(declared.conditions.items()),
        steps=[_step(step) for step in steps(declared, estimate, [])],
        method=_how(estimate.method),
        rules=verdict["rules"] or [],
        command=command,
    )


def _how(method: str) -> str:
    source = source_of(method)
    return in_words(method, party_names([source]) if source else {}, language_code())


def _step(step: Mapping[str, Any]) -> Step:
    numbers = [(name, _number(v)) for name, v in step["numbers"].items() if v not in (None, [])]
    return Step(step["what"], step["formula"], numbers)


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)
