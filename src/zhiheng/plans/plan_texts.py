"""A plan as the text of its file."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from zhiheng.plans.declaration import Plan, Target


def plan_text(plan: Plan) -> str:
    """The YAML of a plan; `read_plan` gives the same plan back."""
    return yaml.safe_dump(plan_content(plan), allow_unicode=True, sort_keys=False, width=1000)


def plan_content(plan: Plan) -> dict[str, Any]:
    """A plan as YAML and JSON say it."""
    return {
        "plan": {
            "code": plan.code,
            "title": plan.title,
            "issuer": plan.issuer,
            "number": plan.number,
            "issued_on": plan.issued_on.isoformat() if plan.issued_on else None,
            "period": list(plan.period) if plan.period else None,
            "region": plan.region,
            "source": plan.source,
        },
        "targets": [target_content(target) for target in plan.targets],
    }


def target_content(t: Target) -> dict[str, Any]:
    """A target as YAML and JSON say it; `target_of` gives it back."""
    return {
        "id": t.id,
        "indicator": t.indicator,
        "proposes": t.proposes,
        "scope": {"region": t.scope.region, "by": dict(t.scope.by)},
        "op": t.op.value,
        "value": shortest(t.value),
        "unit": t.unit,
        "value_max": shortest(t.value_max),
        "tolerance": shortest(t.tolerance),
        "deadline": t.deadline.isoformat() if isinstance(t.deadline, date) else t.deadline,
        "baseline": (
            {"period": t.baseline.period, "value": shortest(t.baseline.value)}
            if t.baseline
            else None
        ),
        "text": t.text,
        "clause": t.clause,
        "damaged": t.damaged,
        "reviewed": t.reviewed,
        "responsible": {"lead": list(t.responsible.lead), "with": list(t.responsible.support)},
        **({"span": list(t.span)} if t.span else {}),
    }


def shortest(number: float | None) -> float | int | None:
    """A number as files write it: without a needless decimal."""
    return int(number) if number is not None and float(number).is_integer() else number
