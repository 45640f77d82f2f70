import polars as pl
import pytest

from zhiheng.subjects.matching import POINTS, Known, Unresolved, find_candidates
from zhiheng.subjects.names import comparison_key, normalise_name

CODE = "91350100M000100Y43"


def known(*rows):
    """Rows of (id, uscc, region, address, name, aliases…)."""
    organisations = [(number, uscc, region, address) for number, uscc, region, address, *_ in rows]
    names = [
        (number, normalise_name(name), comparison_key(normalise_name(name)), at > 0)
        for number, _uscc, _region, _address, *all_names in rows
        for at, name in enumerate(all_names)
    ]
    return Known(
        pl.DataFrame(organisations, ["organisation", "uscc", "region", "address"], orient="row"),
        pl.DataFrame(names, ["organisation", "name", "key", "alias"], orient="row"),
    )


CITY = known(
    (1, CODE, "east", "东湖路 8 号", "衡川市福满楼餐饮有限公司", "福满楼"),
    (2, None, "west", None, "福满楼餐饮店"),
    (3, "91330100799655058B", "west", "西山路 1 号", "衡川钢铁股份有限公司"),
    (4, None, None, None, "HENG GRILL LLC"),
)


def best(**written):
    return find_candidates([Unresolved(**written)], CITY)[0]


def reasons(candidate):
    return [reason.code for reason in candidate.reasons]


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y34",  # two swapped
        "91350100M000100Y48",  # one wrong
        "91350100M00010Y43",  # one missing
        "91350100M0000100Y43",  # one too many
    ],
)
def test_a_code_one_slip_away_proposes_its_owner(code):
    (only,) = best(code=code)
    assert (only.organisation, only.score) == (1, POINTS["code_one_off"])
    assert CODE in only.reasons[0].text


def test_an_old_organisation_code_proposes_the_firm_that_carries_it():
    (only,) = best(code="79965505-8")
    assert (only.organisation, reasons(only)) == (3, ["code_embedded"])


def test_reasons_add_up_to_the_score_and_order_the_list():
    first, second = best(name="福满楼", region="east", address="东湖路8号")
    assert first.organisation == 1
    assert reasons(first) == ["name_same", "region", "address"]
    assert "别名" in first.reasons[0].text
    assert second.organisation == 2
    for candidate in (first, second):
        assert candidate.score == round(sum(r.points for r in candidate.reasons), 1)


def test_legal_form_and_region_prefix_do_not_hide_a_firm():
    first, *_rest = best(name="福满楼餐饮有限责任公司", region="west")
    assert (first.organisation, reasons(first)) == (1, ["name_key"])
    assert reasons(best(name="衡川市福满楼餐饮集团")[0]) == ["name_key"]


def test_english_names_match_without_their_legal_form():
    (only,) = best(name="The Heng Grill, Inc.")
    assert (only.organisation, reasons(only)) == (4, ["name_key"])


def test_name_region_and_address_alone_never_reach_fifty():
    first, *_rest = best(name="衡川市福满楼餐饮有限公司", region="east", address="东湖路 8 号")
    assert first.organisation == 1
    assert first.score < 50


@pytest.mark.parametrize("written", [{}, {"region": "east"}, {"name": "——"}, {"code": "9"}])
def test_nothing_in_common_proposes_nobody(written):
    assert best(**written) == []


def test_no_known_organisation_no_candidate():
    nobody = Known(CITY_EMPTY, NAMES_EMPTY)
    assert find_candidates([Unresolved(name="福满楼")] * 2, nobody) == [[], []]


TEXT = pl.String
CITY_EMPTY = pl.DataFrame(
    schema={"organisation": pl.Int64, "uscc": TEXT, "region": TEXT, "address": TEXT}
)
NAMES_EMPTY = pl.DataFrame(
    schema={"organisation": pl.Int64, "name": TEXT, "key": TEXT, "alias": pl.Boolean}
)
