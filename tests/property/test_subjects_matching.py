"""The fast selection of candidates against its slow twin: explain every organisation, then sort."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

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
codes = st.text("01AX", max_size=3).map(lambda t: t and "91350100M000100" + t)
organisations = st.lists(
    st.tuples(codes, regions, names, st.lists(names.filter(bool), min_size=1, max_size=3)),
    min_size=1,
    max_size=12,
)


@given(organisations, st.lists(st.builds(Unresolved, codes, names, regions, names), max_size=4))
def test_fast_selection_equals_scoring_everybody(rows, references):
    known = Known(
        pl.DataFrame(
            [
                (i, code or None, region, address)
                for i, (code, region, address, _n) in enumerate(rows)
            ],
            ["organisation", "uscc", "region", "address"],
            orient="row",
        ),
        pl.DataFrame(
            [
                (i, normalise_name(name), comparison_key(normalise_name(name)), at > 0)
                for i, (_c, _r, _a, all_names) in enumerate(rows)
                for at, name in enumerate(all_names)
            ],
            ["organisation", "name", "key", "alias"],
            orient="row",
        ),
    )
    for reference, found in zip(references, find_candidates(references, known, 20), strict=True):
        code, name = normalise_code(reference.code), normalise_name(reference.name)
        everybody = [_explain(reference, code, name, known, at) for at in range(len(rows))]
        alike = [
            candidate
            for candidate in everybody
            if any(reason.code.startswith(("code", "name")) for reason in candidate.reasons)
        ]
        assert found == sorted(alike, key=lambda c: (-c.score, c.organisation))
