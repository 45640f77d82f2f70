"""Where the straight path to a target stands, and the share of the way that is done."""

from datetime import date

import pytest

from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.declaration import Baseline, Scope, Target
from zhiheng.plans.progress import progress
from zhiheng.plans.verdicts import Figure, Measure, judged

COUNT = Measure("项", "reported")


def path_of(op, value, series, *, deadline=2026, as_of=date(2025, 12, 31), **more):
    target = Target(
        id="T01", scope=Scope("990100"), op=op, value=value, deadline=deadline, text="标准数",
        indicator="reported_standards_national", **{"unit": "项", **more},
    )  # fmt: skip
    figures = {p: Figure(p, v, n=1, method="reported") for p, v in series.items()}
    return progress(judged(target, COUNT, figures, as_of), figures, as_of)


@pytest.mark.parametrize(
    ("op", "value", "more", "series", "goal", "expected", "share"),
    [
        (">=", 40.0, {}, {"2022": 10, "2025": 25}, 40, 32.5, 0.5),
        ("<=", 10.0, {}, {"2022": 50, "2025": 40}, 10, 20, 0.25),
        ("increase_by", 20.0, {"baseline": Baseline("2022")}, {"2022": 10, "2025": 30}, 30, 25, 1),
        ("increase_by", 50.0, {"baseline": Baseline("2022"), "unit": "%"},
         {"2022": 10, "2025": 9}, 15, 13.75, -0.2),
        ("decrease_by", 4.0, {"baseline": Baseline("2022", 10.0)}, {"2025": 9}, 6, 7, 0.25),
    ],
)  # fmt: skip
def test_the_path_is_straight_from_the_first_figure_or_the_baseline(
    op, value, more, series, goal, expected, share
):
    found = path_of(Operator(op), value, series, **more)
    assert (found.start_period, found.goal) == ("2022", goal)
    assert found.expected == pytest.approx(expected, abs=0.02)
    assert found.share == pytest.approx(share)


@pytest.mark.parametrize(
    ("op", "value", "series", "more"),
    [
        (">=", 40.0, {"2025": 25}, {}),
        (">=", 40.0, {"2022": 45, "2025": 44}, {}),
        (">=", 40.0, {}, {}),
        (">=", 40.0, {"2022": 10, "2024": 25}, {"deadline": None}),
        ("trend_up", None, {"2022": 10, "2025": 25}, {"baseline": Baseline("2022")}),
        (">=", None, {"2022": 10, "2025": 25}, {"damaged": True}),
    ],
    ids=["one figure", "met from the start", "no figure", "open-ended", "a trend", "damaged"],
)
def test_some_targets_have_no_path(op, value, series, more):
    assert path_of(Operator(op), value, series, **more) is None
