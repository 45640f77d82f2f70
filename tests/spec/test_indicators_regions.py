"""Which place a row counts for: the tree of the period's last day decides."""

from __future__ import annotations

from typing import Any

from support.tiny_lake import TREE, engine, measured

from zhiheng.indicators.cells import Cells
from zhiheng.indicators.estimate import estimates
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.rollup import Places


def project(region: str, first_time: bool = True) -> dict[str, Any]:
    return {"region": region, "first_time": first_time}


def counted(region: str, period: str, *rows: dict[str, Any]) -> float | None:
    evidence = {"project_acceptance": list(rows)}
    found = measured("first_acceptance_rate", evidence, region=region, period=period)
    return None if found is None else found.denominator


def test_districts_add_up_to_the_city() -> None:
    rows = [project("990101"), project("990102"), project("990102")]
    assert counted("990101", "2026", *rows) == 1
    assert counted("990102", "2026", *rows) == 2
    assert counted("990000", "2026", *rows) == 3


def test_an_abolished_county_counts_towards_its_successor_from_then_on() -> None:
    rows = [project("990121"), project("990102")]
    # In March the county still stood; by the end of the year it was part of 柳岸区.
    assert counted("990121", "2026Q1", *rows) == 1
    assert counted("990102", "2026Q1", *rows) == 1
    assert counted("990102", "2026", *rows) == 2


def test_asked_for_by_its_old_name_it_answers_for_the_successor() -> None:
    found = measured(
        "first_acceptance_rate",
        {"project_acceptance": [project("990121")]},
        region="990102",
        period="2026",
    )
    assert found is not None
    cells = Cells(
        ALL["first_acceptance_rate"],
        engine({"project_acceptance": [project("990121")]}),
        Places(TREE),
        place="990121",
    )
    regions = {e.period: e.region for at in cells.levels() for e in estimates(cells, at)}
    assert regions == {"2026": "990102", "2026Q1": "990121", "2026-03": "990121"}


def test_a_row_of_an_assessment_unit_is_the_citys_and_no_districts() -> None:
    rows = [project("hk-zone")]
    assert counted("hk-zone", "2026", *rows) == 1
    assert counted("990000", "2026", *rows) == 1
    assert counted("990101", "2026", *rows) is None


def test_a_row_filed_for_the_city_as_a_whole_is_in_no_district() -> None:
    rows = [project("990000")]
    assert counted("990000", "2026", *rows) == 1
    assert counted("990101", "2026", *rows) is None


def test_every_level_and_period_type_is_measured() -> None:
    cells = Cells(
        ALL["first_acceptance_rate"],
        engine({"project_acceptance": [project("990101") | {"works": "road"}]}),
        Places(TREE),
    )
    said = {(at.region, at.period, at.by) for at in cells.levels()}
    assert len(said) == 3 * 3 * 3
    assert {"city", "district", "unit"} == {region for region, _period, _by in said}
    assert {None, "works", "size"} == {by for _region, _period, by in said}
