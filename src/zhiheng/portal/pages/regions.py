"""Regions: all that was released about one, beside its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.portal import figures, tables
from zhiheng.portal.kept import kept_while_it_stands
from zhiheng.publication import queries
from zhiheng.web import charts
from zhiheng.web.markup import Column, link, options, table
from zhiheng.web.places import home_region, region_name, today_view
from zhiheng.web.units import unit_word


@require_safe
@kept_while_it_stands
def regions(request: HttpRequest) -> HttpResponse:
    """The home's region and those below it."""
    view = today_view()
    top = home_region(view)
    keys = [top, *view.children(top)] if top else view.roots()
    verdicts = queries.released_verdicts()
    listed = [
        (
            key,
            region_name(view, key),
            figures.counts(v for v in verdicts if v["region"] == key),
        )
        for key in keys
    ]
    return render(request, "portal/regions.html", {"listed": listed})


@require_safe
@kept_while_it_stands
def region(request: HttpRequest, key: str) -> HttpResponse:
    """Verdicts and newest estimates of one region; one indicator compared with the neighbours."""
    view = today_view()
    version = view.version(key)
    if version is None:
        raise Http404
    found = queries.released_region(version.key)
    newest = _newest(found["estimates"])
    about = {v["indicator"]: v for v in queries.released_verdicts()}
    chosen = next(
        (e for e in newest if e["indicator"] == request.GET.get("indicator")),
        next((e for e in newest if not e["suppressed"]), newest[0] if newest else None),
    )
    judged = found["verdicts"]
    measured = [figures.measured(e, about.get(e["indicator"])) for e in newest]
    words = {
        "region": version,
        "name": region_name(view, version.key),
        "above": [(k, region_name(view, k)) for k in reversed(view.ancestors(version.key)[1:])],
        "below": [(k, region_name(view, k)) for k in view.children(version.key)],
        "verdicts": tables.verdicts([figures.line(v, view) for v in judged], regions=False)
        if judged
        else "",
        "estimates": _table(measured) if measured else "",
        "options": options(
            [(e.payload["indicator"], e.indicator) for e in measured],
            chosen["indicator"] if chosen else None,
        ),
        "figure": _comparison(chosen, about.get(chosen["indicator"]), version.key, view)
        if chosen
        else None,
    }
    return render(request, "portal/region.html", words)


def _table(measured: Sequence[figures.Measured]) -> SafeString:
    columns = [
        Column(_("指标"), heads=True),
        Column(_("时期"), "keep"),
        Column(_("估计值"), "num"),
        Column(_("置信区间"), "num"),
        Column(_("样本数"), "num"),
    ]
    small = tables.small_number()
    rows = (
        (
            link(f"?indicator={each.payload['indicator']}#compare", each.indicator),
            each.payload["period"],
            small if each.payload["suppressed"] else each.estimate,
            each.interval,
            each.payload["n"],
        )
        for each in measured
    )
    return table(columns, rows)


def _newest(estimates: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Of each indicator the undivided estimate of its last year, in the order of the catalogue."""
    last: dict[str, Mapping[str, Any]] = {}
    for estimate in sorted(estimates, key=lambda e: str(e["period"])):
        if not estimate["by"] and len(estimate["period"]) == len("2026"):
            last[estimate["indicator"]] = estimate
    return sorted(last.values(), key=lambda e: figures.order_of(e["indicator"]))


def _comparison(
    chosen: Mapping[str, Any], about: Mapping[str, Any] | None, here: str, view: TreeView
) -> charts.Figure | None:
    """The region among its neighbours, and the one above them all, by one indicator."""
    chain = view.ancestors(here)
    above = chain[1] if len(chain) > 1 else None
    compared = {*(view.children(above) if above else [here]), *([above] if above else [])}
    across = [
        e
        for e in queries.released_map(chosen["indicator"], chosen["period"])
        if e["region"] in compared and e["estimate"] is not None
    ]
    if len(across) < 2:
        return None
    named = figures.measured(chosen, about)
    points = [
        charts.Point(
            label=region_name(view, e["region"]),
            value=figures.natural(e["estimate"], named.unit),
            low=figures.natural(e["lower"], named.unit),
            high=figures.natural(e["upper"], named.unit),
            link=f"/regions/{e['region']}",
            here=e["region"] == here,
        )
        for e in sorted(across, key=lambda e: -e["estimate"])
    ]
    title = f"{named.indicator} {chosen['period']}"
    return charts.comparison("comparison", title, points, unit_word(named.unit))
