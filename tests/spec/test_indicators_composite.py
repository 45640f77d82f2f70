"""The competitiveness index of a city: from twelve figures of departments and of the lake."""

from datetime import date
from typing import Any

import pytest
from support import tiny_lake
from support.competitiveness import FILED

from zhiheng.indicators.cells import Cells
from zhiheng.indicators.composed import composed
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.derivation import steps
from zhiheng.indicators.designs import Text
from zhiheng.indicators.estimate import estimates
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.indices import CompositeOf
from zhiheng.indicators.periods import Period
from zhiheng.indicators.reported import reported
from zhiheng.indicators.rollup import Places
from zhiheng.rules.parameters import Trace

INDEX = ALL["local_quality_competitiveness"]
CITY, YEAR = "990000", Period.parse("2026")


def evidence(**changed: float) -> dict[str, list[dict[str, Any]]]:
    """Figures of departments; 85 of 100 batches pass, loss 2.5 %, 30 of 100 firms certified."""
    figures = {**FILED, **changed}
    batch = {"sampling": "random", "product_class": "consumer", "region": "990101"}
    return {
        "reported_figure": [
            {"indicator": code, "value": value, "region": CITY} for code, value in figures.items()
        ],
        "product_inspection": [
            {**batch, "result": "pass" if i < 85 else "fail", "organisation": f"f{i}"}
            for i in range(100)
        ],
        "quality_cost": [
            {"internal_loss": 20.0, "external_loss": 5.0, "output": 1000.0, "organisation": f"c{i}"}
            for i in range(10)
        ],
        "organisation_register": [
            {
                "category": "enterprise",
                "above_scale": True,
                "organisation": f"f{i}",
                "occurred_on": date(2020, 1, 1),
            }
            for i in range(100)
        ],
        "certificate": [
            {
                "organisation": f"f{i}",
                "state": "valid",
                "scheme": "quality",
                "valid_until": date(2028, 1, 1),
                "occurred_on": date(2026, 12, 1),
            }
            for i in range(30)
        ],
    }


def measured(rows: dict[str, list[dict[str, Any]]]) -> tuple[list[Any], Trace]:
    lake, places, trace = tiny_lake.engine(rows), Places(tiny_lake.TREE), Trace()

    def part(indicator: Indicator) -> list[Any]:
        if indicator.estimator == "reported":
            return reported([indicator], lake, places, period=YEAR, place=CITY)
        cells = Cells(indicator, lake, places, period=YEAR, place=CITY)
        return [e for level in cells.levels() for e in estimates(cells, level)]

    return composed(INDEX, part, trace), trace


def test_all_at_the_middle_is_eighty() -> None:
    (index,), trace = measured(evidence())
    assert index.estimate == pytest.approx(80)
    assert (index.region, index.period, index.n) == (CITY, "2026", 12)
    assert index.lower < 80 < index.upper  # the pass rate is a sample
    assert index.detail["by_inputs"] > 0
    assert index.detail["official"] is False
    assert {p["code"] for p in index.detail["parts"]} == set(index.detail["components"])
    assert "qci" in {p.name for p in trace.used}


def test_one_at_its_best() -> None:
    (index,), _trace = measured(evidence(reported_patents=1.0))
    assert round(index.estimate, 3) == 81.667
    contributions = sum(part["contribution"] for part in index.detail["parts"])
    assert contributions == pytest.approx(index.estimate)


def test_a_component_without_a_figure_leaves_no_composite() -> None:
    rows = evidence()
    rows["reported_figure"] = rows["reported_figure"][1:]
    assert measured(rows)[0] == []


def test_the_same_evidence_gives_the_same_interval() -> None:
    assert measured(evidence())[0] == measured(evidence())[0]


def test_its_arithmetic_is_told() -> None:
    (index,), _trace = measured(evidence())
    scores, total, bounds = steps(INDEX, index, [])
    assert len(scores["numbers"]["parts"]) == 12
    assert total["numbers"]["estimate"] == index.estimate
    assert bounds["numbers"]["draws"] == 10_000


def test_the_marked_name_and_the_kinds_it_reads() -> None:
    assert "非官方口径" in INDEX.zh
    assert [kind.code for kind in INDEX.kinds] == [
        "reported_figure",
        "organisation_register",
        "certificate",
        "quality_cost",
        "product_inspection",
    ]
    assert INDEX.conditions["composite"].startswith("qci: grade_rate = reported_grade_rate")


PARTS = INDEX.composite.parts if INDEX.composite else ()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"composite": None}, "declared with composite"),
        ({"composite": CompositeOf("qcii", PARTS)}, "qcii"),
        ({"composite": CompositeOf("qci", PARTS[1:])}, "wants"),
        ({"composite": CompositeOf("qci", (*PARTS[1:], ("grade_rate", PARTS[8][1])))}, "wants"),
        ({"breakdowns": ("indicator",)}, "no filter and no breakdown"),
        ({"kind": PARTS[3][1].kind}, "reported_figure"),
    ],
)
def test_a_composite_that_cannot_be_composed_is_refused(said: dict[str, Any], why: str) -> None:
    base = {
        "code": "an_index",
        "zh": "某指数",
        "en": "An index",
        "unit": "点",
        "better": "higher",
        "population": Text("某地", "A place"),
        "kind": INDEX.kind,
        "estimator": "composite",
        "composite": INDEX.composite,
        "source": "某声明",
    }
    with pytest.raises(ValueError, match=why):
        Indicator(**{**base, **said})
