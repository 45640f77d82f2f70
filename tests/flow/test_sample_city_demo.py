"""The whole line on the sample city, by the real command: files in, verdicts and reports out."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from zhiheng.complaints.procedures import COMPLAINT, REPORT
from zhiheng.indicators.indicators import ALL as INDICATORS
from zhiheng.methods.vocabulary import Operator, Verdict
from zhiheng.publication.procedures import APPROVE, OPENING
from zhiheng.sample_city.manifest import Manifest, read_manifest

SCALE = "0.2"


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "zhiheng", *arguments, "--home", str(home)]
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    done = run(home, "demo", "--no-serve", "--scale", SCALE)
    assert done.returncode == 0, done.stderr
    (home / "said.txt").write_text(done.stdout, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def manifest(home: Path) -> Manifest:
    return read_manifest(home / "sample-city")


@pytest.fixture(scope="module")
def truth(home: Path) -> dict:
    return json.loads((home / "sample-city/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def verdicts(home: Path) -> dict[str, dict]:
    written = json.loads((home / "verdicts.json").read_text(encoding="utf-8"))
    (plan,) = written["plans"]
    assert (written["as_of"], plan["plan"]) == ("2026-10-31", "hengchuan-2026")
    return {row["target"]: row for row in plan["verdicts"]}


def select(home: Path, sql: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(home / "record.sqlite3")) as record:
        return record.execute(sql, values).fetchall()


def test_the_demo_leaves_reports_and_verdicts(home: Path) -> None:
    assert (home / "report.docx").read_bytes().startswith(b"PK")
    assert (home / "report.xlsx").read_bytes().startswith(b"PK")
    assert (home / "report.pdf").read_bytes().startswith(b"%PDF")
    said = (home / "said.txt").read_text(encoding="utf-8")
    assert "无法判定" in said
    assert "fenxi" in said


def test_intake_answers_every_file_as_forecast(home: Path, manifest: Manifest) -> None:
    sql = "SELECT source, kind, file_name, outcome FROM evidence_batch WHERE state = 'sealed'"
    answered = {row[:3]: json.loads(row[3]) for row in select(home, sql)}
    for entry in manifest.entries:
        key = (entry.party, entry.kind, Path(entry.file).name)
        kept = entry.expect["accepted"] + entry.expect["corrected"]
        assert (key in answered) == (kept > 0), entry.file
        if kept:
            assert {k: answered[key][k] for k in entry.expect} == entry.expect, entry.file


def test_the_refused_file_came_back_marked(home: Path, truth: dict) -> None:
    refusals = select(
        home, "SELECT detail FROM office_auditentry WHERE verb = 'evidence.import_refused'"
    )
    assert len(refusals) == 1
    marked = list((home / "files").glob("2026年前三季度竣工验收备案*.xlsx"))
    assert len(marked) == 1
    book = load_workbook(marked[0], read_only=True)
    said = "".join(str(cell) for page in book for row in page.values for cell in row)
    here = [p for p in truth["problems"] if "2026年前三季度竣工验收备案" in p["file"]]
    assert all(p["column"] in said for p in here)
    assert "雾隐区" in said


def test_every_verdict_and_every_operator_occurs(verdicts: dict[str, dict]) -> None:
    assert {row["verdict"] for row in verdicts.values()} == {v.value for v in Verdict}
    assert {row["op"] for row in verdicts.values()} == {op.value for op in Operator}
    assert len(verdicts) >= 40


def test_verdicts_are_right_wherever_truth_decides(truth: dict, verdicts: dict) -> None:
    decided = {name: v for name, v in truth["verdicts"].items() if v is not None}
    assert len(decided) > 20
    assert {name: verdicts[name]["verdict"] for name in decided} == decided


@pytest.fixture(scope="module")
def compared(home: Path, truth: dict) -> pl.DataFrame:
    """Truth and estimate of every cell, by year and quarter."""
    sql = (
        "SELECT indicator, region, period, estimate, lower, upper, n, detail"
        " FROM indicators_estimaterow WHERE by = '{}' AND part_id IN"
        " (SELECT part_id FROM indicators_measuredpart WHERE measurement_id ="
        " (SELECT max(id) FROM indicators_measurement))"
    )
    columns = ["indicator", "region", "period", "estimate", "lower", "upper", "n", "detail"]
    found = pl.DataFrame(select(home, sql), schema=columns, orient="row", infer_schema_length=None)
    known = pl.DataFrame(truth["rates"], infer_schema_length=None)
    return known.join(found, on=["indicator", "region", "period"])


def test_what_is_counted_in_full_is_exact(compared: pl.DataFrame) -> None:
    """But for certificates, whose holders must first be recognised, and one refused penalty."""
    exact = [
        code
        for code, indicator in INDICATORS.items()
        if (indicator.design.census and indicator.holds is None and code != "penalty_total")
        or indicator.estimator == "reported"
    ]
    cells = compared.filter(pl.col("indicator").is_in(exact))
    assert cells["indicator"].n_unique() >= 6
    assert ((cells["estimate"] - cells["value"]).abs() < 1e-6).all()


def test_intervals_cover_the_truth_about_as_often_as_they_say(compared: pl.DataFrame) -> None:
    """Cells of a hundred rows and more; below that the cells are marked thin."""
    cells = compared.filter(pl.col("lower").is_not_null() & (pl.col("n") >= 100))
    covers = cells.select(pl.col("value").is_between("lower", "upper"))["value"]
    assert len(covers) > 100
    assert covers.mean() > 0.90


def test_unrecognised_firms_cost_the_certified_share_a_little(compared: pl.DataFrame) -> None:
    """Registrations and certificates of nobody known are left out, and the figure says how many."""
    cells = compared.filter(
        (pl.col("indicator") == "above_scale_certified_share") & (pl.col("region") == "990100")
    )
    lost = 1 - cells["estimate"] / cells["value"]
    assert lost.is_between(-0.1, 0.15).all()
    assert cells["detail"].str.contains("unresolved|unmatched").any()


def test_the_merged_district_counts_for_its_successor(compared: pl.DataFrame) -> None:
    cells = compared.filter(pl.col("indicator") == "complaints_in_time_rate")
    keys = set(cells.select("region", "period").rows())
    assert ("990110", "2024") in keys
    assert ("990110", "2025") not in keys
    assert ("990106", "2025") in keys


def test_unclear_subjects_wait_for_review(home: Path, truth: dict) -> None:
    waiting = select(home, "SELECT ref FROM subjects_subjectreference WHERE state = 'review'")
    meant = {entry["reference"] for entry in truth["references"]}
    assert len(waiting) > 20
    assert {ref for (ref,) in waiting} <= meant


def test_each_party_handed_in_by_an_account_of_its_own(home: Path, manifest: Manifest) -> None:
    sql = "SELECT actor, party FROM office_auditentry WHERE verb = 'evidence.import'"
    handed_in = set(select(home, sql))
    for party in {entry.party for entry in manifest.entries} - {"zlb"}:
        assert (f"bs-{party.removeprefix('qu-')}", party) in handed_in
    assert select(home, "SELECT kind, region FROM office_party WHERE key LIKE 'firm-%'") == [
        ("organisation", None)
    ]


def test_the_long_questionnaire_gives_a_satisfaction_index(home: Path) -> None:
    sql = (
        "SELECT estimate, lower, upper FROM indicators_estimaterow WHERE by = '{}'"
        " AND indicator = 'consumer_service_index' AND region = '990100' AND period = '2025'"
    )
    (found,) = set(select(home, sql))
    estimate, lower, upper = found
    assert 70 < lower < estimate < upper < 90


def test_one_person_asked_and_another_approved(home: Path) -> None:
    ((case,),) = select(home, "SELECT case_id FROM publication_release")
    acts = f'SELECT verb, "by" FROM procedures_event WHERE case_id = {case} ORDER BY number'
    assert select(home, acts) == [(OPENING, "bianji"), (APPROVE, "hezhun")]


def test_the_desk_has_cases_in_every_state_and_some_are_late(home: Path) -> None:
    (today,) = select(home, "SELECT date(max(opened_at), '+8 hours') FROM procedures_case")[0]
    stand = select(home, "SELECT procedure, state, due_on FROM procedures_case")
    declared = {(p.code, s.code) for p in (COMPLAINT, REPORT) for s in p.states}
    # Reports that repeat another one are the only thing that does not happen here.
    missing = declared - {(procedure, state) for procedure, state, _due in stand}
    assert missing == {("violation_report", "merged"), ("violation_report", "repeated")}
    week = (date.fromisoformat(today) + timedelta(days=7)).isoformat()
    assert sum(due < today for _procedure, _state, due in stand) >= 3
    assert sum(today <= due <= week for _procedure, _state, due in stand) >= 5
    ((filed,),) = select(
        home, "SELECT count(*) FROM evidence_batch WHERE kind = 'consumer_complaint'"
    )
    assert filed >= 1


def test_a_second_run_changes_nothing_that_was_known(home: Path, verdicts: dict) -> None:
    counted = "SELECT sum(rows), max(id) FROM evidence_pack"
    before = select(home, counted)
    again = run(home, "demo", "--no-serve", "--scale", SCALE)
    assert again.returncode == 0, again.stderr
    assert select(home, counted) == before
    written = json.loads((home / "verdicts.json").read_text(encoding="utf-8"))
    found = {row["target"]: row["verdict"] for row in written["plans"][0]["verdicts"]}
    assert found == {name: row["verdict"] for name, row in verdicts.items()}


def test_another_city_does_not_come_into_the_same_home(home: Path) -> None:
    refused = run(home, "demo", "--no-serve", "--scale", SCALE, "--seed", "2")
    assert refused.returncode == 5
    assert "--home" in refused.stderr
