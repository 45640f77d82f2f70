"""Units side by side: intervals, shrunken figures, funnel limits and the ranks left open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.desk.reading import complete, numbers, read_columns
from zhiheng.indicators.refusals import said
from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.intervals import clopper_pearson, t_interval
from zhiheng.methods.league import funnel_places, joint_level, rank_ranges
from zhiheng.methods.small_areas import FEWEST_AREAS, Shrunken, beta_binomial, fay_herriot
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """Which columns hold what: counts ``x`` and ``n``, or ``estimate`` and ``se``."""

    unit: str
    x: str | None = None
    n: str | None = None
    estimate: str | None = None
    se: str | None = None

    @property
    def named(self) -> list[str]:
        return [c for c in (self.unit, self.x, self.n, self.estimate, self.se) if c]


def league(
    file: Path,
    columns: Columns,
    *,
    reference: float | None,
    minimum: float,
    level: float,
    higher_is_better: bool,
) -> dict[str, Any]:
    """The table of units, best first; units with fewer than `minimum` are shown without a rank.

    Shares come from counts (Clopper-Pearson, beta-binomial shrinkage, funnel), other figures from
    an estimate and its standard error (normal interval, Fay-Herriot). Ranges of ranks hold jointly
    at the level.

    Raises: UsageError, ContentError: the file, its columns, or what the mathematics refuses.
    """
    findings = Findings()
    counted = columns.x is not None and columns.n is not None
    if not counted and (columns.estimate is None or columns.se is None):
        findings.wrong_call(
            "league.columns",
            _("没有指明数据列。"),
            _("请给 --x 和 --n，或 --estimate 和 --se。"),
        )
    frame = read_columns(file, columns.named, findings)
    findings.stop()
    for name in columns.named:
        complete(frame, name, findings)
    twice = frame[columns.unit].filter(frame[columns.unit].is_duplicated()).unique().to_list()
    if twice:
        findings.wrong(
            "league.units",
            _("单位 {names} 不止一行。", names="、".join(map(str, twice[:5]))),
            _("每个单位一行，请先合并。"),
        )
    read = {name: numbers(frame, name, findings) for name in columns.named[1:]}
    findings.stop()
    size = read[columns.n] if columns.n else np.full(frame.height, np.nan)
    enough = np.isnan(size) | (size >= minimum)
    if not enough.all():
        findings.warn(
            "league.small",
            _(
                "{count} 个单位不足 {least:.10g}，只列数，不排名。",
                count=int((~enough).sum()),
                least=minimum,
            ),
        )
    try:
        if counted:
            rows = _shares(read[columns.x or ""], size, reference, level, enough)
        else:
            rows = _figures(read[columns.estimate or ""], read[columns.se or ""], level, enough)
        ranks = rank_ranges(
            rows["estimate"].filter(enough),
            rows["joint_lower"].filter(enough),
            rows["joint_upper"].filter(enough),
            higher_is_better=higher_is_better,
        )
    except MethodError as error:
        raise said(error, UsageError) from None
    if rows["shrunken"].null_count() == len(rows):
        findings.warn(
            "league.areas",
            _("可比的单位不足 {least} 个，没有收缩估计。", least=FEWEST_AREAS),
        )
    placed = np.full((frame.height, 3), -1)
    placed[enough] = np.column_stack([ranks.rank, ranks.best, ranks.worst])
    units = [
        {
            "unit": unit,
            "n": None if np.isnan(n) else float(n),
            **{key: row[key] for key in ("estimate", "lower", "upper", "shrunken", "funnel")},
            **dict(
                zip(
                    ("rank", "rank_best", "rank_worst"),
                    (int(p) if p > 0 else None for p in place),
                    strict=True,
                )
            ),
        }
        for unit, n, row, place in zip(
            frame[columns.unit].cast(pl.String), size, rows.iter_rows(named=True), placed,
            strict=True,
        )
    ]  # fmt: skip
    units.sort(key=lambda row: (row["rank"] is None, row["rank"] or 0))
    return {
        "level": level,
        "minimum": minimum,
        "higher_is_better": higher_is_better,
        "reference": _reference(read, columns, reference) if counted else None,
        "units": units,
        "warnings": [warning.as_json() for warning in findings.warnings],
    }


def _reference(read: dict[str, Array], columns: Columns, reference: float | None) -> float:
    if reference is not None:
        return reference
    return float(read[columns.x or ""].sum() / read[columns.n or ""].sum())


def _shares(
    x: Array, n: Array, reference: float | None, level: float, enough: Flags
) -> pl.DataFrame:
    lower, upper = clopper_pearson(x, n, level=level)
    joint = clopper_pearson(x, n, level=joint_level(int(enough.sum()) or 1, level))
    around = float(x.sum() / n.sum()) if reference is None else reference
    funnel = funnel_places(x, n, around) if 0 < around < 1 else [None] * len(x)
    shrunken = beta_binomial(x, n, level=level) if len(x) >= FEWEST_AREAS else None
    return _rows(x / n, lower, upper, joint, shrunken, [f and str(f) for f in funnel])


def _figures(estimate: Array, se: Array, level: float, enough: Flags) -> pl.DataFrame:
    lower, upper = t_interval(estimate, se, None, level=level)
    joint = t_interval(estimate, se, None, level=joint_level(int(enough.sum()) or 1, level))
    shrunken = fay_herriot(estimate, se, level=level) if len(se) >= FEWEST_AREAS else None
    return _rows(estimate, lower, upper, joint, shrunken, [None] * len(se))


def _rows(
    estimate: Array,
    lower: Array,
    upper: Array,
    joint: tuple[Array, Array],
    shrunken: Shrunken | None,
    funnel: list[str | None],
) -> pl.DataFrame:
    borrowed = [None] * len(estimate) if shrunken is None else [
        {
            "estimate": float(shrunken.estimate[i]),
            "lower": float(shrunken.lower[i]),
            "upper": float(shrunken.upper[i]),
            "weight": float(shrunken.weight[i]),
        }
        for i in range(len(estimate))
    ]  # fmt: skip
    return pl.DataFrame(
        {
            "estimate": estimate,
            "lower": lower,
            "upper": upper,
            "joint_lower": joint[0],
            "joint_upper": joint[1],
            "funnel": pl.Series(funnel, dtype=pl.String),
            "shrunken": pl.Series(borrowed, dtype=_SHRUNKEN),
        }
    )


_SHRUNKEN = pl.Struct(dict.fromkeys(("estimate", "lower", "upper", "weight"), pl.Float64))
