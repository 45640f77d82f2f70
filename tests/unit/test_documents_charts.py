"""Charts: well formed, the same every time, and saying in words what they show in colour."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from zhiheng.documents import drawing
from zhiheng.documents.charts import ForestRow, Target, TrendPoint, forest, trend
from zhiheng.documents.maps import MapClass, MapValue, choropleth, label_place
from zhiheng.documents.signs import SIGNS, draw_sign, verdict_word

SVG = "{http://www.w3.org/2000/svg}"
TARGET = Target(95.0, "目标 ≥ 95%")
POINTS = [
    TrendPoint("2026Q1", 92.0, 90.0, 94.0),
    TrendPoint("2026Q2", None),
    TrendPoint("2026Q3", 94.0, 92.5, 95.5),
    TrendPoint("2026Q4", 96.0, 95.0, 97.0),
]
ROWS = [ForestRow(f"{verdict_word(code)}区", 94.0, 92.0, 96.0, code) for code in SIGNS]
SQUARE = [[110.0, 30.0], [110.1, 30.0], [110.1, 30.1], [110.0, 30.1], [110.0, 30.0]]
GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"key": key, "name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[x + dx, y] for x, y in SQUARE]]},
        }
        for dx, key, name in ((0.0, "a", "衡东区"), (0.1, "b", "衡西区"), (0.2, "c", "<南>区"))
    ],
}
CLASSES = [
    MapClass(code, verdict_word(code), sign.ground, sign.pattern, sign.colour)
    for code, sign in SIGNS.items()
]
VALUES = {"a": MapValue("met", "96%"), "b": MapValue("undetermined")}


def draw_map(**how: str) -> str:
    return choropleth(GEOJSON, VALUES, CLASSES, title="判定", **how)


DRAWINGS = {
    "trend": lambda: trend(POINTS, title="趋势 <甲>", unit="%", target=TARGET),
    "forest": lambda: forest(ROWS, title="各区", unit="%", target=TARGET),
    "map": draw_map,
    "empty trend": lambda: trend([TrendPoint("2026", None)], title="无"),
    "one point": lambda: trend([TrendPoint("2026", 3.0)], title="一"),
    "alike": lambda: forest([ForestRow("甲", 5.0, 5.0, 5.0, "met")], title="同"),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing(name: str) -> None:
    svg = DRAWINGS[name]()
    assert svg == DRAWINGS[name]()
    tree = ElementTree.fromstring(svg)
    assert tree.get("viewBox", "").startswith("0 0 420 ")
    assert tree.findtext(f"{SVG}title")
    assert tree.findtext(f"{SVG}desc")
    assert "Noto Sans SC" in tree.get("font-family", "")
    assert "style=" not in svg
    assert "<script" not in svg
    assert "nan" not in svg
    assert "inf" not in svg
    identities = re.findall(r'id="([^"]+)"', svg)
    assert len(identities) == len(set(identities))
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(identities)


def test_a_trend_tells_its_figures_and_leaves_a_gap_open() -> None:
    tree = ElementTree.fromstring(DRAWINGS["trend"]())
    told = tree.findtext(f"{SVG}desc") or ""
    assert "2026Q3：94.00%（92.50–95.50）" in told
    assert "2026Q2：没有估计值" in told
    paths = [p for p in tree.iter(f"{SVG}path") if p.get("fill") == "none"]
    # one line, from Q3 to Q4; nothing is drawn through the gap
    assert [path.get("d", "").count(" ") for path in paths] == [2]
    assert len(list(tree.iter(f"{SVG}circle"))) == 3


def test_points_stand_where_their_values_are() -> None:
    tree = ElementTree.fromstring(DRAWINGS["trend"]())
    heights = [float(c.get("cy", "")) for c in tree.iter(f"{SVG}circle")]
    # 92, 94, 96: equal steps upwards
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)
    assert heights[0] > heights[1]


def test_a_verdict_is_shape_colour_and_word() -> None:
    svg = DRAWINGS["forest"]()
    for code, sign in SIGNS.items():
        assert verdict_word(code) in svg
        assert sign.colour in svg
    shapes = {re.sub(r"#\w{6}", "", draw_sign(code, 0, 0)) for code in SIGNS}
    assert len(shapes) == len(SIGNS)
    assert len({s.pattern for s in SIGNS.values()}) == len(SIGNS)


def test_long_names_make_room_for_the_figures() -> None:
    svg = forest([ForestRow("很长的开发区名称" * 4, 94.0, 92.0, 96.0, "met", "n=5")], title="长")
    names = [t.text or "" for t in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert any(name.endswith("…") for name in names)


def test_a_map_names_regions_classes_and_its_approval() -> None:
    svg = draw_map()
    assert "&lt;南&gt;区" in svg
    assert "达标 1" in svg
    assert "无法判定 1" in svg
    assert "未到期" not in svg
    assert "审图号：未填" in svg
    assert "审图号：GS(2026)1号" in draw_map(approval="GS(2026)1号")
    assert "未填" not in draw_map(note="虚构城市")


def test_a_map_refuses_what_it_cannot_draw() -> None:
    with pytest.raises(ValueError, match="no class"):
        choropleth(GEOJSON, {"a": MapValue("?")}, CLASSES, title="")
    with pytest.raises(ValueError, match="no features"):
        choropleth({"features": []}, {}, CLASSES, title="")


def test_a_label_stands_inside_its_region() -> None:
    horseshoe = [(0.0, 0.0), (10.0, 0.0), (10.0, 2.0), (2.0, 2.0), (2.0, 8.0), (10.0, 8.0),
                 (10.0, 10.0), (0.0, 10.0)]  # fmt: skip
    assert label_place(horseshoe) == (1.0, 5.0)
    assert label_place([(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (91.2, 97.3, [90, 92, 94, 96, 98]),
        (0, 0.4, [0, 0.1, 0.2, 0.3, 0.4]),
    ],
)
def test_ticks_are_round(low: float, high: float, wanted: list[float]) -> None:
    assert drawing.ticks(low, high) == wanted


def test_wrapped_lines_fit_and_lose_nothing() -> None:
    words = "食品安全评价性抽检合格率，衡川市，2025—2026 年各季度"
    lines = drawing.wrapped(words, 150)
    assert "".join(lines) == words
    assert all(drawing.text_width(line) <= 150 for line in lines)


def test_a_label_leaves_a_hole_to_the_region_that_lies_in_it() -> None:
    square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    hole = [(4.0, 3.0), (6.0, 3.0), (6.0, 6.0), (4.0, 6.0)]
    assert label_place(square, [hole]) == (5.0, 8.0)
