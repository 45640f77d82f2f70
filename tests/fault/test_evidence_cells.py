"""Cells that look like values and are none: errors, formulas never computed, identity numbers."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from support import ledger_rows
from support.deliveries import HEADER, inspection, load_places, write_csv

from zhiheng.evidence.actions import import_file
from zhiheng.evidence.lake import connect
from zhiheng.office.actors import Actor
from zhiheng.office.home import Home

OPERATOR = Actor.system()


@pytest.fixture(autouse=True)
def places(home: Home) -> None:
    load_places()


def problems(path: Path, kind: str = "product_inspection") -> set[tuple[int, str, str, str]]:
    outcome = import_file(OPERATOR, path, kind)
    return {(p["row"], p["column"], p["rule"], p["value"]) for p in outcome["problems"]}


def test_error_cells_are_named_and_computed_formulas_are_values(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [*HEADER, "抽样权数"])
        page.write_row(1, 0, [*inspection("A-1"), 1])
        page.write_row(2, 0, inspection("A-2"))
        page.write_formula(1, 9, "=1+1", None, 2)
        page.write_formula(2, 9, "=1/0", None, "#DIV/0!")
        page.write_formula(2, 5, "=NA()", None, "#N/A")
    assert problems(tmp_path / "a.xlsx") >= {
        (3, "抽样权数", "cell_error", "#DIV/0!"),
        (3, "产品名称", "cell_error", "#N/A"),
    }
    assert not ledger_rows.count()


def test_a_formula_that_was_never_computed_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append([*HEADER, "抽样权数"])
    page.append([*inspection("A-1"), "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert problems(tmp_path / "a.xlsx") == {(2, "抽样权数", "formula", "=")}


def test_an_identity_number_is_refused_in_a_plain_column_and_not_repeated(tmp_path: Path) -> None:
    from stdnum.cn import ric

    person = next(f"11010119900307{n:03d}{c}" for n in range(999) for c in "0123456789X"
                  if ric.is_valid(f"11010119900307{n:03d}{c}"))  # fmt: skip
    path = write_csv(
        tmp_path / "a.csv", [inspection("A-1", 受检企业统一社会信用代码=person), inspection("A-2")]
    )
    shown = f"110101********{person[-4:]}"
    assert problems(path) == {(2, "受检企业统一社会信用代码", "personal_id", shown)}


FIGURES = [
    ("95%", "%", 0.95, None),
    ("９５％", "％", 0.95, None),
    ("0.95", "%", 0.95, None),
    ("1", "%", 1.0, None),
    ("120%", "%", 1.2, None),
    ("95", "%", None, "percent"),
    ("-3", "%", None, "percent"),
    ("95", "项", 95.0, None),
]


@pytest.mark.parametrize(("value", "unit", "share", "rule"), FIGURES)
def test_percents_are_shares_or_carry_their_sign(
    home: Home, tmp_path: Path, value: str, unit: str, share: float | None, rule: str | None
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "报送编号,所在区域,统计截止日,指标代码,数值,计量单位\n"
        f"R-1,衡川市,2026-03-31,reported_share,{value},{unit}\n",
        encoding="utf-8",
    )
    outcome = import_file(OPERATOR, path, "reported_figure")
    assert [p["rule"] for p in outcome["problems"]] == ([rule] if rule else [])
    if share is not None:
        stored = connect(home).table("reported_figure").to_polars()
        assert stored["value"].to_list() == [share]


def test_a_factor_and_a_share_do_not_go_together(home: Home, tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "kind: reported_figure\nconstants: {unit: '%'}\nunits: {value: {factor: 0.01}}\n"
        "columns: {number: 编号, region: 地区, occurred_on: 日期, indicator: 指标, value: 比率}\n",
        encoding="utf-8",
    )
    path = tmp_path / "a.csv"
    rows = ["R-1,衡川市,2026-03-31,x,95", "R-2,衡川市,2026-03-31,x,0.95"]
    path.write_text("\n".join(["编号,地区,日期,指标,比率", *rows]), encoding="utf-8")
    outcome = import_file(OPERATOR, path, "reported_figure", mapping=mapping)
    assert [(p["row"], p["rule"]) for p in outcome["problems"]] == [(3, "percent")]
