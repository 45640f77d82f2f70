"""Designs and statistics held to R's package survey, asked live in one R process.

A grid: every design below with every statistic, whole sample and domains; each number to 1e-8 of
itself. The data are invented (`support.r_survey.sample`); the numbers are R's.
"""

import re
from functools import cache

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_allclose
from support.r_survey import answers, sample

from zhiheng.methods.calibration import linear_calibration, post_stratification, raking
from zhiheng.methods.differences import estimate_ratio_bounds
from zhiheng.methods.intervals import t_interval
from zhiheng.methods.replicates import (
    canty_davison_bootstrap,
    jackknife,
    rao_wu_bootstrap,
)
from zhiheng.methods.survey_design import survey_design
from zhiheng.methods.survey_estimates import (
    survey_means,
    survey_proportions,
    survey_rates,
    survey_ratios,
    survey_totals,
)
from zhiheng.methods.survey_intervals import proportion_interval
from zhiheng.methods.survey_quantiles import survey_quantiles
from zhiheng.methods.survey_trends import survey_trend
from zhiheng.methods.survey_variance import degrees_of_freedom, domains

pytestmark = pytest.mark.r

DATA = sample()
ROWS = len(DATA)
# One stratum of one cluster, one of them certain to be drawn; and cells of few rows.
LONELY = DATA.filter((DATA["stratum"] != "s4") | (DATA["cluster"] == 4))
# Two stages: a cluster of one unit, and a stratum whose clusters were all drawn.
TAKEN = DATA.with_columns(
    unit=pl.when(pl.col("cluster") == 4).then(0).otherwise("unit"),
    n1=pl.when(pl.col("stratum") == "s2")
    .then(pl.col("cluster").n_unique().over("stratum"))
    .otherwise("n1"),
)
AGES, SEXES = {"old": 1900.0, "young": 1500.0}, {"f": 2150.0, "m": 1250.0}


def column(name, data=DATA):
    return data[name].to_numpy()


def coded(name, data=DATA):
    number = data[name].rank("dense").to_numpy().astype(int) - 1
    return number, number.max() + 1


def design(
    data=DATA, lonely="fail", clusters=(), populations=(), strata=None, weights=None, **rest
):
    return survey_design(
        len(data),
        weights=None if weights is None else column(weights, data),
        strata=None if strata is None else column(strata, data),
        clusters=[column(name, data) for name in clusters],
        populations=[column(name, data) for name in populations],
        lonely=lonely,
        **rest,
    )


def margin(name, totals):
    return coded(name)[0], list(totals.values())


TOTALS = [4700.0, 1900, 44000]
AUXILIARY = np.column_stack([np.ones(ROWS), coded("sex")[0], column("x")])
CLUSTERED = {"strata": "stratum", "clusters": ["cluster"], "weights": "w"}

# name: (our design, R's design)
DESIGNS = {
    "simple": (design(), "svydesign(id = ~1, data = d)"),
    "simple_fpc": (design(populations=["nrows"]), "svydesign(id = ~1, fpc = ~nrows, data = d)"),
    "unequal": (design(weights="w"), "svydesign(id = ~1, weights = ~w, data = d)"),
    "stratified": (
        design(strata="stratum", weights="w"),
        "svydesign(id = ~1, strata = ~stratum, weights = ~w, data = d)",
    ),
    "stratified_fpc": (
        design(strata="stratum", populations=["nrows"]),
        "svydesign(id = ~1, strata = ~stratum, fpc = ~nrows, data = d)",
    ),
    "clusters": (
        design(clusters=["cluster"], weights="w"),
        "svydesign(id = ~cluster, weights = ~w, data = d)",
    ),
    "stratified_clusters": (
        design(**CLUSTERED),
        "svydesign(id = ~cluster, strata = ~stratum, weights = ~w, data = d)",
    ),
    "clusters_fpc": (
        design(strata="stratum", clusters=["cluster"], populations=["n1"]),
        "svydesign(id = ~cluster, strata = ~stratum, fpc = ~n1, data = d)",
    ),
    "clusters_fraction": (
        design(**CLUSTERED, populations=["f1"]),
        "svydesign(id = ~cluster, strata = ~stratum, weights = ~w, fpc = ~f1, data = d)",
    ),
    "two_stages": (
        design(strata="stratum", clusters=["cluster", "unit"], populations=["n1", "n2"]),
        "svydesign(id = ~cluster + unit, strata = ~stratum, fpc = ~n1 + n2, data = d)",
    ),
    "two_stages_weighted": (
        survey_design(
            ROWS,
            clusters=[column("cluster"), column("unit")],
            populations=[np.full(ROWS, 90.0), column("n2")],
            weights=column("w"),
        ),
        "svydesign(id = ~cluster + unit, fpc = ~n90 + n2, weights = ~w, "
        "data = transform(d, n90 = 90))",
    ),
    "three_stages": (
        design(
            strata="stratum", clusters=["cluster", "unit", "row"], populations=["n1", "n2", "n3"]
        ),
        "svydesign(id = ~cluster + unit + row, strata = ~stratum, fpc = ~n1 + n2 + n3, data = d)",
    ),
    "two_stages_with_replacement": (
        design(strata="stratum", clusters=["cluster", "unit"], weights="w"),
        "svydesign(id = ~cluster + unit, strata = ~stratum, weights = ~w, data = d)",
    ),
    "brewer": (
        design(strata="stratum", clusters=["cluster"], populations=["pi"]),
        'svydesign(id = ~cluster, strata = ~stratum, fpc = ~pi, pps = "brewer", data = d)',
    ),
    "post_stratified": (
        design(**CLUSTERED).adjusted(post_stratification(*margin("age", AGES))),
        "postStratify(sc, ~age, ages)",
    ),
    "raked": (
        design(**CLUSTERED).adjusted(raking([margin("age", AGES), margin("sex", SEXES)])),
        "rake(sc, list(~age, ~sex), list(ages, sexes), "
        "control = list(maxit = 999, epsilon = 1e-14))",
    ),
    "calibrated": (
        design(**CLUSTERED).adjusted(linear_calibration(AUXILIARY, TOTALS)),
        "calibrate(sc, ~sex + x, totals)",
    ),
    "calibrated_two_stages": (
        design(
            strata="stratum", clusters=["cluster", "unit"], populations=["n1", "n2"], weights="w"
        ).adjusted(linear_calibration(AUXILIARY, TOTALS, spread=column("x"))),
        "calibrate(svydesign(id = ~cluster + unit, strata = ~stratum, fpc = ~n1 + n2, "
        "weights = ~w, data = d), ~sex + x, totals, "
        "variance = d$x)",
    ),
}
REPLICATED = {
    "jackknife": ("clusters", jackknife, 'as.svrepdesign(clusters, type = "JK1")'),
    "jackknife_fpc": ("clusters_fpc", jackknife, 'as.svrepdesign(clusters_fpc, type = "JKn")'),
    "jackknife_strata": (
        "stratified_clusters",
        jackknife,
        'as.svrepdesign(stratified_clusters, type = "JKn")',
    ),
    "jackknife_post_stratified": (
        "post_stratified",
        jackknife,
        'postStratify(as.svrepdesign(sc, type = "JKn"), ~age, ages)',
    ),
}
SETUP = """
ages <- data.frame(age = c("old", "young"), Freq = c(1900, 1500))
totals <- c(`(Intercept)` = 4700, sexm = 1900, x = 44000)
sexes <- data.frame(sex = c("f", "m"), Freq = c(2150, 1250))
sc <- svydesign(id = ~cluster, strata = ~stratum, weights = ~w, data = d)
s <- function(m) c(coef(m), SE(m))
q <- function(f, d, p, type) { v <- svyquantile(f, d, p, interval.type = type, na.rm = TRUE)[[1]]
  c(v[, 1], v[, 4], v[, 2], v[, 3]) }
"""
# statistic: R's call on the design D; ours is the function of the same name
CALLS = {
    "mean": 'c(s(m <- svymean(~y, D, deff = "replace")), deff(m), '
    "confint(m, df = degf(D)), degf(D))",
    "mean_of_known": "s(svymean(~ym, D, na.rm = TRUE))",
    "total": 'c(s(m <- svytotal(~y, D, deff = "replace")), deff(m))',
    "ratio": 'c(s(r <- svyratio(~y, ~x, D, deff = "replace")), deff(r))',
    "rate": "1000 * s(svyratio(~yes, ~x, D))",
    "proportion": 'c(s(m <- svymean(~kind, D, deff = "replace")), deff(m))',
    "logit": 'attr(svyciprop(~yes, D, method = "logit"), "ci")',
    "beta": 'attr(svyciprop(~yes, D, method = "beta"), "ci")',
    "wald": 'attr(svyciprop(~yes, D, method = "mean"), "ci")',
    "median": 'q(~y, D, .5, "mean")',
    "high": 'q(~ym, D, .85, "beta")',
    "low": 'q(~y, D, .2, "xlogit")',
    "by_mean": "s(svyby(~y, ~part, D, svymean))",
    "by_known": "s(svyby(~ym, ~part, D, svymean, na.rm = TRUE))",
    "by_total": "s(svyby(~y, ~part, D, svytotal))",
    "by_ratio": "s(svyby(~y, ~part, denominator = ~x, D, svyratio))",
    "by_proportion": "s(svyby(~kind, ~part, D, svymean))",
    "by_df": "sapply(levels(d$part), function(p) degf(subset(D, part == p)))",
    "by_logit": "sapply(levels(d$part), function(p) "
    'attr(svyciprop(~yes, subset(D, part == p), method = "logit"), "ci"))',
    "by_median": 'sapply(levels(d$part), function(p) q(~y, subset(D, part == p), .5, "mean"))',
    "trend": "c((m <- svyglm(y ~ t, D))$coefficients[2], SE(m)[2], confint(m)[2, ])",
    "trend_logit": "c((m <- svyglm(yes ~ t, D, family = quasibinomial(), "
    "control = list(epsilon = 1e-14)))$coefficients[2], SE(m)[2])",
    "by_trend": 'c((m <- svyglm(y ~ t, subset(D, part == "b")))$coefficients[2], SE(m)[2])',
}
# R's replicate designs answer these in another way (the logit and the degrees of freedom from the
# replicates), or not at all.
NOT_REPLICATED = {"ratio", "logit", "high", "low", "trend", "trend_logit", "by_trend"}
NOT_REPLICATED |= {"by_df", "by_logit", "by_median"}
NEEDS_DF = {"mean", "beta", "wald", "median"}


def whole(made):
    return domains(made, np.zeros(made.rows, int))


def parts(made, name="part", data=DATA):
    return domains(made, *coded(name, data))


def two(found):
    return np.r_[found.estimate, found.se]


def known(within):
    """Domains of the rows where ym is known."""
    return np.where(np.isnan(column("ym")), -1, within.cell), within.n_cells


@cache
def ours_on(name):
    if name in DESIGNS:
        return figures(DESIGNS[name][0])
    base, make, _theirs = REPLICATED[name]
    return figures(DESIGNS[base][0], make(DESIGNS[base][0]))


def figures(made, again=None):
    """Our side of `CALLS`."""
    all_of, by = whole(made), parts(made)
    y, x, yes = column("y"), column("x"), column("yes").astype(float)
    ym = column("ym").astype(float)
    kinds = coded("kind")
    more = {"replicates": again}

    def mean():
        found = survey_means(made, all_of, y, **more)
        bounds = t_interval(found.estimate, found.se, found.df)
        return np.r_[two(found), found.deff, *bounds, found.df]

    def interval(kind, within=all_of):
        found = survey_means(made, within, yes, **more)
        return np.column_stack(
            proportion_interval(kind, found.estimate, found.se, found.n, found.df)
        ).ravel()

    def shares(within, deff=False):
        found = survey_proportions(made, within, *kinds, **more)
        columns = ["estimate", "se", "deff"] if deff else ["estimate", "se"]
        return np.concatenate([np.ravel([getattr(f, c) for f in found]) for c in columns])

    def quantile(values, share, kind, within=all_of):
        found = survey_quantiles(made, within, values, share, interval=kind, **more)
        return np.column_stack([found.estimate, found.se, found.lower, found.upper]).ravel()

    def with_deff(found):
        return np.r_[two(found), found.deff]

    def trend(values=y, **rest):
        found = survey_trend(made, values, column("t"), **rest)
        return np.array([found.slope, found.se, found.lower, found.upper])

    only = domains(made, *known(all_of))
    only_by = domains(made, *known(by))
    return {
        "mean": mean,
        "mean_of_known": lambda: two(survey_means(made, only, ym, **more)),
        "total": lambda: with_deff(survey_totals(made, all_of, y, **more)),
        "ratio": lambda: with_deff(survey_ratios(made, all_of, y, x, **more)),
        "rate": lambda: two(survey_rates(made, all_of, yes, x, per=1000, **more)),
        "proportion": lambda: shares(all_of, deff=True),
        "logit": lambda: interval("logit"),
        "beta": lambda: interval("beta"),
        "wald": lambda: interval("wald"),
        "median": lambda: quantile(y, 0.5, "wald"),
        "high": lambda: quantile(ym, 0.85, "beta", only),
        "low": lambda: quantile(y, 0.2, "logit"),
        "by_mean": lambda: two(survey_means(made, by, y, **more)),
        "by_known": lambda: two(survey_means(made, only_by, ym, **more)),
        "by_total": lambda: two(survey_totals(made, by, y, **more)),
        "by_ratio": lambda: two(survey_ratios(made, by, y, x, **more)),
        "by_proportion": lambda: shares(by),
        "by_df": lambda: degrees_of_freedom(by),
        "by_logit": lambda: interval("logit", by),
        "by_median": lambda: quantile(y, 0.5, "wald", by),
        "trend": trend,
        "trend_logit": lambda: trend(yes, link="logit")[:2],
        "by_trend": lambda: trend(domain=column("part") == "b")[:2],
    }


RULES = ("certainty", "remove", "adjust", "average")
CLUSTERS = DESIGNS["stratified_clusters"][0]
BOOTSTRAPS = {
    "rao_wu": rao_wu_bootstrap(CLUSTERS, 60, seed=11),
    "canty_davison": canty_davison_bootstrap(CLUSTERS, 60, seed=11),
}
GRID = [(name, stat) for name in DESIGNS for stat in CALLS]
REPLICATED_GRID = [
    (name, stat)
    for name in REPLICATED
    for stat in CALLS
    if stat not in NOT_REPLICATED and not (name == "jackknife_post_stratified" and stat in NEEDS_DF)
]


def on(name, call):
    return re.sub(r"\bD\b", name, call)


@pytest.fixture(scope="module")
def r(tmp_path_factory):
    """Every answer of R, from one process."""
    folder = tmp_path_factory.mktemp("r")
    setup, calls = [SETUP], {}
    for name, (_ours, theirs) in DESIGNS.items():
        setup.append(f"{name} <- {theirs}")
    for name, (_base, _make, theirs) in REPLICATED.items():
        setup.append(f"{name} <- {theirs}")
    calls = {f"{name}/{stat}": on(name, CALLS[stat]) for name, stat in GRID + REPLICATED_GRID}
    setup += [
        "sl <- svydesign(id = ~cluster, strata = ~stratum, weights = ~w, data = l)",
        "tl <- svydesign(id = ~cluster + unit, strata = ~stratum, fpc = ~n1 + n2, data = t)",
        "fl <- svydesign(id = ~cluster, strata = ~stratum, weights = ~w, fpc = ~n1, "
        'data = transform(l, n1 = ifelse(stratum == "s4", 1, n1)))',
    ]
    for stat in ("svymean", "svytotal"):
        calls[f"certain/{stat}"] = f"s({stat}(~y, fl))"
        for rule in RULES:
            calls[f"{rule}/two/{stat}"] = f'lonely("{rule}", s({stat}(~y, tl)))'
            calls[f"{rule}/{stat}"] = f'lonely("{rule}", s({stat}(~y, sl)))'
            calls[f"{rule}/by/{stat}"] = f'lonely("{rule}", s(svyby(~y, ~part, sl, {stat})))'
    calls["ratio of shares"] = (
        "{b <- svyby(~yes, ~stratum, sc, svymean); v <- svycontrast(b, quote(log(s3 / s1))); "
        "exp(coef(v) + c(-1, 1) * qnorm(.975) * SE(v))}"
    )
    for kind, made in BOOTSTRAPS.items():
        factor = pl.DataFrame(made.factor[CLUSTERS.stages[0].unit])
        factor.write_csv(folder / f"{kind}.csv", float_precision=17)
        setup.append(
            f'{kind} <- svrepdesign(data = d, weights = ~w, type = "other", rscales = 1, '
            f"combined.weights = FALSE, scale = {made.scale[0]:.17g}, "
            f'repweights = as.matrix(read.csv("{folder}/{kind}.csv")))'
        )
        calls[kind] = on(kind, "c(s(svymean(~y, D)), s(svytotal(~y, D)), s(svyratio(~y, ~x, D)))")
    return answers(folder, {"d": DATA, "l": LONELY, "t": TAKEN}, "\n".join(setup), calls)


@pytest.mark.parametrize(("name", "stat"), GRID)
def test_every_statistic_of_every_design_equals_r(r, name, stat):
    assert_allclose(ours_on(name)[stat](), r[f"{name}/{stat}"], rtol=1e-8)


@pytest.mark.parametrize(("name", "stat"), REPLICATED_GRID)
def test_replicate_weights_equal_r(r, name, stat):
    assert_allclose(ours_on(name)[stat](), r[f"{name}/{stat}"], rtol=1e-8)


@pytest.mark.parametrize("kind", BOOTSTRAPS)
def test_bootstrap_weights_used_by_r_give_the_same(r, kind):
    again = {"replicates": BOOTSTRAPS[kind]}
    y, all_of = column("y"), whole(CLUSTERS)
    ours = (
        survey_means(CLUSTERS, all_of, y, **again),
        survey_totals(CLUSTERS, all_of, y, **again),
        survey_ratios(CLUSTERS, all_of, y, column("x"), **again),
    )
    assert_allclose(np.concatenate([two(found) for found in ours]), r[kind], rtol=1e-8)


def test_a_ratio_of_shares_in_two_strata_equals_r(r):
    by = survey_means(CLUSTERS, parts(CLUSTERS, "stratum"), column("yes").astype(float))
    bounds = estimate_ratio_bounds(by.estimate[3], by.se[3], by.estimate[1], by.se[1])
    assert_allclose(bounds, r["ratio of shares"], rtol=1e-8)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("stat", "ours"), [("svymean", survey_means), ("svytotal", survey_totals)])
def test_rules_for_lonely_strata_equal_r(r, rule, stat, ours):
    made = design(LONELY, lonely=rule, **CLUSTERED)
    y = column("y", LONELY)
    found = ours(made, whole(made), y)
    assert_allclose(two(found), r[f"{rule}/{stat}"], rtol=1e-8)
    assert found.lonely.all()
    by = ours(made, parts(made, data=LONELY), y)
    assert_allclose(two(by), r[f"{rule}/by/{stat}"], rtol=1e-8)


@pytest.mark.parametrize(("stat", "ours"), [("svymean", survey_means), ("svytotal", survey_totals)])
def test_a_stratum_taken_whole_is_not_lonely(r, stat, ours):
    sizes = np.where(column("stratum", LONELY) == "s4", 1, column("n1", LONELY))
    made = survey_design(
        len(LONELY),
        strata=column("stratum", LONELY),
        clusters=[column("cluster", LONELY)],
        weights=column("w", LONELY),
        populations=[sizes],
    )
    found = ours(made, whole(made), column("y", LONELY))
    assert_allclose(two(found), r[f"certain/{stat}"], rtol=1e-8)
    assert not found.lonely.any()


@pytest.mark.parametrize("rule", ["certainty", "remove", "adjust"])
@pytest.mark.parametrize(("stat", "ours"), [("svymean", survey_means), ("svytotal", survey_totals)])
def test_later_stages_of_lonely_and_of_whole_strata_equal_r(r, rule, stat, ours):
    made = design(
        TAKEN,
        lonely=rule,
        strata="stratum",
        clusters=["cluster", "unit"],
        populations=["n1", "n2"],
    )
    found = ours(made, whole(made), column("y", TAKEN))
    assert_allclose(two(found), r[f"{rule}/two/{stat}"], rtol=1e-8)
    assert found.lonely.all()
