"""What a release says: plan heads, verdicts, and estimates, small cells already taken out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import Measurement
from zhiheng.indicators.periods import Period
from zhiheng.indicators.queries import rows_of
from zhiheng.office.audit import canonical
from zhiheng.office.queries import region_tree
from zhiheng.publication.cells import Cell, Protection, hidden_cells
from zhiheng.publication.limits import RULES
from zhiheng.publication.models import Release, ReleasedFigure
from zhiheng.publication.payloads import cell_key, released_estimate, released_verdict
from zhiheng.rules.parameters import Trace

_FIELDS = (
    *("id", "indicator", "region", "region_level", "period", "by", "estimate", "se", "lower"),
    *("upper", "level", "n", "numerator", "denominator", "df", "method", "detail"),
)


def estimates_of(
    measurement: Measurement, verdicts: Iterable[Mapping[str, Any]], today: date, trace: Trace
) -> list[dict[str, Any]]:
    """The estimates of one measurement that verdicts give out, as plain values.

    Of each indicator every region's undivided figure, and its breakdown by every dimension that
    a target names. Periods shorter than the rules let out stay inside, for they are many and
    small, unless a target is judged by one.
    """
    let_out = set(RULES.value("release.periods", today, trace))
    periods: dict[str, set[str]] = {}
    dimensions: dict[str, set[str]] = {}
    for verdict in verdicts:
        code = str(verdict["indicator"])
        named = [verdict["period"], (verdict.get("baseline") or {}).get("period")]
        periods.setdefault(code, set(let_out)).update(Period.parse(p).type for p in named if p)
        dimensions.setdefault(code, set()).update(verdict["by"])
    rows = rows_of(measurement).filter(indicator__in=periods)
    found = []
    for row in rows.order_by("id").values(*_FIELDS):
        code, by = row["indicator"], json.loads(row["by"])
        if by.keys() <= dimensions[code] and Period.parse(row["period"]).type in periods[code]:
            told = {"detail": json.loads(row["detail"]), "root": measurement.root}
            found.append({**row, **told, "by": by, "log_size": measurement.log_size})
    return found


def hidden_of(estimates: Iterable[Mapping[str, Any]], today: date, trace: Trace) -> frozenset[str]:
    """Keys of the cells that stay back under the rules of the day, which ``trace`` notes."""
    k = int(RULES.value("suppression.k", today, trace))
    kinds = {
        Protection(name): frozenset(RULES.value(f"suppression.{name}", today, trace))
        for name in ("persons", "open")
    }
    protections, cells = {}, []
    for estimate in estimates:
        code = estimate["indicator"]
        # Without a declaration it is a figure that a department reports under its own code.
        kind = ALL[code].kind.code if code in ALL else "reported_figure"
        protections[code] = next((p for p, of in kinds.items() if kind in of), Protection.UNITS)
        estimator = ALL[code].estimator if code in ALL else "reported"
        cells.append(_cell(estimate, estimator))
    tree = region_tree()

    @cache
    def above(region: str, period: str) -> str | None:
        # Figures are placed by the tree of their period's last day, and add up as they lay then.
        view = tree.as_of(Period.parse(period).last if period else today)
        return next(iter(view.ancestors(region)[1:]), None)

    return hidden_cells(cells, protections, lambda cell: above(cell.region, cell.period), k)


def plan_figures(release: Release, plans: Iterable[Mapping[str, Any]]) -> list[ReleasedFigure]:
    kind = ReleasedFigure.Kind.PLAN
    return [
        ReleasedFigure(
            release=release, kind=kind, key=plan["code"], plan=plan["code"], payload=dict(plan)
        )
        for plan in plans
    ]


def verdict_figures(
    release: Release, verdicts: Iterable[Mapping[str, Any]], hidden: frozenset[str]
) -> list[ReleasedFigure]:
    found = []
    for verdict in verdicts:
        payload = released_verdict(verdict, hidden)
        found.append(
            ReleasedFigure(
                release=release,
                kind=ReleasedFigure.Kind.VERDICT,
                key=f"{verdict['plan']}/{verdict['target']}",
                plan=verdict["plan"],
                indicator=verdict["indicator"],
                region=verdict["region"],
                payload=payload,
                suppressed=payload["suppressed"],
            )
        )
    return found


def estimate_figures(
    release: Release, estimates: Iterable[Mapping[str, Any]], hidden: frozenset[str]
) -> list[ReleasedFigure]:
    found = []
    for estimate in estimates:
        payload = released_estimate(estimate, hidden)
        found.append(
            ReleasedFigure(
                release=release,
                kind=ReleasedFigure.Kind.ESTIMATE,
                key=cell_key(*(estimate[name] for name in ("indicator", "region", "period", "by"))),
                indicator=estimate["indicator"],
                region=estimate["region"],
                period=estimate["period"],
                by=canonical(estimate["by"]),
                payload=payload,
                suppressed=payload["suppressed"],
            )
        )
    return found


def _cell(estimate: Mapping[str, Any], estimator: str) -> Cell:
    return Cell(
        indicator=estimate["indicator"],
        region=estimate["region"],
        period=estimate["period"],
        by=tuple(sorted(estimate["by"].items())),
        n=estimate["n"],
        share=estimate["estimate"] if estimator == "proportion" else None,
        events=estimate["numerator"] if estimator == "rate" else None,
    )
