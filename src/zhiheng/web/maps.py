"""Maps of regions from the owner's GeoJSON, drawn as SVG that needs no script.

A feature names its region in ``properties.key``. The file's ``approval`` holds the approval
number that a public map needs in China (地图管理条例); where it is empty the page says that
the drawing is only a sketch.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

WIDTH = 720.0
MARGIN = 8.0
CLASSES = 5

Ring = list[tuple[float, float]]


@dataclass(frozen=True)
class Outline:
    """One region as drawn: SVG path data, and where its name stands."""

    key: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """All outlines in one box of ``width`` x ``height``."""

    outlines: tuple[Outline, ...]
    width: float
    height: float
    approval: str


@dataclass(frozen=True)
class Step:
    """One class of the choropleth: its number and the values it spans."""

    number: int
    low: float
    high: float


def read_map(path: Path) -> Drawing | None:
    """The drawing of a GeoJSON file; None where the home has no map.

    Raises:
        ContentError: the file is no collection of polygons with region keys.
    """
    if not path.exists():
        return None
    return _drawn(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _drawn(path: Path, _changed: int) -> Drawing:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        shapes = {f["properties"]["key"]: _rings(f["geometry"]) for f in found["features"]}
        return _drawing(shapes, found.get("approval") or "")
    except (KeyError, TypeError, ValueError) as error:
        raise ContentError(
            "map.unreadable",
            _("地图文件 {name} 读不出区域轮廓。", name=path.name),
            _("应为 GeoJSON 的 FeatureCollection,每个面的 properties.key 写区域代码。"),
        ) from error


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    polygons = {
        "Polygon": lambda: [geometry["coordinates"]],
        "MultiPolygon": lambda: geometry["coordinates"],
    }[geometry["type"]]()
    return [[(float(p[0]), float(p[1])) for p in ring] for rings in polygons for ring in rings]


def _drawing(shapes: Mapping[str, list[Ring]], approval: str) -> Drawing:
    points = [p for rings in shapes.values() for ring in rings for p in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrowing = cos(radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((east - west) * narrowing)

    def place(ring: Ring) -> Ring:
        return [
            (
                round(MARGIN + (x - west) * narrowing * scale, 1),
                round(MARGIN + (north - y) * scale, 1),
            )
            for x, y in ring
        ]

    outlines = tuple(_outline(key, [place(r) for r in rings]) for key, rings in shapes.items())
    return Drawing(outlines, WIDTH, round((north - south) * scale + 2 * MARGIN, 1), approval)


def _outline(key: str, rings: list[Ring]) -> Outline:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    return Outline(key, "".join(_path(ring) for ring in rings), x, y)


def _path(ring: Ring) -> str:
    kept = [p for i, p in enumerate(ring) if i == 0 or p != ring[i - 1]]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept) + "Z"


def _area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:], strict=False)) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    """Centroid of a closed ring; its first point where it encloses nothing."""
    area = _area(ring)
    if area == 0:
        return ring[0]
    x = y = 0.0
    for a, b in zip(ring, ring[1:], strict=False):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return round(x / (6 * area), 1), round(y / (6 * area), 1)


def steps(values: Iterable[float]) -> list[Step]:
    """Equal steps over the values, at most five; one where all are alike."""
    found = sorted(set(values))
    if not found:
        return []
    low, high = found[0], found[-1]
    if low == high:
        return [Step(3, low, high)]
    width = (high - low) / CLASSES
    return [Step(i + 1, low + i * width, low + (i + 1) * width) for i in range(CLASSES)]


def step_of(value: float | None, found: list[Step]) -> int:
    """Number of the class a value falls in; 0 where there is no value."""
    if value is None or not found:
        return 0
    return next((s.number for s in found if value <= s.high), found[-1].number)
