"""Who is competent for a complaint or a report, by both versions of the law (orders 20 and 121)."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.complaints.routing import Facts, Matter, Trade, route, settle_dispute
from zhiheng.office.regions import RegionTree, RegionVersion

OLD, NEW = date(2026, 4, 14), date(2026, 4, 15)
EAST, WEST, ZONE, STREET = "990101", "990102", "990101-zone", "990102-street"
VIEW = RegionTree(
    [
        RegionVersion("990100", "衡川市", "city"),
        RegionVersion(EAST, "云溪区", "district", "990100"),
        RegionVersion(WEST, "石泉区", "district", "990100"),
        RegionVersion(ZONE, "云溪高新区", "unit", EAST),
        RegionVersion(STREET, "河口街道", "street", WEST),
    ]
).as_of(NEW)


def _place(**facts) -> str | None:
    return route(Facts(**{"received_on": OLD, **facts}), VIEW).place


@pytest.mark.parametrize("day", [OLD, NEW])
@pytest.mark.parametrize(
    ("trade", "places", "answer"),
    [
        (Trade.OFFLINE, {"place_of_business": EAST, "domicile": WEST}, EAST),
        (Trade.OFFLINE, {"domicile": WEST}, WEST),
        (Trade.OFFLINE, {"place_of_business": STREET}, WEST),
        (Trade.OFFLINE, {"place_of_business": ZONE}, ZONE),
        (Trade.OFFLINE, {"place_of_business": "990100"}, None),
        (Trade.OFFLINE, {}, None),
        (Trade.OWN_SITE, {"place_of_business": EAST, "domicile": WEST}, WEST),
        (Trade.PLATFORM, {"place_of_business": EAST, "platform_domicile": WEST}, WEST),
        (Trade.ADVERTISEMENT, {"place_of_business": EAST, "publisher_place": WEST}, EAST),
    ],
)
def test_complaints_go_where_the_business_is(day, trade, places, answer) -> None:
    assert _place(matter=Matter.COMPLAINT, trade=trade, received_on=day, **places) == answer


def test_merchant_on_a_platform_has_two_competent_places_and_the_first_receiver_keeps_it() -> None:
    facts = {
        "matter": Matter.COMPLAINT,
        "trade": Trade.MERCHANT_ON_PLATFORM,
        "received_on": OLD,
        "place_of_business": EAST,
        "platform_domicile": WEST,
    }
    open_question = route(Facts(**facts), VIEW)
    assert (open_question.place, open_question.candidates) == (None, (EAST, WEST))
    assert route(Facts(**facts, first_receiver=WEST), VIEW).place == WEST
    assert route(Facts(**facts, first_receiver=ZONE), VIEW).place is None


@pytest.mark.parametrize(("day", "answer"), [(OLD, None), (NEW, WEST)])
def test_unreachable_merchant_goes_to_the_platform_under_the_new_rule_alone(day, answer) -> None:
    facts = Facts(
        Matter.COMPLAINT,
        Trade.MERCHANT_ON_PLATFORM,
        day,
        place_of_business=EAST,
        platform_domicile=WEST,
        merchant_reachable=False,
    )
    found = route(facts, VIEW)
    assert found.place == answer
    assert found.sources[0]["name"] == "routing.merchant_unreachable"


@pytest.mark.parametrize(("day", "answer"), [(OLD, WEST), (NEW, EAST)])
def test_reports_of_advertisements_follow_the_publisher_under_the_old_rule(day, answer) -> None:
    assert (
        _place(
            matter=Matter.REPORT,
            trade=Trade.ADVERTISEMENT,
            received_on=day,
            place_of_conduct=EAST,
            publisher_place=WEST,
        )
        == answer
    )


@pytest.mark.parametrize(
    ("first", "answer"), [(None, EAST), (EAST, EAST), (WEST, WEST)], ids=["nobody", "own", "other"]
)
def test_reports_of_merchants_on_platforms(first, answer) -> None:
    assert (
        _place(
            matter=Matter.REPORT,
            trade=Trade.MERCHANT_ON_PLATFORM,
            place_of_business=EAST,
            platform_domicile=WEST,
            first_receiver=first,
        )
        == answer
    )


def test_reports_go_where_the_conduct_is() -> None:
    facts = {"matter": Matter.REPORT, "trade": Trade.OFFLINE, "place_of_business": WEST}
    assert _place(**facts, place_of_conduct=EAST) == EAST
    assert _place(**facts) == WEST


def test_every_answer_says_why() -> None:
    reason = route(Facts(Matter.COMPLAINT, Trade.OFFLINE, OLD), VIEW).reason
    assert "实际经营地" in reason
    assert "地点不明" in reason


def test_a_dispute_goes_to_the_nearest_common_superior() -> None:
    assert settle_dispute(EAST, WEST, VIEW) == "990100"
    assert settle_dispute(ZONE, WEST, VIEW) == "990100"
    assert settle_dispute("990100", WEST, VIEW) is None
