"""The invented city itself: places, map, organisations and their codes."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from zhiheng.sample_city.codes import spoil
from zhiheng.sample_city.places import (
    CITY,
    MERGED,
    MERGED_INTO,
    PLACES,
    ZONE,
    map_geojson,
    quarter_days,
    quarters,
    tree,
)
from zhiheng.sample_city.population import alive, build_population, regions_on
from zhiheng.subjects.identifiers.uscc import Uscc, uscc_valid


@pytest.fixture(scope="module")
def population() -> pl.DataFrame:
    return build_population(1, 1.0)


def test_scale_1_has_two_thousand_organisations_with_valid_invented_codes(population) -> None:
    assert population.height == 2000
    assert uscc_valid(population["uscc"]).all()
    assert population["uscc"].n_unique() == 2000
    assert population["uscc"].str.slice(2, 2).unique().to_list() == ["99"]
    assert all(Uscc(code).organisation_code for code in population["uscc"].head(50))


def test_a_spoiled_code_never_passes(population) -> None:
    spoiled = pl.Series(spoil(population["uscc"].to_numpy().astype(str)))
    assert not uscc_valid(spoiled).any()
    assert (spoiled.str.slice(0, 17) == population["uscc"].str.slice(0, 17)).all()


def test_names_are_of_this_city_and_nearly_all_different(population) -> None:
    assert population["name"].str.starts_with("衡川").all()
    assert 0.98 < population["name"].n_unique() / population.height < 1.0


def test_every_sector_place_and_size_is_there_even_in_a_small_city() -> None:
    small = build_population(3, 0.05)
    assert small["sector"].n_unique() == 11
    assert set(small["size"].unique()) == {"large", "medium", "small"}


def test_the_same_seed_gives_the_same_organisations() -> None:
    assert build_population(5, 0.1).equals(build_population(5, 0.1))
    assert not build_population(5, 0.1).equals(build_population(6, 0.1))


def test_an_organisation_is_on_the_register_from_its_first_day_to_the_day_before_its_last() -> None:
    rows = pl.DataFrame(
        {"registered_on": [date(2024, 3, 1)], "ended_on": [date(2025, 6, 1)], "org": [0]}
    )
    assert alive(rows, date(2024, 3, 1)).height == 1
    assert alive(rows, date(2024, 2, 29)).height == 0
    assert alive(rows, date(2025, 5, 31)).height == 1
    assert alive(rows, date(2025, 6, 1)).height == 0


def test_the_merged_district_is_its_successor_from_the_day_of_the_merger() -> None:
    where = np.array([[p.key for p in PLACES].index(MERGED)] * 2)
    days = np.array(["2025-06-30", "2025-07-01"], dtype="datetime64[D]")
    assert regions_on(where, days).to_list() == [MERGED, MERGED_INTO]
    assert tree().as_of(date(2026, 1, 1)).current(MERGED) == MERGED_INTO
    assert MERGED in tree().as_of(date(2026, 1, 1)).subtree(MERGED_INTO)


def test_the_city_has_nine_districts_today_ten_before_the_merger_and_one_zone() -> None:
    def levels(day: date) -> Counter[str]:
        view = tree().as_of(day)
        return Counter(view.version(key).level for key in view.children(CITY))

    assert levels(date(2025, 6, 30)) == {"district": 10, "unit": 1}
    assert levels(date(2025, 7, 1)) == {"district": 9, "unit": 1}
    assert tree().as_of(date(2025, 12, 31)).name("990107") == "云岫县"
    assert tree().as_of(date(2026, 1, 1)).name("990107") == "云岫区"


def test_quarters_end_with_the_simulated_days() -> None:
    assert list(quarters(2025)) == [1, 2, 3, 4]
    assert list(quarters(2026)) == [1, 2, 3]
    assert quarter_days(2025, 4) == (date(2025, 10, 1), date(2025, 12, 31))


def test_the_map_shows_every_present_region_and_says_that_it_is_invented() -> None:
    drawn = map_geojson()
    keys = {f["properties"]["key"] for f in drawn["features"]}
    assert keys == set(tree().as_of(date(2026, 10, 31)).children(CITY))
    assert all(f["properties"]["approval"] is None for f in drawn["features"])
    assert all("示意图" in f["properties"]["note"] for f in drawn["features"])
    for feature in drawn["features"]:
        for ring in feature["geometry"]["coordinates"]:
            assert ring[0] == ring[-1]
            assert len(ring) > 4


def test_neighbours_on_the_map_share_their_border_exactly() -> None:
    sides: Counter[frozenset] = Counter()
    for feature in map_geojson()["features"]:
        for ring in feature["geometry"]["coordinates"]:
            for a, b in pairwise(ring):
                sides[frozenset((tuple(a), tuple(b)))] += 1
    inner = sum(count == 2 for count in sides.values())
    assert set(sides.values()) == {1, 2}
    # 12 inner borders of 16 pieces each, and the zone's 4 sides within its district.
    assert inner == 12 * 16 + 4
    assert ZONE in {f["properties"]["key"] for f in map_geojson()["features"]}
