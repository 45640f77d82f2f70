"""The API of indicators: declarations, runs, estimates, derivations."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from zhiheng.indicators import answers, explain, queries
from zhiheng.indicators.actions import ask_to_measure
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.lookup import known_indicator
from zhiheng.indicators.reference import facts, indicator_row
from zhiheng.web.access import actor_of
from zhiheng.web.conventions import (
    SIGNED_IN,
    After,
    JobStarted,
    Limit,
    Number,
    Page,
    Text,
    job_started,
    page,
    require_any,
)
from zhiheng.web.language import language_code

router = Router(tags=["indicators"])


@router.get("/indicators", response=list[answers.IndicatorLine])
def indicators(request: HttpRequest) -> Any:
    """指标 / Indicators"""
    return [indicator_row(indicator) for indicator in ALL.values()]


@router.get("/indicators/{indicator}", response=answers.IndicatorSaid)
def indicator(request: HttpRequest, indicator: Text) -> Any:
    """一个指标的声明 / One indicator as it is declared"""
    return facts(known_indicator(indicator))


@router.get("/estimates", auth=SIGNED_IN, response=Page[answers.EstimateSaid])
def estimates(
    request: HttpRequest,
    indicator: Text,
    region: Text | None = None,
    period: Text | None = None,
    after: After = 0,
    limit: Limit = 50,
) -> Any:
    """一个指标现行的估计值，附区间 / The standing estimates of an indicator, with intervals"""
    found = queries.standing(actor_of(request), known_indicator(indicator).code)
    if region is not None:
        found = found.filter(region=region)
    if period is not None:
        found = found.filter(period=period)
    rows = found.filter(id__gt=after).order_by("id")[: limit + 1]
    return page([queries.estimate_row(row) for row in rows], limit, lambda row: row["id"])


@router.get("/estimates/{number}", auth=SIGNED_IN, response=answers.EstimateSaid)
def estimate(request: HttpRequest, number: Number) -> Any:
    """一个估计值 / One estimate"""
    return queries.estimate_row(queries.estimate(actor_of(request), number))


@router.get("/estimates/{number}/derivation", auth=SIGNED_IN, response=answers.DerivationSaid)
def derivation(request: HttpRequest, number: Number) -> Any:
    """这个数是怎么来的 / How the figure came about"""
    actor = actor_of(request)
    return explain.explain(actor, queries.estimate(actor, number), language_code())


@router.get("/estimates/{number}/rows", auth=SIGNED_IN, response=list[answers.BehindSaid])
def rows_behind(request: HttpRequest, number: Number, limit: Limit = 50) -> Any:
    """这个数所依据的证据行 / The rows of evidence behind the figure"""
    actor = actor_of(request)
    return explain.rows_behind(actor, queries.estimate(actor, number), limit)


@router.get("/measurements", auth=SIGNED_IN, response=Page[answers.MeasurementSaid])
def measurements(request: HttpRequest, after: After | None = None, limit: Limit = 50) -> Any:
    """历次测算，从新到旧 / Runs, newest first"""
    found = queries.measurements(require_any(request, "indicators.measure"))
    if after is not None:
        found = found.filter(id__lt=after)
    rows = [queries.measurement_row(run) for run in found[: limit + 1]]
    return page(rows, limit, lambda row: row["measurement"])


@router.get("/measurements/{number}", auth=SIGNED_IN, response=answers.MeasurementSaid)
def measurement(request: HttpRequest, number: Number) -> Any:
    """一次测算 / One run"""
    actor = require_any(request, "indicators.measure")
    return queries.measurement_row(queries.measurement(actor, number))


@router.get("/measurements/{number}/estimates", auth=SIGNED_IN, response=Page[answers.EstimateSaid])
def estimates_of(
    request: HttpRequest,
    number: Number,
    indicator: Text | None = None,
    after: After = 0,
    limit: Limit = 50,
) -> Any:
    """一次测算的估计值 / What one run gave"""
    actor = require_any(request, "indicators.measure")
    run = queries.measurement(actor, number)
    found = queries.estimates(actor, run, [indicator] if indicator is not None else None)
    rows = found.filter(id__gt=after)[: limit + 1]
    return page([queries.estimate_row(row) for row in rows], limit, lambda row: row["id"])


@router.post("/measurements", auth=SIGNED_IN, response={202: JobStarted})
def measure(request: HttpRequest, given: answers.MeasureGiven) -> Any:
    """在后台测算 / Measure in the background"""
    return Status(202, job_started(ask_to_measure(actor_of(request), **given.dict())))
