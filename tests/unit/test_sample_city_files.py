"""The files that the sample city writes: deterministic, dirty as declared, read back as meant."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from zhiheng.documents.containers import read_table
from zhiheng.documents.headers import ROW
from zhiheng.evidence.checks import check
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.mapping import apply_mapping, read_mapping
from zhiheng.office.actors import Actor
from zhiheng.office.progress import Silent
from zhiheng.office.region_files import read_regions
from zhiheng.sample_city.acquaintance import address_book
from zhiheng.sample_city.city import build_city
from zhiheng.sample_city.commands import sample_city
from zhiheng.sample_city.deliveries import deliveries
from zhiheng.sample_city.generate import MAPPINGS, write_city
from zhiheng.sample_city.ledger_forecast import Forecast
from zhiheng.sample_city.manifest import Manifest, read_manifest
from zhiheng.sample_city.places import tree, versions
from zhiheng.sample_city.population import build_population
from zhiheng.subjects.identifiers.uscc import uscc_valid
from zhiheng.subjects.references import build_references

SCALE = 0.08


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("city")
    write_city(folder, seed=7, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def manifest(folder: Path) -> Manifest:
    return read_manifest(folder)


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_city(tmp_path / "again", seed=7, scale=SCALE)
    assert digests(tmp_path / "again") == digests(folder)


def test_another_seed_gives_another_city(folder: Path, tmp_path: Path) -> None:
    write_city(tmp_path / "other", seed=8, scale=SCALE)
    other = digests(tmp_path / "other")
    name = "files/热线中心/消费投诉工单(截至20240630).csv"
    assert other[name] != digests(folder)[name]


def test_every_file_reads_back_as_what_was_meant(folder: Path, manifest: Manifest) -> None:
    """The mapping read forwards undoes the spelling: every typed value but the marked mistakes."""
    meant = {f"files/{d.file}": d.rows for d in deliveries(build_city(7, SCALE, Silent()))}
    compared = 0
    for entry in manifest.entries:
        if entry.mapping is None:
            continue
        mapping = read_mapping(folder / entry.mapping)
        path = folder / entry.file
        table = read_table(
            path,
            sheet=mapping.sheet,
            header_row=mapping.header_row,
            expected=mapping.source_columns(),
        )
        filed = apply_mapping(table.frame, mapping, path.parent)
        found = check(filed, ALL[entry.kind], mapping, tree(), Actor.system(), date(2026, 10, 31))
        bad = {problem.row for problem in found.problems}
        good = found.frame.filter(~pl.col(ROW).is_in(list(bad))).unique("number")
        rows = meant[entry.file].join(good.select("number"), on="number", how="semi").sort("number")
        good = good.sort("number")
        assert good.height == rows.height > 0
        for name in set(rows.columns) & {c.name for c in mapping.declared.columns}:
            if name not in mapping.columns or rows[name].dtype == pl.Null:
                continue
            is_number = good[name].dtype == pl.Float64
            wanted = rows[name].cast(good[name].dtype)
            if is_number:
                assert (good[name] - wanted).abs().fill_null(0).max() < 1e-6, (entry.file, name)
            else:
                assert good[name].equals(wanted, null_equal=True), (entry.file, name)
            compared += 1
    assert compared > 400


def test_every_mapping_is_used(manifest: Manifest, folder: Path) -> None:
    used = {entry.mapping for entry in manifest.entries if entry.mapping}
    assert used == {f"{MAPPINGS}/{p.name}" for p in (folder / MAPPINGS).glob("*.yaml")}


def test_files_come_in_all_shapes(manifest: Manifest, folder: Path) -> None:
    suffixes = {Path(entry.file).suffix for entry in manifest.entries}
    assert suffixes == {".xlsx", ".csv", ".json", ".parquet"}
    raw = (folder / "files/市场监管局/2025年食品抽检数据.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "抽样编号" in raw.decode("gb18030")


def test_one_file_comes_twice_unchanged(folder: Path, manifest: Manifest) -> None:
    first, again = (
        folder / f"files/市场监管局/2025年食品抽检数据{end}.csv" for end in ("", "(再报)")
    )
    assert first.read_bytes() == again.read_bytes()
    entry = next(e for e in manifest.entries if e.file.endswith("(再报).csv"))
    assert entry.expect["repeated"] == entry.expect["read"] > 0


def test_one_file_is_refused_and_comes_again_mended(manifest: Manifest) -> None:
    refused = [e for e in manifest.entries if e.expect["rejected"] == e.expect["read"]]
    assert [e.mode for e in refused] == ["rollback"]
    mended = next(e for e in manifest.entries if "(改正)" in e.file)
    assert mended.expect["accepted"] == mended.expect["read"] == refused[0].expect["read"]
    assert mended.delivered_on > refused[0].delivered_on


def test_corrections_supersede(manifest: Manifest) -> None:
    corrected = {e.file: e.expect["corrected"] for e in manifest.entries}
    assert corrected["files/市场监管局/2025年食品抽检复检更正.xlsx"] == 15
    assert sum(n for file, n in corrected.items() if "消费投诉工单" in file) > 0
    assert corrected["files/区县/柏堰区指标完成情况(第二次).csv"] == 4


def test_one_district_stays_silent_and_one_department_has_nothing(
    manifest: Manifest, folder: Path
) -> None:
    assert not any("石棠县" in entry.file for entry in manifest.entries)
    table = read_table(
        folder / "files/水务局/水利工程竣工验收2025.xlsx",
        sheet="无可报告",
        expected={"区域", "起", "止", "说明"},
    )
    assert table.frame["起"].to_list() == ["2025-07-01"]


def test_known_mistakes_lie_where_the_truth_says(folder: Path, truth: dict) -> None:
    assert {p["rule"] for p in truth["problems"]} >= {"region", "future", "required", "code"}
    book = read_table(folder / "files/住建局/2026年前三季度竣工验收备案.xlsx", header_row=2)
    here = [p for p in truth["problems"] if p["file"].endswith("2026年前三季度竣工验收备案.xlsx")]
    assert len(here) == 3
    for problem in here:
        if problem["rule"] == "future":
            continue
        cell = book.frame.filter(pl.col(ROW) == problem["row"])[problem["column"]].item()
        assert cell == problem["value"]


def test_unclear_references_name_their_true_organisations(truth: dict) -> None:
    assert truth["references"]
    for entry in truth["references"]:
        assert entry["reference"].startswith("name:")
        assert uscc_valid(pl.Series(entry["organisations"])).all()


def test_an_address_book_is_wrong_in_its_own_constant_way() -> None:
    population = build_population(1, 1.0)
    book = address_book(population, "scjg", 1)
    assert book.equals(address_book(population, "scjg", 1))
    assert not book.equals(address_book(population, "nyj", 1))
    share = book["code_state"].value_counts(normalize=True)
    shares = dict(share.iter_rows())
    assert 0.01 < shares["wrong"] < 0.03
    assert 0.007 < shares["missing"] < 0.025
    right = book.filter(pl.col("code_state") == "right").select(
        "subject_code", "subject_name", pl.lit("990101").alias("region")
    )
    assert build_references(right).str.starts_with("uscc:").all()


def test_the_region_table_reads_back(folder: Path) -> None:
    assert set(read_regions(folder / "regions.csv")) == set(versions())


def frame(*rows: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["number", "project"], orient="row")


def test_the_forecast_tells_new_corrected_and_repeated_rows() -> None:
    forecast, kind = Forecast(), ALL["project_acceptance"]
    first = forecast.deliver("p", kind, frame(("1", "a"), ("2", "b")), 1, 1, False, 0)
    assert first == {"read": 4, "accepted": 2, "corrected": 0, "repeated": 1, "rejected": 1}
    second = forecast.deliver("p", kind, frame(("1", "a"), ("2", "c"), ("3", "d")), 0, 0, False, 0)
    assert second == {"read": 3, "accepted": 1, "corrected": 1, "repeated": 1, "rejected": 0}
    refused = forecast.deliver("p", kind, frame(("4", "e")), 0, 1, True, 0)
    assert refused == {"read": 2, "accepted": 0, "corrected": 0, "repeated": 0, "rejected": 2}
    other = forecast.deliver("q", kind, frame(("1", "a")), 0, 0, False, 1)
    assert other["accepted"] == 2


def test_the_command_writes_a_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample_city(tmp_path / "c", seed=2, scale=0.05, json=True)
    said = json.loads(capsys.readouterr().out)
    assert said["rows"] == read_manifest(tmp_path / "c").rows
    assert (tmp_path / "c/map.geojson").exists()
