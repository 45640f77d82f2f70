"""Fast paths against their slow twins, and round trips, over generated values."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.rules.errors import ContentError
from zhiheng.subjects.identifiers import (
    DigitalLink,
    Gtin,
    Uscc,
    normalise_code,
    normalise_codes,
    uscc_valid,
)
from zhiheng.subjects.identifiers.gs1 import gs1_check_digit
from zhiheng.subjects.identifiers.uscc import ALPHABET, uscc_check_character
from zhiheng.subjects.names import comparison_key, normalise_name, normalise_names
from zhiheng.subjects.references import build_references, reference

bodies = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
).map("".join)
valid_codes = bodies.map(lambda body: body + uscc_check_character(body))
checked_texts = st.text(ALPHABET, min_size=17, max_size=17).map(
    lambda body: body + uscc_check_character(body)
)
"""The check character fits, the region part is hardly ever digits."""


@st.composite
def spoilt_codes(draw):
    """A valid code with one place overwritten by any character, or cut, or lengthened."""
    text = draw(valid_codes)
    at = draw(st.integers(0, 18))
    return text[:at] + draw(st.text(max_size=2)) + text[at + 1 :]


def accepts(text):
    try:
        Uscc.parse(text)
    except ContentError:
        return False
    return True


@given(
    st.lists(st.one_of(valid_codes, checked_texts, spoilt_codes(), st.text(max_size=20), st.none()))
)
def test_column_check_equals_parse(texts):
    found = uscc_valid(pl.Series("code", texts, dtype=pl.String))
    assert found.to_list() == [text is not None and accepts(text) for text in texts]


@given(valid_codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(text, at, wrong):
    spoilt = text[:at] + wrong + text[at + 1 :]
    assert accepts(spoilt) == (spoilt == text)


@given(valid_codes, st.integers(0, 16))
def test_every_swap_of_neighbours_is_noticed(text, at):
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    assert accepts(swapped) == (swapped == text)


@given(st.lists(st.one_of(st.text(max_size=30), st.none())))
def test_columns_are_spelled_like_single_values(texts):
    column = pl.Series("text", texts, dtype=pl.String)
    for many, one in ((normalise_codes, normalise_code), (normalise_names, normalise_name)):
        expected = [None if text is None else one(text) for text in texts]
        assert many(column).to_list() == expected


@given(st.text(max_size=40))
def test_spelling_is_settled_after_one_pass(text):
    assert normalise_code(normalise_code(text)) == normalise_code(text)
    assert normalise_name(normalise_name(text)) == normalise_name(text)


@given(st.text(max_size=40).map(normalise_name).filter(bool))
def test_comparison_key_is_never_empty(name):
    assert comparison_key(name)


texts = st.one_of(st.none(), st.text(max_size=12))


@given(
    st.lists(st.tuples(st.one_of(valid_codes, spoilt_codes(), texts), texts, texts)),
    st.sampled_from(["uscc", "licence"]),
)
def test_bulk_references_equal_single_ones(rows, scheme):
    schema = {"subject_code": pl.String, "subject_name": pl.String, "region": pl.String}
    built = build_references(pl.DataFrame(rows, schema=schema, orient="row"), scheme)
    assert built.to_list() == [reference(*row, scheme) for row in rows]


serials = st.text("""!"%&'()*+,-./0123456789:;<=>?ABCXYZ_abcxyz""", min_size=1, max_size=20)


@given(
    st.text("0123456789", min_size=13, max_size=13),
    st.lists(st.tuples(st.sampled_from(["22", "10", "21"]), serials), unique_by=lambda p: p[0]),
)
def test_links_survive_writing_and_reading(body, pairs):
    order = ["22", "10", "21"]
    link = DigitalLink(
        key=("01", str(Gtin(body + gs1_check_digit(body)))),
        qualifiers=tuple(sorted(pairs, key=lambda pair: order.index(pair[0]))),
        attributes=(("17", "271231"), ("exp", "a b+c&d")),
    )
    assert DigitalLink.parse(str(link)) == link
