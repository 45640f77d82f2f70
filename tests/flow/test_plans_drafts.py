"""From a document to a plan file that a person finishes, and from one plan to the next."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.plan_texts import FIRST, SECOND
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.office.actions import load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home
from zhiheng.office.regions import RegionVersion
from zhiheng.plans import actions
from zhiheng.plans.catalogue import units
from zhiheng.plans.comparison import compare, promises_of_plan, promises_of_reading
from zhiheng.plans.compiler import read_plan as read_text
from zhiheng.plans.drafts import draft_content, draft_text, open_points
from zhiheng.plans.files import PlanFileError, plan_of, read_plan
from zhiheng.plans.plan_texts import plan_text
from zhiheng.rules.errors import ZhihengError


def run(*words: str) -> Any:
    done = CliRunner().invoke(collect(), list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "规划.txt"
    path.write_text(FIRST, encoding="utf-8")
    return path


def test_a_document_becomes_a_draft_that_says_what_is_open(document: Path, tmp_path: Path) -> None:
    draft = tmp_path / "plan.yaml"
    run("plan", "read", str(document), "-o", str(draft), "--code", "hengchuan-2026",
        "--region", "990100")  # fmt: skip
    said = draft.read_text(encoding="utf-8")
    content = yaml.safe_load(said)
    assert content["plan"]["number"] == "衡政办发〔2026〕7号"
    assert content["plan"]["period"] == [2026, 2028]
    for target in content["targets"]:
        start, end = target["span"]
        assert target["text"].endswith("".join(FIRST[start:end].split()))
        assert target["reviewed"] is False
    fall = next(t for t in content["targets"] if t["op"] == "decrease_by")
    assert f"# 待补：{fall['id']} · baseline" in said
    deaths = next(t for t in content["targets"] if "特种设备" in t["text"])
    assert deaths["responsible"] == {"lead": ["市市场监管局"], "with": ["市应急管理局"]}


def test_a_finished_draft_is_loaded_and_reads_back_the_same(
    home: Home, document: Path, tmp_path: Path
) -> None:
    load_regions(Actor.system(), [RegionVersion("990100", "衡川市", "city", code="990100")])
    draft = tmp_path / "plan.yaml"
    draft.write_text(draft_text(read_text(FIRST), "hengchuan-2026", "990100", units()), "utf-8")
    with pytest.raises(PlanFileError, match="baseline"):
        actions.load_plan(Actor.system(), draft)
    content = yaml.safe_load(draft.read_text(encoding="utf-8"))
    for problem in open_points(content, units()):
        target = next(t for t in content["targets"] if t["id"] == problem.target)
        assert problem.field in {"baseline", "unit"}
        if problem.field == "baseline":
            target["baseline"] = {"period": "2025", "value": None}
        else:
            target["unit"] = problem.allowed.split("、")[0]
    draft.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")
    plan = read_plan(draft)
    assert plan_of(yaml.safe_load(plan_text(plan))) == plan
    draft.write_text(plan_text(plan), encoding="utf-8")
    assert plan_text(read_plan(draft)) == plan_text(plan)
    record = actions.load_plan(Actor.system(), draft)
    assert record.targets.count() == len(content["targets"])
    assert [t.content["span"] for t in record.targets.all()] == [
        t["span"] for t in content["targets"]
    ]


def test_the_draft_is_the_same_data_with_and_without_its_notes() -> None:
    reading = read_text(FIRST)
    text = draft_text(reading, "hengchuan-2026", "990100", units())
    assert yaml.safe_load(text) == draft_content(reading, "hengchuan-2026", "990100")


def test_what_changed_from_plan_to_plan(document: Path, tmp_path: Path) -> None:
    later = tmp_path / "后一份.txt"
    later.write_text(SECOND, encoding="utf-8")
    said = json.loads(run("plan", "compare", str(document), str(later), "--json").output)
    by = {(c["new"] or c["old"])["metric"]: c for c in said["changes"]}
    rate = next(c for m, c in by.items() if "抽查合格率" in m)
    assert (rate["status"], rate["fields"], rate["direction"]) == (
        "changed", ["value"], "tightened",
    )  # fmt: skip
    deaths = next(c for m, c in by.items() if "死亡人数" in m)
    assert (deaths["status"], deaths["direction"]) == ("changed", "loosened")
    assert next(c for m, c in by.items() if "创新基地" in m)["status"] == "removed"
    assert next(c for m, c in by.items() if "品牌培育" in m)["status"] == "added"
    assert said["counts"]["same"] == len(said["changes"]) - 4
    shown = run("plan", "compare", str(document), str(later)).output
    assert "加严" in shown
    assert "放宽" in shown


def test_a_plan_compared_with_itself_has_not_changed() -> None:
    promises = promises_of_reading(read_text(FIRST))
    assert {change.status for change in compare(promises, promises)} == {"same"}
    assert [c.new for c in compare(promises, promises)] == promises
    assert {change.status for change in compare([], promises)} == {"added"}
    assert {change.status for change in compare(promises, [])} == {"removed"}


def test_a_plan_file_is_compared_like_a_document(document: Path, tmp_path: Path) -> None:
    content = draft_content(read_text(FIRST), "hengchuan-2026", "990100")
    for target in content["targets"]:
        if target["op"] == "decrease_by":
            target["baseline"] = {"period": "2025", "value": None}
    plan = plan_of(content)
    changes = compare(promises_of_reading(read_text(FIRST)), promises_of_plan(plan))
    assert {change.status for change in changes} == {"same"}


def test_only_one_document_a_draft(document: Path, tmp_path: Path) -> None:
    with pytest.raises(ZhihengError) as caught:
        run("plan", "read", str(document), str(document), "-o", str(tmp_path / "x.yaml"))
    assert caught.value.code == "plan.output"


def test_the_table_shows_every_target_whole(document: Path) -> None:
    said = run("plan", "show", str(document)).output
    assert "衡政办发〔2026〕7号" in said
    assert "≥ 95%" in said


def test_a_draft_keeps_traditional_names_and_counts_in_known_units() -> None:
    reading = read_text("到2027年，產品抽檢合格率提高2個百分點。", "計劃.txt")
    content = draft_content(reading, "hengchuan-2027", "990100")
    assert [t.metric for t in reading.targets] == ["產品抽檢合格率"]
    assert [entry["unit"] for entry in content["targets"]] == ["个百分点"]
