"""What a submission holds, why it may be refused, and what else is open to its sender."""

from __future__ import annotations

from datetime import date

import pytest

from zhiheng.complaints.candidates import mentions, products
from zhiheng.complaints.refusal import Complaint, Ground, grounds
from zhiheng.complaints.routing import Matter
from zhiheng.complaints.small_claims import added_damages, guide
from zhiheng.complaints.splitting import split
from zhiheng.rules.errors import ContentError

C, R = Matter.COMPLAINT, Matter.REPORT
DAY = date(2026, 3, 18)


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("买的酱油变质，要求退款并赔偿。", {C}),
        ("举报这家店无证经营，请查处。", {R}),
        ("要求退一赔三，并查处其虚假宣传。", {C, R}),
        ("我不要求赔偿，只举报销售过期食品。", {R}),
        ("路灯坏了。", set()),
    ],
)
def test_words_of_a_text_propose_its_parts(text: str, proposed: set[Matter]) -> None:
    assert split(text).proposed == proposed


def test_what_was_ticked_stands_and_a_difference_is_shown() -> None:
    parts = split("要求退款，并请查处。", frozenset({C}))
    assert parts.taken == {C}
    assert parts.differs
    assert [cue.word for cue in parts.cues] == ["退款", "查处"]
    assert split("", frozenset()).taken == {C}
    assert not split("要求退款", frozenset({C})).differs


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({}, []),
        ({"ours": False}, [Ground.NOT_OURS]),
        ({"handled_elsewhere": True}, [Ground.HANDLED_ELSEWHERE]),
        ({"for_living": False}, [Ground.NOT_CONSUMPTION]),
        ({"known_on": date(2023, 3, 18)}, []),
        ({"known_on": date(2023, 3, 17)}, [Ground.TOO_LATE]),
        ({"has_respondent": False}, [Ground.MATERIAL_MISSING]),
    ],
)
def test_grounds_of_refusal(facts, found) -> None:
    assert [each.ground for each in grounds(Complaint(DAY, **facts))] == found


def test_years_from_a_leap_day_end_on_the_28th() -> None:
    late = Complaint(date(2023, 3, 1), known_on=date(2020, 2, 29))
    assert [each.ground for each in grounds(late)] == [Ground.TOO_LATE]
    assert grounds(Complaint(date(2023, 2, 28), known_on=date(2020, 2, 29))) == []


def test_missing_material_is_named_and_never_sure() -> None:
    (found,) = grounds(Complaint(DAY, has_contact=False, has_claim=False))
    assert "投诉人姓名和联系方式、投诉请求" in found.reason
    assert not found.sure


@pytest.mark.parametrize(
    ("amount", "track"),
    [
        (50_000, "mandatory"),
        (50_001, "by_agreement"),
        (200_000, "by_agreement"),
        (200_001, "ordinary"),
    ],
)
def test_small_claims_by_the_wage_of_the_province(amount, track) -> None:
    guidance = guide(amount, 100_000, DAY)
    assert guidance.track == track
    assert not guidance.confirmed


@pytest.mark.parametrize(
    ("price", "basis", "sum_"),
    [(100, "fraud", 500), (1000, "fraud", 3000), (12, "food", 1000), (200, "food", 2000)],
)
def test_added_damages_have_a_least_sum(price, basis, sum_) -> None:
    assert added_damages(price, basis, DAY) == sum_


@pytest.mark.parametrize("call", [lambda: guide(0, 1, DAY), lambda: added_damages(5, "x", DAY)])
def test_impossible_claims_are_refused_in_words(call) -> None:
    with pytest.raises(ContentError) as refused:
        call()
    assert refused.value.fix


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我在衡川明澈饮品有限公司购买的矿泉水", ["衡川明澈饮品有限公司"]),
        ("投诉云溪区老张饭店，另有石泉大药房不开发票", ["云溪区老张饭店", "石泉大药房"]),
        ("路灯坏了", []),
    ],
)
def test_names_of_firms_in_a_sentence(text: str, names: list[str]) -> None:
    assert [found.name for found in mentions(text)] == names


def test_codes_come_before_names() -> None:
    found = mentions("明澈饮品有限公司（91990101MA01234565）")
    assert found[0].code == "91990101MA01234565"


def test_products_by_number_and_name() -> None:
    found = products("条码6901234567892的海天酱油发霉", ["酱油", "陈醋", "酱油王特级金标生抽"])
    assert [(p.name, p.gtin) for p in found] == [("", "06901234567892"), ("酱油", "")]
    assert products("条码6901234567890", []) == []
