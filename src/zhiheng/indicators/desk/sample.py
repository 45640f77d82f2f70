"""From a file's columns to a design, with every fault of the columns named."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from zhiheng.indicators.desk.asked import Asked
from zhiheng.indicators.desk.margins import group_of
from zhiheng.indicators.desk.populations import check_populations, warn_of_stages
from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.desk.reading import at_rows, complete, numbers
from zhiheng.indicators.refusals import said
from zhiheng.methods.arguments import Array
from zhiheng.methods.calibration import Adjustment, post_stratification, raking
from zhiheng.methods.errors import MethodError
from zhiheng.methods.survey_design import SurveyDesign, survey_design
from zhiheng.office.words import _


def design_of(asked: Asked, frame: pl.DataFrame, findings: Findings) -> SurveyDesign:
    """The design that the columns describe.

    Raises:
        ContentError, UsageError: with everything that is wrong, see `Findings.stop`.
    """
    before = len(findings.errors)
    sizes = [numbers(frame, name, findings, endless=True) for name in asked.fpc]
    held = [asked.strata, *asked.clusters, *asked.fpc]
    for name in dict.fromkeys(name for name in held if name):
        complete(frame, name, findings)
    for name, size in zip(asked.fpc, sizes, strict=True):
        _positive(frame, name, size, findings)
    if asked.fpc and len(findings.errors) == before:
        check_populations(asked, frame, findings)
        warn_of_stages(asked, findings)
    weights = None
    if asked.weights:
        weights = numbers(frame, asked.weights, findings)
        complete(frame, asked.weights, findings)
        _positive(frame, asked.weights, weights, findings)
    margins = [(margin, group_of(margin, frame, findings)) for margin in asked.margins]
    findings.stop()
    design = _built(asked, frame, weights, sizes, findings)
    _check_lonely(asked, design, frame, findings)
    findings.stop()
    if asked.poststrata is not None:
        _margin, (group, totals) = margins.pop(0)
        design = _adjusted(design, post_stratification(group, totals))
    if margins:
        design = _raked(design, [known for _margin, known in margins], findings)
    return design


def _built(
    asked: Asked, frame: pl.DataFrame, weights: Array | None, sizes: list[Array], findings: Findings
) -> SurveyDesign:
    labels = {
        name: frame[name].rank("dense").to_numpy().astype(np.int64) for name in _labels(asked)
    }
    if asked.strata and asked.clusters:
        _warn_crossing(asked, frame, findings)
    try:
        return survey_design(
            frame.height,
            weights=weights,
            strata=labels[asked.strata] if asked.strata else None,
            clusters=[labels[name] for name in asked.clusters],
            populations=sizes,
            with_replacement=asked.with_replacement,
            lonely=asked.lonely,
        )
    except MethodError as error:
        raise said(error, about=lambda why: _("抽样设计不成立：{why}", why=why)) from None


def _labels(asked: Asked) -> list[str]:
    return [name for name in dict.fromkeys([asked.strata, *asked.clusters]) if name]


def _positive(frame: pl.DataFrame, name: str, values: Array, findings: Findings) -> None:
    wrong = pl.Series(values <= 0).arg_true()
    if len(wrong):
        findings.wrong(
            "column.positive",
            _(
                "列“{name}”有 {count} 个值不大于 0：{values}。",
                name=name,
                count=len(wrong),
                values=at_rows(frame[name], wrong),
            ),
            _("权数和总体数都要大于 0；没有抽中机会的行请先删去。"),
        )


def _warn_crossing(asked: Asked, frame: pl.DataFrame, findings: Findings) -> None:
    first = asked.clusters[0]
    held = frame.select(first, asked.strata).unique().group_by(first).len()
    crossing = held.filter(pl.col("len") > 1)
    if crossing.height and first != asked.strata:
        findings.warn(
            "clusters.crossing",
            _(
                "{count} 个群号出现在不止一个层里（如“{example}”），各层里的按不同的群计算。",
                count=crossing.height,
                example=crossing[first].sort()[0],
            ),
            _("若确是同一个群，请检查分层列。"),
        )


def _check_lonely(
    asked: Asked, design: SurveyDesign, frame: pl.DataFrame, findings: Findings
) -> None:
    """A stratum of one unit, at any stage, is an error or under a declared rule a warning."""
    for number, stage in enumerate(design.stages):
        lonely = stage.lonely
        if not lonely.size:
            continue
        rows = np.flatnonzero(np.isin(stage.stratum[stage.unit], lonely))
        said = _lonely_said(asked, frame, number, lonely.size, rows)
        if asked.lonely == "fail":
            findings.wrong(
                "survey.lonely",
                said,
                _(
                    "请与相近的层合并，或用 --lonely 声明规则：certainty、remove（不计方差）、"
                    "adjust（与总均值比）、average（取其他层的平均）。"
                ),
            )
        else:
            rule = asked.lonely
            findings.warn("survey.lonely", said, _("已按声明的规则 {rule} 处理。", rule=rule))


def _lonely_said(
    asked: Asked, frame: pl.DataFrame, number: int, count: int, rows: npt.NDArray[np.intp]
) -> str:
    """Which strata have one unit: of the first stage, or units with one unit below."""
    if number == 0 and not asked.strata:
        return _("全部样本只有一个抽样单元。")
    column = asked.clusters[number - 1] if number else str(asked.strata)
    names = frame[column].gather(rows).unique().sort()
    shown = "、".join(str(name) for name in names.head(5)) + (" …" if len(names) > 5 else "")
    if number == 0:
        return _("{count} 个层只抽了一个单元：{names}。", count=count, names=shown)
    return _(
        "{count} 个“{column}”里只抽了一个下级单元：{names}。",
        count=count,
        column=column,
        names=shown,
    )


def _adjusted(design: SurveyDesign, adjustment: Adjustment) -> SurveyDesign:
    try:
        return design.adjusted(adjustment)
    except MethodError as error:
        raise said(error, about=lambda why: _("校准做不成：{why}", why=why)) from None


def _raked(
    design: SurveyDesign, margins: list[tuple[Array, Array]], findings: Findings
) -> SurveyDesign:
    sums = [float(totals.sum()) for _group, totals in margins]
    if max(sums) - min(sums) > 1e-9 * max(sums):
        findings.wrong(
            "calibration.margins",
            _("各边际的合计不同：{sums}。", sums="、".join(f"{value:.12g}" for value in sums)),
            _("几个边际说的是同一个总体，合计必须相等。"),
        )
        findings.stop()
    return _adjusted(design, raking(margins))
