"""The compiler against gold made by people who did not write it; text and gold stay outside.

The numbers are those of the scorer beside the checkout: a target counts when metric, comparator,
value, unit, deadline and place agree.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from zhiheng.plans.compiler import read_plan

FLOORS = {
    "seeds": {"targets": (0.98, 0.97, 0.97), "responsibilities": (0.95, 0.95, 0.95)},
    "dev": {"targets": (0.93, 0.93, 0.95), "responsibilities": (0.85, 0.85, 0.85)},
}
"""Least recall, precision and F1."""


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("policy_scorer", shared / "policy" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _documents(shared: Path, collection: str) -> list[tuple[str, str, dict[str, Any]]]:
    """(name, text as the scorer hands it over, gold)."""
    gold = shared / "policy" / ("seed-gold" if collection == "seeds" else "dev")
    texts = shared / "seeds" if collection == "seeds" else gold
    found = []
    for file in sorted(gold.glob("*.json")):
        lines = (texts / f"{file.stem}.txt").read_text(encoding="utf-8").splitlines(keepends=True)
        body = "".join(line for line in lines if not line.startswith("# "))
        found.append((file.stem, body, json.loads(file.read_text(encoding="utf-8"))))
    assert found
    return found


@pytest.mark.parametrize("kind", ["targets", "responsibilities"])
@pytest.mark.parametrize("collection", ["seeds", "dev"])
def test_scores_reach_the_goals(
    scorer: ModuleType, shared: Path, collection: str, kind: str
) -> None:
    right = missed = extra = 0
    for name, body, gold in _documents(shared, collection):
        wanted = gold.get("responsible" if kind == "responsibilities" else kind)
        if wanted is None:
            continue
        said = read_plan(body, name).as_json()[kind]
        same = scorer.same_target if kind == "targets" else scorer.same_responsibility
        hits, left, more = scorer.pair("".join(body.split()), wanted, said, same)
        right, missed, extra = right + hits, missed + len(left), extra + len(more)
    recall, precision, f1 = FLOORS[collection][kind]
    assert right / (right + missed) >= recall
    assert right / (right + extra) >= precision
    assert 2 * right / (2 * right + missed + extra) >= f1


@pytest.mark.parametrize("collection", ["seeds", "dev"])
def test_every_span_is_the_text_at_its_place(shared: Path, collection: str) -> None:
    for name, body, _gold in _documents(shared, collection):
        reading = read_plan(body, name)
        for item in (*reading.targets, *reading.responsibilities, *reading.tasks):
            assert body[item.start : item.end] == item.text


def test_lost_digits_are_flagged_and_none_is_invented(scorer: ModuleType, shared: Path) -> None:
    for name, body, gold in _documents(shared, "seeds"):
        flat = "".join(body.split())
        said = [t for t in read_plan(body, name).as_json()["targets"] if t["damaged"]]
        wanted = [t for t in gold["targets"] if t.get("damaged")]
        assert all(target["value"] is None for target in said)
        hits, missed, extra = scorer.pair(flat, wanted, said, scorer.same_target)
        assert (hits, missed, extra) == (len(wanted), [], [])


def test_heads_are_right(shared: Path) -> None:
    """One excerpt names its period nowhere in its text: there nothing is said."""
    wrong = []
    for collection in ("seeds", "dev"):
        for name, body, gold in _documents(shared, collection):
            head = read_plan(body, name).document
            number = "".join((gold["doc_number"] or "").split())
            if (head.number or "") != number:
                wrong.append((name, "number"))
            if head.period != (tuple(gold["period"]) if gold["period"] else None):
                wrong.append((name, "period"))
    assert wrong == [("101", "period")]
