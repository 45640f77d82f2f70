"""The fast selection of candidates against its slow twin: explain every organisation, then sort."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiheng.subjects import matching
from zhiheng.subjects.identifiers.text import normalise_code
from zhiheng.subjects.matching import (
    Known,
    Unresolved,
    _explain,
    find_candidates,
)
from zhiheng.subjects.names import comparison_key, normalise_name

pieces = ["福", "满", "楼", "餐饮", "钢铁", "有限公司", "集团", "衡川市", "A", "B", "LLC"]
words = st.lists(st.sampled_from(pieces), max_size=4)
names = words.map("".join)
regions = st.sampled_from(["", "east", "west"])
codes = st.one_of(
    st.just("9"), st.text("01AX", max_size=3).map(lambda t: t and "91350100M000100" + t)
)
organisations = st.lists(
    st.tuples(codes, regions, names, st.lists(names.filter(bool), min_size=1, max_size=3)),
    min_size=1,
    max_size=12,
)


def known_of(rows):
    spelled = [[normalise_name(name) for name in all_names] for *_facts, all_names in rows]
    return Known(
        pl.DataFrame(
            [
                (i, code or None, region, address)
                for i, (code, region, address, _) in enumerate(rows)
            ],
            ["organisation", "uscc", "region", "address"],
            orient="row",
        ),
        pl.DataFrame(
            [
                (i, name, comparison_key(name), at > 0)
                for i, all_names in enumerate(spelled)
                for at, name in enumerate(all_names)
            ],
            ["organisation", "name", "key", "alias"],
            orient="row",
        ),
    )


def everybody(reference, known):
    """The slow twin: every organisation with a likeness of code or name, best first."""
    code, name = normalise_code(reference.code), normalise_name(reference.name)
    scored = [_explain(reference, code, name, known, at) for at in range(len(known.ids))]
    alike = [
        candidate
        for candidate in scored
        if any(reason.code.startswith(("code", "name")) for reason in candidate.reasons)
    ]
    return sorted(alike, key=lambda c: (-c.score, c.organisation))


references = st.builds(Unresolved, codes, names, regions, names)


@given(organisations, st.lists(references, max_size=4))
def test_fast_selection_equals_scoring_everybody(rows, written):
    known = known_of(rows)
    for reference, found in zip(written, find_candidates(written, known, 20), strict=True):
        assert found == everybody(reference, known)


@given(organisations, st.builds(Unresolved, codes, names, regions))
def test_a_short_list_holds_the_best_scores(rows, reference):
    """Without addresses, which only order the finalists."""
    known = known_of(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "_FINALISTS", 2)
        (found,) = find_candidates([reference], known, 2)
    best = [candidate.score for candidate in everybody(reference, known)[:2]]
    assert [candidate.score for candidate in found] == pytest.approx(best, abs=0.11)
