"""A home whose lake holds synthetic evidence of every kind, in the layout that sealing writes.

The rows never pass through the ledger: these benchmarks time measuring, and a ledger of 10^7 rows
takes longer to build than all of them together. Everything after the lake's files is the product.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from zhiheng.evidence.declaration import Column, Type
from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.office.home import Home
from zhiheng.office.regions import RegionTree, RegionVersion
from zhiheng.office.setup import start

YEARS = range(2023, 2027)
DISTRICTS, STREETS, ROWS_PER_FIRM = 9, 60, 50
TREE = RegionTree(
    [
        RegionVersion("C", "C", "city"),
        *(RegionVersion(f"D{i}", f"D{i}", "district", "C") for i in range(DISTRICTS)),
        *(RegionVersion(f"W{i}", f"W{i}", "ward", f"D{i % DISTRICTS}") for i in range(STREETS)),
    ]
)
REGISTERS = ("organisation_register", "certificate")
READ = (
    "product_inspection", "establishment_inspection", "complaint", "satisfaction_answer",
    "project_acceptance", "penalty", "quality_cost", *REGISTERS,
)  # fmt: skip
_SQL = {
    pl.String: "VARCHAR",
    pl.Int64: "BIGINT",
    pl.Float64: "DOUBLE",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
}
_SET = {
    "result": "CASE WHEN {h} % 100 < 94 THEN 'pass' ELSE 'fail' END",
    "sampling": "CASE WHEN {h} % 10 < 8 THEN 'random' ELSE 'targeted' END",
    "stratum": "['large', 'medium', 'small'][(1 + hash(firm * 17) % 3)::INT]",
    "weight": "(1 + {h} % 7)::DOUBLE",
    "cluster": "NULL",
    "overall": "(1 + {h} % 10)::DOUBLE",
    "state": "CASE WHEN {h} % 10 < 8 THEN '{first}' ELSE '{last}' END",
    "ended_on": "CASE WHEN {h} % 10 = 0 THEN day + CAST({h} % 700 AS INT) END",
    "valid_until": "day + 365 + CAST({h} % 700 AS INT)",
    "sector": "['retail', 'transport', 'health'][(1 + {h} % 3)::INT]",
    "industry": "['C13', 'C14', 'C26', 'C35'][(1 + {h} % 4)::INT]",
    "category": "CASE WHEN {h} % 10 < 6 THEN 'enterprise' ELSE 'individual' END",
}


def home_with(folder: Path, rows: int, kinds: tuple[str, ...] = READ) -> Home:
    """A home of a city of 9 districts and 60 streets with ``rows`` rows over four years."""
    home = Home(folder / "home")
    start(home, create=True)
    from zhiheng.office.actions import load_regions
    from zhiheng.office.actors import Actor

    load_regions(Actor.system(), TREE.versions)
    share = rows // len(kinds) // len(YEARS)
    batch = 0
    for kind in kinds:
        for year in YEARS:
            batch += 1
            add_batch(home, kind, batch, year, share, firms=rows // len(kinds) // ROWS_PER_FIRM)
    return home


def add_batch(home: Home, kind: str, batch: int, year: int, rows: int, firms: int) -> None:
    """One file of one delivery. A firm stands in one street and one stratum."""
    from zhiheng.evidence.projection import columns_of

    path = home.lake / f"kind={kind}" / f"year={year}" / f"batch-{batch}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    own = {c.name: c for c in KINDS[kind].plain_columns}
    said = {
        "row": f"({batch}::BIGINT << 24) + i",
        "batch": f"{batch}::BIGINT",
        "source": "'office'",
        "external_id": "i::VARCHAR",
        "record_type": "'row'",
        "subject": "'uscc:' || firm",
        "region": f"'W' || (firm % {STREETS})",
        "occurred_on": "day",
        "recorded_at": f"TIMESTAMPTZ '2026-12-31 00:00:00' + INTERVAL {batch} MINUTE",
        "leaf": "'00'",
    }
    columns = []
    for place, (name, type_) in enumerate(columns_of(KINDS[kind]).items()):
        value = said.get(name)
        if value is None and name in own:
            value = _value(own[name], f"hash(i * {2 * place + 7})")
        sql = "TIMESTAMPTZ" if isinstance(type_, pl.Datetime) else _SQL[type_]  # type: ignore
        columns.append(f'({value or "NULL"})::{sql} AS "{name}"')
    subject = "i" if kind in REGISTERS else f"hash(i * 3 + {batch}) % {max(firms, 10)}"
    duckdb.sql(
        f"COPY (SELECT {', '.join(columns)} FROM (SELECT i, {subject} AS firm, "
        f"DATE '{year}-01-01' + CAST(hash(i * 5 + {batch}) % 365 AS INT) AS day "
        f"FROM range({rows}) r(i))) TO '{path}' (COMPRESSION zstd)"
    )


def _value(column: Column, h: str) -> str | None:
    codes = [choice.code for choice in column.choices]
    if column.name in _SET and not (column.name == "result" and "pass" not in codes):
        ends = {"first": codes[0], "last": codes[-1]} if codes else {"first": "", "last": ""}
        return _SET[column.name].format(h=h, **ends)
    if codes:
        listed = ", ".join(f"'{code}'" for code in codes)
        return f"[{listed}][(1 + {h} % {len(codes)})::INT]"
    match column.type:
        case Type.NUMBER:
            return f"({h} % 100000) / 100.0"
        case Type.INTEGER:
            return f"{h} % 3"
        case Type.DATE:
            return f"day + CAST({h} % 60 AS INT)"
        case Type.BOOLEAN:
            return f"{h} % 10 < 8"
    return None
