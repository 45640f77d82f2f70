"""Claim: verify holds >= 600,000 rows/s to what was sealed on two cores, lake and index included.

Fills a home with one batch, then verifies it twice: as a rule, by the digests that the log has of
the stored bytes, and with each row recomputed. The peer is one process that reads the same packs
with the database's driver and recomputes leaves and root with hashlib, row by row.

    python benchmarks/verify.py [--rows N] [--postgresql] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from import_rows import bring, database, write


def plain() -> dict[str, Any]:
    from django.db import connection

    from zhiheng.evidence import packs

    begun = time.perf_counter()
    connection.ensure_connection()
    stored = connection.connection.execute(
        "SELECT rows, body, salts, leaves FROM evidence_pack ORDER BY id"
    )
    nodes = []
    for columns in stored:
        held = packs.contents(*columns)
        for place in range(len(held)):
            found = sha256(b"\x00" + held.salt(place) + held.text(place)).digest()
            assert found == held.leaf(place)
            nodes.append(found)
    count = len(nodes)
    while len(nodes) > 1:
        above = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(nodes[::2], nodes[1::2], strict=False)
        ]
        nodes = above + nodes[len(nodes) - len(nodes) % 2 :]
    seconds = time.perf_counter() - begun
    return {"rows_per_s": round(count / seconds), "root": nodes[0].hex()}


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--postgresql", action="store_true")
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder_name, database(asked.postgresql) as extra:
        folder = Path(folder_name)
        os.environ |= extra
        write(folder / "delivery.parquet", 0, asked.rows)
        bring([folder / "delivery.parquet"], folder / "home")
        from django.db import connection

        from zhiheng.evidence.models import Batch
        from zhiheng.evidence.verification import verify

        peer = plain()
        told = {}
        for name, every_row in (("by_digests", False), ("every_row", True)):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            begun, cpu = time.perf_counter(), time.process_time()
            found = verify(every_row=every_row)
            seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu += sum(after[:2]) - sum(before[:2])
            assert found.ok, found.reason
            assert found.rows == asked.rows
            told[name] = {
                "seconds": round(seconds, 2),
                "rows_per_s": round(found.rows / seconds),
                "cpu_us_per_row": round(cpu / found.rows * 1e6, 2),
                "ratio": round(found.rows / seconds / peer["rows_per_s"], 2),
            }
        assert peer.pop("root") == Batch.objects.get().root
        connection.close()
    result = {
        "database": "postgresql" if asked.postgresql else "sqlite",
        "rows": asked.rows,
        **told,
        "plain": peer,
        "load": os.getloadavg()[0],
    }
    text = json.dumps(result, indent=1)
    sys.stdout.write(text + "\n")
    if asked.json:
        asked.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
