"""From departments' files to verdicts and their release, through the ordinary doors."""

import csv
import json
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from zhiheng.evidence.actions import import_file
from zhiheng.indicators.actions import measure
from zhiheng.indicators.queries import latest
from zhiheng.office import commands as office
from zhiheng.office.actions import add_party, add_user, load_regions
from zhiheng.office.actors import ROLES, Actor
from zhiheng.office.regions import RegionVersion
from zhiheng.plans import actions, commands, queries
from zhiheng.publication import commands as publication
from zhiheng.publication import queries as public
from zhiheng.publication.actions import approve
from zhiheng.rules.errors import ZhihengError

OPERATOR = Actor.system()
PLAN = """
plan: {code: hengchuan-2026, title: 衡川市质量强市行动计划, period: [2024, 2026], region: "990100"}
targets:
  - {id: T01, indicator: reported_brands, scope: {region: "990100"}, op: ">=", value: 40, unit: 个,
     deadline: 2025, text: 名牌产品}
  - {id: T02, proposes: reported_green_firms, scope: {region: "990100"}, op: increase_by, value: 20,
     unit: "%", deadline: 2025, baseline: 2024, text: 绿色工厂增长}
  - {id: T03, proposes: reported_good_roads, scope: {region: "990100"}, op: ">=", value: 95,
     unit: "%", deadline: 2026, text: 优良路率}
  - {id: T04, indicator: first_acceptance_rate, scope: {region: "990101"}, op: "=", value: 100,
     unit: "%", deadline: 2025, text: 一次验收合格率}
  - {id: T05, indicator: complaints_in_time_rate, scope: {region: "990100"}, op: ">=", value: null,
     unit: "%", deadline: 2025, text: 投诉按期办结率, damaged: true}
  - {id: T06, indicator: food_pass_rate, scope: {region: "990100"}, op: ">=", value: 97, unit: "%",
     deadline: 2025, text: 食品合格率}
"""
FIGURES = [
    ("F1", "990100", "2024-12-31", "reported_green_firms", "50"),
    ("F2", "990100", "2025-12-31", "reported_green_firms", "61"),
    ("F3", "990100", "2025-11-30", "reported_brands", "41"),
    ("F4", "990100", "2026-06-30", "reported_good_roads", "0.965"),
    ("F5", "990101", "2026-06-30", "reported_good_roads", "0.12"),
]
PROJECTS = [(f"P{i}", "990101", "2025-05-01", f"工程{i}", i != 3) for i in range(7)]


def write(path, titles, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    return path


@pytest.fixture
def city(home, tmp_path):
    regions = [RegionVersion("990100", "衡川市", "city")]
    regions += [RegionVersion(f"99010{i}", f"第{i}区", "district", "990100") for i in (1, 2)]
    load_regions(OPERATOR, regions)
    titles = ["number", "region", "occurred_on", "indicator", "value"]
    import_file(OPERATOR, write(tmp_path / "figures.csv", titles, FIGURES), "reported_figure")
    titles = ["number", "region", "occurred_on", "project", "first_time"]
    titles += ["works", "size", "subject_name"]
    rows = [(*p[:4], "是" if p[4] else "否", "building", "large", "衡川建工") for p in PROJECTS]
    import_file(OPERATOR, write(tmp_path / "projects.csv", titles, rows), "project_acceptance")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    return home


def run(*arguments):
    app = typer.Typer()
    for room in (office, commands, publication):
        room.register(app)
    outcome = CliRunner().invoke(app, list(arguments))
    if outcome.exception and not isinstance(outcome.exception, SystemExit):
        raise outcome.exception
    return outcome.stdout


def test_reported_and_counted_evidence_is_judged_and_released(city, tmp_path):
    home = ["--home", str(city.path)]
    loaded = json.loads(run("plan", "load", str(tmp_path / "plan.yaml"), *home, "--json"))
    assert loaded == [{"plan": "hengchuan-2026", "version": 1, "targets": 6}]
    with pytest.raises(ZhihengError) as caught:
        run("publish", "request", "--title", "2025年判定", *home)
    assert caught.value.code == "plans.unmeasured"
    measurement = measure(OPERATOR)

    said = json.loads(run("verdicts", "--as-of", "2026-07-01", *home, "--json"))
    assert said["as_of"] == "2026-07-01"
    (plan,) = said["plans"]
    found = {v["target"]: (v["estimate"], v["n"], v["verdict"]) for v in plan["verdicts"]}
    assert found == {
        "T01": (41, 1, "met"),
        "T02": (61, 1, "met"),
        "T03": (0.965, 1, "not_due"),
        "T04": (pytest.approx(6 / 7), 7, "not_met"),
        "T05": (None, None, "damaged"),
        "T06": (None, None, "no_evidence"),
    }
    assert list(plan["verdicts"][0]) == [
        "target", "indicator", "region", "op", "value", "deadline", "estimate", "lower",
        "upper", "n", "verdict", "probability", "n_needed",
    ]  # fmt: skip
    shown = run("verdicts", "--as-of", "2026-07-01", *home)
    assert "衡川市质量强市行动计划" in shown
    assert "85.7%" in shown

    party = add_party(OPERATOR, "office", "unit", "市质量办", "990100")
    for name, role in (("zhang", "editor"), ("li", "approver")):
        add_user(OPERATOR, name, name, party, [role], "Correct horse battery 7")
    asked = json.loads(
        run("publish", "request", "--title", "2025年判定", "--as", "zhang", *home, "--json")
    )
    number = str(asked["release"])
    assert (asked["state"], asked["measurement"]) == ("requested", measurement.id)
    with pytest.raises(ZhihengError) as caught:
        run("publish", "approve", number, "--as", "zhang", *home)
    assert caught.value.code == "right.missing"
    assert public.released_verdicts() == []
    approved = json.loads(run("publish", "approve", number, "--as", "li", *home, "--json"))
    assert approved["state"] == "approved"

    assert [v["verdict"] for v in public.released_verdicts()][:2] == ["met", "met"]
    target = public.released_target("hengchuan-2026", "T02")
    assert [e["estimate"] for e in target["series"]] == [50, 61]
    assert target["verdict"]["progress"]["share"] == pytest.approx(1.1)
    roads = public.released_map("reported_good_roads", "2026")
    assert [(e["region"], e["estimate"]) for e in roads] == [("990100", 0.965)]
    run("publish", "withdraw", number, "--reason", "报送有误", "--as", "li", *home)
    assert public.notices()[0].reason == "报送有误"
    assert "已撤回" in run("publish", "list", *home)


def test_a_district_sees_its_own_targets_only(city, tmp_path):
    actions.load_plan(OPERATOR, tmp_path / "plan.yaml")
    measure(OPERATOR)
    own = Actor("zhao", "district", frozenset({"evidence.read"}), regions=frozenset({"990101"}))
    table = queries.verdict_table(own, date(2026, 7, 1))
    assert [(row.target.id, row.judged.verdict) for row in table.rows] == [("T04", "not_met")]
    other = Actor("qian", "district", frozenset({"evidence.read"}), regions=frozenset({"990102"}))
    assert queries.verdict_table(other).plans == ()
    nobody = queries.verdict_table(Actor("sun", "x", frozenset()), date(2026, 7, 1))
    assert {row.judged.verdict for row in nobody.rows} == {"no_evidence", "not_due", "damaged"}
    with pytest.raises(ZhihengError) as caught:
        queries.target(own, "hengchuan-2026", "T01")
    assert caught.value.code == "target.unknown"


def test_a_later_measurement_changes_the_verdict_and_not_what_is_out(city, tmp_path):
    actions.load_plan(OPERATOR, tmp_path / "plan.yaml")
    measure(OPERATOR)
    made = actions.publish_verdicts(OPERATOR, title="一", as_of=date(2026, 7, 1))
    approver = Actor("li", "office", ROLES["approver"])
    approve(approver, made)
    titles = ["number", "region", "occurred_on", "indicator", "value"]
    late = [("F9", "990100", "2025-12-20", "reported_brands", "39")]
    import_file(OPERATOR, write(tmp_path / "late.csv", titles, late), "reported_figure")
    measure(OPERATOR, ["reported_brands"])
    now = queries.target(OPERATOR, "hengchuan-2026", "T01", date(2026, 7, 1))
    assert (now.judged.figure.estimate, now.judged.verdict) == (39, "not_met")
    assert now.judged.figure.id == latest(OPERATOR, "reported_brands", "990100", "2025").id
    assert public.released_target("hengchuan-2026", "T01")["verdict"]["estimate"] == 41
    with pytest.raises(ZhihengError) as caught:
        actions.publish_verdicts(OPERATOR, title="二", as_of=date(2026, 7, 1))
    assert caught.value.code == "plans.unmeasured"
    whole = measure(OPERATOR)
    again = actions.publish_verdicts(OPERATOR, title="二", as_of=date(2026, 7, 1))
    assert again.measurement_id == whole.id
