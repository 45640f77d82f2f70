"""What a reader of a satisfaction result must be told about its answers and items."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.satisfaction.answers import SurveyAnswers
from zhiheng.indicators.satisfaction.model_file import Model
from zhiheng.methods.pls_analysis import Analysis
from zhiheng.office.words import _
from zhiheng.rules import parameters
from zhiheng.rules.parameters import Trace

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))
_LISTED = 20


def screens(found: Analysis, answers: SurveyAnswers, on: date, trace: Trace) -> dict[str, Any]:
    """Doubtful items and answers; nothing is removed."""
    rows = answers.screened_rows
    return {
        "low_loading": _weak(found, float(RULES.value("screen.loading", on, trace))),
        "straight_lining": _rows(answers.screens.straight, rows),
        "duplicates": _rows(answers.screens.duplicates, rows),
        "off_scale": len(answers.screens.off_scale),
        "missing": {
            item: int(count)
            for item, count in zip(found.model.items, answers.screens.missing, strict=True)
            if count
        },
    }


def look(
    found: Analysis,
    model: Model,
    answers: SurveyAnswers,
    declared: bool,
    findings: Findings,
    on: date,
    trace: Trace,
) -> None:
    """Warn of everything that makes the numbers less than they seem."""
    _about_model(found, model, declared, findings)
    least = float(RULES.value("screen.loading", on, trace))
    if weak := _weak(found, least):
        findings.warn(
            "satisfaction.low_loading",
            _("载荷低于 {least:g} 的题项：{items}。", least=least, items="、".join(weak)),
            _("这些题项与所属变量的其他题项不一致，宜删去或改写后重算。"),
        )
    wanted = int(RULES.value("screen.sample", on, trace))
    if found.answers.n < wanted:
        findings.warn(
            "satisfaction.small",
            _("有效答卷 {n} 份，少于 {wanted} 份。", n=found.answers.n, wanted=wanted),
            _("结果只宜内部参考；请看区间。"),
        )
    share = len(answers.screens.straight) / max(len(answers.screened_rows), 1)
    if share > float(RULES.value("screen.straight", on, trace)):
        findings.warn(
            "satisfaction.straight_lining",
            _("{share:.0%} 的答卷从头到尾同一个答案。", share=share),
            _("请核对访问过程；行号见 screens。"),
        )
    if count := len(answers.screens.duplicates):
        findings.warn(
            "satisfaction.duplicates",
            _("{count} 份答卷与前面的某一份逐题相同。", count=count),
            _("请核对是否重复报送；行号见 screens。"),
        )
    _about_discrimination(found, findings, on, trace)


def _about_model(found: Analysis, model: Model, declared: bool, findings: Findings) -> None:
    if model.confirmed is False:
        findings.warn(
            "satisfaction.unconfirmed",
            _("模型 {name} 的题项和路径尚未对照标准原文核对。", name=model.name),
            _("用于发布前请核对，或使用自己的模型文件。"),
        )
    if model.unknown:
        findings.warn(
            "satisfaction.model_entries",
            _("模型文件里这些内容没有用到：{names}。", names="、".join(model.unknown)),
            _("请检查拼写。"),
        )
    if model.scales is None:
        findings.warn(
            "satisfaction.scale_undeclared",
            _("模型没有声明量表，无法换算成 0 到 100 的指数。"),
            _("请在模型里写 scale: [最低分, 最高分]。"),
        )
    elif not declared:
        findings.warn(
            "satisfaction.scale_assumed",
            _("模型没有声明量表，按 1 到 10 分换算。"),
            _("请在模型里写 scale: [1, 10]。"),
        )
    if found.indices is not None:
        shares = found.indices.shares[0]
        below = [i for i, s in zip(found.model.items, shares, strict=True) if s < 0]
        if below:
            findings.warn(
                "satisfaction.negative_weight",
                _("{items} 的权重为负，所属变量的指数不能按均值理解。", items="、".join(below)),
                _("反向题请先反向计分（如 11 减原分），再重算。"),
            )


def _about_discrimination(found: Analysis, findings: Findings, on: date, trace: Trace) -> None:
    most = float(RULES.value("screen.htmt", on, trace))
    names = found.model.names
    close = [
        f"{names[a]}–{names[b]}（{found.htmt[a, b]:.3f}）"
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if found.htmt[a, b] > most
    ]
    if close:
        findings.warn(
            "satisfaction.htmt",
            _("HTMT 超过 {most:g}，难以区分的变量：{pairs}。", most=most, pairs="、".join(close)),
            _("比较这些变量的指数时须谨慎。"),
        )


def _weak(found: Analysis, least: float) -> list[str]:
    """Items of mode A below the least loading; items that form a construct need not agree."""
    reflective = [found.model.constructs[owner].mode == "A" for owner in found.model.owner]
    low = (found.fits.loadings[0] < least) & np.array(reflective)
    return [item for item, is_low in zip(found.model.items, low, strict=True) if is_low]


def _rows(positions: np.ndarray[Any, Any], rows: list[int]) -> dict[str, Any]:
    found = [rows[at] for at in positions.tolist()]
    return {"count": len(found), "rows": found[:_LISTED]}
