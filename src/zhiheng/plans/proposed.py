"""Metrics without an indicator of their own: what departments report under the proposed code."""

from __future__ import annotations

from collections.abc import Iterable

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.evidence.models import Batch
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Text
from zhiheng.indicators.estimate import Estimate
from zhiheng.indicators.pinned import pinned_lake
from zhiheng.indicators.reported import reported
from zhiheng.indicators.rollup import Places
from zhiheng.office.actors import Actor
from zhiheng.office.queries import region_tree
from zhiheng.plans.catalogue import measure_of
from zhiheng.plans.declaration import Target

FIGURE = KINDS["reported_figure"]


def reported_figures(
    actor: Actor, targets: Iterable[Target]
) -> tuple[list[Estimate], int | None, str]:
    """The figures reported under codes that the catalogue does not hold, in the actor's regions.

    They are read from the lake and not measured, for a report is taken as it was said. With them
    come size and root of the log they rest on.
    """
    wanted = {target.code: target for target in targets}
    sealed = Batch.objects.filter(kind=FIGURE.code, state=Batch.State.SEALED, rows__gt=0)
    if not wanted or not actor.can("evidence.read") or not sealed.exists():
        return [], None, ""
    if actor.kinds is not None and FIGURE.code not in actor.kinds:
        return [], None, ""
    head, backend = pinned_lake()
    indicators = [_indicator(target) for _code, target in sorted(wanted.items())]
    found = reported(indicators, backend, Places(region_tree()))
    own = [e for e in found if actor.regions is None or e.region in actor.regions]
    return own, head.size, head.root


def _indicator(target: Target) -> Indicator:
    return Indicator(
        code=target.code,
        zh=target.text,
        en=target.code,
        unit=measure_of(target).unit or "1",
        better="none",
        population=Text(target.text, target.code),
        kind=FIGURE,
        estimator="reported",
        source=target.text,
    )
