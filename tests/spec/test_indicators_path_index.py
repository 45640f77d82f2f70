"""Satisfaction indices by a path model: weights of the year, then an ordinary mean by region."""

from datetime import date

import numpy as np
import pytest
from support import tiny_lake

from zhiheng.indicators.cells import Cells
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import estimates
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.indices import PathIndex
from zhiheng.indicators.path_indices import fitted
from zhiheng.indicators.periods import Period
from zhiheng.indicators.rollup import Places
from zhiheng.indicators.satisfaction.model_file import shipped
from zhiheng.methods.pls_analysis import analyse
from zhiheng.rules.parameters import Trace

INDEX = ALL["consumer_service_index"]
MODEL = shipped("ccsi", date(2026, 12, 31)).path_model
CHAIN = {"Image": 0.0, "Expectation": 0.2, "Quality": 0.5, "Value": 0.1, "Satisfaction": 0.3,
         "Complaints": -0.5, "Loyalty": 0.4}  # fmt: skip


def answers(n, year=2026, seed=3):
    """Rows of the lake: two districts, two sectors, answers round one common opinion."""
    rng = np.random.default_rng(seed)
    opinion = rng.standard_normal(n)
    rows = []
    scores = {
        item: np.clip(np.rint(7 + CHAIN[construct.name] + opinion + rng.standard_normal(n)), 1, 10)
        for construct in MODEL.constructs
        for item in construct.items
    }
    for i in range(n):
        said = {item: float(column[i]) for item, column in scores.items()}
        rows.append(
            {
                **said,
                "domain": "consumer_service",
                "region": "990101" if i % 2 else "990102",
                "sector": "餐饮" if i % 3 else "零售",
                "occurred_on": date(year, 1 + i % 12, 10),
            }
        )
    return rows


def measured(rows, years=(2026,), period="2026"):
    trace, lake = Trace(), tiny_lake.engine({"satisfaction_answer": rows})
    found = fitted(INDEX, lake, years, trace)
    cells = Cells(found.indicator, lake, Places(tiny_lake.TREE), period=Period.parse(period))
    made = [found.told(e) for level in cells.levels() for e in estimates(cells, level)]
    return {(e.region, tuple(e.by.values())): e for e in made}, trace


def by_hand(rows, of):
    values = np.array([[row[item] for item in MODEL.items] for row in rows])
    found = analyse(values, MODEL, scheme="centroid", scale=(1, 10))
    block = MODEL.block(MODEL.names.index("Satisfaction"))
    index = (values[:, block] - 1) @ found.indices.shares[0, block] / 9 * 100
    return index[[i for i, row in enumerate(rows) if of(row)]]


def test_every_region_and_sector_is_a_mean_with_the_weights_of_all():
    rows = answers(400)
    found, _trace = measured(rows)
    for key, of in {
        ("990000", ()): lambda row: True,
        ("990101", ()): lambda row: row["region"] == "990101",
        ("990000", ("零售",)): lambda row: row["sector"] == "零售",
    }.items():
        index = by_hand(rows, of)
        assert found[key].estimate == pytest.approx(index.mean(), rel=1e-9)
        # Drawn singly: every answer is a cluster of one.
        assert found[key].se == pytest.approx(index.std(ddof=1) / len(index) ** 0.5, rel=2e-2)
        assert found[key].lower < found[key].estimate < found[key].upper
        assert found[key].n == len(index)


def test_the_weights_stay_with_the_figure():
    (figure,) = (e for key, e in measured(answers(300))[0].items() if key == ("990000", ()))
    assert figure.detail["path_model"] == "ccsi"
    assert sum(figure.detail["shares"].values()) == pytest.approx(1)
    assert set(figure.detail["shares"]) == {"overall", "expected", "ideal"}
    assert figure.detail["model_respondents"] == 300
    assert figure.method.endswith("path model=ccsi")


def test_a_gap_counts_as_the_items_mean_and_silence_as_nothing():
    rows = answers(300)
    rows[0] |= {"ideal": None}
    rows[1] |= dict.fromkeys(("overall", "expected", "ideal"))
    whole = measured(rows)[0][("990000", ())]
    assert whole.n == 299


def test_each_year_has_its_own_weights():
    first, second = answers(200, 2025, 1), answers(200, 2026, 2)
    both, _trace = measured(first + second, (2025, 2026))
    alone, _trace = measured(second)
    assert both["990000", ()].estimate == pytest.approx(alone["990000", ()].estimate, rel=1e-12)


def test_a_year_that_cannot_be_estimated_has_no_figure_and_says_why():
    rows = answers(200)
    for row in rows:
        row["loyalty_again"] = None
    found, trace = measured(rows)
    assert found == {}
    (why,) = (p for p in trace.used if p.name.startswith("unmeasured"))
    assert why.value == "pls.empty"
    found, trace = measured(answers(4))
    assert found == {}
    assert "pls.few" in {p.value for p in trace.used}


def test_a_survey_that_asks_the_overall_question_alone_is_no_evidence():
    rows = [
        {item: row[item] for item in ("overall", "expected", "domain", "region", "occurred_on")}
        for row in answers(50)
    ]
    lake, trace = tiny_lake.engine({"satisfaction_answer": rows}), Trace()
    assert fitted(INDEX, lake, (2026,), trace).empty
    assert trace.used == ()


def test_other_indicators_pass_unchanged():
    plain = ALL["consumer_service_satisfaction"]
    found = fitted(plain, None, (2026,), Trace())
    assert found.indicator is plain
    assert found.told("estimate") == "estimate"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"value": lambda t: t.overall}, "path_index.value|value"),
        ({"occurred": lambda t: t.occurred_on}, "year"),
        ({"path_index": None}, "declared with"),
        ({"path_index": PathIndex("csci", "Satisfaction")}, "ccsi"),
        ({"path_index": PathIndex("ccsi", "Trust")}, "no construct 'Trust'; it has Image"),
        ({"path_index": PathIndex("ecsi", "Satisfaction")}, "IMAG1"),
    ],
)
def test_a_declaration_that_cannot_be_measured_is_refused(said, why):
    names = ("code", "zh", "en", "unit", "better", "population", "kind", "estimator", "source")
    base = {name: getattr(INDEX, name) for name in names}
    with pytest.raises(ValueError, match=why):
        Indicator(**{**base, "path_index": PathIndex("ccsi", "Satisfaction"), **said})
