"""Every change to the estimates: measuring, which appends and never corrects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiheng import __version__
from zhiheng.evidence.log import Head
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.lookup import known_indicator
from zhiheng.indicators.models import EstimatePart, EstimateRow, Measurement
from zhiheng.indicators.periods import Period
from zhiheng.indicators.pinned import pinned
from zhiheng.indicators.runs import Run
from zhiheng.office import audit
from zhiheng.office.actors import Actor
from zhiheng.office.inserting import insert
from zhiheng.office.jobs import enqueue_as, work
from zhiheng.office.models import Job
from zhiheng.office.progress import Progress, Silent
from zhiheng.office.queries import region_tree
from zhiheng.office.words import _
from zhiheng.rules.errors import RightError, UsageError

ENGINES = ("duckdb", "spark")


def measure(
    actor: Actor,
    indicators: Iterable[str] | None = None,
    region: str | None = None,
    period: str | None = None,
    progress: Progress | None = None,
    engine: str = "duckdb",
) -> Measurement:
    """Measure indicators over the evidence sealed so far and keep every estimate.

    What has not changed since an earlier run is taken over from it. Each part is kept as soon as
    it is found, so that a run cut off is gone on with by the next.

    Args:
        indicators: codes; None: all whose kinds of evidence the actor may read.
        region: key, code, name or path of one region; None: every region of the actor's scope.
        period: ``2026``, ``2026Q3`` or ``2026-09``; None: every year, quarter and month.
        engine: ``duckdb`` in this process, or ``spark``; never chosen by itself.

    Raises:
        RightError: the actor may not measure, or not this region or kind.
        UsageError: an indicator, region, period or engine that does not exist.
    """
    actor.require("indicators.measure")
    if engine not in ENGINES:
        raise UsageError(
            "engine.unknown",
            _("没有计算引擎“{engine}”。", engine=engine),
            _("可用：{known}。", known="、".join(ENGINES)),
        )
    progress = progress or Silent()
    chosen = chosen_indicators(actor, indicators)
    span = Period.parse(period) if period else None
    tree = region_tree()
    place = find_region(actor, region) if region else None
    run = Run(pinned(engine), tree, period=span, place=place, regions=actor.regions)
    progress.start(len(chosen), _("测算指标"))
    parts = []
    for indicator in chosen:
        parts += _parts(actor, run, indicator)
        progress.step()
    arguments = {
        "indicators": [indicator.code for indicator in chosen],
        "region": place,
        "period": period,
        "engine": engine,
    }
    return _conclude(actor, run.head, chosen, parts, arguments)


def _parts(actor: Actor, run: Run, indicator: Indicator) -> list[EstimatePart]:
    """The indicator's parts by year: those that stand in the record, and those found now."""
    digests = run.digests(indicator)
    same = EstimatePart.objects.filter(indicator=indicator.code, digest__in=digests.values())
    held = {part.year: part for part in same if digests.get(part.year) == part.digest}
    missing = digests.keys() - held.keys()
    if missing:
        found, rules = run.found(indicator, frozenset(missing))
        for year in sorted(missing):
            held[year] = _keep(
                EstimatePart(
                    indicator=indicator.code,
                    year=year,
                    digest=digests[year],
                    created_at=timezone.now(),
                    actor=actor.name,
                    log_size=run.head.size,
                    root=run.head.root,
                    code_version=indicator.code_version,
                    rules=rules,
                    estimates=len(found[year]),
                ),
                found[year],
            )
    return [held[year] for year in sorted(held)]


def _keep(part: EstimatePart, found: pl.DataFrame) -> EstimatePart:
    """Write a part whole; where another run wrote the same meanwhile, that one is taken."""
    try:
        with transaction.atomic():
            part.save(force_insert=True)
            # By columns: a hundred thousand row objects cost more than measuring them did.
            insert(
                EstimateRow._meta.db_table,
                ["part_id", *found.columns],
                ((part.pk, *row) for row in found.iter_rows()),
            )
    except IntegrityError:
        same = {"indicator": part.indicator, "year": part.year, "digest": part.digest}
        return EstimatePart.objects.get(**same)
    return part


@transaction.atomic
def _conclude(
    actor: Actor,
    head: Head,
    chosen: list[Indicator],
    parts: list[EstimatePart],
    arguments: dict[str, Any],
) -> Measurement:
    whole = arguments["region"] is None and arguments["period"] is None and actor.regions is None
    count = sum(part.estimates for part in parts)
    measurement = Measurement.objects.create(
        created_at=timezone.now(),
        actor=actor.name,
        log_size=head.size,
        root=head.root,
        code_version=__version__,
        versions={indicator.code: indicator.code_version for indicator in chosen},
        arguments=arguments,
        rules=_each_once(rule for part in parts for rule in part.rules),
        whole=whole,
        estimates=count,
    )
    measurement.parts.add(*parts)
    audit.record(
        actor,
        "indicators.measure",
        str(measurement.id),
        {"estimates": count, "log_size": head.size, "root": head.root, **arguments},
    )
    return measurement


def _each_once(rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for rule in rules:
        if rule not in found:
            found.append(rule)
    return found


def chosen_indicators(actor: Actor, codes: Iterable[str] | None) -> list[Indicator]:
    """The indicators named, or all that the actor's kinds of evidence allow."""
    if codes is None:
        return [
            indicator
            for indicator in ALL.values()
            if actor.kinds is None or {kind.code for kind in indicator.kinds} <= actor.kinds
        ]
    chosen = [known_indicator(code) for code in dict.fromkeys(codes)]
    for indicator in chosen:
        for kind in indicator.kinds:
            actor.require_kind(kind.code)
    return chosen


def find_region(actor: Actor, text: str) -> str:
    """The key of a region the actor may see. Raises UsageError or RightError."""
    key = region_tree().find(text, timezone.localdate())
    if key is None:
        raise UsageError(
            "region.unknown",
            _("没有区域“{text}”，或有几个同名的。", text=text),
            _("请写区域代码，或写全路径，如 山东省/莱芜市。"),
        )
    if actor.regions is not None and key not in actor.regions:
        raise RightError(
            "right.region",
            _("“{text}”不在 {party} 的辖区内。", text=text, party=actor.party),
            _("请选辖区内的区域。"),
        )
    return key


MEASURE_JOB = "indicators.measure"


def ask_to_measure(
    actor: Actor,
    indicators: list[str] | None = None,
    region: str | None = None,
    period: str | None = None,
) -> Job:
    """Put a run into the queue; arguments and errors as of `measure`."""
    actor.require("indicators.measure")
    chosen = [i.code for i in chosen_indicators(actor, indicators)] if indicators else None
    place = find_region(actor, region) if region else None
    if period:
        Period.parse(period)
    return enqueue_as(actor, MEASURE_JOB, indicators=chosen, region=place, period=period)


@work(MEASURE_JOB)
def measure_job(actor: Actor, progress: Progress, **arguments: Any) -> dict[str, Any]:
    """The background job of `measure`; arguments as there."""
    measurement = measure(actor, progress=progress, **arguments)
    return {"measurement": measurement.id, "estimates": measurement.estimates}
