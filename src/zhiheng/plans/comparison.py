"""Two plans side by side: which targets stayed, changed, came and went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from zhiheng.methods.rounding import DOWNWARDS, UPWARDS
from zhiheng.plans.compiler.model import Reading
from zhiheng.plans.declaration import Plan
from zhiheng.plans.drafts import draft_content

ALIKE = 0.5
"""Shared pairs of characters from which two metrics are taken for the same one."""

FEWEST_WITHIN = 3
"""Pairs of characters that a metric needs so that finding it in a sentence means something."""


@dataclass(frozen=True)
class Promise:
    """What is compared of a target; ``metric`` its words, ``indicator`` its code."""

    metric: str
    indicator: str | None
    op: str
    value: float | None
    value_max: float | None
    unit: str
    deadline: int | str | None
    damaged: bool
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """One target of either plan.

    Attributes:
        status: ``same``, ``changed``, ``added`` or ``removed``.
        fields: what differs.
        direction: of a changed value alone, ``tightened`` or ``loosened``; else None.
    """

    status: str
    old: Promise | None
    new: Promise | None
    fields: tuple[str, ...] = ()
    direction: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "status": self.status,
            "fields": list(self.fields),
            "direction": self.direction,
            "old": asdict(self.old) if self.old else None,
            "new": asdict(self.new) if self.new else None,
        }


def promises_of_reading(reading: Reading) -> list[Promise]:
    """The promises of a document as it was read."""
    entries = draft_content(reading, "draft", "draft")["targets"]
    return [
        Promise(
            target.metric,
            target.indicator,
            entry["op"],
            entry["value"],
            entry["value_max"],
            entry["unit"],
            entry["deadline"],
            entry["damaged"],
            tuple(entry["responsible"]["lead"]),
            tuple(entry["responsible"]["with"]),
        )
        for target, entry in zip(reading.targets, entries, strict=True)
    ]


def promises_of_plan(plan: Plan) -> list[Promise]:
    """The promises of a plan file."""
    return [
        Promise(
            t.text,
            t.indicator,
            str(t.op),
            t.value,
            t.value_max,
            t.unit,
            t.deadline if t.deadline is None or isinstance(t.deadline, int) else str(t.deadline),
            t.damaged,
            t.responsible.lead,
            t.responsible.support,
        )
        for t in plan.targets
    ]


def compare(old: Sequence[Promise], new: Sequence[Promise]) -> list[Change]:
    """Every target of both plans, in the order of the new one; those that went come last.

    Targets are paired so that the likeness of their metrics is greatest in all; a pair shares its
    indicator, or at least half the pairs of characters of its words.
    """
    pairs = _pairs(old, new)
    changes = [
        _change(old[pairs[j]], promise) if j in pairs else Change("added", None, promise)
        for j, promise in enumerate(new)
    ]
    kept = set(pairs.values())
    return changes + [
        Change("removed", promise, None) for i, promise in enumerate(old) if i not in kept
    ]


def _pairs(old: Sequence[Promise], new: Sequence[Promise]) -> dict[int, int]:
    """Which old target each new one continues."""
    if not old or not new:
        return {}
    grams = [[_grams(p.metric) for p in side] for side in (old, new)]
    likeness = np.zeros((len(old), len(new)))
    for i, before in enumerate(old):
        for j, after in enumerate(new):
            words = _likeness(grams[0][i], grams[1][j])
            linked = before.indicator is not None and before.indicator == after.indicator
            score = words + linked if words >= ALIKE or linked else 0.0
            # Between equals the one that also says the same comes first.
            likeness[i, j] = score and score + 0.01 * sum(
                getattr(before, name) == getattr(after, name) for name in _SAID
            )
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    return {int(j): int(i) for i, j in zip(rows, columns, strict=True) if likeness[i, j] > 0}


_SAID = ("op", "value", "value_max", "unit", "deadline", "damaged", "lead", "support")


def _change(old: Promise, new: Promise) -> Change:
    fields = tuple(name for name in _SAID if getattr(old, name) != getattr(new, name))
    if not fields:
        return Change("same", old, new)
    return Change("changed", old, new, fields, _direction(old, new))


def _direction(old: Promise, new: Promise) -> str | None:
    """Whether the value asks for more or for less, where nothing else bears on that."""
    comparable = old.op == new.op and old.unit == new.unit and old.value_max == new.value_max
    if not comparable or old.value is None or new.value is None or old.value == new.value:
        return None
    if old.op in UPWARDS:
        return "tightened" if new.value > old.value else "loosened"
    if old.op == "decrease_by":
        return "tightened" if new.value > old.value else "loosened"
    if old.op in DOWNWARDS:
        return "tightened" if new.value < old.value else "loosened"
    return None


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Shared pairs of characters; a metric within a sentence is like it, too."""
    shared, shorter = (one & other).total(), min(one.total(), other.total())
    dice = 2 * shared / ((one + other).total() or 1)
    return max(dice, 0.9 * shared / shorter) if shorter >= FEWEST_WITHIN else dice


def _grams(text: str) -> Counter[str]:
    plain = "".join(ch for ch in text if ch.isalnum())
    return Counter(plain[i : i + 2] for i in range(max(1, len(plain) - 1)))
