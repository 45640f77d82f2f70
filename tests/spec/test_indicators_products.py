"""Pass rates and the discovery rate: which batches count, and how the sample's design enters."""

from __future__ import annotations

from typing import Any

import pytest
from support.tiny_lake import measured


def batch(result: str, **said: Any) -> dict[str, Any]:
    return {"sampling": "random", "product_class": "food", "result": result, **said}


def test_random_batches_that_were_decided_count() -> None:
    evidence = {
        "product_inspection": [
            batch("pass", organisation="A"),
            batch("pass", organisation="A"),
            batch("fail", organisation="B"),
            batch("undecided", organisation="C"),
            batch("fail", organisation="D", sampling="targeted"),
        ]
    }
    rate = measured("product_pass_rate", evidence)
    assert rate is not None
    assert (rate.numerator, rate.denominator, rate.n) == (2, 3, 3)
    assert rate.estimate == pytest.approx(2 / 3)
    assert rate.method == (
        "korn-graubard; capped at n; weighted; stratified; clusters=sampling_point; df=working"
    )


def test_the_discovery_rate_counts_targeted_batches_and_no_other() -> None:
    evidence = {
        "product_inspection": [
            batch("fail", organisation="A", sampling="targeted"),
            batch("pass", organisation="B", sampling="targeted"),
            batch("undecided", organisation="C", sampling="targeted"),
            batch("fail", organisation="D"),
        ]
    }
    found = measured("nonconforming_discovery_rate", evidence)
    assert found is not None
    assert (found.numerator, found.denominator) == (1, 2)


@pytest.mark.parametrize(
    ("indicator", "product_class"),
    [
        ("food_pass_rate", "food"),
        ("farm_product_pass_rate", "farm"),
        ("building_material_pass_rate", "building"),
        ("medicine_pass_rate", "drug"),
    ],
)
def test_each_class_has_its_own_rate(indicator: str, product_class: str) -> None:
    evidence = {
        "product_inspection": [
            batch("pass", organisation="A", product_class=product_class),
            batch("fail", organisation="B", product_class=product_class),
            batch("fail", organisation="C", product_class="industrial"),
        ]
    }
    rate = measured(indicator, evidence)
    assert rate is not None
    assert (rate.numerator, rate.denominator) == (1, 2)
    # The industrial batch lies outside the class but inside the sample: the variance knows three
    # clusters, 3/2 x (0.25² + 0.25²), where the two of the class alone would give 2 x the same.
    assert rate.se == pytest.approx((3 / 2 * 2 * 0.25**2) ** 0.5)
    # Its certainty rests on the two clusters that it holds.
    assert rate.df == 1


def test_many_batches_of_one_firm_prove_nothing() -> None:
    others = [batch("fail", organisation=str(i), region="990102") for i in range(50)]
    of_one = [batch("pass", organisation="A") for _ in range(40)]
    rate = measured("product_pass_rate", {"product_inspection": of_one + others}, region="990101")
    assert rate is not None
    assert (rate.estimate, rate.n, rate.df, rate.lower, rate.upper) == (1, 40, 0, 0, 1)


def test_a_breakdown_measures_each_value_within_the_same_sample() -> None:
    evidence = {
        "product_inspection": [
            batch("pass", organisation="A"),
            batch("fail", organisation="B"),
            batch("fail", organisation="C", product_class="drug"),
        ]
    }
    food = measured("product_pass_rate", evidence, by={"product_class": "food"})
    same = measured("food_pass_rate", evidence)
    assert food is not None
    assert same is not None
    assert (food.estimate, food.se, food.lower, food.upper, food.df) == (
        same.estimate, same.se, same.lower, same.upper, same.df,
    )  # fmt: skip


def test_weights_count_batches_for_what_they_stand_for() -> None:
    evidence = {
        "product_inspection": [
            batch("pass", organisation="A", weight=3.0),
            batch("fail", organisation="B", weight=1.0),
        ]
    }
    rate = measured("product_pass_rate", evidence)
    assert rate is not None
    assert rate.estimate == 0.75
    assert "without_weight" not in rate.detail


def test_batches_without_a_weight_among_weighted_ones_are_counted_out_loud() -> None:
    evidence = {
        "product_inspection": [
            batch("pass", organisation="A", weight=3.0),
            batch("fail", organisation="B"),
        ]
    }
    rate = measured("product_pass_rate", evidence)
    assert rate is not None
    assert rate.detail["without_weight"] == 1


def test_batches_of_one_sampling_point_are_one_cluster() -> None:
    def spread(point_of_second: str) -> float | None:
        evidence = {
            "product_inspection": [
                batch("pass", organisation="A", cluster="P1"),
                batch("pass", organisation="B", cluster=point_of_second),
                batch("fail", organisation="C", cluster="P3"),
                batch("fail", organisation="D", cluster="P4"),
            ]
        }
        rate = measured("product_pass_rate", evidence)
        assert rate is not None
        return rate.df

    assert spread("P2") == 3
    assert spread("P1") == 2


def test_a_firm_of_which_every_batch_passed_does_not_make_the_rate_certain() -> None:
    evidence = {"product_inspection": [batch("pass", organisation=str(i)) for i in range(60)]}
    rate = measured("product_pass_rate", evidence)
    assert rate is not None
    assert (rate.estimate, rate.se, rate.upper) == (1, 0, 1)
    # 60 of 60: Clopper-Pearson two-sided lower bound, methods 2.2.
    assert rate.lower == pytest.approx(0.940371, abs=1e-6)


def test_few_batches_are_marked_thin() -> None:
    one = {"product_inspection": [batch("pass", organisation="A")]}
    many = {"product_inspection": [batch("pass", organisation=str(i)) for i in range(30)]}
    thin, thick = measured("product_pass_rate", one), measured("product_pass_rate", many)
    assert thin is not None
    assert thick is not None
    assert thin.detail["thin"] is True
    assert "thin" not in thick.detail


def test_nothing_decided_gives_no_rate() -> None:
    assert measured("product_pass_rate", {"product_inspection": [batch("undecided")]}) is None
    assert measured("product_pass_rate", {}) is None
