"""The kind of evidence that a procedure leaves: a row per case, superseded at every step (pure)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from zhiheng.evidence.declaration import Choice, Column, Kind, Type
from zhiheng.evidence.kinds.shared import identity
from zhiheng.procedures.declaration import Procedure
from zhiheng.procedures.runs import Going
from zhiheng.procedures.timeline import Standing


def kind_of(procedure: Procedure) -> Kind:
    """The kind of a procedure; nobody files it, its rows come from the steps of cases."""
    return Kind(
        procedure.code,
        procedure.zh,
        procedure.en,
        (
            *identity("案件编号", "Case number", "收到日期", "Received on"),
            Column("unit", "承办单位", "Unit in charge", required=True),
            Column(
                "state",
                "所处状态",
                "State of the case",
                Type.CODE,
                required=True,
                choices=tuple(Choice(s.code, s.zh, s.en) for s in procedure.states),
            ),
            Column("steps", "事件数", "Number of events", Type.INTEGER, required=True, least=1),
            Column("due_on", "届满日期", "Due on", Type.DATE),
            Column("closed_on", "终结日期", "Ended on", Type.DATE),
            Column("in_time", "按期", "In time", Type.BOOLEAN, note="未到期未办结的为空"),
            Column("censored", "尚未到期", "Not yet due", Type.BOOLEAN, required=True),
            *(column for clock in procedure.clocks for column in _clock_columns(clock)),
            *(replace(procedure.columns[name], required=False) for name in procedure.told),
        ),
        may_report=(),
        source=procedure.source,
    )


def _clock_columns(clock: Any) -> tuple[Column, ...]:
    code, zh, en = clock.code, clock.zh, clock.en
    return (
        Column(f"{code}_started_on", f"{zh}起算日", f"{en}: started on", Type.DATE),
        Column(f"{code}_due_on", f"{zh}届满日", f"{en}: due on", Type.DATE),
        Column(f"{code}_stopped_on", f"{zh}停止日", f"{en}: stopped on", Type.DATE),
        Column(f"{code}_in_time", f"{zh}按期", f"{en}: in time", Type.BOOLEAN),
    )


def row_of(procedure: Procedure, standing: Standing, events: int, at: datetime) -> dict[str, Any]:
    """What the kind's own columns say of a case as it stood at a moment; days as ISO text."""
    said: dict[str, Any] = {
        "unit": standing.unit,
        "state": standing.state,
        "steps": events,
        "due_on": None,
        "closed_on": _iso(standing.closed_on),
        "in_time": None,
        "censored": standing.closed_on is None,
    }
    for clock in procedure.clocks:
        reading = standing.readings.get(clock.code)
        if reading is None:
            continue
        kept = False if reading.overdue(at) else reading.in_time
        said |= {
            f"{clock.code}_started_on": _iso(reading.started_on),
            f"{clock.code}_due_on": _iso(reading.due_on),
            f"{clock.code}_stopped_on": _iso(reading.stopped_on),
            f"{clock.code}_in_time": kept,
        }
        if clock.code == procedure.term:
            open_ = reading.going in {Going.RUNNING, Going.PAUSED}
            said |= {"due_on": _iso(reading.due_on), "in_time": kept}
            said["censored"] = open_ and kept is None
    for name in procedure.told:
        value = standing.answers.get(name)
        said[name] = _iso(value) if isinstance(value, date) else value
    return said


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
