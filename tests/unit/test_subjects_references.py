import polars as pl
import pytest

from zhiheng.rules.errors import UsageError
from zhiheng.subjects.references import (
    LONGEST,
    build_references,
    reference,
    reference_frame,
    split_reference,
)

VALID = "91350100M000100Y43"  # the worked example of GB 32100-2015
RESIDENT = "11010519491231002X"  # the worked example of GB 11643-1999


@pytest.mark.parametrize(
    ("code", "name", "region", "expected"),
    [
        (VALID, "福满楼", "heng", f"uscc:{VALID}"),
        (" ９１350100-m000100y43", None, None, f"uscc:{VALID}"),
        ("91350100M000100Y44", "福满楼 ", "heng", "name:福满楼@heng"),
        (None, "福满楼", None, "name:福满楼@"),
        ("91350100M000100Y44", None, "heng", "code:91350100M000100Y44"),
        ("00000000", " ", "heng", None),
        (None, "——", None, None),
        (RESIDENT, None, "heng", None),
        (RESIDENT, "张记面馆", "heng", "name:张记面馆@heng"),
    ],
)
def test_reference_of_a_row(code, name, region, expected):
    assert reference(code, name, region) == expected


def test_foreign_scheme_keeps_its_own_spelling_and_may_number_from_zero():
    assert reference(" 30790-a ", "X", "w1", "chicago-licence") == "chicago-licence:30790-a"
    assert reference("0", "X", "w1", "chicago-licence") == "chicago-licence:0"
    assert reference(" ", "X", "w1", "chicago-licence") == "name:X@w1"


@pytest.mark.parametrize("scheme", ["name", "code", "Chicago", "a:b", ""])
def test_scheme_names_that_would_be_ambiguous_are_refused(scheme):
    with pytest.raises(UsageError) as caught:
        reference("1", None, None, scheme)
    assert caught.value.code == "scheme.shape"


def test_missing_columns_count_as_null():
    assert build_references(pl.DataFrame({"subject_name": ["甲", None]})).to_list() == [
        "name:甲@",
        None,
    ]


def test_two_long_names_that_differ_at_the_end_stay_two_references():
    one, two = (reference(None, "长" * 400 + end, "heng") for end in "甲乙")
    assert one != two
    assert max(len(one), len(two)) < LONGEST + 20


def test_frame_keeps_first_writing_and_never_a_resident_number():
    frame = pl.DataFrame(
        {
            "subject_code": [VALID, VALID.lower(), RESIDENT, None],
            "subject_name": ["甲", "乙", "丙", None],
            "region": ["r1", "r2", "r3", "r4"],
        }
    )
    assert reference_frame(frame).rows() == [
        (f"uscc:{VALID}", VALID, "甲", "r1", None),
        ("name:丙@r3", None, "丙", "r3", None),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("uscc:1", ("uscc", "1", "")),
        ("name:A@B CAFE@w1", ("name", "A@B CAFE", "w1")),
        ("chicago-licence:1:2", ("chicago-licence", "1:2", "")),
    ],
)
def test_split_reads_a_reference_back(text, parts):
    assert split_reference(text) == parts
