"""Design-based estimates of a file: the command's answer as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from zhiheng.indicators.desk.asked import Asked, check
from zhiheng.indicators.desk.cells import Broken, broken_down, categories
from zhiheng.indicators.desk.doubts import Figures, warn_of
from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.desk.reading import numbers, read_columns
from zhiheng.indicators.desk.sample import design_of
from zhiheng.indicators.refusals import said
from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.intervals import t_interval
from zhiheng.methods.replicates import Replicates, jackknife, rao_wu_bootstrap
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.methods.survey_estimates import (
    SurveyEstimates,
    survey_means,
    survey_proportions,
    survey_ratios,
    survey_totals,
)
from zhiheng.methods.survey_intervals import proportion_interval
from zhiheng.methods.survey_quantiles import survey_quantiles
from zhiheng.methods.survey_variance import Domains, domains
from zhiheng.office.words import _


def estimate(asked: Asked) -> dict[str, Any]:
    """``{"design", "estimates", "warnings"}``; a figure that does not exist is null and warned of.

    Raises:
        UsageError, ContentError: with all that is wrong in the call and the file.
    """
    findings = Findings()
    check(asked, findings)
    frame = read_columns(asked.file, asked.columns, findings)
    findings.stop()
    columns = _values(asked, frame, findings)
    broken = broken_down(frame, asked.by, findings)
    design = design_of(asked, frame, findings)
    present = np.logical_and.reduce([~np.isnan(values) for values in columns.values()])
    _warn_missing(asked, present, findings)
    within = domains(design, np.where(present, broken.cell, -1), broken.count)
    replicates = _replicates(asked, design)
    kind = _interval(asked, columns["y"][present])
    work = _Work(asked, frame, design, within, replicates, kind, findings)
    found = list(_computed(work, columns))
    warn_of(asked, design, broken, found, findings)
    return {
        "design": _described(asked, design, within, kind),
        "estimates": _listed(broken, found),
        "warnings": [problem.as_json() for problem in findings.warnings],
    }


@dataclass(frozen=True)
class _Work:
    asked: Asked
    frame: pl.DataFrame
    design: SurveyDesign
    within: Domains
    replicates: Replicates | None
    interval: str
    findings: Findings


def _values(asked: Asked, frame: pl.DataFrame, findings: Findings) -> dict[str, Array]:
    """y (for proportions the number of its category) and the denominator, nan where missing."""
    if asked.stat == "proportion":
        return {"y": categories(frame, asked.y, findings).number}
    found = {"y": numbers(frame, asked.y, findings)}
    if asked.over:
        found["over"] = numbers(frame, asked.over, findings)
    return found


def _warn_missing(
    asked: Asked, present: np.ndarray[Any, np.dtype[np.bool_]], findings: Findings
) -> None:
    missing = int((~present).sum())
    if missing == present.size:
        findings.wrong(
            "y.missing_all",
            _("列“{name}”一个值也没有。", name=asked.y),
            _("请检查列名，或缺失值的写法。"),
        )
    elif missing:
        findings.warn(
            "y.missing",
            _("{count} 行缺少“{name}”的值，没有计入。", count=missing, name=asked.y),
            _("其余的行按子总体估计，抽样设计不变。"),
        )
    findings.stop()


def _replicates(asked: Asked, design: SurveyDesign) -> Replicates | None:
    if asked.replicates is None:
        return None
    try:
        if asked.replicates == "jackknife":
            return jackknife(design)
        return rao_wu_bootstrap(design, asked.repeats, seed=asked.seed)
    except MethodError as error:
        raise said(
            error,
            about=lambda why: _("做不成重复权数：{why}", why=why),
            fix=_("去掉 --replicates 则用线性化方差。"),
        ) from None


def _interval(asked: Asked, y: Array) -> str:
    """The interval's name; those of proportions need a proportion.

    Raises: UsageError ``interval.kind``.
    """
    if asked.stat == "proportion":
        return asked.interval or "beta"
    kind = asked.interval or "wald"
    shares = asked.stat == "quantile" or (asked.stat == "mean" and np.isin(y, (0, 1)).all())
    if kind != "wald" and not shares:
        findings = Findings()
        findings.wrong_call(
            "interval.kind",
            _("{kind} 区间只用于比例，{stat} 没有。", kind=kind, stat=asked.stat),
            _("请用 --interval wald，或 --stat proportion。"),
        )
        findings.stop()
    return kind


def _computed(work: _Work, columns: dict[str, Array]) -> Iterator[Figures]:
    """The figures, one set for each category (one in all but for proportions)."""
    asked, design, within = work.asked, work.design, work.within
    again = {"replicates": work.replicates}
    if asked.stat == "quantile":
        found = survey_quantiles(
            design,
            within,
            columns["y"],
            asked.quantile,
            interval=work.interval,  # type: ignore[arg-type]
            level=asked.level,
            **again,
        )
        nothing = np.full(within.n_cells, np.nan)
        yield Figures(
            None, found.estimate, found.se, found.df, nothing, found.lower, found.upper, found.n
        )
        return
    if asked.stat == "proportion":
        known = categories(work.frame, asked.y, Findings())
        number = np.nan_to_num(known.number, nan=-1).astype(np.int64)
        shares = survey_proportions(design, within, number, len(known.values), **again)
        for value, share in zip(known.values, shares, strict=True):
            yield _with_bounds(work, value, share)
        return
    statistics: dict[str, Callable[..., SurveyEstimates]] = {
        "mean": survey_means,
        "total": survey_totals,
        "ratio": survey_ratios,
    }
    yield _with_bounds(
        work, None, statistics[asked.stat](design, within, *columns.values(), **again)
    )


def _with_bounds(work: _Work, category: Any, found: SurveyEstimates) -> Figures:
    level = work.asked.level
    lost = int(found.replicates_lost.max())
    if lost and "replicates.lost" not in {w.code for w in work.findings.warnings}:
        work.findings.warn(
            "replicates.lost",
            _("至多有 {count} 次重复里算不出某个估计，没有计入它的方差。", count=lost),
            _("组太小，或校准的组空了；请并组，或去掉 --replicates。"),
        )
    shares = work.asked.stat == "proportion" or work.interval != "wald"
    if shares:
        lower, upper = proportion_interval(
            work.interval,  # type: ignore[arg-type]
            np.clip(found.estimate, 0, 1),
            found.se,
            found.n,
            found.df,
            level=level,
        )
    else:
        lower, upper = t_interval(found.estimate, found.se, found.df, level=level)
    return Figures(category, found.estimate, found.se, found.df, found.deff, lower, upper, found.n)


def _described(asked: Asked, design: SurveyDesign, within: Domains, kind: str) -> dict[str, Any]:
    margins = {"poststrata": asked.poststrata.name if asked.poststrata else None}
    said: dict[str, Any] = {
        "stat": asked.stat,
        "y": asked.y,
        "over": asked.over,
        "rows": design.rows,
        "strata": design.strata,
        "units": design.units,
        "stages": max(len(asked.clusters), 1),
        "weights": asked.weights if design.weights_from == "given" else design.weights_from,
        "sum_of_weights": float(design.weight.sum()),
        "fpc": list(asked.fpc),
        "with_replacement": asked.with_replacement or not asked.fpc,
        **margins,
        "rake": [margin.name for margin in asked.rake],
        "lonely": asked.lonely,
        "variance": asked.replicates or "linearised",
        "interval": kind,
        "level": asked.level,
        "deff": "with_replacement",
        "df": design.units - design.strata,
    }
    if asked.stat == "quantile":
        said |= {"quantile": asked.quantile, "qrule": "math"}
    if asked.replicates == "bootstrap":
        said |= {"repeats": asked.repeats, "seed": asked.seed}
    return said


def _listed(broken: Broken, found: list[Figures]) -> list[dict[str, Any]]:
    columns = [figures.plain() for figures in found]
    return [
        {"by": by, "category": figures.category, **{name: c[cell] for name, c in said.items()}}
        for cell, by in enumerate(broken.names)
        for figures, said in zip(found, columns, strict=True)
    ]
