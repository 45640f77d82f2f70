"""What a run takes over from earlier ones equals what computing afresh finds.

Batches of all sorts arrive one after another: rows of several years and of a region that was
merged away, corrections of rows in earlier files, registers that denominators are counted in,
declarations that there is nothing, subjects that are judged to be one. After each the city is
measured, and every estimate must be the one that the lake gives without any memory.
"""

from __future__ import annotations

import shutil
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.lake_files import row_id, write_batch
from support.tiny_lake import TREE

from zhiheng.indicators import queries
from zhiheng.indicators.actions import measure
from zhiheng.indicators.estimate import PLAIN
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimatePart
from zhiheng.indicators.pinned import pinned
from zhiheng.indicators.runs import Run
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.subjects.models import Organisation, SubjectReference

SYSTEM = Actor.system()
INDICATORS = [
    "product_pass_rate",
    "certified_share",
    "complaints_per_10k",
    "complaints_in_time_rate",
    "penalty_total",
]
SUBJECTS = ["uscc:A", "uscc:B", "name:C@990101"]
DAYS = [date(2025, 1, 5), date(2025, 12, 31), date(2026, 4, 1), date(2026, 8, 31)]
shared = {
    "region": st.sampled_from(["990000", "990101", "990102", "990121", "hk-zone"]),
    "occurred_on": st.sampled_from(DAYS),
    "subject": st.sampled_from([None, *SUBJECTS]),
}
ROWS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "product_inspection": st.fixed_dictionaries(
        shared
        | {
            "sampling": st.sampled_from(["random", "random", "targeted"]),
            "result": st.sampled_from(["pass", "fail", "undecided"]),
            "product_class": st.sampled_from(["food", "drug"]),
            "stage": st.sampled_from(["production", None]),
            "authority_level": st.just("city"),
            "stratum": st.sampled_from([None, "大型"]),
            "cluster": st.sampled_from([None, "P1"]),
            "weight": st.sampled_from([None, 1.0, 2.5]),
        }
    ),
    "complaint": st.fixed_dictionaries(
        shared
        | {
            "state": st.sampled_from(["open", "closed", "duplicate"]),
            "due_on": st.sampled_from([*DAYS, date(2026, 9, 15)]),
            "closed_on": st.sampled_from([None, *DAYS]),
            "topic": st.just("quality"),
            "channel": st.just("hotline"),
        }
    ),
    "organisation_register": st.fixed_dictionaries(
        shared
        | {
            "category": st.sampled_from(["enterprise", "enterprise", "individual"]),
            "ended_on": st.sampled_from([None, None, *DAYS]),
            "industry": st.just("C13"),
        }
    ),
    "certificate": st.fixed_dictionaries(
        shared
        | {
            "state": st.sampled_from(["valid", "valid", "revoked"]),
            "scheme": st.just("quality"),
            "valid_until": st.sampled_from(DAYS),
        }
    ),
    "penalty": st.fixed_dictionaries(
        shared
        | {
            "amount": st.sampled_from([None, 15000.0, 3333.25]),
            "violation": st.just("quality"),
            "sanction": st.just("fine"),
        }
    ),
}
nothing = st.fixed_dictionaries(
    {
        "region": st.sampled_from(["990102", "hk-zone"]),
        "since": st.sampled_from([date(2025, 11, 1), date(2026, 3, 1)]),
        "occurred_on": st.sampled_from([date(2026, 3, 31), date(2026, 5, 31)]),
    }
)
arrivals = st.sampled_from(sorted(ROWS)).flatmap(
    lambda kind: st.fixed_dictionaries(
        {
            "kind": st.just(kind),
            "rows": st.lists(ROWS[kind], min_size=1, max_size=6),
            "nothing": st.lists(nothing, max_size=2),
            "corrects": st.booleans(),
            "judged": st.sampled_from([None, None, *SUBJECTS]),
        }
    )
)


def afresh(codes: list[str]) -> dict[str, dict[tuple[str, ...], dict[str, Any]]]:
    """Every estimate of each indicator, computed from the lake as if nothing had been kept."""
    run = Run(pinned(), TREE)
    found = {}
    for code in codes:
        years = frozenset(run.digests(ALL[code]))
        by_year, _rules = run.found(ALL[code], years) if years else ({}, [])
        rows = [row for each in by_year.values() for row in each.iter_rows(named=True)]
        found[code] = {(r["region"], r["period"], r["by"]): r for r in rows}
    return found


def kept(codes: list[str]) -> dict[str, dict[tuple[str, ...], dict[str, Any]]]:
    """Every estimate of each indicator that stands after a run."""
    run = measure(SYSTEM, codes)
    found: dict[str, dict[tuple[str, ...], dict[str, Any]]] = {code: {} for code in codes}
    for row in queries.estimates(SYSTEM, run):
        said = {name: getattr(row, name) for name in (*PLAIN, "by", "detail")}
        found[row.indicator][row.region, row.period, row.by] = said
    assert run.estimates == sum(map(len, found.values()))
    for code in codes:
        standing = {(r.region, r.period, r.by) for r in queries.standing(SYSTEM, code)}
        assert standing == found[code].keys()
    return found


def judge(ref: str, same_as: str) -> None:
    into = Organisation.objects.get(origin=same_as)
    SubjectReference.objects.filter(ref=ref).update(organisation=into)


def arrive(home: Home, batch: int, arrival: dict[str, Any], held: dict[str, list[int]]) -> None:
    """A batch whose first row corrects the oldest row of its kind, where it corrects any."""
    kind, rows = arrival["kind"], [dict(row) for row in arrival["rows"]]
    older = held.setdefault(kind, [])
    if arrival["corrects"] and older:
        rows[0]["supersedes"] = older.pop(0)
    rows += arrival["nothing"]
    write_batch(home, kind, batch, rows)
    older += [row_id(batch, place) for place in range(len(arrival["rows"]))]
    if arrival["judged"]:
        judge(arrival["judged"], SUBJECTS[0])


@pytest.fixture
def city(home: Home) -> Home:
    load_regions(SYSTEM, TREE.versions)
    for ref in SUBJECTS:
        own = Organisation.objects.create(origin=ref, name=ref, normal=ref, key=ref)
        SubjectReference.objects.create(ref=ref, organisation=own, state="resolved")
    return home


@settings(
    max_examples=3,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(arrivals, min_size=2, max_size=3))
def test_taken_over_equals_computed_afresh(city: Home, arriving: list[dict[str, Any]]) -> None:
    shutil.rmtree(city.lake)
    city.lake.mkdir()
    for ref in SUBJECTS:
        judge(ref, ref)
    held: dict[str, list[int]] = {}
    for batch, arrival in enumerate(arriving, start=1):
        arrive(city, batch, arrival, held)
        assert kept(INDICATORS) == afresh(INDICATORS)


def test_a_name_judged_to_be_somebody_new_is_counted_from_then_on(city: Home) -> None:
    ref = "name:D@990101"
    bare = SubjectReference.objects.create(ref=ref, organisation=None, state="review")
    drawn = {"subject": ref, "occurred_on": date(2025, 11, 20)}
    register = {"category": "enterprise", "industry": "C13"}
    held = {"state": "valid", "scheme": "quality", "valid_until": date(2026, 5, 20)}
    write_batch(city, "organisation_register", 1, [drawn | register])
    write_batch(city, "certificate", 2, [drawn | held])
    before = kept(["certified_share"])
    own = Organisation.objects.create(origin=ref, name="D", normal="D", key="D")
    SubjectReference.objects.filter(pk=bare.pk).update(organisation=own, state="resolved")
    after = kept(["certified_share"])
    assert after == afresh(["certified_share"])
    assert after != before


def test_what_has_not_changed_is_not_computed_again(city: Home) -> None:
    """A second batch of one year leaves the other year's estimates and other kinds' alone."""
    drawn = {"sampling": "random", "result": "pass", "product_class": "food", "subject": "uscc:A"}
    write_batch(
        city,
        "product_inspection",
        1,
        [drawn | {"occurred_on": date(2025, 5, 1)}, drawn | {"occurred_on": date(2026, 5, 1)}],
    )
    write_batch(city, "penalty", 2, [{"amount": 100.0, "occurred_on": date(2026, 5, 1)}])
    codes = ["product_pass_rate", "penalty_total"]
    measure(SYSTEM, codes)
    before = set(EstimatePart.objects.values_list("indicator", "year", "digest"))
    failed = drawn | {"result": "fail", "occurred_on": date(2026, 5, 2)}
    write_batch(city, "product_inspection", 3, [failed])
    second = measure(SYSTEM, codes)
    after = set(second.parts.values_list("indicator", "year", "digest"))
    assert {(code, year) for code, year, _digest in after - before} == {("product_pass_rate", 2026)}
    now = queries.latest(SYSTEM, "product_pass_rate", "990101", "2026")
    assert now is not None
    assert (now.numerator, now.n) == (1, 2)
