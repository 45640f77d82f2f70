"""Claim: fourteen indicators at every cell level on 10^7 rows of all kinds in under a minute, in
time linear in the rows; within 4 GB; and in under five seconds after one more delivery.

Measures a home (`synthetic_lake`) from nothing as `zhiheng measure` does, with every estimate
written into the record; adds one delivery of a hundredth of the rows to one kind and measures
again; then checks that what was taken over is what computing afresh gives. Each size runs in a
process of its own, so that memory is its own.

    python benchmarks/measure_all.py [ROWS ...] [--json FILE]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from support import each_size_alone, spent, write_json

CODES = [
    "product_pass_rate", "food_pass_rate", "nonconforming_discovery_rate",
    "establishment_compliance_rate", "establishment_violation_rate", "first_acceptance_rate",
    "excellent_project_rate", "consumer_service_satisfaction", "product_satisfaction",
    "quality_loss_rate", "certified_share", "penalty_total", "complaints_in_time_rate",
    "complaints_per_10k",
]  # fmt: skip


def measured(folder: Path, rows: int) -> dict[str, Any]:
    import synthetic_lake

    home, made = spent(lambda: synthetic_lake.home_with(folder, rows))
    from zhiheng.indicators.actions import measure
    from zhiheng.indicators.models import EstimatePart
    from zhiheng.office.actors import Actor

    operator = Actor.system()
    run, first = spent(lambda: measure(operator, CODES))
    firms = rows // len(synthetic_lake.READ) // synthetic_lake.ROWS_PER_FIRM
    synthetic_lake.add_batch(home, "product_inspection", 9_000, 2026, rows // 100, firms)
    parts = EstimatePart.objects.count()
    again, second = spent(lambda: measure(operator, CODES))
    new = EstimatePart.objects.count() - parts
    return {
        "rows": rows,
        "lake": made,
        "from_nothing": first | {"estimates": run.estimates, "parts": parts},
        "after_one_delivery": second | {"estimates": again.estimates, "parts": new},
        "afresh_differs": differs(again.id),
    }


def differs(measurement: int) -> int:
    """Estimates of the run that computing afresh does not find just so (the changed kind)."""
    from zhiheng.indicators.estimate import PLAIN
    from zhiheng.indicators.indicators import ALL
    from zhiheng.indicators.pinned import pinned
    from zhiheng.indicators.queries import rows_of
    from zhiheng.indicators.runs import Run
    from zhiheng.office.queries import region_tree

    run, code = Run(pinned(), region_tree()), "product_pass_rate"
    by_year, _rules = run.found(ALL[code], frozenset(run.digests(ALL[code])))
    columns = [*PLAIN, "by", "detail"]
    afresh = {row for each in by_year.values() for row in each.select(columns).iter_rows()}
    rows = rows_of(measurement).filter(indicator=code).values_list(*columns)
    return len(afresh ^ set(rows))


def main() -> None:
    sizes, path = each_size_alone(__file__, measured, [100_000, 1_000_000, 10_000_000])
    write_json({"indicators": len(CODES), "sizes": sizes}, path)
    if any(size["afresh_differs"] for size in sizes):
        sys.exit("what was taken over is not what computing afresh gives")


if __name__ == "__main__":
    main()
