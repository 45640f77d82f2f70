"""What a report is made from: the judged targets of plans, and figures across regions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhiheng.documents.signs import SIGNS
from zhiheng.indicators import queries as indicators
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.actors import Actor
from zhiheng.office.queries import region_tree
from zhiheng.office.regions import TreeView
from zhiheng.plans.models import PlanRecord
from zhiheng.plans.queries import Row, VerdictTable, verdict_table
from zhiheng.reports.surveys import Survey, surveys

MOST_COMPARED = 8
"""Indicators that are compared across regions in one report."""


@dataclass(frozen=True)
class Comparison:
    """One indicator in one period across the regions directly below a plan's own."""

    indicator: str
    period: str
    unit: str
    rows: tuple[EstimateRow, ...]
    target: Row


@dataclass(frozen=True)
class Chapter:
    """One plan with its judged targets."""

    plan: PlanRecord
    rows: tuple[Row, ...]
    comparisons: tuple[Comparison, ...]

    def counts(self) -> dict[str, int]:
        """Targets by verdict, in the fixed order of the verdicts, those with none left out."""
        found = [row.judged.verdict.value for row in self.rows]
        return {code: found.count(code) for code in SIGNS if code in found}


@dataclass(frozen=True)
class Contents:
    as_of: date
    view: TreeView
    table: VerdictTable
    chapters: tuple[Chapter, ...]
    surveys: tuple[Survey, ...]


def collect(actor: Actor, as_of: date | None = None, plan: str | None = None) -> Contents:
    """Judge the plans that the actor sees (or one of them) and gather what goes with them."""
    table = verdict_table(actor, as_of, plan=plan)
    view = region_tree().as_of(table.as_of)
    chapters = []
    for record in table.plans:
        rows = table.of(record.code)
        chapters.append(Chapter(record, rows, tuple(_comparisons(actor, view, record, rows))))
    region = chapters[0].plan.region if chapters else None
    return Contents(table.as_of, view, table, tuple(chapters), surveys(actor, view, region))


def _comparisons(
    actor: Actor, view: TreeView, plan: PlanRecord, rows: Iterable[Row]
) -> list[Comparison]:
    """The plan's own-region targets whose indicator is measured in two or more parts of it."""
    parts = set(view.children(plan.region)) if plan.region else set()
    found: dict[str, Comparison] = {}
    for row in rows:
        code, figure = row.target.code, row.judged.figure
        measured = code in ALL and ALL[code].estimator not in {"reported", "total"}
        whole = row.target.scope.region == plan.region and not row.target.scope.by
        if not (measured and whole and figure) or code in found:
            continue
        across = [e for e in indicators.across(actor, code, figure.period) if e.region in parts]
        if len(across) > 1:
            unit = row.measure.unit
            found[code] = Comparison(code, figure.period, unit, tuple(across), row)
    return list(found.values())[:MOST_COMPARED]
