"""The command `estimate` on bad input: everything named and coded, never a silent nan."""

import json
import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.indicators.desk.asked import Asked, Margin
from zhiheng.indicators.desk.estimating import estimate
from zhiheng.rules.errors import ContentError, UsageError, ZhihengError

ROWS = 60
RNG = np.random.default_rng(3)
GOOD = pl.DataFrame(
    {
        "y": RNG.normal(50, 5, ROWS),
        "yes": RNG.integers(0, 2, ROWS),
        "one": np.ones(ROWS, int),
        "zero": np.zeros(ROWS),
        "s": np.repeat(["a", "b", "c"], 20),
        "c": np.repeat(np.arange(12), 5),
        "u": np.arange(ROWS),
        "w": RNG.uniform(1, 3, ROWS),
        "N": np.repeat([10, 9, 8], 20),
        "f": np.repeat([0.4, 0.5, 0.5], 20),
        "k": RNG.choice(["x", "y", "z"], ROWS),
        "id": np.arange(ROWS),
    }
)
AT = pl.int_range(ROWS)


def changed(column, where, value):
    return GOOD.with_columns(pl.when(where).then(value).otherwise(pl.col(column)).alias(column))


def asked(folder, frame=GOOD, **options):
    file = folder / "rows.csv"
    frame.write_csv(file, null_value="NA")
    given = {"stat": "mean", "y": "y", **options}
    return Asked(file=file, **given)


def margin(folder, name, columns, text):
    (folder / name).write_text(text, encoding="utf-8")
    return Margin(columns, folder / name)


def refused(call):
    with pytest.raises(ZhihengError) as caught:
        estimate(call)
    error = caught.value
    codes = [problem["code"] for problem in getattr(error, "problems", [])]
    return error, codes or [error.code]


DESIGN = {"strata": "s", "clusters": ("c",)}
REFUSALS = {
    "a weight of zero": (
        changed("w", AT < 2, 0.0),
        {"weights": "w"},
        "column.positive",
        "第 2 行“0.0”",
    ),
    "a missing weight": (
        changed("w", AT == 5, None),
        {"weights": "w"},
        "column.missing",
        "第 7 行",
    ),
    "a missing stratum": (changed("s", AT == 5, None), {"strata": "s"}, "column.missing", "“s”"),
    "text among numbers": (
        GOOD.with_columns(pl.col("y").cast(pl.String)).with_columns(
            pl.when(AT == 7).then(pl.lit("十")).otherwise(pl.col("y")).alias("y")
        ),
        {},
        "column.text",
        "第 9 行“十”",
    ),
    "a column of text": (GOOD, {"y": "k"}, "column.text", "60 个值不是数"),
    "an unknown column": (GOOD, {"y": "yess"}, "column.unknown", "yes"),
    "no value at all": (GOOD.with_columns(y=pl.lit(None)), {}, "y.missing_all", "“y”"),
    "a population below the sample": (
        GOOD.with_columns(N=3),
        {**DESIGN, "fpc": ("N",)},
        "fpc.small",
        "s=a、s=b、s=c",
    ),
    "a population that varies": (
        changed("N", AT == 0, 77),
        {**DESIGN, "fpc": ("N",)},
        "fpc.varies",
        "s=a",
    ),
    "fractions among sizes": (
        GOOD,
        {**DESIGN, "clusters": ("c", "u"), "fpc": ("N", "f")},
        "fpc.mixed",
        "“f”",
    ),
    "one cluster in a stratum": (
        changed("s", pl.col("c") == 11, pl.lit("alone")),
        DESIGN,
        "survey.lonely",
        "alone",
    ),
    "one unit in a cluster": (
        GOOD.with_columns(v=pl.when(pl.col("c") == 4).then(0).otherwise(AT), M=9),
        {**DESIGN, "clusters": ("c", "v"), "fpc": ("N", "M")},
        "survey.lonely",
        "“c”里只抽了一个下级单元：4",
    ),
    "one cluster in all": (GOOD, {"clusters": ("one",)}, "survey.lonely", "只有一个抽样单元"),
    "a breakdown by an identifier": (
        pl.DataFrame({"y": np.zeros(100_001), "id": np.arange(100_001)}),
        {"by": ("id",)},
        "by.cells",
        "100001",
    ),
    "proportions of a measurement": (
        pl.DataFrame({"y": np.arange(1001.0)}),
        {"stat": "proportion"},
        "y.categories",
        "1001",
    ),
    "a breakdown without a value": (
        GOOD.with_columns(k=pl.lit(None, pl.String)),
        {"by": ("k",)},
        "by.missing_all",
        "k",
    ),
    "infinite values": (GOOD.with_columns(y=pl.lit("inf")), {}, "column.infinite", "60"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_of_a_file(tmp_path, name):
    frame, options, code, said = REFUSALS[name]
    error, codes = refused(asked(tmp_path, frame, **options))
    assert codes == [code]
    assert said in f"{error.message}{error.fix}"
    assert isinstance(error, ContentError)


CALLS = {
    "stat": ({"stat": "median"}, "option.unknown", "quantile"),
    "interval": ({"interval": "exact"}, "option.unknown", "wilson"),
    "lonely": ({"lonely": "ignore"}, "option.unknown", "certainty"),
    "replicates": ({"replicates": "brr"}, "option.unknown", "jackknife"),
    "level": ({"level": 95.0}, "option.range", "95"),
    "quantile": ({"stat": "quantile", "quantile": 50.0}, "option.range", "50"),
    "repeats": ({"replicates": "bootstrap", "repeats": 1}, "option.range", "1"),
    "no denominator": ({"stat": "ratio"}, "option.over", "--over"),
    "a denominator too many": ({"over": "w"}, "option.over", "ratio"),
    "more populations than stages": ({"fpc": ("N", "N")}, "option.fpc", "--clusters"),
    "an interval of proportions for a mean": ({"interval": "beta"}, "interval.kind", "proportion"),
}


@pytest.mark.parametrize("name", CALLS)
def test_refusal_of_a_call(tmp_path, name):
    options, code, said = CALLS[name]
    error, codes = refused(asked(tmp_path, **options))
    assert codes == [code]
    assert said in f"{error.message}{error.fix}"
    assert isinstance(error, UsageError)


def test_all_problems_are_said_at_once(tmp_path):
    frame = changed("w", AT == 5, None).with_columns(N=2, y=pl.lit("?"))
    _error, codes = refused(asked(tmp_path, frame, weights="w", fpc=("N",), **DESIGN))
    assert codes == ["column.text", "fpc.small", "column.missing"]
    _error, codes = refused(asked(tmp_path, frame, stat="x", y="yy", by=("kk",), level=0.0))
    assert codes == ["option.unknown", "option.range", "column.unknown", "column.unknown"]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file.empty"), (b"y,w\n", "file.empty"), (bytes(range(256)) * 9, "file.encoding")],
)
def test_files_that_are_no_table(tmp_path, content, code):
    file = tmp_path / "rows.csv"
    file.write_bytes(content)
    assert refused(Asked(file=file, stat="mean", y="y"))[1] == [code]
    file.unlink()
    assert refused(Asked(file=file, stat="mean", y="y"))[1] == ["file.missing"]


MARGINS = {
    "a group without population": ("k,n\nx,10\ny,20\n", "margin.sample", "z"),
    "a population without sample": ("k,n\nx,1\ny,2\nz,3\nv,4\n", "margin.empty", "v"),
    "a group twice": ("k,n\nx,1\ny,2\nz,3\nz,4\n", "margin.twice", "z"),
    "a count of zero": ("k,n\nx,1\ny,2\nz,0\n", "margin.positive", "1 个"),
    "a third column": ("k,n,m\nx,1,1\ny,2,1\nz,1,1\n", "margin.columns", "k、n、m"),
}


@pytest.mark.parametrize("name", MARGINS)
def test_refusal_of_a_margin(tmp_path, name):
    text, code, said = MARGINS[name]
    call = asked(tmp_path, poststrata=margin(tmp_path, "k.csv", ("k",), text))
    error, codes = refused(call)
    assert (codes, said in error.message) == ([code], True)


def test_a_margin_under_other_names(tmp_path):
    """Two columns can only be the values and their counts, whatever they are called."""
    named = margin(tmp_path, "k.csv", ("k",), "n,k\n30,x\n40,y\n50,z\n")
    other = margin(tmp_path, "o.csv", ("k",), "kind,Freq\ny,40\nx,30\nz,50\n")
    answers = [estimate(asked(tmp_path, poststrata=file)) for file in (named, other)]
    assert answers[0] == answers[1]
    assert answers[0]["design"]["sum_of_weights"] == pytest.approx(120)


def test_margins_of_different_populations(tmp_path):
    call = asked(
        tmp_path,
        rake=(
            margin(tmp_path, "k.csv", ("k",), "k,n\nx,30\ny,40\nz,50\n"),
            margin(tmp_path, "s.csv", ("s",), "s,n\na,30\nb,40\nc,51\n"),
        ),
    )
    error, codes = refused(call)
    assert codes == ["calibration.margins"]
    assert "120、121" in error.message


def plain(answer):
    """The answer as JSON reads it; nan and infinity would be refused."""
    return json.loads(json.dumps(answer, allow_nan=False))


def warnings(answer):
    return [warning["code"] for warning in answer["warnings"]]


def test_missing_values_leave_a_domain_of_the_design(tmp_path):
    frame = changed("y", pl.col("k") == "x", None)
    answer = plain(estimate(asked(tmp_path, frame, by=("k",))))
    assert warnings(answer) == ["y.missing", "by.empty"]
    empty = answer["estimates"][0]
    assert (empty["by"], empty["estimate"], empty["se"], empty["n"]) == ({"k": "x"}, None, None, 0)


@pytest.mark.parametrize("interval", ["wald", "logit", "wilson", "beta"])
def test_all_passed_is_never_without_a_word(tmp_path, interval):
    answer = plain(estimate(asked(tmp_path, stat="proportion", y="one", interval=interval)))
    assert warnings(answer) == ["estimate.constant"]
    row = answer["estimates"][0]
    assert (row["estimate"], row["se"], row["deff"]) == (1, 0, None)
    if interval == "beta":
        assert row["lower"] == pytest.approx(0.025 ** (1 / ROWS))


def test_constant_values(tmp_path):
    answer = plain(estimate(asked(tmp_path, y="one", **DESIGN)))
    assert warnings(answer) == ["estimate.constant"]
    assert answer["estimates"][0]["se"] == 0


def test_a_cell_of_one_unit_has_no_interval(tmp_path):
    answer = plain(estimate(asked(tmp_path, clusters=("s",), by=("s",))))
    assert warnings(answer) == ["estimate.constant", "interval.no_df"]
    assert {row["lower"] for row in answer["estimates"]} == {None}


def test_a_denominator_of_zero(tmp_path):
    answer = plain(estimate(asked(tmp_path, stat="ratio", over="zero")))
    assert warnings(answer) == ["ratio.zero"]
    assert answer["estimates"][0]["estimate"] is None


def test_a_quantile_at_the_edge(tmp_path):
    answer = plain(estimate(asked(tmp_path, stat="quantile", quantile=0.999)))
    assert warnings(answer) == ["quantile.width"]
    low = plain(estimate(asked(tmp_path, stat="quantile", quantile=0.02)))
    assert warnings(low) == ["quantile.bound"]
    assert low["estimates"][0]["lower"] is None


def test_a_declared_rule_is_told_of(tmp_path):
    frame = changed("s", pl.col("c") == 11, pl.lit("alone"))
    answer = plain(estimate(asked(tmp_path, frame, lonely="adjust", **DESIGN)))
    assert warnings(answer) == ["survey.lonely"]
    assert "alone" in answer["warnings"][0]["message"]
    assert answer["design"]["lonely"] == "adjust"


def test_other_doubts_are_told_of(tmp_path):
    total = plain(estimate(asked(tmp_path, stat="total")))
    assert warnings(total) == ["weights.small"]
    later = asked(tmp_path, strata="s", clusters=("c", "u"), fpc=("N",))
    assert warnings(plain(estimate(later))) == ["fpc.stages"]
    crossing = asked(tmp_path, GOOD.with_columns(c=AT % 5), weights="w", **DESIGN)
    assert warnings(plain(estimate(crossing))) == ["clusters.crossing"]
    gaps = asked(tmp_path, changed("k", AT == 3, None), by=("k",))
    assert warnings(plain(estimate(gaps))) == ["by.missing"]


def test_replicates_without_an_estimate_are_told_of(tmp_path):
    call = asked(tmp_path, clusters=("s",), by=("s",), replicates="jackknife")
    assert "replicates.lost" in warnings(plain(estimate(call)))


def test_bootstrap_is_repeatable_and_says_its_seed(tmp_path):
    call = asked(tmp_path, replicates="bootstrap", repeats=50, seed=4, weights="w", **DESIGN)
    one, two = plain(estimate(call)), plain(estimate(call))
    assert one == two
    assert (one["design"]["seed"], one["design"]["repeats"]) == (4, 50)
    other = plain(estimate(replace(call, seed=5)))
    assert other["estimates"][0]["se"] != one["estimates"][0]["se"]
    assert other["estimates"][0]["se"] == pytest.approx(one["estimates"][0]["se"], rel=0.5)


def test_gbk_and_semicolons_are_read(tmp_path):
    file = tmp_path / "rows.csv"
    file.write_bytes("地区;合格\n东;1\n东;0\n西;1\n西;1\n".encode("gb18030"))
    answer = plain(estimate(Asked(file=file, stat="mean", y="合格", by=("地区",))))
    assert [(row["by"]["地区"], row["estimate"]) for row in answer["estimates"]] == [
        ("东", 0.5),
        ("西", 1.0),
    ]


def test_order_types_and_shape_of_the_answer(tmp_path):
    call = asked(tmp_path, stat="proportion", y="yes", by=("s", "k"), weights="w")
    answer = plain(estimate(call))
    assert list(answer) == ["design", "estimates", "warnings"]
    keys = [(row["by"]["s"], row["by"]["k"], row["category"]) for row in answer["estimates"]]
    assert keys == sorted(keys)
    assert {key[2] for key in keys} == {0, 1}
    fields = {"by", "category", "estimate", "se", "df", "deff", "lower", "upper", "n"}
    assert all(set(row) == fields for row in answer["estimates"])
    for first, second in zip(answer["estimates"][::2], answer["estimates"][1::2], strict=True):
        assert math.isclose(first["estimate"] + second["estimate"], 1, rel_tol=1e-12)
        assert first["n"] == second["n"]


def test_the_command_line(tmp_path):
    asked(tmp_path)
    (tmp_path / "k.csv").write_text("k,n\nx,1000\ny,1500\nz,900\n")
    rows = str(tmp_path / "rows.csv")
    given = ["estimate", rows, "--stat", "ratio", "--y", "y", "--over", "w", "--by", "s"]
    given += ["--strata", "s", "--clusters", "c,u", "--fpc", "N,N", "--with-replacement"]
    given += ["--rake", f"k={tmp_path}/k.csv", "--level", "0.9", "--json"]
    done = CliRunner().invoke(collect(), given)
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["design"]["rake"] == ["k"]
    assert [row["by"] for row in answer["estimates"]] == [{"s": "a"}, {"s": "b"}, {"s": "c"}]
    shown = CliRunner().invoke(collect(), ["estimate", rows, "--stat", "proportion", "--y", "k"])
    assert "0.95" in shown.stdout
    wrong = CliRunner().invoke(
        collect(), [*given[:5], "y", "--rake", "k", "--poststrata", "k=none.csv"]
    )
    codes = [problem["code"] for problem in wrong.exception.problems]
    assert codes == ["file.missing", "margin.form"]
