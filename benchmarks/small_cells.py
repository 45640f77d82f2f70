"""Claim: what must stay back of a table of a hundred thousand thin cells is found in seconds.

A city of nine districts, each of so many wards, and four years of rows by month and class, one on
average in each: most cells are small, and the sums by place, period and class tie them together.

    python benchmarks/small_cells.py [WARDS ...] [--json FILE]
"""

from __future__ import annotations

import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from support import each_size_alone, spent, write_json

from zhiheng.publication.cells import Cell, Protection, additive_groups, hidden_cells
from zhiheng.publication.suppression import determined

DISTRICTS, YEARS, CLASSES = 9, range(2023, 2027), 3


def thin_city(wards: int) -> tuple[list[Cell], dict[str, str | None]]:
    parents: dict[str, str | None] = {"C": None}
    parents |= {f"D{d}": "C" for d in range(DISTRICTS)}
    parents |= {f"D{d}W{w}": f"D{d}" for d in range(DISTRICTS) for w in range(wards)}
    chance = np.random.default_rng(wards)
    sums: dict[tuple[Any, ...], int] = {}
    for d, w, year, m, c in product(
        range(DISTRICTS), range(wards), YEARS, range(12), range(CLASSES)
    ):
        n = int(chance.poisson(1))
        periods = (f"{year}-{m + 1:02d}", f"{year}Q{m // 3 + 1}", f"{year}")
        for where in product((f"D{d}W{w}", f"D{d}", "C"), periods, ((), (("stage", str(c)),))):
            if n:
                sums[where] = sums.get(where, 0) + n
    return [Cell("x", *where, n) for where, n in sums.items()], parents


def measured(_folder: Path, wards: int) -> dict[str, Any]:
    cells, parents = thin_city(wards)
    hidden, times = spent(lambda: hidden_cells(cells, {"x": Protection.UNITS}, parents, 5))
    told = determined(hidden, additive_groups(cells, parents))
    return {"cells": len(cells), "hidden": len(hidden), "told_all_the_same": len(told)} | times


def main() -> None:
    sizes, path = each_size_alone(__file__, measured, [7, 20, 50])
    write_json({"sizes": sizes}, path)
    if any(size["told_all_the_same"] for size in sizes):
        sys.exit("a hidden cell follows from the shown ones")


if __name__ == "__main__":
    main()
