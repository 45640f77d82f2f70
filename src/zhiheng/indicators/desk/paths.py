"""A series of figures on its way to a target: where it stands, and where it is heading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.desk.reading import complete, numbers, read_columns
from zhiheng.indicators.desk.targets import Target
from zhiheng.indicators.refusals import said
from zhiheng.methods.errors import MethodError
from zhiheng.methods.forecasts import forecast
from zhiheng.methods.planning import expected, progress
from zhiheng.methods.vocabulary import Operator
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError


def follow(
    file: Path, time: str, value: str, se: str | None, target: Target, ends: float, level: float
) -> dict[str, Any]:
    """Progress along the straight path from the first period to the target, and the forecast.

    Raises: UsageError, ContentError: the file, its columns, the target, or what the mathematics
        refuses.
    """
    findings = Findings()
    allowed = (Operator.AT_LEAST, Operator.ABOVE, Operator.AT_MOST, Operator.BELOW)
    if target.operator not in allowed or target.value is None:
        findings.wrong_call(
            "forecast.operator",
            _("“{target}”没有可走的路径。", target=target),
            _("请用 >=、>、<= 或 < 和一个数。"),
        )
    frame = read_columns(file, [time, value, *([se] if se else [])], findings)
    findings.stop()
    for name in (time, value, *([se] if se else [])):
        complete(frame, name, findings)
    times, values = numbers(frame, time, findings), numbers(frame, value, findings)
    errors = numbers(frame, se, findings) if se else None
    findings.stop()
    assert target.value is not None
    order = np.argsort(times)
    times, values = times[order], values[order]
    try:
        heading = forecast(
            times, values, ends, ses=None if errors is None else errors[order], level=level
        )
        wanted_now = expected(values[0], target.value, times[0], ends, times[-1])
        done = progress(values[-1], values[0], target.value)
    except MethodError as error:
        raise said(error, UsageError) from None
    upwards = target.operator in (Operator.AT_LEAST, Operator.ABOVE)
    return {
        "target": target.as_json(),
        "ends": ends,
        "now": {"time": float(times[-1]), "value": float(values[-1])},
        "progress": float(done),
        "expected": float(wanted_now),
        "on_path": bool(values[-1] >= wanted_now if upwards else values[-1] <= wanted_now),
        "forecast": {
            "estimate": heading.estimate,
            "lower": heading.lower,
            "upper": heading.upper,
            "level": level,
            "se": heading.se,
            "df": heading.df,
            "slope": heading.slope,
            "probability": heading.probability(target.operator, target.value),
        },
    }
