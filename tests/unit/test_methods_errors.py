"""Every refusal names the value, what is allowed, and a stable code."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import zhiheng.methods
from zhiheng.methods.calibration import linear_calibration, post_stratification, raking
from zhiheng.methods.composite import Anchors, ratio_of_sums, simulate, weighted_sum
from zhiheng.methods.differences import estimate_ratio_bounds, newcombe, rate_ratio
from zhiheng.methods.errors import MethodError
from zhiheng.methods.forecasts import forecast
from zhiheng.methods.guard_bands import judge_measured
from zhiheng.methods.intervals import (
    clopper_pearson,
    korn_graubard,
    logit,
    poisson_rate,
    t_interval,
    wilson,
)
from zhiheng.methods.league import funnel_limits, joint_level, rank_ranges
from zhiheng.methods.planning import (
    expected,
    fewest_failures,
    progress,
    sample_for_power,
    smallest_sample,
)
from zhiheng.methods.pls_analysis import analyse
from zhiheng.methods.pls_bootstrap import bootstrap
from zhiheng.methods.pls_model import Construct, PathModel
from zhiheng.methods.pls_moments import Answers
from zhiheng.methods.relative import mover_ratio
from zhiheng.methods.replicates import jackknife, rao_wu_bootstrap
from zhiheng.methods.rounding import rounded_against
from zhiheng.methods.satisfaction import Scale, weighted_index
from zhiheng.methods.small_areas import beta_binomial, fay_herriot
from zhiheng.methods.survey import CellSums, estimate_ratio, estimate_total
from zhiheng.methods.survey_design import survey_design
from zhiheng.methods.survey_estimates import survey_means
from zhiheng.methods.survey_intervals import proportion_interval
from zhiheng.methods.survey_quantiles import survey_quantiles
from zhiheng.methods.survey_trends import survey_trend
from zhiheng.methods.survey_variance import domains
from zhiheng.methods.verdicts import Evidence, judge
from zhiheng.methods.weighting import output_weighted_rate


def sums(**changed):
    given = {
        "cell": [0, 0],
        "stratum": [1, 2],
        "a": [3.0, 4.0],
        "b": [5.0, 5.0],
        "aa": [3.0, 4.0],
        "ab": [3.0, 4.0],
        "bb": [5.0, 5.0],
        "m": [5, 1],
        "m_pop": None,
        "n_cells": 1,
    }
    return CellSums(**{**given, **changed})


def design(**columns):
    return survey_design(3, **columns)


def mean(y=(1, 0, 1), **columns):
    made = design(**columns)
    return survey_means(made, domains(made, None), y)


def path_model(*paths, mode="A", **items):
    constructs = (Construct(name, tuple(own.split()), mode) for name, own in items.items())
    return PathModel(tuple(constructs), tuple(tuple(path.split(">")) for path in paths))


def answers(*columns):
    """Three columns of 12 unlike answers, or those given."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(1, 11, (12, 3)).astype(float)
    for number, column in enumerate(columns):
        if column is not None:
            drawn[:, number] = column(drawn) if callable(column) else column
    return drawn


ALL = domains(design(), None)
LONELY = design(strata=["a", "a", "b"])
AB = path_model("A>B", A="a1 a2", B="b")
UNRELATED = np.column_stack([np.tile([5.0, 6], 6), np.tile([5.0, 5, 6, 6], 3)])
RESTLESS = np.random.default_rng(66).integers(1, 11, (8, 6)).astype(float)
THREE = path_model("A>B", "B>C", "A>C", A="a1 a2", B="b1 b2", C="c1 c2")
RARE = np.eye(12)[:, :3]
GOOD = Evidence(0.9, n=10)
NAN = float("nan")
YES = np.array([True])
ONE = Anchors(np.zeros(1), np.ones(1), YES)
REFUSALS = {
    "interval.level": (lambda: wilson(1, 2, level=95), "95"),
    "interval.side": (lambda: wilson(1, 2, side="both"), "two, lower, upper"),
    "interval.count": (lambda: clopper_pearson([1, 12], 10), "12.0 at position 1"),
    "interval.count ": (lambda: wilson(-1, 10), "-1.0"),
    "interval.count  ": (lambda: newcombe(0, 0, 1, 2), "n1"),
    "interval.ratio": (lambda: estimate_ratio_bounds(3, 1, 0, 1), "second must be"),
    "interval.ratio ": (lambda: estimate_ratio_bounds([3, -1], 1, 2, 1), "-1.0 at position 1"),
    "interval.exposure": (lambda: poisson_rate(3, 0), "greater than 0"),
    "interval.exposure ": (lambda: rate_ratio(3, 1, 2, -1), "exposure2"),
    "interval.proportion": (lambda: korn_graubard(95, 1, 10), "between 0 and 1"),
    "interval.proportion ": (lambda: logit(-0.1, 1), "-0.1"),
    "interval.se": (lambda: t_interval(1, -2), "-2.0"),
    "survey.shape": (lambda: sums(a=[1.0]), "a has shape (1,)"),
    "survey.cell": (lambda: sums(cell=[0, 1]), "cell 1; allowed: 0 to 0"),
    "survey.repeated": (lambda: sums(stratum=[2, 2]), "cell 0, stratum 2"),
    "survey.sums": (lambda: sums(ab=[NAN, 1]), "ab[0] is nan"),
    "survey.clusters": (lambda: sums(m=[5, 0]), "m[1] is 0.0"),
    "survey.population": (lambda: sums(m_pop=[4, 9]), "m_pop[0] is 4.0"),
    "survey.lonely": (lambda: estimate_ratio(sums(), lonely="fail"), "stratum 2 of cell 0"),
    "survey.lonely ": (lambda: estimate_total(sums(), lonely="collapse"), "'collapse'"),
    "survey.lonely  ": (lambda: mean(strata=["a", "a", "b"]), "1 strata of stage 1"),
    "survey.lonely   ": (lambda: design(lonely="refuse"), "fail, certainty, remove, adjust"),
    "survey.lonely    ": (lambda: jackknife(LONELY), "1 strata"),
    "survey.lonely     ": (lambda: rao_wu_bootstrap(LONELY, seed=1), "1 strata"),
    "survey.empty": (lambda: survey_design(0), "0 rows"),
    "survey.shape ": (lambda: design(weights=[1, 2]), "weights has shape (2,)"),
    "survey.shape  ": (lambda: mean(y=[1, 2]), "y has shape (2,)"),
    "survey.shape   ": (lambda: domains(design(), [0]), "cell has shape (1,)"),
    "survey.cell ": (lambda: domains(design(), [0, 1, -2], 2), "cell -2; allowed: -1"),
    "survey.label": (lambda: design(strata=["a", None, "b"]), "strata[1] is missing"),
    "survey.label ": (lambda: design(clusters=[[1.0, 2.0, NAN]]), "clusters[0][2] is missing"),
    "survey.stages": (lambda: design(populations=[[9] * 3] * 2), "2 population columns for 1"),
    "survey.population ": (lambda: design(populations=[[2, 2, 2]]), "3 units were drawn"),
    "survey.population  ": (lambda: design(populations=[[5, 6, 5]]), "5 elsewhere"),
    "survey.population   ": (lambda: design(populations=[[5, 0.5, 5]]), "sizes everywhere"),
    "survey.population    ": (lambda: design(populations=[[5, -1, 5]]), "populations[0][1] is -1"),
    "survey.weight": (lambda: design(weights=[1, 0, 2]), "weights[1] is 0"),
    "survey.weight ": (lambda: design(weights=[1, NAN, 2]), "weights[1] is nan"),
    "survey.weight  ": (lambda: design(populations=[[np.inf] * 3]), "give weights"),
    "survey.value": (lambda: mean(y=[1, NAN, 2]), "y[1] is nan"),
    "survey.value ": (lambda: survey_quantiles(design(), ALL, [1, 2, NAN]), "y[2] is nan"),
    "survey.value  ": (lambda: survey_trend(design(), [1, 2, NAN], [1, 2, 3]), "missing"),
    "quantile.share": (lambda: survey_quantiles(design(), ALL, [1, 2, 3], 50), "50"),
    "interval.kind": (lambda: proportion_interval("exact", 0.5, 0.1, 9, 8), "'exact'"),
    "trend.time": (lambda: survey_trend(design(), [1, 2, 3], [5, 5, 5]), "two times"),
    "trend.separate": (
        lambda: survey_trend(design(), [0, 0, 1], [1, 2, 3], link="logit"),
        "linear trend",
    ),
    "replicates.rule": (lambda: jackknife(replace(LONELY, lonely="adjust")), "no replicate"),
    "replicates.census": (lambda: jackknife(design(populations=[[3, 3, 3]])), "taken whole"),
    "replicates.count": (lambda: rao_wu_bootstrap(design(), 1, seed=1), "1 replicates"),
    "replicates.size": (lambda: rao_wu_bootstrap(design(), 10**8, seed=1), "100,000,000"),
    "calibration.totals": (lambda: post_stratification([0, 1, 1], [5, 0]), "totals[1] is 0"),
    "calibration.totals ": (lambda: post_stratification([0, 1, 2], [5, 5]), "reach to 2"),
    "calibration.totals  ": (lambda: linear_calibration([1, 2], [3]), "(rows, p) and (p,)"),
    "calibration.totals   ": (lambda: linear_calibration([[NAN]], [3]), "missing"),
    "calibration.empty": (
        lambda: design().adjusted(post_stratification([0, 0, 0], [5, 7])),
        "group 1 has a population of 7",
    ),
    "calibration.margins": (
        lambda: raking([([0, 1, 1], [5, 5]), ([0, 0, 1], [5, 6])]),
        "10, 11",
    ),
    "calibration.rounds": (
        lambda: design().adjusted(raking([([0, 1, 1], [5, 5]), ([0, 0, 1], [1, 9])])),
        "10000 rounds",
    ),
    "calibration.collinear": (
        lambda: design().adjusted(linear_calibration([[1, 2], [1, 2], [1, 2]], [9, 9])),
        "combination",
    ),
    "evidence.kind": (lambda: Evidence(1, kind="share"), "'share'"),
    "evidence.family": (lambda: Evidence(0.5, n=5, family="wald"), "clopper_pearson"),
    "evidence.family ": (lambda: Evidence(5, se=1, kind="mean", family="wilson"), "allowed: t"),
    "evidence.estimate": (lambda: Evidence(95, n=100), "95"),
    "evidence.estimate ": (lambda: Evidence(float("inf"), kind="reported"), "inf"),
    "evidence.precision": (lambda: Evidence(81, n=250, kind="mean"), "without se"),
    "evidence.precision ": (lambda: Evidence(0.5), "n is needed"),
    "evidence.precision  ": (lambda: Evidence(81, se=-1, kind="mean"), "-1"),
    "evidence.precision   ": (lambda: Evidence(0.5, n=9, family="logit"), "needs se"),
    "evidence.rate": (lambda: Evidence(3, numerator=3, kind="rate"), "over None"),
    "evidence.rate ": (lambda: Evidence(3, numerator=3, denominator=9, kind="rate"), "per"),
    "verdict.operator": (lambda: judge(GOOD, "≥", 0.9), ">=, >, <="),
    "verdict.value": (lambda: judge(GOOD, ">=", 95), "95 % is 0.95"),
    "verdict.value ": (lambda: judge(GOOD, ">=", None), "None"),
    "verdict.value  ": (lambda: judge(GOOD, "trend_up", 3), "None or 0"),
    "verdict.value   ": (lambda: judge(GOOD, "decrease_by", -1), "0 or more"),
    "verdict.tolerance": (lambda: judge(GOOD, "~", 0.9), "None"),
    "verdict.alpha": (lambda: judge(GOOD, ">=", 0.9, alpha=0.5), "0.5"),
    "verdict.baseline": (
        lambda: judge(GOOD, "trend_up", 0, baseline=Evidence(9, se=1, kind="mean")),
        "between 0 and 1",
    ),
    "verdict.baseline ": (
        lambda: judge(Evidence(9, se=1, kind="mean"), "trend_up", 0, baseline=Evidence(0.9, n=10)),
        "same kind",
    ),
    "plan.target": (lambda: smallest_sample(95, 0), "95"),
    "plan.failures": (lambda: smallest_sample(0.9, -1), "-1"),
    "plan.size": (lambda: fewest_failures(0.9, 0), "0"),
    "plan.size ": (lambda: smallest_sample(1 - 1e-9, 0), "10000000"),
    "plan.alpha": (lambda: fewest_failures(0.9, 10, alpha=0), "0"),
    "plan.path": (lambda: progress(1, 2, 2), "2"),
    "plan.path ": (lambda: expected(1, 2, 2025, 2025, 2025), "2025"),
    "rounding.value": (lambda: rounded_against(NAN, ">=", 1), "nan"),
    "rounding.digits": (lambda: rounded_against(1, ">=", 1, digits=-1), "-1"),
    "rounding.target": (lambda: rounded_against(1, "="), "needs a target"),
    "pls.construct": (lambda: path_model(A="a"), "1 constructs"),
    "pls.items": (lambda: path_model("A>B", A="a", B=""), "'B' has no items"),
    "pls.mode": (lambda: path_model("A>B", A="a", B="b", mode="C"), "allowed: A, B"),
    "pls.twice": (
        lambda: PathModel((Construct("A", ("a",)), Construct("A", ("b",))), (("A", "A"),)),
        "'A' is declared twice",
    ),
    "pls.item": (lambda: path_model("A>B", A="x", B="x"), "'x'"),
    "pls.path": (lambda: path_model("A>C", A="a", B="b"), "constructs: A, B"),
    "pls.twice ": (lambda: path_model("A>B", "A>B", A="a", B="b"), "declared twice"),
    "pls.self": (lambda: path_model("A>A", "A>B", A="a", B="b"), "to itself"),
    "pls.cycle": (
        lambda: path_model("A>B", "B>C", "C>D", "D>B", "D>E", A="a", B="b", C="c", D="d", E="e"),
        "between B, C, D run",
    ),
    "pls.unconnected": (lambda: path_model("A>B", A="a", B="b", C="c"), "begins or ends at C"),
    "pls.answers": (lambda: analyse(np.ones((9, 2)), AB), "(respondents, 3)"),
    "pls.answers ": (lambda: Answers(np.ones(3)), "(3,)"),
    "pls.answers  ": (lambda: analyse(answers(np.inf), AB), "infinite"),
    "pls.few": (lambda: analyse(answers()[:2], AB), "2 respondents"),
    "pls.few ": (
        lambda: analyse(answers()[:3], path_model("A>B", mode="B", A="a1 a2", B="b")),
        "fewer than 4",
    ),
    "pls.empty": (lambda: analyse(answers(None, np.nan), AB), "[1]"),
    "pls.scheme": (lambda: analyse(answers(), AB, scheme="linear"), "centroid, factorial, path"),
    "pls.scale": (lambda: analyse(answers(), AB, scale=(10, 1)), "from 10 to 1"),
    "pls.constant": (lambda: analyse(answers(None, 7.0), AB), "a2"),
    "pls.collinear": (
        lambda: analyse(
            answers(None, lambda x: 11 - x[:, 0]), path_model("A>B", mode="B", A="a1 a2", B="b")
        ),
        "a1, a2",
    ),
    "pls.confounded": (
        lambda: analyse(
            answers(None, lambda x: 2 * x[:, 0]), path_model("A>C", "B>C", A="a", B="b", C="c")
        ),
        "constructs A, B",
    ),
    "pls.converge": (lambda: analyse(RESTLESS, THREE), "300 iterations"),
    "pls.unrelated": (
        lambda: analyse(UNRELATED, path_model("A>B", A="a", B="b")),
        "A, B became undetermined",
    ),
    "pls.replicates": (lambda: bootstrap(Answers(answers()), AB, replicates=1), "2 to 100000"),
    "pls.signs": (lambda: bootstrap(Answers(answers()), AB, signs="all"), "individual"),
    "pls.resamples": (lambda: bootstrap(Answers(RARE), AB, replicates=50), "of 50"),
    "composite.anchors": (lambda: Anchors(np.ones(1), np.ones(1), YES), "from 1 to 1"),
    "composite.anchors ": (lambda: Anchors(np.zeros(1), np.ones(1), YES, 100, 60), "100 to 60"),
    "composite.weights": (lambda: weighted_sum([1, 2], [0, 0]), "not all 0"),
    "composite.values": (lambda: simulate([NAN], [0], ONE, [1]), "nan"),
    "composite.draws": (lambda: simulate([0], [0], ONE, [1], draws=10), "10 draws"),
    "composite.spread": (lambda: simulate([0], [0], ONE, [1], spread=-1), "-1"),
    "composite.amounts": (lambda: ratio_of_sums([[1]], [1, 2], [1]), "2 coefficients"),
    "composite.base": (lambda: ratio_of_sums([[1]], [1], [0]), "add up to 0"),
    "satisfaction.scale": (lambda: Scale(1, 10, "x9"), "range, multiple"),
    "satisfaction.scale ": (lambda: Scale(5, 5), "from 5 to 5"),
    "satisfaction.answer": (lambda: Scale(1, 5).index(5.1), "5.1"),
    "satisfaction.weights": (lambda: weighted_index([5, 6], [0, 0]), "not all 0"),
    "satisfaction.weights ": (lambda: weighted_index([5, 6], [1]), "(1,)"),
    "relative.negative": (lambda: mover_ratio(-1, (-2, 0), 1, (1, 1)), "-1.0 at position 0"),
    "guard.value": (lambda: judge_measured(NAN, 1, None, 5), "nan"),
    "guard.uncertainty": (lambda: judge_measured(4, 0, None, 5), "above 0"),
    "guard.limits": (lambda: judge_measured(4, 1, None, None), "at least one"),
    "guard.limits ": (lambda: judge_measured(4, 1, 5, 4), "5 to 4"),
    "guard.limits  ": (lambda: judge_measured(4, 1, 3, 5), "too uncertain"),
    "guard.risk": (lambda: judge_measured(4, 1, None, 5, risk=5), "5"),
    "forecast.shape": (lambda: forecast([1, 2, 3], [1, 2], 4), "(3,)"),
    "forecast.values": (lambda: forecast([1, 2, 3], [1, 2, NAN], 4), "not a number"),
    "forecast.periods": (lambda: forecast([1, 2], [1, 2], 4), "at least 3"),
    "forecast.times": (lambda: forecast([1, 2, 2], [1, 2, 3], 4), "twice"),
    "forecast.se": (lambda: forecast([1, 2, 3], [1, 2, 4], 4, ses=[1, 0, 1]), "above 0"),
    "forecast.operator": (lambda: forecast([1, 2, 3], [1, 2, 4], 4).probability("~", 1), "'~'"),
    "area.count": (lambda: beta_binomial([1, 2], [3, 4]), "2 areas"),
    "area.values": (lambda: fay_herriot([1, NAN, 2], [1, 1, 1]), "one number"),
    "area.se": (lambda: fay_herriot([1, 3, 2], [1, 0, 1]), "above 0"),
    "area.covariates": (lambda: fay_herriot([1, 3, 2], [1, 1, 1], [1, 2]), "3 areas"),
    "area.covariates ": (lambda: fay_herriot([1, 3, 2], [1, 1, 1], [5, 5, 5]), "constant"),
    "funnel.reference": (lambda: funnel_limits([10], 1, 0.95), "between 0 and 1"),
    "rank.count": (lambda: joint_level(0, 0.95), "0 units"),
    "rank.values": (lambda: rank_ranges([1], [2], [3]), "does not hold"),
    "plan.truth": (lambda: sample_for_power(0.95, 0.9, 0.8), "above the target 0.95"),
    "plan.power": (lambda: sample_for_power(0.9, 0.95, 80), "80"),
    "weighting.shape": (lambda: output_weighted_rate([1], [1], [1]), "(regions, industries)"),
    "weighting.shape ": (
        lambda: output_weighted_rate([[1, 1]], [[1, 1]], [[1, 1]], collapse=[0]),
        "2 industries",
    ),
    "weighting.count": (lambda: output_weighted_rate([[3]], [[2]], [[1]]), "3.0 passed of 2.0"),
    "weighting.output": (lambda: output_weighted_rate([[1]], [[2]], [[-1]]), "-1.0"),
    "weighting.output ": (lambda: output_weighted_rate([[1]], [[2]], [[0]]), "[0]"),
    "weighting.empty": (lambda: output_weighted_rate([[0]], [[0]], [[1]]), "collapse"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal(name):
    call, said = REFUSALS[name]
    with pytest.raises(MethodError) as caught:
        call()
    assert caught.value.code == name.strip()
    assert said in caught.value.message
    assert str(caught.value) == caught.value.message


def test_every_code_has_a_case_here():
    source = "".join(f.read_text() for f in Path(zhiheng.methods.__path__[0]).glob("*.py"))
    pattern = r'(?:MethodError\(|refuse\([^"]*?)\s*"([a-z]+\.[a-z]+)"'
    assert set(re.findall(pattern, source)) == {name.strip() for name in REFUSALS}


def test_a_method_error_is_a_value_error():
    assert issubclass(MethodError, ValueError)


def test_cells_without_entries_are_nan_and_not_an_error():
    got = estimate_ratio(sums(n_cells=3))
    assert np.isnan(got.estimate[1:]).all()
    assert np.isnan(got.se[1:]).all()
    assert (got.denominator[1:] == 0).all()
