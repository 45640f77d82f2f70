"""The map of a home: regions coloured by a figure, from the owner's GeoJSON.

A feature names its region in ``properties.key``. The file's ``approval`` holds the approval
number that a public map needs in China (地图管理条例), its ``note`` what is to be said instead.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from zhiheng.documents.maps import MapClass, MapValue, choropleth
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError

GROUNDS = ("#eef5fb", "#d3e5f3", "#b2d2e9", "#8dbcdd", "#6aa5cf")
EDGE = "#4a5565"


def coloured_map(
    path: Path, values: Mapping[str, float], names: Mapping[str, str], title: str, unit: str
) -> SafeString | None:
    """The drawing, or None where the home has no map or no region on it has a value.

    Args:
        values: by region key, in the natural unit of the figure.
        names: of regions, in the language of the page.

    Raises:
        ContentError: the file is no collection of polygons with region keys.
    """
    if not path.exists():
        return None
    try:
        found = _read(path, path.stat().st_mtime_ns)
        features = [
            {
                "properties": {
                    "key": f["properties"]["key"],
                    "name": names.get(f["properties"]["key"], f["properties"].get("name", "")),
                },
                "geometry": f["geometry"],
            }
            for f in found["features"]
        ]
        keys = {f["properties"]["key"] for f in features}
        shown = {key: value for key, value in values.items() if key in keys}
        if not shown:
            return None
        classes, of_value = _classes(shown, unit)
        drawing = choropleth(
            {"features": features},
            {key: MapValue(of_value[key], _said(value, unit)) for key, value in shown.items()},
            classes,
            title=title,
            approval=found.get("approval"),
            note=_("示意图，不作划界依据") if found.get("note") else "",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ContentError(
            "map.unreadable",
            _("地图文件 {name} 读不出区域轮廓。", name=path.name),
            _("应为 GeoJSON 的 FeatureCollection，每个面的 properties.key 写区域代码。"),
        ) from error
    return mark_safe(drawing)


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _classes(values: Mapping[str, float], unit: str) -> tuple[list[MapClass], dict[str, str]]:
    """Equal steps over the values, at most five, and the step each region falls in."""
    low, high = min(values.values()), max(values.values())
    if low == high:
        alike = MapClass("0", _said(low, unit), GROUNDS[2], "plain", EDGE)
        return [alike], dict.fromkeys(values, "0")
    width = (high - low) / len(GROUNDS)
    classes = [
        MapClass(
            str(i),
            f"{_said(low + i * width, unit)}–{_said(low + (i + 1) * width, unit)}",
            ground,
            "plain",
            EDGE,
        )
        for i, ground in enumerate(GROUNDS)
    ]
    steps = {
        key: str(min(int((value - low) / width), len(GROUNDS) - 1)) for key, value in values.items()
    }
    return classes, steps


def _said(value: float, unit: str) -> str:
    digits = 1 if unit == "%" or abs(value) < 1000 else 0
    return f"{value:.{digits}f}{unit if unit == '%' else ''}"
