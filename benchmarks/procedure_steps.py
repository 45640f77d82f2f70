"""Claims: steps a second with 50 clerks at once; working lists at 10^6 cases, p95 under 150 ms.

On both databases. Steps are taken through `actions.take_step` by 50 threads, each with cases of
its own among all, so that every step is a right, a form, a replay, an event, clocks, a letter
mark and an audit entry in one transaction. Lists are read for a clerk, a district and a city,
first pages and later ones, over cases written by columns: 8 % of them open, a tenth of those
overdue, 90 units. The PostgreSQL is that of the tests: it does not wait for its disk.

    python benchmarks/procedure_steps.py [--cases N] [--steps N] [--database sqlite|postgresql]
        [--json FILE]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from support import of_tests, spent, write_json

CLERKS, UNITS, DISTRICTS = 50, 90, 9
OPEN_SHARE, LATE_SHARE = 0.08, 0.1
CYCLE = ("accept", "send_to_test", "test_back", "prolong")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=1_000_000)
    arguments.add_argument("--steps", type=int, default=4_000)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"])
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    if asked.database is None:
        write_json({"databases": [_alone(asked, name) for name in ("sqlite", "postgresql")]},
                   asked.json)  # fmt: skip
        return
    with tempfile.TemporaryDirectory() as folder, _database(asked.database):
        write_json(measured(Path(folder), asked), asked.json)


def _alone(asked: argparse.Namespace, database: str) -> dict[str, Any]:
    """One database in a process of its own."""
    import json
    import subprocess

    words = ["--cases", str(asked.cases), "--steps", str(asked.steps), "--database", database]
    command = [sys.executable, __file__, *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout))


@contextmanager
def _database(name: str) -> Iterator[None]:
    """The record's database for as long as the block runs."""
    if name == "sqlite":
        os.environ.pop("DATABASE_URL", None)
        yield
        return
    running_server = of_tests("postgres").running_server

    with running_server() as server:
        server.create("benchmark")
        os.environ["DATABASE_URL"] = server.url("benchmark")
        yield


def measured(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    start(Home(folder / "home"), create=True)
    _settle()
    return {
        "database": asked.database,
        "steps": _steps(asked.steps),
        "lists": _lists(asked.cases),
    }


def _regions() -> list[str]:
    return [f"9901{n:02d}" for n in range(1, DISTRICTS + 1)]


def _settle() -> None:
    from zhiheng.office import actions as office
    from zhiheng.office.actors import Actor
    from zhiheng.office.regions import RegionVersion
    from zhiheng.procedures import catalogue

    permit = of_tests("permit")
    catalogue.declare(permit.PERMIT)
    catalogue.declare(permit.LEAD)
    operator = Actor.system()
    city = [RegionVersion("990100", "衡川市", "city")]
    office.load_regions(
        operator, city + [RegionVersion(r, f"{r}区", "district", "990100") for r in _regions()]
    )
    for n in range(UNITS):
        office.add_party(operator, f"u{n}", "unit", f"第{n}局", _regions()[n % DISTRICTS])


def _clerk(unit: int, number: int) -> Any:
    from zhiheng.office.actors import ROLES, Actor

    region = _regions()[unit % DISTRICTS]
    return Actor(
        f"clerk-{unit}-{number}", f"u{unit}", ROLES["reporter"], user_id=number, region=region,
        regions=frozenset({region}),
    )  # fmt: skip


def _steps(wanted: int) -> dict[str, Any]:
    """Steps a second of 50 clerks, and how long one takes."""
    from django.db import connection

    from zhiheng.procedures import actions

    each = wanted // CLERKS
    cases = [[_opened(n % UNITS) for _case in range(-(-each // len(CYCLE)))] for n in range(CLERKS)]
    together, times = threading.Barrier(CLERKS), []

    def work(number: int) -> None:
        clerk = _clerk(number % UNITS, number)
        together.wait()
        for n in range(each):
            case, step = cases[number][n // len(CYCLE)], CYCLE[n % len(CYCLE)]
            began = time.perf_counter()
            actions.take_step(clerk, case, step, seen=1 + n % len(CYCLE), key=f"{n}")
            times.append(time.perf_counter() - began)
        connection.close()

    def all_at_once() -> None:
        clerks = [threading.Thread(target=work, args=(n,)) for n in range(CLERKS)]
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()

    _nothing, took = spent(all_at_once)
    assert len(times) == each * CLERKS
    return {
        "clerks": CLERKS,
        "steps": len(times),
        **took,
        "steps_per_second": round(len(times) / took["seconds"], 1),
        "cpu_ms_a_step": round(1000 * took["cpu_seconds"] / len(times), 2),
        **_spread(times),
    }


def _opened(unit: int) -> int:
    from zhiheng.office.actors import Actor
    from zhiheng.procedures import actions

    region = _regions()[unit % DISTRICTS]
    case = actions.open_case(
        Actor.system(), "permit", {"matter": "食品生产"}, region=region, unit=f"u{unit}",
        title="许可", day=date.today() - timedelta(days=3),  # noqa: DTZ011
    )  # fmt: skip
    return int(case.pk)


def _spread(times: list[float]) -> dict[str, float]:
    at = np.quantile(times, [0.5, 0.95, 1.0]) * 1000
    return {
        name: round(float(v), 1) for name, v in zip(("p50_ms", "p95_ms", "max_ms"), at, strict=True)
    }


def _lists(count: int) -> dict[str, Any]:
    """How long a page of each list takes over ``count`` cases."""
    _nothing, written = spent(lambda: _write(count))
    clerk = _clerk(4, 7)
    from dataclasses import replace

    city = replace(clerk, party="u0", region="990100", regions=frozenset(["990100", *_regions()]))
    found: dict[str, Any] = {"cases": count, "written": written}
    everything: list[float] = []
    for who, actor in (("district", clerk), ("city", city)):
        for which in ("mine", "unit", "overdue", "week", "all"):
            times = _pages(actor, which)
            everything += times
            found[f"{who} {which}"] = _spread(times)
    return {**found, "all_lists": _spread(everything)}


def _pages(actor: Any, which: str) -> list[float]:
    """Seconds of 30 reads: the first page and the ones after, from the start again at the end."""
    from zhiheng.procedures import worklists

    times, after = [], None
    for _read in range(30):
        began = time.perf_counter()
        page = worklists.worklist(actor, which, after=after, limit=51)
        times.append(time.perf_counter() - began)
        after = (page[49].due_on, page[49].pk) if len(page) == 51 else None
    return times


def _write(count: int) -> None:
    """Cases by columns, as a city has them after some years."""
    from django.db import connection
    from django.db.models import Max

    from zhiheng.office.inserting import insert
    from zhiheng.procedures.models import NEVER, Case

    first = (Case.objects.aggregate(last=Max("id"))["last"] or 0) + 1
    draw = np.random.default_rng(20_260_420)
    today = date.today()  # noqa: DTZ011
    unit = draw.integers(0, UNITS, count)
    is_open = draw.random(count) < OPEN_SHARE
    late = draw.random(count) < LATE_SHARE
    ahead = np.where(late, -draw.integers(1, 60, count), draw.integers(0, 60, count))
    since = draw.integers(1, 2000, count)
    regions = np.array(_regions())
    epoch = np.datetime64(today)
    frame = pl.DataFrame(
        {
            "id": np.arange(first, first + count),
            "procedure": np.where(draw.random(count) < 0.8, "permit", "lead"),
            "state": np.where(is_open, "received", "granted"),
            "unit": [f"u{n}" for n in unit],
            "filer": ["operator"] * count,
            "assignee": [
                f"clerk-{n}-{k}" for n, k in zip(unit, draw.integers(0, 20, count), strict=True)
            ],
            "region": regions[unit % DISTRICTS],
            "subject": pl.Series([None] * count, dtype=pl.String),
            "title": ["许可"] * count,
            "received_on": (epoch - since).astype("datetime64[D]"),
            "closed_on": pl.Series(
                np.where(is_open, np.datetime64("NaT"), epoch - since // 2).astype("datetime64[D]")
            ),
            "due_on": np.where(is_open, epoch + ahead, np.datetime64(NEVER)).astype(
                "datetime64[D]"
            ),
            "events": np.full(count, 1),
            "key": [""] * count,
        }
    ).with_columns(
        pl.lit(today).cast(pl.Datetime("us", "UTC")).alias("opened_at"),
        pl.col("received_on", "closed_on", "due_on").cast(pl.Date),
    )
    if connection.vendor == "sqlite":
        days = pl.col("received_on", "closed_on", "due_on")
        frame = frame.with_columns(days.dt.to_string("%Y-%m-%d"))
    insert("procedures_case", frame.columns, frame.iter_rows())
    if connection.vendor == "postgresql":
        # As its own housekeeping would; on SQLite nobody does.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE procedures_case")


if __name__ == "__main__":
    main()
