"""What a second edition of a quarter may say beside the first that readers may have kept."""

from __future__ import annotations

from typing import Any

import pytest

from zhiheng.complaints.editions import beside

K = 5
Share = dict[str, int]


def edition(city: int | None, east: int | None, west: int | None, **changed: Any) -> dict[str, Any]:
    """Three regions, each case settled or not; a topic list and a league."""

    def line(region: str, received: int | None) -> dict[str, Any]:
        share = None if received is None else {"part": 0, "whole": received}
        mediated = changed.get("mediated", {}).get(region, {"part": 20, "whole": 30})
        return {"region": region, "received": received, "mediated": mediated, "repeated": share}

    return {
        "regions": [line("city", city), line("east", east), line("west", west)],
        "topics": changed.get("topics", [{"code": "food", "count": 40}]),
        "ranking": changed.get("ranking", []),
    }


def received(found: dict[str, Any]) -> list[int | None]:
    return [line["received"] for line in found["regions"]]


FIRST = edition(60, 40, 20)


@pytest.mark.parametrize(
    ("second", "shown", "withheld"),
    [
        (FIRST, [60, 40, 20], []),  # the same again
        (edition(70, 50, 20), [70, 50, 20], []),  # ten more in one region: a crowd
        (edition(61, 41, 20), [None] * 3, ["received", "repeated", "topics"]),  # one more
        (edition(60, 39, 21), [None] * 3, ["received", "repeated", "topics"]),  # one moved
        # Ten more here, nine less there: no region tells of few, their sum does.
        (edition(61, 50, 11), [None] * 3, ["received", "repeated", "topics"]),
    ],
)
def test_a_figure_that_moved_a_little_stays_back_as_a_whole(
    second: dict[str, Any], shown: list[int | None], withheld: list[str]
) -> None:
    found = beside(second, [FIRST], K)
    assert received(found) == shown
    assert found["withheld"] == withheld
    assert (found["topics"] == []) == ("topics" in withheld)
    assert [line["mediated"] for line in found["regions"]] == [{"part": 20, "whole": 30}] * 3


def test_what_was_hidden_stays_hidden() -> None:
    assert received(beside(edition(60, 40, 20), [edition(60, None, None)], K)) == [60, None, None]


def test_part_and_rest_of_a_share_count_as_cells() -> None:
    settled = edition(60, 40, 20, mediated={"east": {"part": 21, "whole": 31}})
    found = beside(settled, [FIRST], K)
    assert {line["mediated"] is None for line in found["regions"]} == {True}
    assert received(found) == [60, 40, 20]


def test_topics_and_leagues_of_other_members_stay_back() -> None:
    other = edition(
        60, 40, 20, topics=[{"code": "food", "count": 30}, {"code": "price", "count": 10}]
    )
    assert "topics" in beside(other, [FIRST], K)["withheld"]
    ranked = edition(60, 40, 20, ranking=[{"organisation": "7", "part": 40, "whole": 45}])
    assert beside(ranked, [FIRST], K)["withheld"] == ["ranking"]


def test_every_edition_that_readers_had_counts() -> None:
    assert received(beside(edition(72, 52, 20), [FIRST, edition(70, 50, 20)], K)) == [None] * 3
    assert beside(FIRST, [], K)["withheld"] == []
