"""A choropleth map as SVG, from the owner's GeoJSON.

A class shows as colour, pattern and words, so that the map survives a black-and-white printer
and eyes that do not tell red from green.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians
from typing import Any
from zlib import crc32

from zhiheng.documents import drawing
from zhiheng.documents.drawing import INK, SMALL, SOFT, WIDTH, num, text
from zhiheng.documents.signs import pattern_definition
from zhiheng.office.words import _

Point = tuple[float, float]
Ring = list[Point]

_MARGIN = 6.0
_MOST_HEIGHT = 460.0
_FINEST = 0.4  # units; corners closer than this are not drawn


@dataclass(frozen=True)
class MapClass:
    """One class of the legend; ``pattern`` is a name that ``pattern_definition`` knows."""

    code: str
    label: str
    ground: str
    pattern: str
    colour: str


@dataclass(frozen=True)
class MapValue:
    """What one region shows: its class's code and, under its name, a short text."""

    code: str
    words: str = ""


def choropleth(
    geojson: Mapping[str, Any],
    values: Mapping[str, MapValue],
    classes: Sequence[MapClass],
    *,
    title: str,
    key: str = "key",
    name: str = "name",
    approval: str | None = None,
    note: str = "",
) -> str:
    """Regions filled by class, with names, a legend, and the map's approval number.

    Args:
        geojson: a FeatureCollection of polygons in degrees.
        values: by region key; a region without one stays blank.
        classes: in the order of the legend.
        title: above the map.
        key: property that holds a feature's region key.
        name: property that holds its name.
        approval: 审图号; a public map of real places needs one (地图管理条例). Without it, and
            without ``note``, the map says that the number is missing.
        note: said instead, such as that the city is invented.

    Raises:
        ValueError: no polygons, or a value of no class.
    """
    by_code = {c.code: c for c in classes}
    if unknown := sorted({v.code for v in values.values()} - by_code.keys()):
        raise ValueError(f"values of no class: {unknown}")
    shapes = {
        str(f["properties"][key]): (str(f["properties"].get(name, "")), _polygons(f["geometry"]))
        for f in geojson["features"]
    }
    if not shapes:
        raise ValueError("the GeoJSON has no features")
    body, top = drawing.heading(title)
    placed, height = _project({k: polygons for k, (_n, polygons) in shapes.items()}, top)
    prefix = f"m{crc32(repr((title, sorted(shapes))).encode()):08x}"
    body.append("<defs>")
    body.extend(
        pattern_definition(f"{prefix}-{c.code}", c.pattern, c.colour)
        for c in classes
        if c.pattern != "plain"
    )
    body.append("</defs>")
    labels = []
    for region, polygons in placed.items():
        value = values.get(region)
        words = [shapes[region][0], *([by_code[value.code].label, value.words] if value else [])]
        hint = escape(" ".join(w for w in words if w))
        path = "".join(_path(ring) for rings in polygons for ring in rings)
        ground = by_code[value.code].ground if value else drawing.PAPER
        body.append(
            f'<path d="{path}" fill="{ground}" fill-rule="evenodd" stroke="{SOFT}" '
            f'stroke-width="0.9" stroke-linejoin="round"><title>{hint}</title></path>'
        )
        if value and by_code[value.code].pattern != "plain":
            # Over the ground, not with it: a pattern's own ground shows the seams of its tiles.
            body.append(
                f'<path d="{path}" fill="url(#{prefix}-{value.code})" fill-rule="evenodd" '
                f'pointer-events="none"/>'
            )
        outline, *holes = max(polygons, key=lambda rings: _area(rings[0]))
        x, y = label_place(outline, holes)
        labels.append(text(x, y, shapes[region][0], anchor="middle", size=SMALL, halo=True))
        if value and value.words:
            labels.append(text(x, y + 13, value.words, anchor="middle", size=10, halo=True))
    body.extend(labels)
    counts = {c.code: sum(v.code == c.code for v in values.values()) for c in classes}
    y = _legend(body, classes, counts, prefix, top + height + 14)
    missing = "" if note else _("审图号：未填，不得公开使用")
    foot = _("审图号：{number}", number=approval) if approval else missing
    for sentence in filter(None, (foot, note)):
        body.append(text(8, y, sentence, size=SMALL, fill=SOFT))
        y += 17
    told = "；".join(
        f"{shapes[region][0]}：{by_code[value.code].label} {value.words}".strip()
        for region, value in values.items()
        if region in shapes
    )
    return drawing.root(body, y, title, told)


def label_place(ring: Ring, holes: Sequence[Ring] = ()) -> Point:
    """A point inside the ring: its centroid, or the middle of its widest part at that height.

    Where the centroid lies in a hole, the height is the middle of the larger rest above or below.
    """
    cx, cy = _centroid(ring)
    for low, high in (_heights(hole) for hole in holes):
        if low <= cy <= high:
            top, bottom = _heights(ring)
            cy = (top + low) / 2 if low - top > bottom - high else (high + bottom) / 2
    crossings = sorted(
        a[0] + (cy - a[1]) * (b[0] - a[0]) / (b[1] - a[1])
        for a, b in zip(ring, ring[1:] + ring[:1], strict=True)
        if (a[1] > cy) != (b[1] > cy)
    )
    spans = list(zip(crossings[::2], crossings[1::2], strict=True))
    if not spans or any(low <= cx <= high for low, high in spans):
        return cx, cy
    low, high = max(spans, key=lambda span: span[1] - span[0])
    return (low + high) / 2, cy


def _polygons(geometry: Mapping[str, Any]) -> list[list[Ring]]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"a region must be a Polygon or MultiPolygon, not a {kind}")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    return [[[(float(p[0]), float(p[1])) for p in ring] for ring in rings] for rings in polygons]


def _project(
    shapes: Mapping[str, list[list[Ring]]], top: float
) -> tuple[dict[str, list[list[Ring]]], float]:
    """Degrees to drawing units, equidistant about the middle latitude; and the height used."""
    points = [p for polygons in shapes.values() for rings in polygons for p in rings[0]]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    narrow = cos(radians((south + north) / 2))
    wide, high = (east - west) * narrow, north - south
    scale = min((WIDTH - 2 * _MARGIN) / wide, _MOST_HEIGHT / high)
    left = (WIDTH - wide * scale) / 2

    def place(ring: Ring) -> Ring:
        kept: Ring = []
        for lon, lat in ring:
            x, y = left + (lon - west) * narrow * scale, top + (north - lat) * scale
            if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= _FINEST:
                kept.append((x, y))
        return kept

    placed = {k: [[place(r) for r in rings] for rings in ps] for k, ps in shapes.items()}
    return placed, high * scale


def _path(ring: Ring) -> str:
    if len(ring) < 3:
        return ""
    return "M" + "L".join(f"{num(x)} {num(y)}" for x, y in ring) + "Z"


def _area(ring: Ring) -> float:
    return abs(_twice_area(ring)) / 2


def _heights(ring: Ring) -> Point:
    """Least and greatest y."""
    return min(y for _x, y in ring), max(y for _x, y in ring)


def _twice_area(ring: Ring) -> float:
    closed = zip(ring, ring[1:] + ring[:1], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in closed)


def _centroid(ring: Ring) -> Point:
    twice = _twice_area(ring)
    if twice == 0:
        return ring[0]
    x = y = 0.0
    for a, b in zip(ring, ring[1:] + ring[:1], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        x += (a[0] + b[0]) * cross
        y += (a[1] + b[1]) * cross
    return x / (3 * twice), y / (3 * twice)


def _legend(
    body: list[str],
    classes: Sequence[MapClass],
    counts: Mapping[str, int],
    prefix: str,
    top: float,
) -> float:
    """Swatches with words and counts, wrapped; classes that do not occur are left out."""
    x, y = 8.0, top
    for c in classes:
        if not counts[c.code]:
            continue
        words = f"{c.label} {counts[c.code]}"
        width = 26 + drawing.text_width(words, SMALL) + 14
        if x + width > WIDTH and x > 8:
            x, y = 8.0, y + 22
        fills = [c.ground] + ([f"url(#{prefix}-{c.code})"] if c.pattern != "plain" else [])
        body.extend(
            f'<rect x="{num(x)}" y="{num(y)}" width="20" height="14" rx="2" fill="{fill}" '
            f'stroke="{c.colour}" stroke-width="1"/>'
            for fill in fills
        )
        body.append(text(x + 26, y + 11.5, words, size=SMALL, fill=INK))
        x += width
    return y + 34
