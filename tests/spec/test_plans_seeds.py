"""The targets of five governments' documents, as data: complete, damaged where the text is."""

import json
from collections import Counter
from importlib.resources import files

import pytest
import yaml

from zhiheng.indicators.indicators import ALL
from zhiheng.plans.catalogue import units
from zhiheng.plans.files import plan_of

SEEDS = files("zhiheng.plans") / "seeds"
REGIONS = {line.split(",")[0] for line in (SEEDS / "regions.csv").read_text("utf-8").splitlines()}
PLACES = {"beijing": "000", "qingdao": "001", "xian": "002", "shanghai": "003", "shanxi": "004"}


def plan(place):
    content = yaml.safe_load((SEEDS / f"{place}.yaml").read_text("utf-8"))
    return plan_of(content, units=units(), regions=REGIONS)


@pytest.mark.parametrize(
    ("place", "targets", "damaged"),
    [
        ("beijing", 13, 0),
        ("qingdao", 27, 0),
        ("xian", 11, 0),
        ("shanghai", 56, 31),
        ("shanxi", 38, 0),
    ],
)
def test_each_plan_loads_whole(place, targets, damaged):
    found = plan(place).targets
    assert (len(found), sum(t.damaged for t in found)) == (targets, damaged)


def test_a_proposed_indicator_is_not_in_the_catalogue():
    proposed = {t.proposes for place in PLACES for t in plan(place).targets if t.proposes}
    assert not proposed & set(ALL)


@pytest.mark.parametrize(("place", "number"), PLACES.items())
def test_values_equal_the_reading_of_the_documents(shared, place, number):
    """The reading of the documents stays out of the checkout."""
    gold = json.loads(next((shared / "policy" / "seed-gold").glob(f"{number}*.json")).read_text())
    fields = ("op", "value", "value_max", "unit", "deadline")
    wanted = Counter(
        (*(g[name] for name in fields), bool(g.get("damaged"))) for g in gold["targets"]
    )
    found = Counter(
        (t.op.value, t.value, t.value_max, t.unit, t.deadline, t.damaged)
        for t in plan(place).targets
    )
    assert found == wanted
    assert (plan(place).number or None) == gold["doc_number"]
    assert list(plan(place).period) == gold["period"]


@pytest.mark.parametrize(("place", "number"), PLACES.items())
def test_no_sentence_of_a_document_is_copied(shared, place, number):
    """The documents stay out of the checkout; facts carry over, sentences do not."""
    source = next((shared / "seeds").glob(f"{number}*.txt")).read_text(errors="replace")
    texts = [t.text for t in plan(place).targets] + [plan(place).title, plan(place).source]
    windows = {text[i : i + 18] for text in texts for i in range(max(len(text) - 17, 0))}
    assert not [window for window in windows if window in source]
