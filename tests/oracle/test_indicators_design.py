"""A stratified sample through the whole machine, held to numbers computed outside of it.

The vector is the worked example of stratified pass rates that our method notes give, computed
with numpy and scipy: strata of 1200, 600 and 200 batches, samples of 60, 40 and 40, of which 58,
37 and 34 passed. Estimate .942500; standard error .0197332, with finite populations .0190357;
design effect .929398; Korn-Graubard capped at n (.890056, .974773).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.tiny_lake import TREE, engine

from zhiheng.indicators.cells import Cells, Level
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import Estimate, estimates
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.rollup import Places

STRATA = {"大型": (1200, 60, 58), "中型": (600, 40, 37), "小型": (200, 40, 34)}


def batches() -> list[dict[str, Any]]:
    return [
        {
            "sampling": "random",
            "product_class": "food",
            "result": "pass" if number < passed else "fail",
            "stratum": stratum,
            "weight": population / drawn,
        }
        for stratum, (population, drawn, passed) in STRATA.items()
        for number in range(drawn)
    ]


def measured(indicator: Indicator) -> Estimate:
    cells = Cells(indicator, engine({"product_inspection": batches()}), Places(TREE))
    (found,) = estimates(cells, Level("city", "year"))
    return found


def test_strata_and_weights() -> None:
    found = measured(ALL["product_pass_rate"])
    assert found.estimate == pytest.approx(0.9425, abs=1e-12)
    assert found.se == pytest.approx(0.0197332, abs=5e-8)
    assert (found.n, found.detail["strata"]) == (140, 3)
    # 24000, 9000 and 1000 are the squared weights of the strata: of 137 degrees of freedom
    # 34000² / (24000²/59 + 9000²/39 + 1000²/39) are left.
    assert found.df == pytest.approx(97.4271, abs=5e-5)


def test_finite_populations() -> None:
    of_stratum = {name: population for name, (population, _drawn, _passed) in STRATA.items()}
    indicator = ALL["product_pass_rate"]
    design = replace(
        indicator.design,
        population=lambda t: t.stratum.cases(*of_stratum.items(), else_=None).cast("float64"),
    )
    found = measured(replace(indicator, design=design))
    assert found.se == pytest.approx(0.0190357, abs=5e-8)
    assert found.detail["deff"] == pytest.approx(0.929398, abs=5e-7)
    assert (found.lower, found.upper) == pytest.approx((0.890056, 0.974773), abs=1e-6)
