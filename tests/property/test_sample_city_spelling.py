"""Whatever is spelled by a mapping is read back by it; whatever code is minted is valid."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.evidence.conversion import convert
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.mapping import Mapping
from zhiheng.sample_city.codes import credit_codes, spoil
from zhiheng.sample_city.spelling import spell
from zhiheng.sample_city.truth import PART, rates
from zhiheng.subjects.identifiers.uscc import uscc_valid

PENALTY = ALL["penalty"]
FORMATS = ("%Y年%m月%d日", "%Y.%m.%d", "%Y/%m/%d", "%Y-%m-%d", "excel")
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
amounts = st.integers(0, 10**9).map(lambda cents: cents / 100)


def mapping(formats: list[str], factor: float) -> Mapping:
    return Mapping.model_validate(
        {
            "kind": "penalty",
            "columns": {
                "number": "文号",
                "region": "区划代码",
                "occurred_on": "日期",
                "violation": "案由",
                "amount": "金额",
            },
            "values": {"violation": {"质量": "product", "质量问题": "product", "吃的": "food"}},
            "dates": {"occurred_on": formats},
            "units": {"amount": {"factor": factor}},
        }
    )


@given(
    rows=st.lists(
        st.tuples(days, amounts, st.sampled_from(["product", "food", "other"])), min_size=1
    ),
    formats=st.lists(st.sampled_from(FORMATS), min_size=1, max_size=3, unique=True),
    factor=st.sampled_from([1.0, 0.1, 10_000.0]),
    seed=st.integers(0, 2**32),
)
def test_what_is_spelled_is_read_back(rows, formats, factor, seed) -> None:
    frame = pl.DataFrame(
        {
            "number": [str(i) for i in range(len(rows))],
            "region": ["990101"] * len(rows),
            "occurred_on": [row[0] for row in rows],
            "amount": [row[1] for row in rows],
            "violation": [row[2] for row in rows],
        }
    )
    said = mapping(formats, factor)
    table = spell(frame, said, np.random.default_rng(seed))
    assert all(dtype == pl.String for dtype in table.dtypes)
    day = convert(table["日期"], PENALTY.column("occurred_on"), formats)
    assert day.to_list() == frame["occurred_on"].to_list()
    amount = convert(table["金额"], PENALTY.column("amount"), None, factor)
    assert amount.to_list() == pytest.approx(frame["amount"].to_list(), abs=1e-2, rel=1e-9)
    words = table["案由"].replace({str(k): str(v) for k, v in said.values["violation"].items()})
    assert convert(words, PENALTY.column("violation")).to_list() == frame["violation"].to_list()


@given(
    count=st.integers(1, 400),
    seed=st.integers(0, 10**6),
    authority=st.sampled_from(["91", "92", "93"]),
    region=st.integers(990000, 999999).map(str),
)
def test_minted_codes_are_valid_and_all_different(count, seed, authority, region) -> None:
    codes = credit_codes(np.array([authority] * count), np.array([region] * count), seed)
    assert uscc_valid(pl.Series(codes)).all()
    assert len(set(codes)) == count
    assert not uscc_valid(pl.Series(spoil(codes))).any()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["990101", "990102", "990106", "990110", "990100-gx"]),
            st.sampled_from([1, 2]),
            st.integers(0, 50),
            st.integers(1, 50),
        ),
        min_size=1,
    )
)
def test_the_city_is_the_sum_of_its_regions(rows) -> None:
    table = pl.DataFrame(
        [("x", region, 2025, quarter, up, up + down) for region, quarter, up, down in rows],
        schema=PART,
        orient="row",
    )
    found = rates(table)
    for period in {r["period"] for r in found}:
        cells = [r for r in found if r["period"] == period]
        city = next(r for r in cells if r["region"] == "990100")
        others = [r for r in cells if r["region"] != "990100"]
        for side in ("numerator", "denominator"):
            assert city[side] == pytest.approx(sum(r[side] for r in others))
