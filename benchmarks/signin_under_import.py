"""Sign-ins while a big import writes: how long a request waits for the record.

One process imports a file of ``--rows`` rows. Another signs in again and again, while a thread of
it measures, fifty times a second, how long a bare write transaction waits for its turn. The
claim: no request waits over a second. What a sign-in costs by itself (Argon2) is measured first.

    python benchmarks/signin_under_import.py [--rows N] [--json FILE]
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from support import write_json

PASSWORD = "Hengchuan-bench-2026"
REGION = "990101"
COMMAND = [sys.executable, "-m", "zhiheng"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), given.rows)
    write_json(result, given.json)


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """Latencies in seconds, without and during the import."""
    home = _home(folder / "home")
    table = _table(folder / "rows.csv", rows)
    quiet = [_sign_in() for _each in range(10)]
    started = time.perf_counter()
    importing = subprocess.Popen(
        [*COMMAND, "import", str(table), "--kind", "product_inspection", "--home", str(home)],
        stdout=subprocess.DEVNULL,
    )
    busy: list[float] = []
    waits: list[float] = []
    waiter = threading.Thread(target=_keep_waiting, args=(importing, waits))
    waiter.start()
    while importing.poll() is None:
        busy.append(_sign_in())
    waiter.join()
    seconds = time.perf_counter() - started
    assert importing.returncode == 0
    return {
        "rows": rows,
        "import_seconds": round(seconds, 2),
        "sign_ins": len(busy),
        "transactions": len(waits),
        "sign_in_alone": _spread(quiet),
        "sign_in_during_import": _spread(busy),
        "wait_for_the_record": _spread(waits),
    }


def _home(path: Path) -> Path:
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    start(Home(path), create=True)
    from zhiheng.office import actions, configuration
    from zhiheng.office.actors import Actor
    from zhiheng.office.regions import RegionVersion

    (path / configuration.NAME).write_text(configuration.TRIAL, encoding="utf-8")
    system = Actor.system()
    versions = [RegionVersion("990100", "衡川市", "city")]
    versions.append(RegionVersion(REGION, "云溪区", "district", "990100"))
    actions.load_regions(system, versions)
    party = actions.add_party(system, "scjg", "unit", "市场监管局")
    actions.add_user(system, "zhao", "赵工", party, ["reporter"], PASSWORD)
    return path


def _table(path: Path, rows: int) -> Path:
    header = ["抽样单号", "所在区域", "抽样日期", "受检企业名称", "产品名称", "产品类别"]
    header += ["抽样方式", "检验结论"]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        for number in range(rows):
            firm = f"衡川第{number % 5000}食品厂"
            fixed = ["2026-03-05", firm, "酱油", "食品", "随机抽样", "合格"]
            out.writerow([f"S-{number}", REGION, *fixed])
    return path


def _sign_in() -> float:
    """Seconds of one sign-in through every layer but the network."""
    from django.test import Client

    started = time.perf_counter()
    answer = Client().post("/sign-in", {"username": "zhao", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return time.perf_counter() - started


def _keep_waiting(importing: subprocess.Popen[bytes], waits: list[float]) -> None:
    """Ask for a bare write transaction fifty times a second, and note how long each waited."""
    from django.db import connection, transaction

    while importing.poll() is None:
        started = time.perf_counter()
        with transaction.atomic():
            waits.append(time.perf_counter() - started)
        time.sleep(0.02)
    connection.close()


def _spread(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    at = {"median": 0.5, "p95": 0.95, "max": 1.0}
    last = len(ordered) - 1
    return {name: round(ordered[int(share * last)], 3) for name, share in at.items()}


if __name__ == "__main__":
    main()
