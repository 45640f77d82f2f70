"""The indicators that come with a procedure: of each clock, how often it was kept.

Open but late counts as late; open and not yet due is left out until it falls due; a case that
ended before anything stopped its clock counts only where the last day was over by then.
"""

from __future__ import annotations

import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Text
from zhiheng.indicators.indicators.shared import CENSUS
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.parts import Clock


def indicators_of(procedure: Procedure) -> list[Indicator]:
    """One indicator a clock; that of the procedure's term has no clock in its name."""
    return [_in_time(procedure, clock) for clock in procedure.clocks]


def _in_time(procedure: Procedure, clock: Clock) -> Indicator:
    whole = clock.code == procedure.term

    def due_on(t: ir.Table) -> ir.Value:
        return t[f"{clock.code}_due_on"]

    def fallen_due(t: ir.Table) -> ir.Value:
        told = t[f"{clock.code}_in_time"].notnull() & (due_on(t) <= t.as_at)
        open_late = t[f"{clock.code}_stopped_on"].isnull() & (due_on(t) < t.as_at)
        return (told | open_late).fill_null(False)

    def kept(t: ir.Table) -> ir.Value:
        return t[f"{clock.code}_in_time"].fill_null(False)

    return Indicator(
        code=f"{procedure.code}_in_time" if whole else f"{procedure.code}_{clock.code}_in_time",
        zh=f"{procedure.zh}按期率" if whole else f"{procedure.zh}：{clock.zh}按期率",
        en=f"{procedure.en}: in time" if whole else f"{procedure.en}: {clock.en} in time",
        unit="%",
        better="higher",
        population=Text(
            f"期内届满的“{procedure.zh}”（{clock.zh}）",
            f"Cases of “{procedure.en}” whose limit “{clock.en}” fell due in the period",
        ),
        kind=KINDS[procedure.code],
        estimator="proportion",
        where=fallen_due,
        success=kept,
        occurred=due_on,
        design=CENSUS,
        source=procedure.source,
        notes=Text(
            "过期仍未办结的计为逾期；未到期未办结的不计入；中止期间不计算。",
            "Open after the last day is late; open and not yet due does not count; pauses are "
            "left out.",
        ),
    )
