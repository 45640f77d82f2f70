"""The same report as an Excel workbook: one sheet a table, numbers as numbers."""

from __future__ import annotations

from typing import Any

from zhiheng.documents.excel import Sheet, SheetColumn
from zhiheng.documents.signs import verdict_word
from zhiheng.indicators.indicators import ALL
from zhiheng.office.words import _
from zhiheng.reports.contents import Contents
from zhiheng.reports.derivations import asked, recompute
from zhiheng.reports.satisfaction_section import place


def sheets(contents: Contents) -> list[Sheet]:
    """Verdicts, the figures of every period behind them, and counts by plan and verdict."""
    made = [_counts(contents), _verdicts(contents), _series(contents), _regions(contents)]
    return [*made, _satisfaction(contents)] if contents.surveys else made


def _counts(contents: Contents) -> Sheet:
    rows = [
        (chapter.plan.code, chapter.plan.title, verdict_word(code), count)
        for chapter in contents.chapters
        for code, count in chapter.counts().items()
    ]
    columns = [_text(_("规划代码")), _text(_("规划")), _text(_("判定")), _count(_("目标数"))]
    note = _("截至 {day}", day=contents.as_of)
    return Sheet(_("判定汇总"), columns, rows, (note,))


def _verdicts(contents: Contents) -> Sheet:
    rows: list[tuple[Any, ...]] = []
    for row in contents.table.rows:
        r = row.plain()
        scale = r["scale"]
        rows.append(
            (
                r["plan"],
                r["target"],
                r["text"],
                contents.view.name(r["region"]),
                r["indicator"],
                asked(r),
                str(r["deadline"] or ""),
                r["period"],
                *(_times(r[name], scale) for name in ("estimate", "lower", "upper")),
                r["unit"],
                r["n"],
                verdict_word(r["verdict"]),
                r["probability"],
                r["n_needed"],
                r["judged_by"],
                r["log_size"],
                r["root"],
                recompute(r["indicator"], r["region"], r["period"]) if r["period"] else "",
            )
        )
    columns = [
        *map(_text, (_("规划代码"), _("目标"), _("内容"), _("区域"), _("指标代码"), _("要求"))),
        *map(_text, (_("期限"), _("期间"))),
        *map(_number, (_("估计值"), _("单侧下限"), _("单侧上限"))),
        _text(_("单位")),
        _count(_("样本量")),
        _text(_("判定")),
        _number(_("达标可能性")),
        _count(_("所需样本量")),
        _text(_("判定方法")),
        _count(_("日志长度")),
        _text(_("日志根")),
        _text(_("复算命令")),
    ]
    return Sheet(_("目标判定"), columns, rows)


def _series(contents: Contents) -> Sheet:
    rows = []
    for row in contents.table.rows:
        scale = 100 if row.measure.unit == "%" else 1
        for period, f in sorted(row.series.items()):
            values = (f.estimate, f.se, f.lower, f.upper)
            rows.append(
                (
                    row.plan,
                    row.target.id,
                    row.target.code,
                    contents.view.name(row.target.scope.region),
                    period,
                    *(_times(value, scale) for value in values),
                    row.measure.unit,
                    f.n,
                    f.numerator,
                    f.denominator,
                    f.method,
                )
            )
    columns = [
        *map(_text, (_("规划代码"), _("目标"), _("指标代码"), _("区域"), _("期间"))),
        *map(_number, (_("估计值"), _("标准误"), _("区间下限"), _("区间上限"))),
        _text(_("单位")),
        _count(_("样本量")),
        *map(_number, (_("分子"), _("分母"))),
        _text(_("估计方法")),
    ]
    return Sheet(_("各期数据"), columns, rows)


def _regions(contents: Contents) -> Sheet:
    rows = []
    for chapter in contents.chapters:
        for comparison in chapter.comparisons:
            scale = 100 if comparison.unit == "%" else 1
            for e in comparison.rows:
                values = (e.estimate, e.lower, e.upper)
                rows.append(
                    (
                        comparison.indicator,
                        comparison.period,
                        contents.view.name(e.region),
                        e.region,
                        *(_times(value, scale) for value in values),
                        comparison.unit,
                        e.n,
                        e.method,
                    )
                )
    columns = [
        *map(_text, (_("指标代码"), _("期间"), _("区域"), _("区域代码"))),
        *map(_number, (_("估计值"), _("区间下限"), _("区间上限"))),
        _text(_("单位")),
        _count(_("样本量")),
        _text(_("估计方法")),
    ]
    return Sheet(_("分区域"), columns, rows)


def _satisfaction(contents: Contents) -> Sheet:
    rows = []
    for survey in contents.surveys:
        unit = ALL[survey.indicator].unit
        for kind, found in (
            (_("全域"), (survey.whole,)),
            (_("区域"), survey.districts),
            (_("行业"), survey.sectors),
        ):
            for e in found:
                values = (e.estimate, e.se, e.lower, e.upper)
                name = place(e, survey, contents.view)
                rows.append(
                    (survey.indicator, survey.period, kind, name, *values, unit, e.n, e.method)
                )
    columns = [
        *map(_text, (_("指标代码"), _("期间"), _("范围"), _("名称"))),
        *map(_number, (_("估计值"), _("标准误"), _("区间下限"), _("区间上限"))),
        _text(_("单位")),
        _count(_("样本量")),
        _text(_("估计方法")),
    ]
    return Sheet(_("满意度"), columns, rows)


def _text(name: str) -> SheetColumn:
    return SheetColumn(name)


def _number(name: str) -> SheetColumn:
    return SheetColumn(name, "number")


def _count(name: str) -> SheetColumn:
    return SheetColumn(name, "integer")


def _times(value: float | None, scale: int) -> float | None:
    return None if value is None else value * scale
