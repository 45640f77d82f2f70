"""Measuring: the runs so far, a new one in the background, and what a run gave."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from zhiheng.indicators import queries
from zhiheng.indicators.actions import ask_to_measure, chosen_indicators
from zhiheng.portal import figures
from zhiheng.web.access import actor_of, staff
from zhiheng.web.numbers import amount, interval
from zhiheng.web.paging import SIZE, cursor, page
from zhiheng.web.places import today_view


@require_http_methods(["GET", "HEAD", "POST"])
@staff("indicators.measure")
def measurements(request: HttpRequest) -> HttpResponse:
    """The runs, newest first; a POST starts another over the evidence sealed so far."""
    actor = actor_of(request)
    if request.method == "POST":
        code = request.POST.get("indicator", "")
        job = ask_to_measure(actor, [code] if code else None)
        return HttpResponseRedirect(f"/desk/jobs/{job.id}")
    found = queries.measurements(actor)
    before = cursor(request) or ""
    if before.isdigit():
        found = found.filter(id__lt=int(before))
    rows = list(found[: SIZE + 1])
    words = {
        "page": page(request, rows, str(rows[:SIZE][-1].id) if rows else ""),
        "indicators": chosen_indicators(actor, None),
    }
    return render(request, "portal/measurements.html", words)


@require_safe
@staff("indicators.measure")
def measurement(request: HttpRequest, number: int) -> HttpResponse:
    """One run: what it rests on, and its estimates of one indicator."""
    actor = actor_of(request)
    found = queries.measurements(actor).filter(id=number).first()
    if found is None:
        raise Http404
    measured = sorted(found.versions)
    chosen = request.GET.get("indicator", "")
    chosen = chosen if chosen in measured else (measured[0] if measured else "")
    rows = queries.estimates(actor, found, [chosen])
    after = cursor(request) or ""
    if after.isdigit():
        rows = rows.filter(id__gt=int(after))
    listed = list(rows[: SIZE + 1])
    shown = page(request, listed, str(listed[:SIZE][-1].id) if listed else "")
    view = today_view()
    lines = []
    for row in shown.rows:
        estimate = queries.as_json(row)
        unit = figures.declared_unit(row.indicator)
        between = interval(row.lower, row.upper, unit)
        lines.append((figures.place(estimate, view), row, amount(row.estimate, unit), between))
    words = {
        "measurement": found,
        "offered": [(code, figures.indicator_name(code)) for code in measured],
        "chosen": chosen,
        "lines": lines,
        "page": shown,
    }
    return render(request, "portal/measurement.html", words)
