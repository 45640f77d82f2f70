"""Three real data sets through the ordinary doors; the data stay out of the checkout.

The figures are held to computations straight from the files, with numpy and scipy alone.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import beta, t
from support import ledger_rows

from zhiheng.evidence import lake
from zhiheng.evidence.verification import verify
from zhiheng.indicators.actions import measure
from zhiheng.indicators.queries import rows_of
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.progress import Silent
from zhiheng.office.queries import region_tree
from zhiheng.sample_city.examples import bring_in
from zhiheng.subjects.models import SubjectReference

OPERATOR = Actor.system()


def chicago_inspections(folder: Path) -> pl.DataFrame:
    """Inspection, licence, ward, quarter and whether a critical or serious violation was found."""
    counts = pl.read_parquet(folder / "violation_counts.parquet")
    wards = pl.read_parquet(folder / "business_licences_at_inspection.parquet").select(
        "Inspection_ID", "WARD"
    )
    inspections = pl.read_parquet(folder / "inspections.parquet")
    day = pl.col("Inspection_Date").str.to_date()
    return (
        inspections.join(counts, on="Inspection_ID")
        .join(wards, on="Inspection_ID")
        .select(
            "License",
            pl.col("WARD").cast(pl.Int64),
            pl.format("{}Q{}", day.dt.year(), day.dt.quarter()).alias("quarter"),
            (pl.col("criticalCount") + pl.col("seriousCount") > 0).cast(pl.Float64).alias("bad"),
        )
    )


def korn_graubard(bad: np.ndarray, licence: np.ndarray, inside: np.ndarray) -> tuple[float, ...]:
    """Rate, standard error and 95 % bounds of a domain: clusters are licences, one stratum."""
    names, cluster = np.unique(licence, return_inverse=True)
    m, n = len(names), inside.sum()
    rate = bad[inside].sum() / n
    residual = np.bincount(cluster, np.where(inside, bad - rate, 0.0), m) / n
    se = float(np.sqrt(m / (m - 1) * ((residual - residual.mean()) ** 2).sum()))
    effective = rate * (1 - rate) / se**2 if se > 0 else float(n)
    # The degrees of freedom are those of the domain, as R's degf counts a subset's.
    held = len(np.unique(cluster[inside]))
    known = (t.ppf(0.975, n - 1) / t.ppf(0.975, held - 1)) ** 2 if held > 1 else 0.0
    size = min(n, effective * known)
    x = rate * size
    lower = beta.ppf(0.025, x, size - x + 1) if x > 0 else 0.0
    upper = beta.ppf(0.975, x + 1, size - x) if x < size else 1.0
    return rate, se, float(lower), float(upper)


def test_chicago_violation_rates_equal_a_direct_computation(home: Home, shared: Path) -> None:
    folder = shared / "data" / "chicago-food-inspections"
    outcomes = bring_in(OPERATOR, "chicago", folder, Silent())
    assert [o["accepted"] for o in outcomes][1] == 24_518
    for outcome in outcomes:
        parts = ("accepted", "corrected", "repeated", "rejected")
        assert sum(outcome[p] for p in parts) == outcome["read"]
    assert verify().ok
    measurement = measure(OPERATOR, ["establishment_violation_rate"])
    estimates = rows_of(measurement).filter(by="{}", region_level="ward")
    direct = chicago_inspections(folder)
    compared = 0
    for (quarter,), sample in direct.group_by("quarter"):
        bad, licence = sample["bad"].to_numpy(), sample["License"].to_numpy()
        for ward in sample["WARD"].drop_nulls().unique():
            inside = (sample["WARD"] == ward).fill_null(False).to_numpy()
            found = estimates.get(region=f"chi-ward-{ward}", period=quarter)
            if inside.sum() < 2:
                continue
            expected = korn_graubard(bad, licence, inside)
            ours = (found.estimate, found.se, found.lower, found.upper)
            assert ours == pytest.approx(expected, rel=1e-8, abs=1e-9), (quarter, ward)
            assert found.n == inside.sum()
            compared += 1
    assert compared > 500


def test_an_abolished_city_counts_for_its_successor_from_the_day_it_ended(
    home: Home, shared: Path
) -> None:
    folder = shared / "data" / "cn-food-noncompliance"
    (outcome,) = bring_in(OPERATOR, "cn-food", folder, Silent())
    assert (outcome["read"], outcome["accepted"]) == (5000, 5000)
    filed = pl.read_csv(folder / "filtered_samples.csv")
    table = lake.connect(home).table("product_inspection").to_polars()
    laiwu = (filed["production_location2"] == "莱芜市").sum()
    assert laiwu > 0
    assert (table["region"] == "371200").sum() == laiwu
    tree = region_tree()
    assert tree.as_of(date(2018, 12, 31)).at_level("371200", "city") == "371200"
    assert tree.as_of(date(2019, 1, 1)).at_level("371200", "city") == "370100"
    shandong = (filed["production_location"] == "山东省").sum()
    then = tree.as_of(date(2018, 6, 30))
    keys = [then.at_level(region, "province") for region in table["region"]]
    assert keys.count("370000") == shandong


def test_all_uk_establishments_in_one_import(home: Home, shared: Path) -> None:
    (outcome,) = bring_in(
        OPERATOR, "uk-food-hygiene", shared / "data" / "uk-food-hygiene", Silent()
    )
    assert (outcome["read"], outcome["accepted"], outcome["problems"]) == (485_137, 485_137, [])
    assert ledger_rows.count() == 485_137
    assert SubjectReference.objects.filter(organisation=None).count() == 0
    results = lake.connect(home).table("establishment_inspection")
    said = dict(results.group_by("result").agg(n=results.count()).to_polars().iter_rows())
    ratings = pl.read_parquet(
        shared / "data" / "uk-food-hygiene" / "establishments_2015.parquet", columns=["ratingvalue"]
    )["ratingvalue"]
    assert said["exempt"] == (ratings == "Exempt").sum()
    assert said["fail"] == ratings.is_in(["0", "1", "2", "Improvement Required"]).sum()
