"""Codes without a check digit: what their shape allows, and what each part means."""

import pytest

from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers import (
    EquipmentClass,
    EquipmentCode,
    EquipmentRegistration,
    IndustryCode,
    InstrumentKey,
    LiftRescueNumber,
    RegionCode,
)
from zhiheng.subjects.identifiers.equipment import maker_of_licence
from zhiheng.subjects.identifiers.industry import MANUFACTURING, PASS_RATE_DIVISIONS


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("100000", "country"),
        ("140000", "province"),
        ("310000", "province"),
        ("370200", "city"),
        ("610100", "city"),
        ("110101", "district"),
        ("990100", "city"),
        ("370202001", "street"),
        ("370202001000", "street"),
        ("370202001002", "village"),
        ("370202000000", "district"),
        ("441900003000", "street"),  # Dongguan: a city without districts
    ],
)
def test_level_of_a_region_code(code, level):
    assert RegionCode.parse(code).level == level


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("37020", "region_code.shape"),
        ("070200", "region_code.shape"),
        ("3702021", "region_code.shape"),
        ("370001", "region_code.gap"),
        ("370202000001", "region_code.gap"),
    ],
)
def test_region_codes_of_no_possible_region(code, error):
    with pytest.raises(ContentError) as caught:
        RegionCode.parse(code)
    assert caught.value.code == error


@pytest.mark.parametrize(
    ("text", "edition", "printed", "level"),
    [
        ("C", "2017", "C", "section"),
        ("13", "2017", "C13", "division"),
        ("C131", "2017", "C131", "group"),
        ("1311", "2017", "C1311", "class"),
        ("N79", "2017", "N79", "division"),
        ("O79", "2011", "O79", "division"),
        ("97", "2017", "T97", "division"),
    ],
)
def test_industry_with_and_without_letter(text, edition, printed, level):
    industry = IndustryCode.parse(text, edition)
    assert (str(industry), industry.level) == (printed, level)


@pytest.mark.parametrize(
    ("text", "edition", "error"),
    [
        ("D13", "2017", "industry.section"),
        ("N79", "2011", "industry.section"),
        ("98", "2017", "industry.division"),
        ("00", "2017", "industry.division"),
        ("C1", "2017", "industry.shape"),
        ("U", "2017", "industry.shape"),
        ("C13", "2002", "industry.edition"),
    ],
)
def test_industries_that_do_not_exist(text, edition, error):
    with pytest.raises(ContentError) as caught:
        IndustryCode.parse(text, edition)
    assert caught.value.code == error


def test_pass_rate_counts_29_of_the_31_manufacturing_divisions():
    assert (len(MANUFACTURING), len(PASS_RATE_DIVISIONS)) == (31, 29)
    assert IndustryCode.parse("C1311").in_pass_rate
    assert not IndustryCode.parse("C42").in_pass_rate
    assert not IndustryCode.parse("C").in_pass_rate


def test_equipment_code_of_the_2015_rule():
    # Class 2150, maker of licence TS2210890, 2015, number 98: the rule's own example.
    code = EquipmentCode.parse("215010890201500098")
    assert code.equipment_class == EquipmentClass("2150")
    assert code.maker == maker_of_licence("TS2210890") == "10890"
    assert (code.year, code.serial) == (2015, "00098")
    assert maker_of_licence("TS2223010") == "23010"


@pytest.mark.parametrize("text", ["21501089020150098", "2150108902015A0098", "F1101089020150098"])
def test_equipment_code_of_older_length_and_with_overflow_letter(text):
    assert str(EquipmentCode.parse(text)) == text


def test_old_registration_code():
    code = EquipmentRegistration.parse("21603101012006010101")
    assert str(code.equipment_class) == "2160"
    assert code.region == RegionCode("310101")
    assert (code.year_month, code.serial) == ((2006, 1), "0101")


def test_lift_plate_is_unique_within_its_city_only():
    one, other = (LiftRescueNumber(RegionCode(city), "012345") for city in ("370200", "610100"))
    assert one != other
    assert LiftRescueNumber.parse(str(one)) == one
    assert str(LiftRescueNumber(RegionCode("310000"), "000001")) == "310000-000001"


def test_instrument_is_four_facts_and_may_lack_an_approval():
    key = InstrumentKey.parse("衡川衡器厂 | TCS-150 | | 2024-0031")
    assert key == InstrumentKey("衡川衡器厂", "TCS-150", "", "2024-0031")
    assert InstrumentKey.parse(str(key)) == key


@pytest.mark.parametrize(
    ("parse", "text", "error"),
    [
        (EquipmentClass.parse, "0100", "equipment_class.shape"),
        (EquipmentCode.parse, "215010890301500098", "equipment_code.shape"),
        (EquipmentCode.parse, "2150108902015000980", "equipment_code.shape"),
        (EquipmentRegistration.parse, "21603101012006130101", "equipment_registration.shape"),
        (EquipmentRegistration.parse, "21603100012006010101", "region_code.gap"),
        (maker_of_licence, "TS221089", "equipment_licence.shape"),
        (LiftRescueNumber.parse, "370200-12345", "lift_rescue.shape"),
        (LiftRescueNumber.parse, "012345", "lift_rescue.shape"),
        (LiftRescueNumber.parse, "370202-012345", "lift_rescue.city"),
        (LiftRescueNumber.parse, "370000-012345", "lift_rescue.city"),
        (InstrumentKey.parse, "厂|型号|批准", "instrument.shape"),
        (InstrumentKey.parse, "厂||批准|1", "instrument.empty"),
    ],
)
def test_wrong_codes_are_refused_with_their_text(parse, text, error):
    with pytest.raises(ContentError) as caught:
        parse(text)
    assert caught.value.code == error
    assert caught.value.fix
