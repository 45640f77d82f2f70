"""The dated tree of regions: abolition, succession, scope, and what a text means."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.office.regions import RegionTree, RegionVersion

BEFORE, AFTER = date(2018, 6, 1), date(2019, 6, 1)
CHANGE = date(2019, 1, 9)


def region(key: str, name: str, level: str, parent: str | None = None, **more) -> RegionVersion:
    return RegionVersion(key, name, level, parent, **more)


@pytest.fixture(scope="module")
def tree() -> RegionTree:
    """A city swallowed by its neighbour, and a development zone without a national code."""
    return RegionTree(
        [
            region("37", "山东省", "province", code="370000", name_en="Shandong"),
            region("3701", "济南市", "city", "37", code="370100"),
            region(
                "3712", "莱芜市", "city", "37", code="371200", valid_to=CHANGE, successor="3701"
            ),
            region(
                "371202",
                "莱城区",
                "district",
                "3712",
                code="371202",
                valid_to=CHANGE,
                successor="370116",
            ),
            region("370116", "莱芜区", "district", "3701", code="370116", valid_from=CHANGE),
            region("370102", "历下区", "district", "3701", code="370102"),
            region("zone-1", "高新区", "unit", "3701"),
            region("zone-2", "高新区", "unit", "3712", valid_to=CHANGE),
            region("370199", "旧城区", "district", "37", valid_to=date(2018, 9, 1)),
            region(
                "371299",
                "旧城区",
                "district",
                "37",
                valid_from=date(2018, 9, 1),
                valid_to=CHANGE,
            ),
        ]
    )


@pytest.mark.parametrize(
    ("key", "day", "ancestors"),
    [
        ("371202", BEFORE, ["371202", "3712", "37"]),
        ("371202", AFTER, ["370116", "3701", "37"]),
        ("3712", AFTER, ["3701", "37"]),
        ("zone-1", AFTER, ["zone-1", "3701", "37"]),
        ("zone-2", AFTER, []),
        ("370116", BEFORE, []),
        ("nowhere", AFTER, []),
    ],
)
def test_ancestors_follow_the_tree_of_the_day(tree, key, day, ancestors) -> None:
    assert tree.as_of(day).ancestors(key) == ancestors


@pytest.mark.parametrize(
    ("key", "level", "found"),
    [
        ("371202", "city", "3701"),
        ("zone-1", "city", "3701"),
        ("zone-1", "unit", "zone-1"),
        ("zone-1", "district", None),
        ("37", "city", None),
    ],
)
def test_a_level_is_looked_up_above(tree, key, level, found) -> None:
    assert tree.as_of(AFTER).at_level(key, level) == found


def test_validity_ends_on_the_day_itself(tree) -> None:
    assert "3712" in tree.as_of(date(2019, 1, 8))
    assert "3712" not in tree.as_of(CHANGE)
    assert "370116" in tree.as_of(CHANGE)


def test_children_are_those_of_the_day(tree) -> None:
    assert tree.as_of(BEFORE).children("37") == ["3701", "370199", "3712"]
    assert tree.as_of(AFTER).children("37") == ["3701"]
    assert tree.as_of(AFTER).children("3701") == ["370102", "370116", "zone-1"]
    assert tree.as_of(AFTER).roots() == ["37"]


def test_a_subtree_keeps_what_its_successors_took_over(tree) -> None:
    assert tree.as_of(AFTER).subtree("370116") == {"370116", "371202"}
    assert tree.as_of(AFTER).subtree("3701") == {
        "3701", "370102", "370116", "zone-1", "3712", "371202"
    }  # fmt: skip
    assert tree.as_of(BEFORE).subtree("3701") == {"3701", "370102", "zone-1"}


def test_names_are_those_of_the_day_or_the_key_itself(tree) -> None:
    assert tree.as_of(BEFORE).name("371202") == "莱城区"
    assert tree.as_of(AFTER).name("371202") == "莱芜区"
    assert tree.as_of(AFTER).name("nowhere") == "nowhere"


@pytest.mark.parametrize(
    ("text", "day", "key"),
    [
        ("371202", None, "371202"),
        ("370000", None, "37"),
        ("Shandong", None, "37"),
        (" 历下区 ", None, "370102"),
        ("山东省/莱芜市", None, "3712"),
        ("山东省/济南市/历下区", None, "370102"),
        ("370000/历下区", None, "370102"),
        ("莱芜市/历下区", None, None),
        ("高新区", None, None),
        ("高新区", AFTER, "zone-1"),
        ("莱芜市/高新区", AFTER, "zone-2"),
        ("高新区", BEFORE, None),
        ("旧城区", BEFORE, "370199"),
        ("旧城区", AFTER, "371299"),
        ("旧城区", None, None),
        ("火星", None, None),
        ("", None, None),
        ("/", None, None),
    ],
)
def test_a_text_names_one_region_or_none(tree, text, day, key) -> None:
    assert tree.find(text, day) == key


def test_a_path_holds_within_one_version() -> None:
    moved = RegionTree(
        [
            region("a", "甲市", "city"),
            region("b", "乙市", "city"),
            region("x", "丙区", "district", "a", valid_to=CHANGE),
            region("x", "丙区", "district", "b", valid_from=CHANGE),
        ]
    )
    assert moved.find("甲市/丙区") == "x"
    assert moved.find("乙市/丙区") == "x"
    assert moved.find("甲市/乙市/丙区") is None


def test_a_circle_of_successors_ends() -> None:
    gone = {"valid_to": date(2000, 1, 1)}
    tree = RegionTree(
        [
            region("a", "甲", "city", successor="b", **gone),
            region("b", "乙", "city", successor="a", **gone),
        ]
    )
    assert tree.as_of(AFTER).current("a") is None
    assert tree.as_of(AFTER).subtree("a") == {"a"}


def test_a_circle_of_parents_ends() -> None:
    tree = RegionTree([region("a", "甲", "city", "b"), region("b", "乙", "city", "a")])
    assert tree.as_of(AFTER).ancestors("a") == ["a", "b"]
    assert tree.as_of(AFTER).subtree("a") == {"a", "b"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"level": "planet"}, "level 'planet' is not one of"),
        ({"valid_from": CHANGE, "valid_to": CHANGE}, "valid_to 2019-01-09 is not after"),
    ],
)
def test_a_version_cannot_be_built_wrong(more, said) -> None:
    with pytest.raises(ValueError, match=said):
        RegionVersion(**{"key": "a", "name": "甲", "level": "city", **more})
