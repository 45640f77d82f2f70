"""A plan that can be built is written and read back as itself."""

from datetime import date

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from zhiheng.methods.vocabulary import Operator
from zhiheng.plans.declaration import Baseline, Plan, PlanProblems, Responsible, Scope, Target
from zhiheng.plans.files import plan_of, target_of
from zhiheng.plans.plan_texts import plan_text, target_content

words = st.text(st.sampled_from("质量合格率：“”#- 95%'\"\n{}[]null是"), max_size=12)
names = st.text(st.sampled_from("市场监管局,、 -"), min_size=1, max_size=6)
numbers = st.one_of(
    st.none(), st.floats(-1e6, 1e9, allow_nan=False), st.integers(0, 500).map(float)
)
periods = st.sampled_from(["2020", "2024Q3", "2024-09"])


@st.composite
def targets(draw):
    proposes = draw(st.booleans())
    fields = {
        "id": draw(st.sampled_from(["T01", "1.2", "no", "on", "007", "1e3"])),
        "indicator": None if proposes else draw(st.sampled_from(["food_pass_rate", "yes"])),
        "proposes": "reported_x" if proposes else None,
        "scope": Scope(
            draw(st.sampled_from(["990100", "990100-gx"])),
            draw(st.sampled_from([(), (("size", "small"), ("works", "no"))])),
        ),
        "op": draw(st.sampled_from(list(Operator))),
        "value": draw(numbers),
        "value_max": draw(numbers),
        "tolerance": draw(numbers),
        "unit": draw(st.sampled_from(["%", "", "项", "个百分点"])),
        "deadline": draw(st.one_of(st.none(), st.integers(1990, 2100), st.dates(date(1990, 1, 1)))),
        "baseline": draw(st.one_of(st.none(), st.builds(Baseline, periods, numbers))),
        "text": draw(words),
        "clause": draw(words),
        "damaged": draw(st.booleans()),
        "reviewed": draw(st.booleans()),
        "responsible": Responsible(*(tuple(draw(st.lists(names, max_size=2))) for _ in "ab")),
    }
    change = fields["op"].of_change
    fields["baseline"] = (fields["baseline"] or Baseline("2024")) if change else None
    if fields["op"] in (Operator.TREND_UP, Operator.TREND_DOWN) or fields["damaged"]:
        fields.update(value=None, value_max=None)
    if fields["op"] is not Operator.ABOUT:
        fields["tolerance"] = None
    try:
        return Target(**fields)
    except PlanProblems:
        assume(False)


@given(targets())
def test_a_target_is_itself_after_writing_and_reading(target):
    assert target_of(yaml.safe_load(yaml.safe_dump(target_content(target)))) == target


@given(st.lists(targets(), max_size=3, unique_by=lambda t: t.id), words, st.booleans())
def test_a_plan_is_itself_after_writing_and_reading(found, title, dated):
    assume(title.strip())
    plan = Plan(
        "a-plan", title, "990100", tuple(found), issued_on=date(2026, 1, 5) if dated else None,
        period=(2024, 2026) if dated else None,
    )  # fmt: skip
    text = plan_text(plan)
    assert plan_of(yaml.safe_load(text)) == plan
    assert plan_text(plan_of(yaml.safe_load(text))) == text
