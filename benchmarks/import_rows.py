"""Claim: checked rows/s from CSV or Parquet >= 200,000, from xlsx >= 60,000; sealed >= 100,000.

Brings one delivery of ten columns into an empty home, on SQLite and (with --postgresql, through
the server that the tests use) on PostgreSQL, and tells what each stage took, and the peak memory
of the importing process and its helpers. The peer is a plain trial: one process, sqlite3's
executemany and hashlib, over rows that need no checking and without any index but the key.

    python benchmarks/import_rows.py [--rows N] [--form csv|parquet|xlsx] [--postgresql] [--files N]
                                     [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
from support import of_tests

HEADER = {
    "抽样单号": pl.format("CJ-2026-{}", "i"),
    "所在区域": pl.format("99010{}", pl.col("i") % 9 + 1),
    "抽样日期": pl.format("2026-0{}-{}", pl.col("i") % 9 + 1, 10 + pl.col("i") % 18),
    "受检企业统一社会信用代码": pl.lit(None, dtype=pl.String),
    "受检企业名称": pl.format("衡川第{}食品有限公司", "firm"),
    "产品名称": pl.format("酱油{}", pl.col("i") % 997),
    "产品类别": pl.lit("食品"),
    "抽样方式": pl.lit("随机抽样"),
    "检验结论": pl.when(pl.col("i") % 17 == 0).then(pl.lit("不合格")).otherwise(pl.lit("合格")),
    "抽样权数": (pl.col("i") % 70 / 7).round(2),
}
ROWS_A_FIRM = 50
PIECE = 1_000_000


def write(path: Path, first: int, rows: int) -> None:
    """A delivery; large ones are written piece by piece, so as not to be the peak of memory."""
    lazy = pl.LazyFrame({"i": pl.int_range(first, first + rows, eager=True)}).select(
        "i", firm=pl.col("i").hash(1) % max(rows // ROWS_A_FIRM, 1)
    )
    frame = lazy.select(**HEADER)
    if path.suffix == ".csv":
        frame.sink_csv(path)
    elif path.suffix == ".parquet":
        frame.sink_parquet(path)
    else:
        import xlsxwriter

        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            page = book.add_worksheet()
            page.write_row(0, 0, list(HEADER))
            for number, row in enumerate(frame.collect().iter_rows(), start=1):
                page.write_row(number, 0, row)


class Stages:
    """Progress that remembers what each stage took: wall, and CPU of this process alone."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}
        self.cpu: dict[str, float] = {}
        self._since: tuple[str, float, float] | None = None

    def start(self, total: int, label: str) -> None:
        self.end()
        self._since = (label, time.perf_counter(), time.process_time())

    def step(self, count: int = 1) -> None:
        pass

    def end(self) -> None:
        if self._since is not None:
            label, begun, cpu = self._since
            self.took[label] = self.took.get(label, 0.0) + time.perf_counter() - begun
            self.cpu[label] = self.cpu.get(label, 0.0) + time.process_time() - cpu


def bring(paths: list[Path], home: Path) -> dict[str, Any]:
    """What runs in the measured process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    start(Home(home), create=True)
    from zhiheng.evidence.actions import import_file
    from zhiheng.office.actions import load_regions
    from zhiheng.office.actors import Actor
    from zhiheng.office.regions import RegionVersion

    districts = [
        RegionVersion(f"99010{i}", f"{i}区", "district", "990100", code=f"99010{i}")
        for i in range(1, 10)
    ]
    load_regions(Actor.system(), [RegionVersion("990100", "衡川市", "city"), *districts])
    stages = Stages()
    begun = time.perf_counter()
    rows = 0
    for path in paths:
        outcome = import_file(Actor.system(), path, "product_inspection", progress=stages)
        assert outcome["accepted"] == outcome["read"] > 0, outcome["problems"][:3]
        rows += outcome["accepted"]
    stages.end()
    took = list(stages.took.items())
    sealing = sum(seconds for label, seconds in took if label in ("比对和封存", "写入台账"))
    checking = stages.took["读取和检查"]
    peak = sum(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    cpu = [
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    return {
        "rows": rows,
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu_seconds": round(sum(cpu), 2),
        "checked_per_s": round(rows / checking),
        "sealed_per_s": round(rows / sealing),
        "stages": {label: round(seconds, 2) for label, seconds in took},
        "cpu_stages": {label: round(seconds, 2) for label, seconds in stages.cpu.items()},
        "peak_mb": peak // 1024,
    }


def plain_trial(rows: int, folder: Path) -> dict[str, Any]:
    """The peer: canonical JSON, salt, leaf and insert, one row after the other."""
    lazy = pl.LazyFrame({"i": pl.int_range(rows, eager=True)}).select(
        "i", firm=pl.col("i").hash(1) % max(rows // ROWS_A_FIRM, 1)
    )
    frame = lazy.select(**HEADER).collect()
    base = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    base.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "CREATE TABLE row (id INTEGER PRIMARY KEY, number, region, day, subject, canonical, salt,"
        " leaf)"
    )
    begun = time.perf_counter()

    def prepared() -> Iterator[tuple[Any, ...]]:
        for said in frame.iter_rows(named=True):
            text = json.dumps(said, ensure_ascii=False, sort_keys=True).encode()
            salt = os.urandom(16)
            leaf = sha256(b"\x00" + salt + text).digest()
            number, region, day, code, *_rest = said.values()
            yield number, region, day, code, text, salt, leaf

    base.execute("BEGIN")
    base.executemany(
        "INSERT INTO row (number, region, day, subject, canonical, salt, leaf)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        prepared(),
    )
    base.execute("COMMIT")
    seconds = time.perf_counter() - begun
    base.close()
    return {"rows": rows, "sealed_per_s": round(rows / seconds)}


@contextmanager
def database(postgresql: bool) -> Iterator[dict[str, str]]:
    if not postgresql:
        yield {}
        return
    with of_tests("postgres").running_server() as server:
        server.create("benchmark")
        yield {"DATABASE_URL": server.url("benchmark")}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--form", choices=["csv", "parquet", "xlsx"], default="csv")
    arguments.add_argument("--files", type=int, default=1)
    arguments.add_argument("--postgresql", action="store_true")
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--inside", nargs="+", help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.inside:
        home, *files = map(Path, asked.inside)
        sys.stdout.write(json.dumps(bring(files, home), ensure_ascii=False))
        return
    with tempfile.TemporaryDirectory() as name, database(asked.postgresql) as extra:
        folder = Path(name)
        each = asked.rows // asked.files
        files = [folder / f"delivery-{n}.{asked.form}" for n in range(asked.files)]
        for number, file in enumerate(files):
            write(file, number * each, each)
        # A process of its own, so that its memory is that of the import alone.
        command = [sys.executable, __file__, "--inside", str(folder / "home"), *map(str, files)]
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | extra, check=False
        )
        if done.returncode:
            sys.exit(done.stderr)
        result = json.loads(done.stdout)
        result |= {
            "form": asked.form,
            "files": asked.files,
            "database": "postgresql" if asked.postgresql else "sqlite",
        }
        peer = plain_trial(min(asked.rows, 1_000_000), folder)
    result["plain_trial"] = peer
    result["ratio_sealed"] = round(result["sealed_per_s"] / peer["sealed_per_s"], 2)
    result["load"] = os.getloadavg()[0]
    text = json.dumps(result, ensure_ascii=False, indent=1)
    sys.stdout.write(text + "\n")
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
