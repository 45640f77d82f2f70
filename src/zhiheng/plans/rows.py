"""A verdict as plain values: the contract of ``verdicts --json``, and all that is released."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.declaration import Target
from zhiheng.plans.progress import Progress
from zhiheng.plans.units import is_ratio
from zhiheng.plans.verdicts import Figure, Judged, Measure


def contract_row(judged: Judged) -> dict[str, Any]:
    """One verdict of ``verdicts --json``; numbers in the indicator's machine unit.

    ``lower`` and ``upper`` are the one-sided bounds of the figure that the verdict rests on.
    """
    target, figure = judged.target, judged.figure
    return {
        "target": target.id,
        "indicator": target.code,
        "region": target.scope.region,
        "op": target.op.value,
        "value": judged.value,
        "deadline": _plain(target.deadline),
        "estimate": figure.estimate if figure else None,
        "lower": judged.lower,
        "upper": judged.upper,
        "n": figure.n if figure else None,
        "verdict": judged.verdict.value,
        "probability": judged.judgement.probability,
        "n_needed": judged.judgement.n_needed,
    }


def full_row(
    plan: str, judged: Judged, measure: Measure, progress: Progress | None
) -> dict[str, Any]:
    """Everything that a page, a report or a release says of one verdict.

    ``unit`` is the indicator's, ``scale`` what to multiply a machine value by to read it in that
    unit; ``written`` is the promise as the plan writes it.
    """
    target, figure, found = judged.target, judged.figure, judged.judgement
    changed = judged.baseline is not None and figure is not None
    return {
        "plan": plan,
        **contract_row(judged),
        "by": dict(target.scope.by),
        "period": figure.period if figure else None,
        "value_max": judged.value_max,
        "unit": measure.unit,
        "scale": 100 if is_ratio(measure.unit) else 1,
        "relative": target.relative,
        "written": {"value": target.value, "value_max": target.value_max, "unit": target.unit},
        "text": target.text,
        "clause": target.clause,
        "responsible": {
            "lead": list(target.responsible.lead),
            "with": list(target.responsible.support),
        },
        "reviewed": target.reviewed,
        "interval": _interval(figure),
        "judged_by": found.method,
        "estimate_id": figure.id if figure else None,
        "log_size": figure.log_size if figure else None,
        "root": figure.root if figure else None,
        "baseline": _baseline(judged.baseline),
        "change": (
            {
                "estimate": figure.estimate - judged.baseline.estimate,
                "lower": found.lower,
                "upper": found.upper,
            }
            if changed and figure and judged.baseline
            else None
        ),
        "progress": asdict(progress) if progress else None,
        "rules": list(judged.rules),
    }


def level_of(row: Mapping[str, Any]) -> float | None:
    """The value that a full row's figure is held to; None for targets of a change."""
    value: float | None = row["value"]
    return None if Operator(row["op"]).of_change else value


def reported_row(target: Target, figure: Figure, region_level: str) -> dict[str, Any]:
    """A figure that was reported and not measured, as an estimate of ``measure --json``."""
    names = ("estimate", "se", "lower", "upper", "level", "n", "numerator", "denominator", "df")
    return {
        "id": None,
        "indicator": target.code,
        "region": target.scope.region,
        "region_level": region_level,
        "period": figure.period,
        "by": {},
        **{name: getattr(figure, name) for name in names},
        "method": figure.method,
        "detail": {},
        "log_size": figure.log_size,
        "root": figure.root,
    }


def _interval(figure: Figure | None) -> dict[str, Any] | None:
    """The two-sided interval that the measurement kept, with its method."""
    if figure is None:
        return None
    names = ("lower", "upper", "level", "se", "numerator", "denominator", "df", "method")
    return {name: getattr(figure, name) for name in names}


def _baseline(figure: Figure | None) -> dict[str, Any] | None:
    if figure is None:
        return None
    return {
        "period": figure.period,
        "estimate": figure.estimate,
        "n": figure.n,
        "estimate_id": figure.id,
        "method": figure.method,
    }


def _plain(deadline: int | date | None) -> int | str | None:
    return deadline.isoformat() if isinstance(deadline, date) else deadline
