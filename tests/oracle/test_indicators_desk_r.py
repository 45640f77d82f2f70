"""What the command `estimate` answers about files, held to R's package survey asked live."""

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from support.r_survey import answers, sample

from zhiheng.indicators.desk.asked import Asked, Margin
from zhiheng.indicators.desk.estimating import estimate

pytestmark = pytest.mark.r

DATA = sample(320, seed=23)
TWO = {"strata": "stratum", "clusters": ("cluster", "unit"), "fpc": ("n1", "n2")}
ONE = {"strata": "stratum", "clusters": ("cluster",), "weights": "w"}
SETUP = """
sc <- svydesign(id = ~cluster, strata = ~stratum, weights = ~w, data = d)
two <- svydesign(id = ~cluster + unit, strata = ~stratum, fpc = ~n1 + n2, data = d)
implied <- svydesign(id = ~cluster, strata = ~stratum, weights = weights(two), data = d)
ages <- data.frame(age = c("old", "young"), Freq = c(1900, 1500))
sexes <- data.frame(sex = c("f", "m"), Freq = c(2150, 1250))
both <- expand.grid(age = c("old", "young"), sex = c("f", "m")); both$Freq <- c(1200, 950, 700, 550)
ps <- postStratify(sc, ~age + sex, both)
rk <- rake(sc, list(~age, ~sex), list(ages, sexes), control = list(maxit = 999, epsilon = 1e-14))
jk <- as.svrepdesign(sc)
bounds <- function(m, d) cbind(coef(m), SE(m), confint(m, df = degf(d)))
each <- function(d, f) t(sapply(levels(factor(d$variables$part)), function(p) {
  u <- subset(d, part == p); c(f(u), degf(u)) }))
prop <- function(method) function(u) { v <- svyciprop(~I(kind == "mid"), u, method = method)
  c(coef(v), SE(v), attr(v, "ci")) }
"""
# name: (what is asked, R's call: rows of estimate, se, lower, upper and, by part, df)
CASES = {
    "mean": ({"stat": "mean", "y": "y", **ONE}, "bounds(svymean(~y, sc), sc)"),
    "mean_90": (
        {"stat": "mean", "y": "y", "level": 0.9, **ONE},
        "{m <- svymean(~y, sc); cbind(coef(m), SE(m), confint(m, level = .9, df = degf(sc)))}",
    ),
    "two_stages": ({"stat": "mean", "y": "y", **TWO}, "bounds(svymean(~y, two), two)"),
    "two_stages_total": ({"stat": "total", "y": "y", **TWO}, "bounds(svytotal(~y, two), two)"),
    "with_replacement": (
        {"stat": "total", "y": "y", "with_replacement": True, **TWO},
        "bounds(svytotal(~y, implied), implied)",
    ),
    "ratio": (
        {"stat": "ratio", "y": "y", "over": "x", **TWO},
        "{m <- svyratio(~y, ~x, two); cbind(coef(m), SE(m), confint(m, df = degf(two)))}",
    ),
    "proportion": (
        {"stat": "proportion", "y": "kind", "interval": "wald", **TWO},
        "bounds(svymean(~kind, two), two)",
    ),
    "missing": (
        {"stat": "mean", "y": "ym", **ONE},
        "bounds(svymean(~ym, sc, na.rm = TRUE), subset(sc, !is.na(ym)))",
    ),
    "by": (
        {"stat": "mean", "y": "y", "by": ("part",), **TWO},
        "each(two, function(u) bounds(svymean(~y, u), u))",
    ),
    "by_two": (
        {"stat": "total", "y": "y", "by": ("sex", "age"), **TWO},
        # the first breakdown varies slowest in ours, fastest in R's
        "{b <- svyby(~y, ~age + sex, two, svytotal); cbind(coef(b), SE(b))}",
    ),
    "beta": (
        {"stat": "mean", "y": "yes", "interval": "beta", **TWO},
        '{v <- svyciprop(~yes, two, method = "beta"); rbind(c(coef(v), SE(v), attr(v, "ci")))}',
    ),
    "by_beta": (
        {"stat": "proportion", "y": "kind", "interval": "beta", "by": ("part",), **ONE},
        'each(sc, prop("beta"))',
    ),
    "by_logit": (
        {"stat": "proportion", "y": "kind", "interval": "logit", "by": ("part",), **TWO},
        'each(two, prop("logit"))',
    ),
    "quantile": (
        {"stat": "quantile", "y": "y", "quantile": 0.3, **TWO},
        "svyquantile(~y, two, .3)[[1]][, c(1, 4, 2, 3)]",
    ),
    "quantile_beta": (
        {"stat": "quantile", "y": "y", "quantile": 0.9, "interval": "beta", **ONE},
        'svyquantile(~y, sc, .9, interval.type = "beta")[[1]][, c(1, 4, 2, 3)]',
    ),
    "by_quantile": (
        {"stat": "quantile", "y": "y", "interval": "logit", "by": ("part",), **ONE},
        "each(sc, function(u) "
        'svyquantile(~y, u, .5, interval.type = "xlogit")[[1]][, c(1, 4, 2, 3)])',
    ),
    "post_stratified": (
        {"stat": "mean", "y": "y", "poststrata": "age,sex", **ONE},
        "bounds(svymean(~y, ps), ps)",
    ),
    "raked": ({"stat": "total", "y": "y", "rake": True, **ONE}, "bounds(svytotal(~y, rk), rk)"),
    "raked_by": (
        {"stat": "mean", "y": "y", "rake": True, "by": ("part",), **ONE},
        "each(rk, function(u) bounds(svymean(~y, u), u))",
    ),
    "jackknife": (
        {"stat": "ratio", "y": "y", "over": "x", "replicates": "jackknife", **ONE},
        "{m <- svyratio(~y, ~x, jk); cbind(coef(m), SE(m), confint(m, df = degf(sc)))}",
    ),
}


@pytest.fixture(scope="module")
def r(tmp_path_factory):
    calls = {name: f"t({call})" for name, (_asked, call) in CASES.items()}
    return answers(tmp_path_factory.mktemp("r"), {"d": DATA}, SETUP, calls)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    DATA.write_csv(folder / "rows.csv", float_precision=17, null_value="NA")
    DATA.write_parquet(folder / "rows.parquet")
    (folder / "ages.csv").write_text("age,people\nold,1900\nyoung,1500\n")
    (folder / "sexes.csv").write_text("people,sex\n2150,f\n1250,m\n")
    (folder / "both.csv").write_text(
        "age,sex,people\nold,f,1200\nyoung,f,950\nold,m,700\nyoung,m,550\n"
    )
    return folder


def asked(folder: Path, kind: str, options):
    given = dict(options)
    if "poststrata" in given:
        given["poststrata"] = Margin(("age", "sex"), folder / "both.csv")
    if given.pop("rake", False):
        given["rake"] = (
            Margin(("age",), folder / "ages.csv"),
            Margin(("sex",), folder / "sexes.csv"),
        )
    return Asked(file=folder / f"rows.{kind}", **given)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", CASES)
def test_command_equals_r(r, folder, name, kind):
    options, _call = CASES[name]
    said = estimate(asked(folder, kind, options))["estimates"]
    if options["stat"] == "proportion" and "by" in options:
        said = [row for row in said if row["category"] == "mid"]
    expected = r[name].reshape(len(said), -1)
    names = ["estimate", "se", "lower", "upper", "df"][: expected.shape[1]]
    found = np.array([[row[column] for column in names] for row in said], dtype=float)
    assert_allclose(found, expected, rtol=1e-8)
