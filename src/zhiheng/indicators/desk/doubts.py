"""Every figure that does not exist, or says less than it seems to, is warned of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from zhiheng.indicators.desk.asked import Asked
from zhiheng.indicators.desk.cells import Broken
from zhiheng.indicators.desk.problems import Findings
from zhiheng.methods.arguments import Array
from zhiheng.methods.survey_design import SurveyDesign
from zhiheng.office.words import _

_SHOWN = 3


@dataclass(frozen=True)
class Figures:
    """The columns of one category's estimates, each of shape (cells,)."""

    category: Any
    estimate: Array
    se: Array
    df: Array
    deff: Array
    lower: Array
    upper: Array
    n: Array

    def plain(self) -> dict[str, list[float | int | None]]:
        """Columns as JSON can say them: what is no number is null."""
        names = ("estimate", "se", "df", "deff", "lower", "upper")
        said: dict[str, list[float | int | None]] = {
            name: [value if np.isfinite(value) else None for value in getattr(self, name).tolist()]
            for name in names
        }
        return {**said, "df": _whole(self.df), "n": _whole(self.n)}


def warn_of(
    asked: Asked, design: SurveyDesign, broken: Broken, found: list[Figures], findings: Findings
) -> None:
    """Adds a warning for each kind of doubt, with how many figures it touches and which first."""
    doubt = _Doubts(broken, found, findings)
    empty = [figures.n == 0 for figures in found]
    doubt.add(
        "by.empty",
        empty,
        _("组里没有可用的值，没有估计"),
        _("请检查这些组的 {name} 列。", name=asked.y),
    )
    undefined = [np.isnan(f.estimate) & ~e for f, e in zip(found, empty, strict=True)]
    doubt.add(
        "ratio.zero",
        undefined,
        _("分母合计为 0，没有比率"),
        _("请检查 {name} 列。", name=asked.over or asked.y),
    )
    known = [np.isfinite(f.estimate) & ~e for f, e in zip(found, empty, strict=True)]
    still = [k & (f.se == 0) for f, k in zip(found, known, strict=True)]
    if asked.stat == "quantile":
        doubt.add(
            "quantile.width",
            still,
            _("区间没有宽度：分位数落在样本的边缘，或值全部相同"),
            _("不能当作精确；请取不那么极端的分位，或用 --interval beta。"),
        )
    else:
        doubt.add(
            "estimate.constant",
            still,
            _("样本里看不出变化（值全部相同、已全数调查，或只有一个抽样单元），抽样方差为 0"),
            _("比例的 beta、wilson 区间这时按样本量计算；其余区间没有宽度，不能当作精确。"),
        )
    loose = [k & (f.df <= 0) for f, k in zip(found, known, strict=True)]
    doubt.add(
        "interval.no_df",
        loose,
        _("只有一个抽样单元（每层减一后自由度为 0），给不出区间"),
        _("请并组，或换成更粗的分类。"),
    )
    if asked.stat == "quantile":
        outside = [
            k & ~d & ~(np.isfinite(f.lower) & np.isfinite(f.upper))
            for f, k, d in zip(found, known, loose, strict=True)
        ]
        doubt.add(
            "quantile.bound",
            outside,
            _("区间的一端超出了样本的范围，这一端没有值"),
            _("请用 --interval beta，或取不那么极端的分位。"),
        )
    said = [empty, undefined, still, loose]
    lost = [
        k
        & ~np.logical_or.reduce(parts)
        & ~(np.isfinite(f.se) & (np.isfinite(f.deff) | (asked.stat == "quantile")))
        for f, k, parts in zip(found, known, zip(*said, strict=True), strict=True)
    ]
    if asked.stat != "quantile":
        doubt.add(
            "estimate.no_variance",
            lost,
            _("方差或设计效应算不出"),
            _("多半因为组里只有一行，或各层都只有一个单元。"),
        )
    if asked.stat == "total" and design.weight.sum() <= design.rows and not asked.fpc:
        findings.warn(
            "weights.small",
            _(
                "权数合计 {total:.6g} 不大于行数 {rows}。",
                total=float(design.weight.sum()),
                rows=design.rows,
            ),
            _("总量要用放大到总体的权数；相对权数只能用于均值、比例和比率。"),
        )


class _Doubts:
    def __init__(self, broken: Broken, found: list[Figures], findings: Findings) -> None:
        self._broken, self._found, self._findings = broken, found, findings

    def add(self, code: str, wrong: list[npt.NDArray[np.bool_]], said: str, fix: str) -> None:
        count = int(sum(flags.sum() for flags in wrong))
        if not count:
            return
        places = [
            self._named(int(cell), figures.category)
            for figures, flags in zip(self._found, wrong, strict=True)
            for cell in np.flatnonzero(flags)[:_SHOWN]
        ][:_SHOWN]
        shown = "、".join(place for place in places if place)
        shown = _("（{places}）", places=shown + (" …" if count > _SHOWN else "")) if shown else ""
        self._findings.warn(
            code, _("{count} 个估计{places}：{said}。", count=count, places=shown, said=said), fix
        )

    def _named(self, cell: int, category: Any) -> str:
        parts = [f"{name}={value}" for name, value in self._broken.names[cell].items()]
        return ",".join([*parts, *([] if category is None else [str(category)])])


def _whole(values: Array) -> list[float | int | None]:
    return [int(value) for value in values.tolist()]
