"""Regions read from a table, whatever its format; every wrong row is named at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from zhiheng.office.region_files import read_regions
from zhiheng.office.regions import RegionVersion
from zhiheng.rules.errors import ContentError, UsageError

ROWS = [
    {"key": "99", "name": "衡川市", "level": "city", "parent": None, "code": "990100"},
    {"key": "z1", "name": "高新区", "level": "unit", "parent": "99", "code": None},
]
EXPECTED = [
    RegionVersion("99", "衡川市", "city", code="990100"),
    RegionVersion("z1", "高新区", "unit", "99"),
]


def _write(path: Path) -> Path:
    frame = pl.DataFrame(ROWS)
    writers = {
        ".csv": frame.write_csv,
        ".parquet": frame.write_parquet,
        ".json": frame.write_json,
        ".xlsx": frame.write_excel,
    }
    writers[path.suffix](path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".json", ".xlsx"])
def test_every_format_gives_the_same_regions(tmp_path: Path, suffix: str) -> None:
    assert read_regions(_write(tmp_path / f"regions{suffix}")) == EXPECTED


def test_a_code_typed_as_a_number_is_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "regions.xlsx"
    pl.DataFrame(
        {
            "key": [990101],
            "name": ["东湖区"],
            "level": ["district"],
            "valid_from": [date(2020, 1, 1)],
        }
    ).write_excel(path)
    assert read_regions(path) == [
        RegionVersion("990101", "东湖区", "district", valid_from=date(2020, 1, 1))
    ]


def test_days_are_read_and_further_columns_ignored(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(
        "key,name,level,valid_from,valid_to,successor,remark\n"
        "a,甲区,district,2000-01-01,2019-01-09 00:00:00,b,并入乙区\n",
        "utf-8",
    )
    assert read_regions(path) == [
        RegionVersion(
            "a",
            "甲区",
            "district",
            valid_from=date(2000, 1, 1),
            valid_to=date(2019, 1, 9),
            successor="b",
        )
    ]


def test_every_wrong_row_is_named(tmp_path: Path) -> None:
    path = tmp_path / "regions.csv"
    path.write_text(
        "key,name,level,valid_from,valid_to\n"
        "a,甲区,planet,,\n"
        "b,乙区,district,,\n"
        "c,丙区,district,2020-01-01,2019-01-01\n"
        "d,丁区,district,soon,\n",
        "utf-8",
    )
    with pytest.raises(ContentError) as refused:
        read_regions(path)
    assert refused.value.code == "regions.rows"
    lines = refused.value.message.splitlines()
    assert [line.split("：")[0].split(":")[0] for line in lines] == [
        "第 2 行",
        "第 4 行",
        "第 5 行",
    ]
    assert "district" in refused.value.fix


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("regions.csv", "key,title\na,甲\n", "regions.columns"),
        ("regions.doc", "", "file.type"),
        ("missing.csv", None, "file.missing"),
    ],
)
def test_an_unusable_file_is_refused(tmp_path: Path, name: str, content: str | None, code) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises((ContentError, UsageError)) as refused:
        read_regions(path)
    assert refused.value.code == code
