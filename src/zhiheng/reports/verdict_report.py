"""The report on the targets of plans: promises, figures with intervals, verdicts, derivations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from zhiheng.documents.charts import ForestRow, Target, TrendPoint, forest, trend
from zhiheng.documents.model import (
    Annex,
    Block,
    Document,
    Figure,
    Heading,
    Paragraph,
    Picture,
    Table,
)
from zhiheng.documents.signs import verdict_word
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.periods import Period
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.plans.catalogue import breakdown_words
from zhiheng.plans.queries import Row
from zhiheng.plans.rows import level_of
from zhiheng.reports import satisfaction_section
from zhiheng.reports.contents import Chapter, Comparison, Contents
from zhiheng.reports.derivations import Derivations, asked
from zhiheng.web.numbers import interval, target_words

MOST_TRENDS = 6
MOST_STRIPS = 11
_OPEN = ("not_met", "undetermined", "damaged", "no_evidence")


def compose(contents: Contents, issued_on: date) -> Document:
    """The whole report as a document tree; Word and PDF are written from it."""
    derivations = Derivations(contents.view)
    blocks: list[Block] = []
    for chapter in contents.chapters:
        blocks.extend(_chapter(chapter, contents, derivations))
    blocks.extend(satisfaction_section.section(contents.surveys, contents.view, derivations))
    blocks.append(Annex(_("附件1"), _("数字来源与复算方法")))
    blocks.append(Paragraph(_("正文中方括号内的号码对应本附件各条。任何人可按所列命令复算。")))
    blocks.extend(derivations.entries())
    blocks.append(Annex(_("附件2"), _("判定规则")))
    blocks.extend(Paragraph(text) for text in _rules(contents))
    title, issuer = _heading(contents)
    return Document(title, issuer, issued_on, tuple(blocks))


def _heading(contents: Contents) -> tuple[str, str]:
    if len(contents.chapters) == 1:
        plan = contents.chapters[0].plan
        return _("{plan}目标完成情况报告", plan=plan.title), plan.issuer
    return _("质量目标完成情况报告"), _("质量工作机构")


def _chapter(chapter: Chapter, contents: Contents, derivations: Derivations) -> Iterator[Block]:
    yield Heading(1, _("总体情况") if len(contents.chapters) == 1 else chapter.plan.title)
    yield Paragraph(_summary(chapter, contents))
    yield Table(
        (_("判定"), _("目标数")),
        [(verdict_word(code), str(count)) for code, count in chapter.counts().items()],
        alignments=("left", "right"),
        caption=_("判定汇总"),
    )
    yield Heading(1, _("各项目标的数据与判定"))
    yield Table(
        (_("目标"), _("内容"), _("要求"), _("实际"), _("单侧界限"), _("样本"), _("判定")),
        [_line(row, contents.view, chapter, derivations) for row in chapter.rows],
        alignments=("left", "left", "left", "right", "right", "right", "left"),
        widths=(7, 23, 17, 16, 17, 8, 12),
        caption=_("目标、数据与判定"),
    )
    unsettled = [row for row in chapter.rows if row.judged.verdict.value in _OPEN]
    if unsettled:
        yield Heading(1, _("需要关注的目标"))
        for row in unsettled:
            yield Paragraph(_explained(row, contents.view, derivations))
    yield from _trends(chapter, contents.view)
    if chapter.comparisons:
        yield Heading(1, _("分区域比较"))
        yield Paragraph(
            _(
                "横线为95%区间，区间重叠的区域之间不宜排先后；区域多时只画最高和最低的，全部见工作簿。"
            )
        )
        for comparison in chapter.comparisons:
            for svg in _compared(comparison, contents.view):
                yield Picture(svg, caption=_named(comparison))


def _summary(chapter: Chapter, contents: Contents) -> str:
    counts = "、".join(f"{verdict_word(code)}{n}项" for code, n in chapter.counts().items())
    known = [row.judged.figure for row in chapter.rows if row.judged.figure]
    sizes = {figure.log_size for figure in known if figure.log_size}
    basis = _("数据取自台账前 {size} 条日志。", size=max(sizes)) if sizes else _("尚无证据。")
    return _(
        "截至{day}，《{plan}》共列目标{total}项：{counts}。{basis}",
        day=contents.as_of,
        plan=chapter.plan.title,
        total=len(chapter.rows),
        counts=counts,
        basis=basis,
    )


def _asked(r: dict[str, Any]) -> str:
    words = asked(r)
    said = f"{words}（{r['deadline']}）" if r["deadline"] else words
    # A sign stays on the line of its number.
    return said.replace(" ", "\u00a0")


def _content(row: Row, r: dict[str, Any], view: TreeView, region: str | None) -> str:
    elsewhere = [view.name(r["region"])] if r["region"] != region else []
    return " · ".join([r["text"], *elsewhere, *breakdown_words(row.target)])


def _actual(row: Row, r: dict[str, Any], derivations: Derivations) -> tuple[str | Figure, ...]:
    figure = derivations.figure(r)
    return (figure, f"（{r['period']}）") if r["period"] else (figure,)


def _line(
    row: Row, view: TreeView, chapter: Chapter, derivations: Derivations
) -> tuple[str | tuple[str | Figure, ...], ...]:
    r = row.plain()
    return (
        r["target"],
        _content(row, r, view, chapter.plan.region),
        _asked(r),
        _actual(row, r, derivations),
        interval(r["lower"], r["upper"], r["unit"], op=r["op"], target=level_of(r)),
        "" if r["n"] is None else f"{r['n']:,}",
        verdict_word(r["verdict"]),
    )


def _explained(row: Row, view: TreeView, derivations: Derivations) -> tuple[str | Figure, ...]:
    """Why the verdict is what it is, and what would settle it."""
    r = row.plain()
    opening = f"{r['target']} {_content(row, r, view, None)}："
    if r["verdict"] == "damaged":
        return (opening + _("原文数字残缺，须人工核对后才能判定。"),)
    if r["verdict"] == "no_evidence":
        return (opening + _("要求{asked}，尚无证据。", asked=_asked(r)),)
    said: list[str | Figure] = [opening + _("要求{asked}，实际", asked=_asked(r))]
    said.extend(_actual(row, r, derivations))
    if r["verdict"] == "not_met":
        said.append(_("，判定为未达标。"))
    elif r["probability"] is not None:
        share = f"{r['probability'] * 100:.0f}%"
        said.append(_("，界限跨过目标，尚不能判定；达到目标的可能性约{share}。", share=share))
    else:
        said.append(_("，尚不能判定。"))
    if r["n_needed"]:
        said.append(_("若实际水平不变，样本增至约{n:,}可作出判定。", n=r["n_needed"]))
    if r["responsible"]["lead"]:
        said.append(_("责任单位：{lead}。", lead="、".join(r["responsible"]["lead"])))
    return tuple(said)


def _trends(chapter: Chapter, view: TreeView) -> Iterator[Block]:
    """Trends by year of the first targets that have three years of figures, or by quarter."""
    shown: set[tuple[str, str, tuple[tuple[str, str], ...]]] = set()
    pictures: list[Block] = []
    for row in chapter.rows:
        scope = (row.target.code, row.target.scope.region, row.target.scope.by)
        points = _points(row)
        if scope in shown or len(points) < 3 or len(pictures) == MOST_TRENDS:
            continue
        shown.add(scope)
        title = _indicator_of(row, view, chapter)
        svg = trend(points, title=title, unit=row.measure.unit, target=_target(row))
        pictures.append(Picture(svg, caption=_("{title}的变化", title=title)))
    if pictures:
        yield Heading(1, _("主要指标的变化"))
        yield from pictures


def _indicator_of(row: Row, view: TreeView, chapter: Chapter) -> str:
    """The indicator's name, with the region and breakdown where they are not the plan's own."""
    target = row.target
    name = ALL[target.code].zh if target.code in ALL else target.text
    apart = breakdown_words(target)
    if target.scope.region != chapter.plan.region:
        apart.insert(0, view.name(target.scope.region))
    return "·".join([*apart, name])


def _points(row: Row) -> list[TrendPoint]:
    scale = 100 if row.measure.unit == "%" else 1
    for kind in ("year", "quarter"):
        dated = [(Period.parse(name), f) for name, f in row.series.items()]
        chosen = sorted((p.first, p, f) for p, f in dated if p.type == kind)
        if len(chosen) >= 3:
            return [
                TrendPoint(
                    str(p), f.estimate * scale, _times(f.lower, scale), _times(f.upper, scale)
                )
                for _first, p, f in chosen
            ]
    return []


def _times(value: float | None, scale: int) -> float | None:
    return None if value is None else value * scale


def _target(row: Row) -> Target | None:
    """The line to be reached; a change from a baseline has none."""
    value = row.judged.value
    if value is None or row.target.op.of_change:
        return None
    scale = 100 if row.measure.unit == "%" else 1
    words = target_words(row.target.op.value, value, row.judged.value_max, row.measure.unit)
    return Target(value * scale, _("目标 {words}", words=words))


def _compared(comparison: Comparison, view: TreeView) -> Iterator[str]:
    """The regions from the highest figure down; of many, the highest and the lowest page."""
    scale = 100 if comparison.unit == "%" else 1
    rows = [
        ForestRow(
            view.name(e.region),
            _times(e.estimate, scale),
            _times(e.lower, scale),
            _times(e.upper, scale),
            None,
            f"n={e.n}",
        )
        for e in sorted(comparison.rows, key=lambda e: -(e.estimate or 0))
    ]
    target = _target(comparison.target)
    pages = [rows[i : i + MOST_STRIPS] for i in range(0, len(rows), MOST_STRIPS)]
    if len(pages) > 2:
        pages = [rows[:MOST_STRIPS], rows[-MOST_STRIPS:]]
    for part in pages:
        yield forest(part, title=_named(comparison), unit=comparison.unit, target=target)


def _named(comparison: Comparison) -> str:
    return f"{ALL[comparison.indicator].zh}（{comparison.period}）"


def _rules(contents: Contents) -> list[str]:
    """The rule in words, and the dated parameters that were in force."""
    texts = [
        _("抽样数据：单侧下限不低于目标判为达标，单侧上限低于目标判为未达标，其余为无法判定。"),
        _("全数统计与部门报送数直接比较，不设区间；比较时不取整，显示时向不利方向取整。"),
        _("抽样不能证明“100%”，只能推翻它；未到期、无证据、数字残缺的目标分别列出。"),
    ]
    used = {
        (rule["name"], str(rule["value"]), str(rule["source"]))
        for chapter in contents.chapters
        for row in chapter.rows
        for rule in row.judged.rules
    }
    texts.extend(
        _("参数 {name} = {value}（{source}）", name=name, value=value, source=source)
        for name, value, source in sorted(used)
    )
    return texts
