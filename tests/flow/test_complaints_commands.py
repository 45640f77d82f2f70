"""The commands of complaints, as somebody types them."""

from __future__ import annotations

import csv
import json

import polars as pl
import pytest
from support.complaints import hotline_row, people, sent, write_rows
from typer.testing import CliRunner

from zhiheng.cli import collect
from zhiheng.office.actors import Actor
from zhiheng.procedures.filing import file_evidence
from zhiheng.procedures.models import PersonalAnswer
from zhiheng.rules.errors import ContentError, UsageError

RUN = CliRunner()


def _run(*arguments: str, code: int = 0) -> str:
    """What the command prints; its home is the one that the fixture names."""
    done = RUN.invoke(collect(), ["complaint", *arguments], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_hot_lines_file_comes_in_as_its_own_account(home, tmp_path) -> None:
    people()
    file = str(
        write_rows(tmp_path / "a.csv", hotline_row("H1"), hotline_row("H2", **{"类别": "交通"}))
    )
    done = json.loads(_run("import", file, "--as", "city", "--json", code=2))
    assert (done["opened"], done["rejected"]) == (1, 1)
    assert "此前已立 1 件" in _run("import", file, "--as", "city", code=2)


def test_the_template_is_written(tmp_path) -> None:
    path = tmp_path / "t.xlsx"
    assert json.loads(_run("template", str(path), "--json")) == {"file": str(path)}
    assert path.stat().st_size > 5_000


def test_figures_hide_small_counts(home) -> None:
    people()
    for number in range(6):
        sent(f"r{number}")
    file_evidence(Actor.system())
    year = str(sent("r0").case.received_on.year)
    said = json.loads(_run("statistics", "--year", year, "--as", "city", "--json"))
    assert [(line["region"], line["received"]) for line in said["regions"]] == [
        ("990100", 6), ("990101", 6),
    ]  # fmt: skip
    assert "990100" in _run("statistics", "--year", year)


def test_duplicates_of_any_table_are_named_by_row(tmp_path) -> None:
    path = tmp_path / "m.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(
            [["正文"], ["商家拒绝退款，态度恶劣"], ["路灯坏了"], ["商家拒绝退款，态度恶劣！"]]
        )
    said = json.loads(_run("duplicates", str(path), "--column", "正文", "--json"))
    assert said == {"read": 3, "least": 0.7, "clusters": [[2, 4]]}
    assert "1 组" in _run("duplicates", str(path), "--column", "正文")
    with pytest.raises(ContentError, match="所需列名：内容"):
        _run("duplicates", str(path), "--column", "内容")
    pl.DataFrame({"正文": ["坏"]}).write_parquet(tmp_path / "m.parquet")
    with pytest.raises(UsageError, match="没有“内容”列"):
        _run("duplicates", str(tmp_path / "m.parquet"), "--column", "内容")
    with pytest.raises(UsageError, match="least"):
        _run("duplicates", str(path), "--column", "正文", "--least", "2")


def test_erasing_needs_its_basis_and_leaves_the_case(home) -> None:
    people()
    case = sent().case
    with pytest.raises(UsageError, match="依据"):
        _run("erase", str(case.pk), "--basis", " ")
    done = json.loads(_run("erase", str(case.pk), "--basis", "个保法第四十七条", "--json"))
    assert (done["case"], done["photos"]) == (case.pk, 0)
    assert not PersonalAnswer.objects.exists()
