"""Path indices and composites in a home: filed, measured, explained again."""

from __future__ import annotations

import csv
import random
from datetime import date

import pytest
from support.competitiveness import FILED

from zhiheng.evidence.actions import import_file
from zhiheng.indicators.actions import measure
from zhiheng.indicators.explain import explain, rows_behind
from zhiheng.indicators.queries import latest
from zhiheng.indicators.satisfaction.model_file import shipped
from zhiheng.office.actions import add_party, load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.regions import RegionVersion
from zhiheng.subjects.identifiers.uscc import uscc_check_character

OPERATOR = Actor.system()
CITY, DISTRICT = "990100", "990101"


@pytest.fixture
def city(home):
    regions = [RegionVersion(CITY, "衡川市", "city")]
    regions += [RegionVersion(DISTRICT, "1号区", "district", CITY)]
    load_regions(OPERATOR, regions)
    add_party(OPERATOR, "xwh", "body", "消费者委员会", region=CITY)
    return home


def filed(folder, kind, titles, rows):
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    outcome = import_file(OPERATOR, path, kind, source="xwh")
    assert outcome["accepted"] == len(rows), outcome["problems"][:3]


def test_a_path_index_is_explained_with_the_weights_of_its_year(city, tmp_path):
    rng = random.Random(7)
    items = shipped("ccsi", date(2026, 1, 1)).path_model.items
    rows = []
    for number in range(120):
        opinion = rng.gauss(0, 1.3)
        scores = [min(10, max(1, round(7 + opinion + rng.gauss(0, 1)))) for _ in items]
        day = f"2026-0{1 + number % 9}-15"
        rows.append([f"A{number}", DISTRICT, day, "consumer_service", "餐饮", *scores])
    titles = ["number", "region", "occurred_on", "domain", "sector", *items]
    filed(tmp_path, "satisfaction_answer", titles, rows)
    measure(OPERATOR, ["consumer_service_index"])
    row = latest(OPERATOR, "consumer_service_index", CITY, "2026")
    said = explain(OPERATOR, row)
    assert said["agrees"], said
    assert said["detail"]["model_respondents"] == 120
    assert said["conditions"]["path_index"] == "ccsi: Satisfaction"
    assert len(rows_behind(OPERATOR, row, 500)) == 120
    quarter = latest(OPERATOR, "consumer_service_index", DISTRICT, "2026Q2")
    assert explain(OPERATOR, quarter)["agrees"]
    assert quarter.n < row.n
    # Asked for alone, a quarter has the weights of its year and so the same figure.
    measure(OPERATOR, ["consumer_service_index"], DISTRICT, "2026Q2")
    again = latest(OPERATOR, "consumer_service_index", DISTRICT, "2026Q2")
    assert again.estimate == quarter.estimate


def code(number: int) -> str:
    """A valid code of an invented firm."""
    body = f"91990101M000{number:04d}Y"
    return body + uscc_check_character(body)


def test_a_composite_is_measured_and_explained(city, tmp_path):
    figures = [(f"F{i}", CITY, "2026-06-30", c, v) for i, (c, v) in enumerate(FILED.items())]
    filed(
        tmp_path,
        "reported_figure",
        ["number", "region", "occurred_on", "indicator", "value"],
        figures,
    )
    titles = ["number", "region", "occurred_on", "subject_name", "product", "product_class"]
    titles += ["sampling", "result"]
    batches = [
        (f"B{i}", DISTRICT, "2026-05-01", f"厂{i}", "插座", "consumer", "random",
         "fail" if i < 3 else "pass")
        for i in range(20)
    ]  # fmt: skip
    filed(tmp_path, "product_inspection", titles, batches)
    titles = ["number", "region", "occurred_on", "subject_name", "internal_loss"]
    titles += ["external_loss", "output"]
    costs = [(f"C{i}", DISTRICT, "2026-06-30", f"厂{i}", 20, 5, 1000) for i in range(4)]
    filed(tmp_path, "quality_cost", titles, costs)
    titles = ["number", "region", "occurred_on", "subject_code", "subject_name", "category"]
    titles += ["above_scale"]
    register = [
        (f"R{i}", DISTRICT, "2020-01-01", code(i), f"厂{i}", "enterprise", "是") for i in range(10)
    ]
    filed(tmp_path, "organisation_register", titles, register)
    titles = ["number", "region", "occurred_on", "subject_code", "subject_name", "scheme"]
    titles += ["state", "valid_until"]
    held = [
        (f"Z{i}", DISTRICT, "2026-06-01", code(i), f"厂{i}", "quality", "valid", "2028-01-01")
        for i in range(3)
    ]
    filed(tmp_path, "certificate", titles, held)
    measure(OPERATOR, ["local_quality_competitiveness"])
    row = latest(OPERATOR, "local_quality_competitiveness", CITY, "2026")
    assert row.estimate == pytest.approx(80)
    assert row.lower < 80 < row.upper
    said = explain(OPERATOR, row)
    assert said["agrees"]
    assert len(said["steps"][0]["numbers"]["parts"]) == 12
    assert rows_behind(OPERATOR, row) == []
    # The district has no reported figures of its own, so it has no composite.
    assert latest(OPERATOR, "local_quality_competitiveness", DISTRICT, "2026") is None
