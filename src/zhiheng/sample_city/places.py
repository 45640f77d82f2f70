"""衡川市: an invented city, its dated districts and its invented map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

from zhiheng.office.regions import RegionTree, RegionVersion

PROVINCE = "99"
CITY = "990100"
ZONE = "990100-gx"
MERGED, MERGED_INTO, MERGED_ON = "990110", "990106", date(2025, 7, 1)
UPGRADED, UPGRADED_ON = "990107", date(2026, 1, 1)
SILENT = "990108"

FIRST_DAY, LAST_DAY = date(2024, 1, 1), date(2026, 9, 30)
"""The simulated days, both included."""

YEARS = (2024, 2025, 2026)


def quarters(year: int) -> range:
    """The simulated quarters of a year."""
    return range(1, year_end(year).month // 3 + 1)


def year_end(year: int) -> date:
    """The last simulated day of a year."""
    return min(date(year, 12, 31), LAST_DAY)


def quarter_days(year: int, quarter: int) -> tuple[date, date]:
    """First and last day of a quarter."""
    first = date(year, 3 * quarter - 2, 1)
    after = date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return first, after - timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """One district: its share of organisations and how much worse its defects are."""

    key: str
    name: str
    name_en: str
    share: float
    defects: float
    service: float
    haste: float


PLACES = (
    Place("990101", "澄湄区", "Chengmei", 0.17, 0.7, 0.30, 0.80),
    Place("990102", "砚东区", "Yandong", 0.13, 0.9, 0.15, 0.90),
    Place("990103", "柏堰区", "Baiyan", 0.12, 1.0, 0.05, 1.00),
    Place("990104", "望棠区", "Wangtang", 0.12, 1.1, 0.00, 1.00),
    Place("990105", "青笠区", "Qingli", 0.10, 1.0, 0.00, 1.05),
    Place("990106", "苇浦区", "Weipu", 0.09, 1.3, -0.10, 1.10),
    Place("990107", "云岫区", "Yunxiu", 0.08, 1.0, 0.05, 0.95),
    Place("990108", "石棠县", "Shitang", 0.06, 1.9, -0.45, 1.70),
    Place("990109", "禾津县", "Hejin", 0.05, 1.4, -0.20, 1.20),
    Place(MERGED, "柳汀区", "Liuting", 0.04, 1.5, -0.20, 1.20),
    Place(ZONE, "衡川高新区", "Hengchuan High-tech Zone", 0.04, 0.6, 0.35, 0.75),
)
"""``service`` shifts the latent satisfaction, ``haste`` multiplies the days a complaint takes."""

INDEX = {place.key: i for i, place in enumerate(PLACES)}


def versions() -> list[RegionVersion]:
    """Every dated version: one district ends in 2025, one county becomes a district in 2026."""
    found = [
        RegionVersion(PROVINCE, "示例省", "province", code="990000", name_en="Example Province"),
        RegionVersion(CITY, "衡川市", "city", PROVINCE, CITY, "Hengchuan"),
    ]
    for place in PLACES:
        level = "unit" if place.key == ZONE else "district"
        code = None if place.key == ZONE else place.key
        common = (place.key, place.name, level, CITY, code, place.name_en)
        if place.key == MERGED:
            found.append(RegionVersion(*common, valid_to=MERGED_ON, successor=MERGED_INTO))
        elif place.key == UPGRADED:
            county = (place.key, "云岫县", level, CITY, code, "Yunxiu County")
            found.append(RegionVersion(*county, valid_to=UPGRADED_ON))
            found.append(RegionVersion(*common, valid_from=UPGRADED_ON))
        else:
            found.append(RegionVersion(*common))
    return found


def tree() -> RegionTree:
    return RegionTree(versions())


_CORNERS = np.array(
    [
        [(0.0, 0.3), (1.1, -0.1), (2.0, 0.2), (3.1, 0.0)],
        [(-0.2, 1.2), (0.9, 1.0), (2.2, 1.2), (3.3, 0.9)],
        [(0.1, 2.1), (1.2, 2.2), (1.9, 2.0), (2.9, 2.2)],
        [(0.3, 3.0), (1.0, 3.3), (2.1, 3.0), (3.0, 3.2)],
    ]
)
_GRID = (
    ("990107", "990105", "990109"),
    ("990103", "990101", "990102"),
    ("990108", "990104", "990106"),
)
_ORIGIN, _DEGREES = (155.0, 27.0), 0.22
"""Open sea: nobody can mistake the drawing for a real place."""


def map_geojson() -> dict[str, Any]:
    """The nine districts and the zone as of today; ``approval`` is the map's approval number."""
    names = {place.key: place.name for place in PLACES}
    zone = _ring([(1.42, 1.42), (1.78, 1.50), (1.70, 1.86), (1.38, 1.76)])
    features = [_feature(ZONE, names[ZONE], [zone])]
    for row, keys in enumerate(_GRID):
        for column, key in enumerate(keys):
            corners = [
                (row, column),
                (row, column + 1),
                (row + 1, column + 1),
                (row + 1, column),
            ]
            hole = [zone[::-1]] if key == "990101" else []
            features.append(_feature(key, names[key], [_border(corners), *hole]))
    features.sort(key=lambda feature: feature["properties"]["key"])
    return {
        "type": "FeatureCollection",
        "name": "衡川市",
        "note": "示意图,非真实地理",
        "approval": None,
        "features": features,
    }


def _feature(key: str, name: str, rings: list[list[list[float]]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"key": key, "name": name, "note": "示意图,非真实地理", "approval": None},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def _border(corners: list[tuple[int, int]]) -> list[list[float]]:
    points: list[tuple[float, float]] = []
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        points.extend(_edge(start, end))
    return _ring(points)


def _edge(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[float, float]]:
    """A jagged line, the same whichever of the two neighbours asks; without its end point."""
    low, high = sorted((start, end))
    rng = np.random.default_rng([20240101, *low, *high])
    line = [_CORNERS[low], _CORNERS[high]]
    for _round in range(4):
        finer = [line[0]]
        for a, b in pairwise(line):
            across = np.array([a[1] - b[1], b[0] - a[0]])
            finer += [(a + b) / 2 + across * rng.uniform(-0.16, 0.16), b]
        line = finer
    points = [(float(p[0]), float(p[1])) for p in line]
    return points[:-1] if low == start else points[:0:-1]


def _ring(points: list[tuple[float, float]]) -> list[list[float]]:
    placed = [
        [round(_ORIGIN[0] + x * _DEGREES, 5), round(_ORIGIN[1] + y * _DEGREES, 5)]
        for x, y in points
    ]
    return [*placed, placed[0]]
