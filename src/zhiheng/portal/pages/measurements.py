"""Measuring: the runs so far, a new one in the background, and what a run gave."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from zhiheng.indicators import queries
from zhiheng.indicators.actions import ask_to_measure, chosen_indicators
from zhiheng.indicators.method_words import in_words, source_of
from zhiheng.indicators.models import EstimateRow, Measurement
from zhiheng.office.queries import party_names, people_names
from zhiheng.office.words import _
from zhiheng.portal import figures
from zhiheng.web.access import actor_of, staff
from zhiheng.web.language import language_code
from zhiheng.web.markup import Column, link, moment, options, shortened, table
from zhiheng.web.numbers import amount, interval
from zhiheng.web.paging import SIZE, cursor, page, plain_number
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
    if (before := plain_number(cursor(request))) is not None:
        found = found.filter(id__lt=before)
    rows = list(found[: SIZE + 1])
    shown = page(request, rows, str(rows[:SIZE][-1].id) if rows else "")
    offered = chosen_indicators(actor, None)
    words = {
        "page": shown,
        "table": _runs(shown.rows),
        "options": options((each.code, figures.indicator_name(each.code)) for each in offered),
    }
    return render(request, "portal/measurements.html", words)


def _runs(shown: Sequence[Measurement]) -> SafeString:
    columns = [
        Column(_("编号"), heads=True),
        Column(_("时间"), "keep"),
        Column(_("谁")),
        Column(_("估计值个数"), "num"),
        Column(_("日志长度"), "num"),
        Column(_("日志根"), "mono hash"),
    ]
    people = people_names(run.actor for run in shown)
    rows = (
        (
            link(f"/desk/measurements/{run.pk}", f"{_('测算')} {run.pk}"),
            moment(run.created_at),
            people[run.actor],
            run.estimates,
            run.log_size,
            shortened(run.root, 17),
        )
        for run in shown
    )
    return table(columns, rows)


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
    begin = plain_number(cursor(request)) or 0
    listed = queries.page_of_estimates(actor, found, chosen, after=begin, limit=SIZE + 1)
    shown = page(request, listed, str(listed[:SIZE][-1].id) if listed else "")
    words = {
        "measurement": found,
        "person": people_names([found.actor])[found.actor],
        "options": options([(code, figures.indicator_name(code)) for code in measured], chosen),
        "table": _estimates(shown.rows),
        "page": shown,
    }
    return render(request, "portal/measurement.html", words)


def _estimates(shown: Sequence[EstimateRow]) -> SafeString:
    columns = [
        Column(_("区域"), heads=True),
        Column(_("时期"), "keep"),
        Column(_("估计值"), "num"),
        Column(_("置信区间"), "num"),
        Column(_("样本数"), "num"),
        Column(_("测算方法"), "note"),
    ]
    view, language = today_view(), language_code()
    parties = party_names(filter(None, {source_of(row.method) for row in shown}))
    rows = []
    for row in shown:
        unit = figures.declared_unit(row.indicator)
        place = figures.place(
            {"indicator": row.indicator, "region": row.region, "by": json.loads(row.by)}, view
        )
        between = interval(row.lower, row.upper, unit)
        how = in_words(row.method, parties, language)
        rows.append((place, row.period, amount(row.estimate, unit), between, row.n, how))
    return table(columns, rows)
