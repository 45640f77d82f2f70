"""Spark gives what DuckDB gives, over the same lake and from the same declarations, to 1e-9."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from support.lake_files import row_id, write_batch
from support.tiny_lake import TREE

from zhiheng.indicators import queries
from zhiheng.indicators.actions import measure
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home

SYSTEM = Actor.system()
CODES = [
    "product_pass_rate",
    "quality_loss_rate",
    "certified_share",
    "penalty_total",
    "complaints_per_10k",
    "complaints_in_time_rate",
    "reported_brands",
]
REGIONS = ["990000", "990101", "990102", "990121", "hk-zone"]
NUMBERS = ("estimate", "se", "lower", "upper", "n", "numerator", "denominator", "df")


def evidence(chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    def row(**own: Any) -> dict[str, Any]:
        return {
            "region": chance.choice(REGIONS),
            "occurred_on": date(2025, 1, 1) + timedelta(days=chance.randrange(600)),
            "subject": chance.choice([None, "uscc:A", "uscc:B", "uscc:C", "name:小店@990101"]),
        } | own

    some = chance.choice
    return {
        "product_inspection": [
            row(
                sampling=some(["random", "random", "targeted"]),
                result=some(["pass", "pass", "fail", "undecided"]),
                product_class=some(["food", "drug"]),
                stage=some(["production", None]),
                stratum=some([None, "大型"]),
                cluster=some([None, "P1", "P2"]),
                weight=some([None, 1.0, 2.5]),
            )
            for _ in range(120)
        ],
        "quality_cost": [
            row(internal_loss=some([1.5, 20.0]), external_loss=some([0.0, 3.25]), output=250.0)
            for _ in range(30)
        ],
        "organisation_register": [
            row(category="enterprise", industry=some(["C13", "C14"]), ended_on=None)
            for _ in range(40)
        ],
        "certificate": [
            row(state="valid", scheme="quality", valid_until=date(2026, some([3, 9]), 15))
            for _ in range(20)
        ],
        "penalty": [row(amount=some([None, 3333.25]), violation="quality") for _ in range(20)]
        + [{"region": "990102", "since": date(2026, 2, 1), "occurred_on": date(2026, 3, 31)}],
        "complaint": [
            row(
                state=some(["open", "closed"]), due_on=date(2026, 5, some([1, 30])), topic="quality"
            )
            for _ in range(30)
        ],
        "reported_figure": [
            {"indicator": "reported_brands", "value": 12.0, "unit": "个", "region": "990000"}
        ],
    }


# A few hundred rows: compiling queries would take longer than they run.
QUICK = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.shuffle.partitions=1 "
    "--conf spark.driver.memory=1g "
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell"
)


@pytest.mark.full
def test_spark_equals_duckdb(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", QUICK)
    load_regions(SYSTEM, TREE.versions)
    for batch, (kind, rows) in enumerate(evidence(random.Random(7)).items(), start=1):
        write_batch(home, kind, batch, rows)
    corrected = {"sampling": "random", "result": "fail", "supersedes": row_id(1, 0)}
    write_batch(home, "product_inspection", 20, [corrected])
    found = {}
    for engine in ("duckdb", "spark"):
        run = measure(SYSTEM, CODES, period="2026", engine=engine)
        assert run.arguments["engine"] == engine
        rows = queries.rows_of(run).values()
        found[engine] = {(r["indicator"], r["region"], r["period"], r["by"]): r for r in rows}
    assert found["spark"].keys() == found["duckdb"].keys()
    assert {key[0] for key in found["duckdb"]} == set(CODES)
    for key, one in found["duckdb"].items():
        other = found["spark"][key]
        said = {name: value for name, value in one.items() if name in NUMBERS and value is not None}
        assert {n: other[n] for n in NUMBERS if other[n] is not None} == pytest.approx(
            said, rel=1e-9, abs=1e-9
        ), key
        assert (other["method"], other["detail"]) == (one["method"], one["detail"])
