"""The truth kept beside the city: it agrees with what was drawn, by simple statistics."""

from __future__ import annotations

import polars as pl
import pytest

from zhiheng.methods.vocabulary import Operator, Verdict
from zhiheng.office.progress import Silent
from zhiheng.plans.catalogue import units
from zhiheng.plans.files import read_plan
from zhiheng.sample_city.city import QUIET_WATERWORKS, City, build_city
from zhiheng.sample_city.expectations import expected_verdicts
from zhiheng.sample_city.generate import AS_OF, PLAN
from zhiheng.sample_city.places import CITY, tree
from zhiheng.sample_city.truth import PART, last_day, rates

Known = dict[tuple[str, str, str], dict]


@pytest.fixture(scope="module")
def city() -> City:
    return build_city(1, 1.0, Silent())


@pytest.fixture(scope="module")
def known(city: City) -> Known:
    return {(r["indicator"], r["region"], r["period"]): r for r in rates(city.truth)}


def year(rows: pl.DataFrame, at: int) -> pl.DataFrame:
    return rows.filter(pl.col("occurred_on").dt.year() == at)


PASS_RATES = {
    "food_pass_rate": "food",
    "farm_product_pass_rate": "farm",
    "medicine_pass_rate": "drug",
    "building_material_pass_rate": "building",
}


@pytest.mark.parametrize("indicator", PASS_RATES)
@pytest.mark.parametrize("at", [2024, 2025, 2026])
def test_weighted_pass_rates_lie_near_the_truth(city, known, indicator: str, at: int) -> None:
    rows = year(city.rows["product_inspection"], at).filter(
        (pl.col("sampling") == "random")
        & (pl.col("product_class") == PASS_RATES[indicator])
        & (pl.col("result") != "undecided")
    )
    passed = (rows["result"] == "pass").cast(pl.Float64)
    estimate = (passed * rows["weight"]).sum() / rows["weight"].sum()
    truth = known[indicator, CITY, str(at)]["value"]
    error = (truth * (1 - truth) / rows.height) ** 0.5
    assert abs(estimate - truth) < 4.5 * error


def test_weights_add_up_to_the_lots_of_the_frame(city, known) -> None:
    rows = year(city.rows["product_inspection"], 2025).filter(pl.col("sampling") == "random")
    lots = known["product_pass_rate", CITY, "2025"]["denominator"]
    assert rows["weight"].sum() == pytest.approx(lots, rel=0.06)


def test_the_risk_sample_finds_more_than_the_random_one(city, known) -> None:
    found = known["nonconforming_discovery_rate", CITY, "2025"]["value"]
    assert found > 1.3 * (1 - known["product_pass_rate", CITY, "2025"]["value"])
    rows = year(city.rows["product_inspection"], 2025).filter(
        (pl.col("sampling") == "targeted") & (pl.col("result") != "undecided")
    )
    share = (rows["result"] == "fail").mean()
    assert share == pytest.approx(found, abs=4.5 * (found * (1 - found) / rows.height) ** 0.5)
    assert rows["weight"].is_null().all()


def test_satisfaction_lies_near_the_latent_model(city, known) -> None:
    for domain in ("producer_service", "consumer_service"):
        rows = year(city.rows["satisfaction_answer"], 2025).filter(pl.col("domain") == domain)
        score = (rows["overall"] - 1) / 9 * 100
        estimate = (score * rows["weight"]).sum() / rows["weight"].sum()
        assert estimate == pytest.approx(
            known[f"{domain}_satisfaction", CITY, "2025"]["value"], abs=2.5
        )


def test_loss_rate_of_the_panel_lies_near_that_of_all_makers(city, known) -> None:
    rows = year(city.rows["quality_cost"], 2025)
    loss = ((rows["internal_loss"] + rows["external_loss"]) * rows["weight"]).sum()
    estimate = loss / (rows["output"] * rows["weight"]).sum()
    assert estimate == pytest.approx(known["quality_loss_rate", CITY, "2025"]["value"], rel=0.06)


def test_visits_pass_as_often_as_expected(city, known) -> None:
    rows = year(city.rows["establishment_inspection"], 2025)
    truth = known["establishment_compliance_rate", CITY, "2025"]
    assert rows.height == pytest.approx(truth["denominator"], rel=0.02)
    assert (rows["result"] == "pass").mean() == pytest.approx(truth["value"], abs=0.015)


def test_works_are_counted_in_full(city, known) -> None:
    rows = year(city.rows["project_acceptance"], 2025)
    assert known["first_acceptance_rate", CITY, "2025"]["value"] == pytest.approx(
        rows["first_time"].mean(), abs=1e-6
    )
    large = rows.filter(pl.col("size") != "small")
    assert known["large_project_first_acceptance_rate", CITY, "2025"]["value"] == 1.0
    assert large["first_time"].all()


def test_no_waterworks_in_the_quiet_quarter(city) -> None:
    water = city.rows["project_acceptance"].filter(pl.col("works") == "water")
    assert not water["occurred_on"].is_between(*QUIET_WATERWORKS).any()
    assert year(water, 2025).height > 0


def test_every_row_lies_where_the_tree_knows_a_region_on_its_day(city) -> None:
    for rows in city.rows.values():
        pairs = rows.select("region", "occurred_on").unique().iter_rows()
        assert all(region in tree().as_of(day) for region, day in pairs)


def parts(*rows: tuple[str, str, int, int, float, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=PART, orient="row")


def test_a_rate_of_a_year_sums_its_quarters_and_the_city_its_regions() -> None:
    table = parts(("x", "990101", 2025, 1, 1, 2), ("x", "990102", 2025, 2, 3, 4))
    found = {(r["region"], r["period"]): r["value"] for r in rates(table)}
    assert found[CITY, "2025"] == pytest.approx(4 / 6, abs=1e-6)
    assert found["990101", "2025Q1"] == 0.5
    assert ("990102", "2025Q1") not in found


def test_a_merged_district_counts_for_its_successor_in_the_year_of_the_merger() -> None:
    table = parts(
        ("x", "990110", 2025, 1, 1, 1),
        ("x", "990106", 2025, 4, 0, 1),
        ("x", "990110", 2024, 4, 1, 1),
    )
    found = {(r["region"], r["period"]): r["value"] for r in rates(table)}
    assert found["990106", "2025"] == 0.5
    assert found["990110", "2024"] == 1.0
    assert ("990110", "2025") not in found


def test_a_stock_of_a_year_is_that_of_its_last_quarter() -> None:
    table = parts(
        ("certified_share", "990101", 2025, 3, 1, 10), ("certified_share", "990101", 2025, 4, 4, 10)
    )
    assert {r["period"]: r["value"] for r in rates(table)}["2025"] == 0.4


def test_reported_figures_speak_of_their_own_region_only() -> None:
    table = parts(("reported_brands", "990101", 2025, 4, 7, 1))
    assert {r["region"] for r in rates(table)} == {"990101"}


def test_periods_end_where_the_simulation_ends() -> None:
    assert last_day("2025Q2").isoformat() == "2025-06-30"
    assert last_day("2026").isoformat() == "2026-09-30"


def test_the_plan_has_forty_targets_and_every_operator() -> None:
    plan = read_plan(PLAN, units=units(), regions=tree().keys)
    assert len(plan.targets) >= 40
    assert {target.op for target in plan.targets} == set(Operator)


def test_truth_expects_every_verdict_but_the_undecided_one(city, known) -> None:
    expected = expected_verdicts(PLAN, city, list(known.values()), AS_OF)
    assert set(expected.values()) == {str(v) for v in Verdict if v != Verdict.UNDETERMINED} | {None}
    assert expected["T18"] == "met"
    assert expected["T19"] == "not_met"
    assert expected["T50"] == "no_evidence"
