"""The report's section on satisfaction: indices with their margins, by district and sector."""

from __future__ import annotations

import json
from collections.abc import Iterator

from zhiheng.documents.charts import ForestRow, forest
from zhiheng.documents.model import Block, Figure, Heading, Paragraph, Picture, Table
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.reports.derivations import Derivations
from zhiheng.reports.surveys import SECTOR, Survey
from zhiheng.web.language import in_language
from zhiheng.web.numbers import interval

MOST_STRIPS = 11


def section(found: tuple[Survey, ...], view: TreeView, derivations: Derivations) -> Iterator[Block]:
    """Nothing at all where no survey stands."""
    if not found:
        return
    yield Heading(1, _("满意度调查"))
    yield Paragraph(
        _(
            "满意度指数由答卷按0至100分折算，不是满意者所占的比例。区间按抽样设计计算，"
            "置信水平95%；区间重叠的区域或行业之间不宜排先后。"
        )
    )
    for survey in found:
        yield Heading(2, f"{_title(survey)}（{survey.period}）")
        yield Table(
            (_("范围"), _("指数"), _("区间"), _("半宽"), _("答卷数"), _("提示")),
            [_line(row, survey, view, derivations) for row in _rows(survey)],
            alignments=("left", "right", "right", "right", "right", "left"),
            caption=_("{title}：全域、各区与各行业", title=_title(survey)),
        )
        if len(survey.districts) > 1:
            svg = forest(
                [_strip(row, view) for row in _ordered(survey.districts)],
                title=_("{title}分区比较", title=_title(survey)),
                unit=ALL[survey.indicator].unit,
            )
            yield Picture(svg, caption=_("{title}分区比较", title=_title(survey)))


def place(row: EstimateRow, survey: Survey, view: TreeView) -> str:
    """The region's name, or the sector's."""
    by = json.loads(row.by)
    return str(by[SECTOR]) if SECTOR in by else view.name(row.region)


def _title(survey: Survey) -> str:
    indicator = ALL[survey.indicator]
    return in_language(indicator.zh, indicator.en)


def _rows(survey: Survey) -> tuple[EstimateRow, ...]:
    return (survey.whole, *survey.districts, *survey.sectors)


def _line(
    row: EstimateRow, survey: Survey, view: TreeView, derivations: Derivations
) -> tuple[str | tuple[str | Figure, ...], ...]:
    unit = ALL[survey.indicator].unit
    margin = "–"
    if row.lower is not None and row.upper is not None:
        margin = f"±{(row.upper - row.lower) / 2:.1f}"
    return (
        place(row, survey, view),
        (derivations.measured(row),),
        interval(row.lower, row.upper, unit),
        margin,
        f"{row.n:,}",
        _("样本不足") if row.n < ALL[survey.indicator].minimum_n else "",
    )


def _ordered(rows: tuple[EstimateRow, ...]) -> list[EstimateRow]:
    """From the highest down; of many, the highest that fit."""
    return sorted(rows, key=lambda row: -row.estimate)[:MOST_STRIPS]


def _strip(row: EstimateRow, view: TreeView) -> ForestRow:
    name = view.name(row.region)
    return ForestRow(name, row.estimate, row.lower, row.upper, None, f"n={row.n}")
