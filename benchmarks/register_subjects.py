"""What registering subjects costs: new references, and the same once more.

Half of them bring a credit code, which makes an organisation that is found by parts of its name;
the others have a name alone and wait for review. Told are wall and CPU seconds of this process
(the server's come on top on PostgreSQL), and the longest transaction, for which others wait.

    python benchmarks/register_subjects.py [--references N] [--postgresql] [--json FILE]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from import_rows import database
from support import spent, write_json

_SURNAMES = "福满聚鑫宏泰瑞丰恒兴永盛"
_TRADES = ("食品", "电器", "建材", "餐饮", "机械", "服装", "农资")


def delivery(references: int) -> pl.DataFrame:
    """Distinct subjects as a delivery names them."""
    from zhiheng.subjects.identifiers.orgcode import orgcode_check_character
    from zhiheng.subjects.identifiers.uscc import uscc_check_character

    rows = []
    for i in range(references):
        name = f"衡川市{_SURNAMES[i % 12]}{_SURNAMES[i // 12 % 12]}{i}{_TRADES[i % 7]}有限公司"
        inner = f"{i:08d}"
        body = f"91990100{inner}{orgcode_check_character(inner)}"
        code = body + uscc_check_character(body)
        rows.append((code if i % 2 else None, name, f"99010{i % 9 + 1}"))
    names = ("subject_code", "subject_name", "region")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


class Longest:
    """Wraps statements and remembers how long the longest transaction was open."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._begun = 0.0

    def watch(self) -> None:
        from django.db import transaction

        inner_enter, inner_exit = transaction.Atomic.__enter__, transaction.Atomic.__exit__

        def enter(block: Any) -> None:
            inner_enter(block)
            self._begun = self._begun or time.perf_counter()

        def leave(block: Any, *failed: Any) -> None:
            inner_exit(block, *failed)
            if not transaction.get_connection().in_atomic_block:
                self.seconds = max(self.seconds, time.perf_counter() - self._begun)
                self._begun = 0.0

        transaction.Atomic.__enter__ = enter  # type: ignore[method-assign]
        transaction.Atomic.__exit__ = leave  # type: ignore[method-assign]


def measure(home: Path, references: int) -> dict[str, Any]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiheng.office.settings")
    from zhiheng.office.home import Home
    from zhiheng.office.setup import start

    start(Home(home), create=True)
    from zhiheng.office.actors import Actor
    from zhiheng.subjects.actions import register_references
    from zhiheng.subjects.references import reference_frame

    frame = reference_frame(delivery(references))
    longest = Longest()
    longest.watch()

    def register() -> dict[str, int]:
        return register_references(Actor.system(), frame, "scjg", 1)

    counts, first = spent(register)
    assert counts["new"] == references, counts
    counts, again = spent(register)
    assert counts["new"] == 0, counts
    return {"first": first, "again": again, "longest_transaction": round(longest.seconds, 3)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--references", type=int, default=50_000)
    arguments.add_argument("--postgresql", action="store_true")
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name, database(asked.postgresql) as extra:
        os.environ.update(extra)
        told = {"references": asked.references, "postgresql": asked.postgresql}
        write_json(told | measure(Path(name) / "home", asked.references), asked.json)


if __name__ == "__main__":
    main()
