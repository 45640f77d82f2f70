"""A release: asked for by one person, decided by another, and read only while it is out."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from zhiheng.indicators.models import EstimatePart, EstimateRow, Measurement
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.models import AuditEntry
from zhiheng.office.regions import RegionVersion
from zhiheng.procedures.models import Event
from zhiheng.procedures.parts import OPENING
from zhiheng.publication import actions, queries
from zhiheng.publication.content import hidden_of
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.rules.errors import ConflictError, ContentError, RightError, UsageError
from zhiheng.rules.parameters import Trace

EDITOR = Actor("zhang", "office", ROLES["editor"])
APPROVER = Actor("li", "office", ROLES["approver"])
BOTH = Actor("wang", "office", ROLES["editor"] | ROLES["approver"])
PLAN = {"code": "hengchuan-2026", "title": "衡川市质量强市行动计划"}
AS_OF = date(2026, 1, 15)


def part_of(measurement, indicator, period):
    part, _made = EstimatePart.objects.get_or_create(
        indicator=indicator, year=int(period[:4]), digest="",
        defaults={"created_at": timezone.now(), "log_size": 7, "root": "ab", "estimates": 0},
    )  # fmt: skip
    measurement.parts.add(part)
    return part


def estimate(measurement, region, n, indicator="product_pass_rate", period="2025", by="{}"):
    return EstimateRow(
        part=part_of(measurement, indicator, period),
        indicator=indicator,
        region=region,
        region_level="city" if region == "990100" else "district",
        period=period,
        by=by,
        estimate=0.95,
        se=0.01,
        lower=0.93,
        upper=0.97,
        level=0.95,
        n=n,
        numerator=0.95 * n,
        denominator=n,
        df=n - 1,
        method="korn-graubard",
        detail=json.dumps({"thin": n < 30}),
    )


def verdict(region="990100", target="T01", **more):
    return {
        "plan": "hengchuan-2026",
        "target": target,
        "indicator": "product_pass_rate",
        "region": region,
        "period": "2025",
        "by": {},
        "op": ">=",
        "value": 0.95,
        "verdict": "undetermined",
        "estimate": 0.95,
        "n": 100,
        "probability": 0.5,
        **more,
    }


@pytest.fixture
def measurement(home):
    load_regions(
        Actor.system(),
        [RegionVersion("990100", "衡川市", "city")]
        + [RegionVersion(f"99010{i}", f"第{i}区", "district", "990100") for i in (1, 2, 3)],
    )
    found = Measurement.objects.create(
        created_at=timezone.now(), actor="operator", log_size=7, root="ab", code_version="1",
        whole=True, estimates=5,
    )  # fmt: skip
    sizes = {"990100": 103, "990101": 60, "990102": 40, "990103": 3}
    rows = [estimate(found, region, n) for region, n in sizes.items()]
    EstimateRow.objects.bulk_create([*rows, estimate(found, "990100", 50, "food_pass_rate")])
    return found


def asked(measurement, actor=EDITOR, verdicts=None, title="2025年度判定"):
    rows = [verdict(), verdict("990103", "T02")] if verdicts is None else verdicts
    return actions.publish(actor, measurement, [PLAN], rows, as_of=AS_OF, title=title)


@pytest.mark.record
def test_what_is_out_is_read_and_what_is_not_is_not(measurement, home):
    release = asked(measurement)
    assert queries.released_verdicts() == []
    assert queries.waiting_count(APPROVER) == 1
    actions.approve(APPROVER, release)
    assert queries.waiting_count(APPROVER) == 0
    assert [v["target"] for v in queries.released_verdicts()] == ["T01", "T02"]
    assert queries.released_plan("hengchuan-2026")["root"] == "ab"
    assert queries.current_release() == release
    actions.withdraw(APPROVER, release, "抽样名单有误")
    assert queries.released_verdicts() == []
    assert queries.released_plan("hengchuan-2026") is None
    (notice,) = queries.notices()
    assert (notice.plan, notice.reason) == ("hengchuan-2026", "抽样名单有误")
    verbs = AuditEntry.objects.filter(verb__regex="^(publication|procedures)").order_by("id")
    assert list(verbs.values_list("verb", "actor")) == [
        ("procedures.open", "zhang"),
        ("publication.publish", "zhang"),
        ("procedures.step", "li"),
        ("procedures.step", "li"),
    ]
    for model in (Release, ReleasedFigure, Event):
        rows = model.objects.all()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_a_withdrawn_release_brings_no_older_one_back_and_a_new_one_takes_its_place(measurement):
    old, bad, new = (asked(measurement, title=title) for title in ("旧", "误", "新"))
    for release in (old, bad):
        actions.approve(APPROVER, release)
    assert queries.current_release("hengchuan-2026") == bad
    actions.withdraw(APPROVER, bad, "有误")
    assert queries.current_release("hengchuan-2026") is queries.current_release() is None
    actions.approve(APPROVER, new)
    assert queries.current_release("hengchuan-2026") == new
    assert not queries.notices()
    states = [release.state for release in queries.releases(EDITOR)]
    assert states == ["approved", "withdrawn", "approved"]


def test_small_districts_stay_back_with_what_would_reveal_them(measurement):
    release = asked(measurement)
    actions.approve(APPROVER, release)
    n = {
        e["region"]: e["n"]
        for region in ("990100", "990101", "990102", "990103")
        for e in queries.released_series("product_pass_rate", region)
    }
    assert n == {"990100": 103, "990101": 60, "990102": None, "990103": None}
    shown, hidden = queries.released_verdicts()
    assert (shown["estimate"], shown["suppressed"]) == (0.95, False)
    assert (hidden["estimate"], hidden["probability"], hidden["suppressed"]) == (None, None, True)
    assert (hidden["verdict"], hidden["value"]) == ("undetermined", 0.95)
    stored = json.dumps(list(ReleasedFigure.objects.values_list("payload", flat=True)))
    assert '"n": 3,' not in stored
    assert '"n": 40,' not in stored


def test_small_districts_are_hidden_as_regions_lay_in_the_period(home):
    """A city that was merged later: today its districts are not its parts any more."""
    merged = date(2019, 1, 1)
    old, new = {"valid_to": merged}, {"valid_from": merged}
    load_regions(
        Actor.system(),
        [
            RegionVersion("990100", "衡川市", "city"),
            RegionVersion("990200", "溪口市", "city", **old, successor="990100"),
            *(RegionVersion(k, f"{k}区", "district", "990100") for k in ("990101", "990102")),
            *(
                RegionVersion(k, f"{k}区", "district", "990200", **old)
                for k in ("990201", "990202")
            ),
            *(
                RegionVersion(k, f"{k}区", "district", "990100", **new)
                for k in ("990201", "990202")
            ),
        ],
    )
    counts = {"990200": 40, "990201": 3, "990202": 37, "990100": 360, "990101": 20, "990102": 340}
    said = {"indicator": "product_pass_rate", "period": "2018", "by": {}, "numerator": 1}
    estimates = [said | {"region": r, "n": n, "estimate": 1 / n} for r, n in counts.items()]
    hidden = hidden_of(estimates, date(2026, 3, 1), Trace())
    assert {key.split("|")[1] for key in hidden} == {"990201", "990202"}


def test_a_hidden_baseline_takes_the_change_with_it(measurement):
    EstimateRow.objects.create(**_fields(estimate(measurement, "990101", 3, period="2024")))
    change = verdict("990101", baseline={"period": "2024", "estimate": 1.0}, change={"lower": 0.1})
    actions.approve(APPROVER, asked(measurement, verdicts=[change]))
    (found,) = queries.released_verdicts()
    assert (found["estimate"], found["baseline"], found["change"]) == (0.95, None, None)


def _fields(row):
    return {f.attname: getattr(row, f.attname) for f in row._meta.fields if f.name != "id"}


def test_only_indicators_of_the_verdicts_leave(measurement):
    actions.approve(APPROVER, asked(measurement))
    assert queries.released_series("food_pass_rate", "990100") == []
    assert {e["indicator"] for e in queries.released_region("990100")["estimates"]} == {
        "product_pass_rate"
    }


@pytest.mark.parametrize(
    ("changes", "out"),
    [
        ({}, {("2025", ""), ("2025Q3", "")}),
        ({"period": "2025-09"}, {("2025", ""), ("2025Q3", ""), ("2025-09", "")}),
        ({"baseline": {"period": "2025-09"}}, {("2025", ""), ("2025Q3", ""), ("2025-09", "")}),
        ({"by": {"stage": "catering"}}, {("2025", ""), ("2025Q3", ""), ("2025", "catering")}),
    ],
    ids=[
        "years and quarters",
        "the month judged",
        "the month compared with",
        "the breakdown named",
    ],
)
def test_what_leaves_is_what_the_targets_need(measurement, changes, out):
    said = {"stage": "catering"}, {"product_class": "food"}
    rows = [estimate(measurement, "990100", 50, period=p) for p in ("2025Q3", "2025-09")]
    rows += [estimate(measurement, "990100", 50, by=json.dumps(by)) for by in said]
    EstimateRow.objects.bulk_create(rows)
    made = asked(measurement, verdicts=[verdict(**changes)])
    told = queries.figures(EDITOR, made.id, "estimate")
    city = [e for e in told if e["region"] == "990100"]
    assert {(e["period"], "".join(e["by"].values())) for e in city} == out


def test_who_asked_cannot_decide_even_with_both_rights(measurement):
    release = asked(measurement, BOTH)
    for decide in (actions.approve, actions.refuse):
        with pytest.raises(RightError) as caught:
            decide(BOTH, release, "同意")
        assert caught.value.code == "step.same_person"
        assert "wang" in caught.value.message
    assert queries.waiting_count(BOTH) == 0
    actions.approve(APPROVER, release)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda m: asked(m, APPROVER), "right.missing"),
        (lambda m: actions.approve(EDITOR, asked(m, BOTH)), "right.missing"),
        (lambda m: asked(m, title=" "), "publication.title"),
        (lambda m: asked(m, verdicts=[]), "publication.empty"),
        (lambda m: asked(m, replace(EDITOR, regions=frozenset({"990103"}))), "right.region"),
        (lambda m: actions.refuse(APPROVER, asked(m), " "), "form.invalid"),
        (lambda m: actions.withdraw(APPROVER, asked(m), "误"), "case.state"),
        (lambda m: queries.releases(Actor.public()), "right.missing"),
        (lambda m: queries.release(EDITOR, 99), "publication.unknown"),
    ],
)
def test_what_is_refused(measurement, act, code):
    with pytest.raises((ContentError, RightError, ConflictError, UsageError)) as caught:
        act(measurement)
    assert caught.value.code == code
    assert not Event.objects.exclude(verb=OPENING).exists()


def test_a_release_is_decided_once(measurement):
    release = asked(measurement)
    actions.refuse(APPROVER, release, "数据未核")
    with pytest.raises(ConflictError) as caught:
        actions.approve(APPROVER, release)
    assert caught.value.code == "case.state"
    assert queries.release(EDITOR, release.id).state == "refused"


def test_a_district_gives_out_its_own_estimates_only(measurement):
    editor = replace(EDITOR, regions=frozenset({"990101"}))
    actions.approve(APPROVER, asked(measurement, editor, [verdict("990101")]))
    assert queries.released_series("product_pass_rate", "990100") == []
    assert len(queries.released_series("product_pass_rate", "990101")) == 1
