"""The grouped queries against a slow twin that walks the rows of a small sample in Python."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.survey_twin import Design, ratio_from_rows
from support.tiny_lake import TREE, engine

from zhiheng.indicators.cells import Cells
from zhiheng.indicators.estimate import Estimate, estimates
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.periods import Period
from zhiheng.indicators.rollup import Places

DAYS = [date(2026, 1, 5), date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31)]
REGIONS = ["990000", "990101", "990102", "990121", "hk-zone"]

batches = st.fixed_dictionaries(
    {
        "region": st.sampled_from(REGIONS),
        "occurred_on": st.sampled_from(DAYS),
        "sampling": st.sampled_from(["random", "random", "random", "targeted"]),
        "result": st.sampled_from(["pass", "pass", "fail", "undecided"]),
        "product_class": st.sampled_from(["food", "drug"]),
        "stratum": st.sampled_from([None, "大型", "小型"]),
        "cluster": st.sampled_from([None, None, "P1"]),
        "organisation": st.sampled_from([None, None, "A", "B", "C"]),
        "weight": st.sampled_from([None, 1.0, 2.5, 7.0]),
    }
)
costs = st.fixed_dictionaries(
    {
        "region": st.sampled_from(REGIONS),
        "occurred_on": st.sampled_from(DAYS),
        "internal_loss": st.sampled_from([0.0, 1.5, 20.0]),
        "external_loss": st.sampled_from([0.0, 3.25]),
        "output": st.sampled_from([10.0, 250.0]),
        "stratum": st.sampled_from([None, "大型"]),
        "organisation": st.sampled_from([None, "A", "B"]),
        "weight": st.sampled_from([None, 2.0]),
    }
)

Number = Callable[[dict[str, Any]], float]
Test = Callable[[dict[str, Any]], bool]


def twin(
    rows: list[dict[str, Any]],
    period: Period,
    place: str,
    sampled: Test,
    judged: Test,
    y: Number,
    x: Number,
    point: bool,
) -> tuple[float, float, float, int] | None:
    """Estimate, se, df and n of one cell, from rows; None for an empty cell."""
    sample = [
        row | {"number": number}
        for number, row in enumerate(rows)
        if sampled(row) and period.first <= row["occurred_on"] <= period.last
    ]
    view = TREE.as_of(period.last)
    inside = np.array([judged(r) and place in view.ancestors(r["region"]) for r in sample])
    if not inside.any():
        return None
    stratum = [r["stratum"] or "" for r in sample]
    cluster = [(point and r["cluster"]) or r["organisation"] or str(r["number"]) for r in sample]
    design = Design(
        rows=len(sample),
        weight=np.array([1.0 if r["weight"] is None else r["weight"] for r in sample]),
        stratum=np.array(stratum),
        cluster=np.array(cluster),
    )
    tops, bottoms = np.array([y(r) for r in sample]), np.array([x(r) for r in sample])
    found = ratio_from_rows(tops, bottoms, design, domain=inside)
    held = {pair for pair, i in zip(zip(stratum, cluster, strict=True), inside, strict=True) if i}
    df: float = len(held) - len({name for name, _cluster in held})
    of_sizes = bottoms if point else tops - found.estimate * bottoms
    df = effective_df(of_sizes, bottoms, design, inside, df, working=point)
    return found.estimate, found.se, df, found.n


def effective_df(
    z: Any, x: Any, design: Design, inside: Any, most: float, *, working: bool
) -> float:
    """``(Σv)² / Σ(v² / ν)`` from rows, ``ν = k - k/m - (1 - k/m)·B_h/B``; from 1 (8 where v is
    ``working``, the sum of the squares of what clusters weigh) to ``most``."""
    whole = (design.weight * x)[inside].sum()
    above, below = 0.0, 0.0
    for name in set(design.stratum):
        here = design.stratum == name
        clusters = set(design.cluster[here])
        of = [(design.weight * z)[here & inside & (design.cluster == c)].sum() for c in clusters]
        k, m = len(set(design.cluster[here & inside])), len(clusters)
        if k == 0:
            continue
        if working:
            v = float(np.square(of).sum()) if m > 1 else 0.0
        else:
            v = float(np.square(of).sum()) if m == 1 else m * float(np.var(of, ddof=1))
        if v <= 1e-12 * float(np.square((design.weight * x)[here & inside].sum())):
            continue
        nu = k - k / m - (1 - k / m) * (design.weight * x)[here & inside].sum() / whole
        above, below = above + v, below + (v * v / nu if nu > 0 else np.inf)
    return most if above == 0 else min(most, max(8.0 if working else 1.0, above * above / below))


def measured(code: str, kind: str, rows: list[dict[str, Any]]) -> list[Estimate]:
    cells = Cells(ALL[code], engine({kind: rows}), Places(TREE))
    return [e for at in cells.levels() if at.by is None for e in estimates(cells, at)]


def agree(found: list[Estimate], rows: list[dict[str, Any]], slow: Any) -> None:
    cells = {(e.period, e.region): e for e in found}
    months = {(d.year, d.month) for d in DAYS}
    periods = {Period.parse(str(d.year)) for d in DAYS}
    periods |= {Period.parse(f"{y}Q{(m + 2) // 3}") for y, m in months}
    periods |= {Period.parse(f"{y}-{m:02d}") for y, m in months}
    for period in periods:
        for place in REGIONS:
            expected = slow(rows, period, place)
            estimate = cells.pop((str(period), place), None)
            if expected is None:
                assert estimate is None
                continue
            assert estimate is not None
            assert estimate.n == expected[3]
            assert estimate.df == pytest.approx(expected[2], rel=1e-6)
            assert estimate.estimate == pytest.approx(expected[0], rel=1e-9)
            # Variances near 0 are rounding in both; the square root doubles its exponent.
            assert estimate.se == pytest.approx(expected[1], rel=1e-6, abs=1e-7)
    assert cells == {}


@settings(max_examples=15)
@given(st.lists(batches, min_size=1, max_size=24))
def test_pass_rates_equal_the_twin(rows: list[dict[str, Any]]) -> None:
    found = measured("product_pass_rate", "product_inspection", rows)
    agree(
        found,
        rows,
        lambda rows, period, place: twin(
            rows,
            period,
            place,
            sampled=lambda r: r["sampling"] == "random",
            judged=lambda r: r["result"] != "undecided",
            y=lambda r: float(r["result"] == "pass"),
            x=lambda _r: 1.0,
            point=True,
        ),
    )


@settings(max_examples=15)
@given(st.lists(costs, min_size=1, max_size=12))
def test_ratios_equal_the_twin(rows: list[dict[str, Any]]) -> None:
    found = measured("quality_loss_rate", "quality_cost", rows)
    agree(
        found,
        rows,
        lambda rows, period, place: twin(
            rows,
            period,
            place,
            sampled=lambda _r: True,
            judged=lambda _r: True,
            y=lambda r: r["internal_loss"] + r["external_loss"],
            x=lambda r: r["output"],
            point=False,
        ),
    )
