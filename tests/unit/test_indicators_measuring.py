"""Measuring into the record: what is kept, who sees it, what stands, and how it is explained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import Error, transaction
from support.tiny_lake import TREE

from zhiheng.evidence import log
from zhiheng.evidence.actions import import_file
from zhiheng.evidence.queries import rows as ledger_rows
from zhiheng.indicators import queries
from zhiheng.indicators.actions import measure, measure_job
from zhiheng.indicators.explain import explain, rows_behind
from zhiheng.indicators.models import EstimatePart, EstimateRow, MeasuredPart, Measurement
from zhiheng.indicators.telling import told
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.home import Home
from zhiheng.office.models import AuditEntry
from zhiheng.office.progress import Silent
from zhiheng.rules.errors import RightError, UsageError

CONTRACT = [
    "indicator", "region", "period", "by", "estimate", "se", "lower", "upper", "level", "n",
    "numerator", "denominator", "method", "log_size", "root",
]  # fmt: skip
SYSTEM = Actor.system()


def projects(folder: Path, results: dict[str, tuple[str, bool]]) -> Path:
    """A delivery of accepted projects: number to region and first-time result."""
    path = folder / "projects.csv"
    pl.DataFrame(
        {
            "工程编号": list(results),
            "所在区域": [region for region, _passed in results.values()],
            "验收日期": "2026-03-15",
            "施工单位名称": "衡川第一建筑公司",
            "工程名称": [f"工程{number}" for number in results],
            "工程类别": "房屋建筑",
            "工程规模": "大型",
            "一次验收合格": ["是" if passed else "否" for _region, passed in results.values()],
        }
    ).write_csv(path)
    return path


@pytest.fixture
def city(home: Home, tmp_path: Path) -> Path:
    """A home with the small tree and three projects; gives a folder for further deliveries."""
    load_regions(SYSTEM, TREE.versions)
    results = {"P1": ("990101", True), "P2": ("990101", False), "P3": ("990102", True)}
    import_file(SYSTEM, projects(tmp_path, results), "project_acceptance")
    return tmp_path


@pytest.mark.record
def test_a_run_keeps_every_estimate_with_the_state_of_the_ledger(home: Home, city: Path) -> None:
    run = measure(SYSTEM, ["first_acceptance_rate"])
    head = log.head()
    assert (run.log_size, run.root, run.whole) == (head.size, head.root, True)
    assert run.estimates == queries.rows_of(run).count() > 0
    assert run.versions["first_acceptance_rate"].startswith("0.")
    said = [queries.as_json(row) for row in queries.estimates(SYSTEM, run)]
    assert {tuple(line) for line in said} == {tuple(CONTRACT)}
    assert AuditEntry.objects.filter(verb="indicators.measure", object=str(run.id)).exists()

    found = queries.latest(SYSTEM, "first_acceptance_rate", "990101", "2026Q1")
    assert found is not None
    assert (found.numerator, found.denominator, found.n, found.method) == (1, 2, 2, "census")
    broken = queries.latest(SYSTEM, "first_acceptance_rate", "990000", "2026", {"size": "large"})
    assert broken is not None
    assert broken.estimate == pytest.approx(2 / 3)
    series = queries.series(SYSTEM, "first_acceptance_rate", "990000")
    assert [row.period for row in series] == ["2026", "2026Q1", "2026-03"]
    across = queries.across(SYSTEM, "first_acceptance_rate", "2026", region_level="district")
    assert [(row.region, row.n) for row in across] == [("990101", 2), ("990102", 1)]
    frame = queries.frame(queries.estimates(SYSTEM, run))
    assert len(frame) == run.estimates


@pytest.mark.record
def test_what_was_measured_cannot_be_changed(home: Home, city: Path) -> None:
    run = measure(SYSTEM, ["first_acceptance_rate"], period="2026")
    for change in (
        lambda: EstimateRow.objects.update(estimate=1.0),
        lambda: Measurement.objects.filter(id=run.id).update(root="x"),
        lambda: EstimateRow.objects.all().delete(),
        lambda: EstimatePart.objects.update(root="x"),
        lambda: MeasuredPart.objects.all().delete(),
    ):
        with pytest.raises(Error, match="append-only"), transaction.atomic():
            change()


def test_what_a_later_whole_run_no_longer_finds_does_not_stand(home: Home, city: Path) -> None:
    measure(SYSTEM, ["first_acceptance_rate"])
    moved = {"P3": ("990101", True)}
    import_file(SYSTEM, projects(city, moved), "project_acceptance")
    measure(SYSTEM, ["first_acceptance_rate"], region="990101")
    partly = queries.latest(SYSTEM, "first_acceptance_rate", "990102", "2026")
    assert partly is not None
    measure(SYSTEM, ["first_acceptance_rate"])
    assert queries.latest(SYSTEM, "first_acceptance_rate", "990102", "2026") is None
    now = queries.latest(SYSTEM, "first_acceptance_rate", "990101", "2026")
    assert now is not None
    assert now.n == 3


def test_readers_see_their_own_regions_kinds_and_nothing_unpublished(
    home: Home, city: Path
) -> None:
    district = replace(
        SYSTEM, name="d", rights=ROLES["analyst"], regions=frozenset({"990101"}), region="990101"
    )
    run = measure(SYSTEM, ["first_acceptance_rate"], period="2026")
    seen = {row.region for row in queries.estimates(district, run)}
    assert seen == {"990101"}
    other_kinds = replace(district, kinds=frozenset({"complaint"}))
    assert not queries.visible_to(other_kinds).exists()
    assert not queries.visible_to(Actor.public()).exists()
    firm = replace(SYSTEM, organisation=1)
    assert not queries.visible_to(firm).exists()

    own = measure(district, ["first_acceptance_rate"], period="2026")
    assert not own.whole
    assert {row.region for row in queries.rows_of(own)} == {"990101"}
    with pytest.raises(RightError, match="辖区"):
        measure(district, ["first_acceptance_rate"], region="990102")
    with pytest.raises(RightError):
        measure(other_kinds, ["first_acceptance_rate"])
    with pytest.raises(RightError):
        measure(Actor.public())


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"indicators": ["first_acceptance_rat"]}, "indicator.unknown"),
        ({"region": "无此区"}, "region.unknown"),
        ({"period": "2026Q5"}, "period.unreadable"),
    ],
)
def test_what_does_not_exist_is_named(home: Home, city: Path, asked: Any, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        measure(SYSTEM, **asked)
    assert refused.value.code == code
    assert next(iter(str(v) for v in asked.values())).strip("[]'") in refused.value.message


def test_an_explanation_recomputes_the_figure_and_leads_to_its_rows(home: Home, city: Path) -> None:
    measure(SYSTEM, ["first_acceptance_rate"])
    row = queries.latest(SYSTEM, "first_acceptance_rate", "990000", "2026Q1")
    assert row is not None
    said = explain(SYSTEM, row)
    assert said["agrees"] is True
    assert said["command"] == (
        "zhiheng measure --indicator first_acceptance_rate --region 990000 --period 2026Q1"
    )
    assert said["conditions"]["success"] == "first_time"
    assert [(s["a"], s["b"], s["n"]) for s in said["sums"]] == [(2, 3, 3)]
    text = "\n".join(told(said))
    for needed in (row.part.root, "Σ w·y ÷ Σ w·x", said["command"], "numerator = 2"):
        assert needed in text

    behind = rows_behind(SYSTEM, row)
    assert sum(part["y"] for part in behind) == row.numerator
    assert sum(part["x"] for part in behind) == row.denominator
    filed = ledger_rows(SYSTEM, [part["row"] for part in behind])
    assert {entry.external_id for entry in filed} == {"P1", "P2", "P3"}

    import_file(SYSTEM, projects(city, {"P4": ("990102", False)}), "project_acceptance")
    later = explain(SYSTEM, row)
    assert later["agrees"] is False
    assert later["ledger"]["now"]["log_size"] > later["ledger"]["log_size"]
    assert "重新测算" in "\n".join(told(later))


def test_the_background_job_does_the_same(home: Home, city: Path) -> None:
    done = measure_job(SYSTEM, Silent(), indicators=["first_acceptance_rate"], period="2026")
    assert done["estimates"] == queries.rows_of(done["measurement"]).count()


def test_a_home_without_evidence_measures_nothing(home: Home) -> None:
    load_regions(SYSTEM, TREE.versions)
    assert measure(SYSTEM).estimates == 0
