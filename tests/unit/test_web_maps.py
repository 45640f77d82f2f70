"""The map of a home: five equal steps, names in the page's language, errors in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhiheng.rules.errors import ContentError
from zhiheng.web.maps import coloured_map


def _square(key: str, west: float) -> dict[str, Any]:
    ring = [[west, 0.0], [west + 1, 0.0], [west + 1, 1.0], [west, 1.0], [west, 0.0]]
    return {
        "type": "Feature",
        "properties": {"key": key, "name": f"区{key}"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def drawn(tmp_path: Path) -> Path:
    path = tmp_path / "map.geojson"
    features = [_square(str(i), float(i)) for i in range(3)]
    path.write_text(
        json.dumps({"type": "FeatureCollection", "note": "示意图", "features": features}), "utf-8"
    )
    return path


def test_lowest_and_highest_values_get_the_outer_steps(drawn: Path) -> None:
    drawing = coloured_map(drawn, {"0": 90.0, "2": 100.0}, {"0": "Chengmei"}, "合格率", "%")
    assert drawing is not None
    assert "90.0%–92.0% 1" in drawing
    assert "98.0%–100.0% 1" in drawing
    assert "Chengmei" in drawing
    assert "区2" in drawing


def test_alike_values_are_one_class(drawn: Path) -> None:
    drawing = coloured_map(drawn, {"0": 7.0, "1": 7.0}, {}, "件数", "件")
    assert drawing is not None
    assert "7.0 2" in drawing


def test_without_a_file_or_without_values_there_is_no_map(drawn: Path) -> None:
    assert coloured_map(drawn.with_name("none"), {"0": 1.0}, {}, "x", "") is None
    assert coloured_map(drawn, {"elsewhere": 1.0}, {}, "x", "") is None


def test_a_broken_file_is_said_in_words(drawn: Path) -> None:
    drawn.write_text('{"features": [{"geometry": null}]}', "utf-8")
    with pytest.raises(ContentError) as raised:
        coloured_map(drawn, {"0": 1.0}, {}, "x", "")
    assert raised.value.code == "map.unreadable"
    assert "properties.key" in raised.value.fix
