"""The indexed tree of regions agrees with a slow twin that looks through every version."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zhiheng.office.regions import RegionTree, RegionVersion

KEYS = [f"r{n}" for n in range(8)]
NAMES = ["甲", "乙", "丙", "高新区"]
DAYS = st.integers(0, 12).map(lambda n: date(2020, 1, 1) + timedelta(days=n))


@st.composite
def one_region(draw, key: str) -> list[RegionVersion]:
    """Versions of one key with disjoint validity, any parent, perhaps a successor at the end."""
    cuts = sorted(draw(st.sets(DAYS, min_size=1, max_size=4)))
    open_ended = draw(st.booleans()) or len(cuts) == 1
    spans = list(zip(cuts, [*cuts[1:], None], strict=True))
    return [
        RegionVersion(
            key,
            draw(st.sampled_from(NAMES)),
            "district",
            parent=draw(st.none() | st.sampled_from(KEYS)),
            valid_from=start,
            valid_to=end,
            successor=draw(st.none() | st.sampled_from(KEYS)),
        )
        for start, end in (spans if open_ended else spans[:-1])
    ]


trees = st.tuples(*map(one_region, KEYS)).map(
    lambda regions: [version for versions in regions for version in versions]
)


def slow_current(versions: list[RegionVersion], key: str, day: date) -> RegionVersion | None:
    tried = []
    while key not in tried:
        for version in versions:
            if version.key == key and version.holds_on(day):
                return version
        tried.append(key)
        named = [v.successor for v in versions if v.key == key and v.successor]
        if not named:
            return None
        key = named[-1]
    return None


def slow_ancestors(versions: list[RegionVersion], key: str, day: date) -> list[str]:
    chain: list[str] = []
    here = slow_current(versions, key, day)
    while here is not None and here.key not in chain:
        chain.append(here.key)
        here = slow_current(versions, here.parent, day) if here.parent else None
    return chain


def slow_find(versions: list[RegionVersion], text: str, day: date) -> str | None:
    if any(v.key == text for v in versions):
        return text
    *above, last = text.split("/")
    meant = set()
    for version in versions:
        if version.name != last and version.key != last:
            continue
        for same in (v for v in versions if v.key == version.key):
            chain = slow_ancestors(versions, same.key, same.valid_from)[1:]
            called = {t for v in versions if v.key in chain for t in (v.key, v.name)}
            if called.issuperset(above):
                meant.add(version.key)
    if len(meant) > 1:
        bore_it = [v for v in versions if v.key in meant and last in (v.key, v.name)]
        latest = max(v.valid_from for v in bore_it)
        meant = {v.key for v in bore_it if v.holds_on(day)} or {
            v.key for v in bore_it if v.valid_from == latest
        }
    return meant.pop() if len(meant) == 1 else None


@given(trees, st.sampled_from(KEYS), DAYS)
def test_ancestors_agree(versions, key, day) -> None:
    assert RegionTree(versions).as_of(day).ancestors(key) == slow_ancestors(versions, key, day)


@given(trees, st.sampled_from(KEYS), DAYS)
def test_subtrees_hold_whatever_has_the_key_above_it(versions, key, day) -> None:
    view = RegionTree(versions).as_of(day)
    holding = {k for k in KEYS if slow_current(versions, k, day) and k in view}
    below = {k for k in holding if key in slow_ancestors(versions, k, day)}
    assert view.subtree(key) & holding >= below


@given(trees, st.lists(st.sampled_from(NAMES + KEYS), min_size=1, max_size=3), DAYS)
def test_texts_are_found_alike(versions, parts, day) -> None:
    text = "/".join(parts)
    assert RegionTree(versions).find(text, day) == slow_find(versions, text, day)


def test_paths_are_found_among_many_versions() -> None:
    """12,000 versions on 400 different days, a thousand paths to a name that hundreds share."""
    start = date(1990, 1, 1)
    cities = [RegionVersion(f"c{n}", f"城{n}", "city") for n in range(400)]
    districts = [
        RegionVersion(
            f"c{n}-{m}", "市辖区", "district", f"c{n}", valid_from=start + timedelta(days=n)
        )
        for n in range(400)
        for m in range(29)
    ]
    tree = RegionTree(cities + districts)
    for n in range(1000):
        assert tree.find(f"城{n % 400}/市辖区") is None
        assert tree.find(f"城{n % 400}/c{n % 400}-3") == f"c{n % 400}-3"
