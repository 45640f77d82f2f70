"""An indicator that contradicts itself, its kind or another one cannot be built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator, register
from zhiheng.indicators.designs import Design, Snapshot, Text
from zhiheng.indicators.estimate import method_text
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.reference import facts, page

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "indicators.md"
SOUND: dict[str, Any] = {
    "code": "a_rate",
    "zh": "某率",
    "en": "A rate",
    "unit": "%",
    "better": "higher",
    "population": Text("批次", "Batches"),
    "kind": KINDS["product_inspection"],
    "estimator": "proportion",
    "success": lambda t: t.result == "pass",
    "source": "某标准",
}


def declared(**said: Any) -> Indicator:
    return Indicator(**{**SOUND, **said})


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"code": "A-rate"}, "lower case"),
        ({"zh": ""}, "zh is empty"),
        ({"source": ""}, "source is empty"),
        ({"population": Text("批次", "")}, "both languages"),
        ({"minimum_n": 0}, "minimum_n is 0"),
        ({"success": None}, "declared with success or holds"),
        ({"value": lambda t: t.weight}, "not with success"),
        ({"estimator": "mean"}, "a mean is declared with value"),
        ({"unit": "分"}, "measured in %"),
        ({"success": lambda t: t.verdict == "pass"}, "does not declare"),
        ({"success": lambda t: t["verdict"]}, "does not declare"),
        ({"success": lambda t: t.result == "passed"}, "none of its codes: pass, fail"),
        ({"where": lambda t: t.result.isin(["pass", "bad"])}, "'bad'"),
        ({"success": lambda t: t.weight}, "a boolean is needed"),
        ({"occurred": lambda t: t.product}, "a date is needed"),
        ({"breakdowns": ("colour",)}, "'colour'; allowed: "),
        ({"breakdowns": ("weight",)}, "'weight'"),
        ({"design": Design(weight=lambda t: t.result)}, "a number is needed"),
        ({"interval": "clopper-pearson", "design": Design(cluster="organisation")}, "simple"),
        ({"kind": KINDS["penalty"], "success": lambda t: t.amount > 0,
          "design": Design(cluster="sampling_point")}, "no column cluster"),
        ({"estimator": "reported", "success": None}, "reported_figure"),
    ],
)  # fmt: skip
def test_a_declaration_that_is_wrong_says_why(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        declared(**said)
    assert str(refused.value).startswith("indicator ")


def test_a_census_has_no_sampling_design() -> None:
    with pytest.raises(ValueError, match="census has no weights"):
        Design(census=True, cluster="organisation")


def test_a_register_is_a_census_of_its_own_kind() -> None:
    standing = Snapshot(KINDS["organisation_register"], ended=lambda t: t.ended_on)
    share = {"snapshot": standing, "success": None, "holds": standing}
    with pytest.raises(ValueError, match="own kind"):
        declared(**share)
    with pytest.raises(ValueError, match="a register is a census"):
        declared(**share, kind=KINDS["organisation_register"])
    with pytest.raises(ValueError, match="snapshot of organisation_register: ended"):
        Snapshot(KINDS["organisation_register"], ended=lambda t: t.industry)


def test_codes_and_names_are_taken_once() -> None:
    one = declared()
    with pytest.raises(ValueError, match="declared twice"):
        register([one, one])
    with pytest.raises(ValueError, match="某率"):
        register([one, replace(one, code="another", en="Another")])


@pytest.mark.parametrize(
    ("design", "interval", "method"),
    [
        (Design(), "auto", "wilson"),
        (Design(), "clopper-pearson", "clopper-pearson"),
        (Design(census=True), "auto", "census"),
        (Design(cluster="organisation"), "auto", "korn-graubard"),
        (Design(weight=lambda t: t.weight), "auto", "korn-graubard"),
    ],
)
def test_the_interval_follows_from_the_design(design: Design, interval: Any, method: str) -> None:
    indicator = declared(design=design, interval=interval)
    assert indicator.interval_method == method
    assert method_text(indicator).split(";")[0] == method


def test_the_code_version_follows_the_meaning() -> None:
    one = declared(where=lambda t: t.sampling == "random")
    same = declared(where=lambda row: row.sampling == "random")
    other = declared(where=lambda t: t.sampling == "targeted")
    assert one.code_version == same.code_version
    assert other.code_version != one.code_version
    assert declared(design=Design(cluster="organisation")).code_version != declared().code_version


def test_conditions_read_as_sql() -> None:
    assert ALL["food_pass_rate"].conditions["where"] == (
        "result IN ('pass', 'fail') AND (product_class = 'food')"
    )
    assert ALL["certified_share"].conditions["snapshot.ended"] == "ended_on"


def test_the_committed_reference_is_the_generated_one() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == page()


def test_facts_are_plain_and_whole() -> None:
    said = facts(ALL["complaints_per_10k"])
    assert said["kinds"] == ["complaint", "organisation_register"]
    assert said["per"] == 10_000
    assert said["method"] == "poisson; exposure=organisation_register"
