"""Codes held to the worked examples of the standards, to real codes, and to python-stdnum."""

import csv
from pathlib import Path

import polars as pl
import pytest
from stdnum.cn import uscc as stdnum_uscc

from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers import OrgCode, Uscc, normalise_code, uscc_valid
from zhiheng.subjects.identifiers.orgcode import orgcode_check_character
from zhiheng.subjects.identifiers.uscc import WEIGHTS, uscc_check_character

REAL_CODES = Path(__file__).parents[3] / "shared/data/cn-uscc-codes/uscc_codes.csv"

# The first is the worked example of GB 32100-2015; the others are public codes of listed firms.
VALID = [
    "91350100M000100Y43",
    "9144030071526726XG",
    "91330100799655058B",
    "914403001922038216",
    "91440300708461136T",
]


def test_weights_are_those_printed_in_gb_32100():
    assert WEIGHTS == (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def test_worked_example_of_gb_32100():
    assert uscc_check_character("91350100M000100Y4") == "3"


@pytest.mark.parametrize("text", VALID)
def test_valid_codes_hold_together_with_their_organisation_code(text):
    code = Uscc.parse(text)
    assert str(code) == text
    assert code.organisation_code == OrgCode(text[8:17])
    assert stdnum_uscc.is_valid(text)


@pytest.mark.shared
def test_all_113_real_codes_are_valid():
    """The real codes stay out of this checkout; they lie beside it."""
    codes = [row["uscc"] for row in csv.DictReader(REAL_CODES.open(encoding="utf-8"))]
    assert len(codes) == 113
    for text in codes:
        assert Uscc.parse(text).organisation_code is not None
        assert stdnum_uscc.is_valid(text)
    assert uscc_valid(pl.Series(codes)).all()


@pytest.mark.parametrize(
    ("text", "code", "in_fix"),
    [
        ("91310000132221035T", "uscc.check", "第18位应为 8"),
        ("91350100M000100Y4Z", "uscc.character", "没有 I、O、S、V、Z"),
        ("9135O100M000100Y43", "uscc.character", "可能是 91350100M000100Y43"),
        ("91350100M000100Y4", "uscc.length", "应为 18 位"),
        ("91A50100M000100Y43", "uscc.region", "行政区划码"),
        ("91350100m000100Y43", "uscc.character", "可能是 91350100M000100Y43"),
        ("９1350100M000100Y43", "uscc.character", "只用数字和大写字母"),
    ],
)
def test_a_wrong_code_says_what_to_do(text, code, in_fix):
    with pytest.raises(ContentError) as caught:
        Uscc.parse(text)
    assert caught.value.code == code
    assert text in caught.value.message
    assert in_fix in caught.value.fix


def test_remainder_zero_gives_check_character_zero():
    # 17 zeros have the sum 0; the formula 31 - 0 would name a symbol that does not exist.
    assert uscc_check_character("0" * 17) == "0"


def test_region_part_may_be_a_development_zone_of_no_county_table():
    body = "91610131MA6TABCD0"
    assert Uscc.parse(body + uscc_check_character(body)).region == "610131"


def test_code_of_an_authority_with_a_letter_is_valid_where_stdnum_refuses_it():
    # stdnum 2.2 wants eight digits in front; GB 32100 has letters for some authorities (A, N, Y).
    body = "Y1100000500000001"
    text = body + uscc_check_character(body)
    assert Uscc.parse(text).authority == "Y"
    assert not stdnum_uscc.is_valid(text)


def test_embedded_part_that_fails_gb_11714_is_reported_and_does_not_refuse_the_whole():
    body = "91350100M000100Y5"
    assert Uscc.parse(body + uscc_check_character(body)).organisation_code is None


def test_worked_example_of_gb_11714():
    assert orgcode_check_character("D2143569") == "X"
    assert OrgCode.parse("D2143569X").printed == "D2143569-X"


@pytest.mark.parametrize(
    ("text", "code"), [("D21435690", "orgcode.check"), ("D2143569", "orgcode.shape")]
)
def test_wrong_organisation_code(text, code):
    with pytest.raises(ContentError) as caught:
        OrgCode.parse(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        (" ９１３５０１００ｍ000100y43\u200b", "91350100M000100Y43"),
        ("'91350100-M000100Y4-3", "91350100M000100Y43"),
        ("9135O100M000100Y43", "9135O100M000100Y43"),
    ],
)
def test_normalise_code_tidies_and_never_repairs(typed, canonical):
    assert normalise_code(typed) == canonical
