"""The report's section on satisfaction, from answers handed in to Word and Excel."""

from __future__ import annotations

import random
from datetime import date

import docx
import pytest
from python_calamine import CalamineWorkbook

from zhiheng.evidence.actions import import_file
from zhiheng.indicators.actions import measure
from zhiheng.office.actions import add_party, load_regions
from zhiheng.office.actors import Actor
from zhiheng.office.regions import RegionVersion
from zhiheng.plans import actions
from zhiheng.reports.actions import write_reports

OPERATOR = Actor.system()
PLAN = """
plan: {code: hengchuan-2026, title: 衡川市质量强市行动计划, period: [2024, 2026], region: "990100"}
targets:
  - {id: T01, indicator: consumer_service_satisfaction, scope: {region: "990100"}, op: ">=",
     value: 75, unit: 分, deadline: 2026, text: 生活性服务业满意度}
"""
DISTRICTS = {"990101": 8, "990102": 7}
SECTORS = ("餐饮", "零售")


@pytest.fixture
def city(home, tmp_path):
    regions = [RegionVersion("990100", "衡川市", "city")]
    regions += [RegionVersion(key, f"{key[-1]}号区", "district", "990100") for key in DISTRICTS]
    load_regions(OPERATOR, regions)
    add_party(OPERATOR, "xwh", "body", "消费者委员会", region="990100")
    rng = random.Random(5)
    lines = ["答卷编号,所在区域,调查日期,调查领域,行业,总体满意度"]
    for number in range(600):
        region = list(DISTRICTS)[number % 2]
        score = min(10, max(1, round(rng.gauss(DISTRICTS[region], 1.2))))
        sector = SECTORS[number // 2 % 2]
        lines.append(f"A{number},{region},2026-03-15,consumer_service,{sector},{score}")
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join(lines), encoding="utf-8")
    outcome = import_file(OPERATOR, answers, kind="satisfaction_answer", source="xwh")
    assert outcome["accepted"] == 600, outcome["problems"][:3]
    measure(OPERATOR)
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    actions.load_plan(OPERATOR, plan)
    return home


def test_word_and_excel_say_index_margin_and_sample(city, tmp_path):
    paths = [tmp_path / "report.docx", tmp_path / "report.xlsx"]
    write_reports(OPERATOR, paths, as_of=date(2026, 12, 31))
    document = docx.Document(str(paths[0]))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "满意度调查" in said
    assert "不是满意者所占的比例" in said
    table = next(t for t in document.tables if t.cell(0, 3).text == "半宽")
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}
    assert set(rows) == {"范围", "衡川市", "1号区", "2号区", *SECTORS}
    # Means 8 and 7 of ten: (8-1)/9·100 = 77.8 and 66.7, less a little for answers cut at ten.
    assert 75 < float(rows["1号区"][1].split(" ")[0].split("分")[0].split("[")[0]) < 79
    assert rows["1号区"][4] == "300"
    assert rows["1号区"][3].startswith("±1.")
    assert "[" in rows["1号区"][1]  # leads to the annex of derivations
    assert "consumer_service_satisfaction" in said
    book = CalamineWorkbook.from_path(str(paths[1]))
    sheet = book.get_sheet_by_name("满意度").to_python()
    kinds = {(row[2], row[3]) for row in sheet}
    assert {("全域", "衡川市"), ("区域", "1号区"), ("行业", "餐饮")} <= kinds


def test_a_report_without_surveys_has_no_such_section(home, tmp_path):
    load_regions(OPERATOR, [RegionVersion("990100", "衡川市", "city")])
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN, encoding="utf-8")
    actions.load_plan(OPERATOR, plan)
    write_reports(OPERATOR, [tmp_path / "r.docx", tmp_path / "r.xlsx"], as_of=date(2026, 12, 31))
    document = docx.Document(str(tmp_path / "r.docx"))
    assert "满意度调查" not in "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "满意度" not in CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).sheet_names
