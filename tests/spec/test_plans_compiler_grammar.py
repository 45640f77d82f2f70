"""What the plan compiler reads, sentence by sentence; docs/plan-grammar.md is made from this."""

from __future__ import annotations

from typing import Any

import make_grammar
import pytest

from zhiheng.plans.compiler import read_plan
from zhiheng.plans.compiler.model import Reading, Target

CASES = [
    pytest.param(case, id=f"{name}-{number}")
    for name, table in make_grammar.phenomena().items()
    for number, case in enumerate(table["cases"], start=1)
]


@pytest.mark.parametrize("case", CASES)
def test_the_sentence_is_read_as_the_manual_says(case: dict[str, Any]) -> None:
    reading = read_plan(case["say"])
    assert [_row(target) for target in reading.targets] == case["targets"]
    if "responsible" in case:
        said = [[list(r.lead), list(r.support)] for r in reading.responsibilities]
        assert said == case["responsible"]
    if "head" in case:
        assert _head(reading) == case["head"]
    if "clauses" in case:
        assert [[clause.id, clause.title] for clause in reading.clauses] == case["clauses"]
    if "inferred" in case:
        assert [target.inferred_value for target in reading.targets] == case["inferred"]
    codes = [w.code for w in reading.warnings if w.code != "plan.no_targets"]
    assert codes == case.get("warnings", [])


def test_the_manual_is_current() -> None:
    assert make_grammar.PAGE.read_text(encoding="utf-8") == make_grammar.page()


def _row(target: Target) -> list[Any]:
    low, high = target.value, target.value_max
    value = [low, high] if high is not None else low
    return [target.metric, target.op, value, target.unit, target.deadline]


def _head(reading: Reading) -> dict[str, Any]:
    head = reading.document
    return {
        "title": head.title,
        "number": head.number,
        "issuer": head.issuer,
        "issued_on": head.issued_on,
        "period": list(head.period) if head.period else None,
    }
