"""What everybody may read: the verdict board, plans, targets. Only what was released."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhiheng.documents.signs import SIGNS
from zhiheng.office.home import current
from zhiheng.office.regions import TreeView
from zhiheng.portal import figures, tables
from zhiheng.portal.derivation import derivation
from zhiheng.portal.kept import kept_while_it_stands
from zhiheng.publication import queries
from zhiheng.web import charts
from zhiheng.web.maps import coloured_map
from zhiheng.web.markup import options
from zhiheng.web.numbers import amount, interval
from zhiheng.web.places import region_name, today_view
from zhiheng.web.units import unit_word

LEVELS = ("district", "unit", "ward")
"""Levels of the regions that a city's map shows."""

SERIES = (
    *("indicator", "region", "period", "estimate", "se", "lower", "upper", "level", "n"),
    *("numerator", "denominator", "method", "suppressed"),
)
"""Columns of a target's CSV, as ``measure --json`` names them."""


@require_safe
@kept_while_it_stands
def board(request: HttpRequest) -> HttpResponse:
    """Every plan that is out with its verdicts, and a map of one indicator."""
    view = today_view()
    verdicts = queries.released_verdicts()
    plans: list[dict[str, Any]] = []
    for plan in queries.released_plans():
        own = [v for v in verdicts if v["plan"] == plan["code"]]
        judged = [v for v in own if v["estimate"] is not None or v["suppressed"]]
        plans.append(
            {
                "head": plan,
                "counts": figures.counts(own),
                "table": tables.verdicts([figures.line(v, view) for v in judged]) if judged else "",
                "judged": len(judged),
                "others": len(own) - len(judged),
            }
        )
    words = {
        "plans": sorted(plans, key=lambda plan: -plan["judged"]),
        "counts": figures.counts(verdicts),
        "notices": queries.notices(),
        **_map(request, view),
    }
    return render(request, "portal/board.html", words)


def _map(request: HttpRequest, view: TreeView) -> dict[str, Any]:
    """The map of the chosen indicator in its last year, the same as a list, and what to choose."""
    offered = {o["indicator"]: o["period"] for o in queries.released_levels()}
    if not offered:
        return {"offered": []}
    codes = sorted(offered, key=figures.order_of)
    asked = request.GET.get("indicator")
    chosen, known = _first_shown([asked] if asked in offered else codes, offered)
    unit = figures.declared_unit(chosen)
    name = figures.indicator_name(chosen)
    values = {e["region"]: figures.natural(e["estimate"], unit) or 0.0 for e in known}
    return {
        "offered": codes,
        "options": options([(code, figures.indicator_name(code)) for code in codes], chosen),
        "map_title": f"{name} {offered[chosen]}",
        "map": coloured_map(
            current().map,
            values,
            {v.key: region_name(view, v.key) for v in view},
            f"{name} {offered[chosen]}",
            unit,
        ),
        "ranked": [
            (e["region"], region_name(view, e["region"]), amount(e["estimate"], unit))
            for e in sorted(known, key=lambda e: -e["estimate"])
        ],
    }


def _first_shown(codes: list[str], periods: Mapping[str, str]) -> tuple[str, list[dict[str, Any]]]:
    """The first indicator of which some region's figure is shown, and those figures."""
    for code in codes:
        found = queries.released_map(code, periods[code])
        known = [e for e in found if e["region_level"] in LEVELS and e["estimate"] is not None]
        if known:
            return code, known
    return codes[0], []


@require_safe
@kept_while_it_stands
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """One plan: all its targets, or those of one verdict."""
    found = queries.released_plan(code)
    if found is None:
        raise Http404
    view = today_view()
    only = request.GET.get("verdict") if request.GET.get("verdict") in SIGNS else None
    shown = [v for v in found["verdicts"] if only in (None, v["verdict"])]
    words = {
        "plan": found,
        "region": region_name(view, found["region"]),
        "counts": figures.counts(found["verdicts"]),
        "total": len(found["verdicts"]),
        "only": only,
        "table": tables.verdicts([figures.line(v, view) for v in shown]),
    }
    return render(request, "portal/plan.html", words)


@require_safe
@kept_while_it_stands
def target(request: HttpRequest, code: str, identity: str) -> HttpResponse:
    """One target: its verdict, its figure over time, and how the figure came about."""
    found = queries.released_target(code, identity)
    if found is None:
        raise Http404
    view = today_view()
    verdict = found["verdict"]
    unit = figures.unit_of(verdict)
    shown = figures.line(verdict, view)
    points = figures.trend_points(found["series"], unit)
    words = {
        "plan": found["plan"],
        "line": shown,
        "verdict": verdict,
        "interval": figures.both_sides(verdict),
        "bounds": shown.interval,
        "baseline": figures.baseline(verdict),
        "responsible": figures.responsible(verdict),
        "derivation": derivation(verdict, found["series"]),
        "series": [
            (
                e["period"],
                amount(e["estimate"], unit),
                interval(e["lower"], e["upper"], unit),
                e["n"],
            )
            for e in found["series"]
        ],
        "figure": charts.trend(
            "trend", shown.indicator, points, unit_word(unit), figures.target_line(verdict)
        )
        if points
        else None,
    }
    return render(request, "portal/target.html", words)


@require_safe
@kept_while_it_stands
def target_csv(request: HttpRequest, code: str, identity: str) -> HttpResponse:
    """The series behind one target, in machine units, one estimate a line."""
    found = queries.released_target(code, identity)
    if found is None:
        raise Http404
    text = io.StringIO()
    writer = csv.DictWriter(text, [*SERIES, "log_size", "root"], extrasaction="ignore")
    writer.writeheader()
    for estimate in found["series"]:
        writer.writerow(
            {"log_size": found["plan"]["log_size"], "root": found["plan"]["root"], **estimate}
        )
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{code}-{identity}.csv"'
    return response
