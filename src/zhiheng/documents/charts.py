"""Charts as SVG: a trend, a comparison of regions. Values are in their natural unit (percent
0–100), missing ones None; every mark that carries a meaning carries it in words too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from zhiheng.documents import drawing
from zhiheng.documents.drawing import (
    INK,
    LINE,
    SMALL,
    SOFT,
    WIDTH,
    estimated,
    line,
    num,
    shown,
    text,
)
from zhiheng.documents.signs import SIGNS, draw_sign, verdict_word
from zhiheng.methods.rounding import rounded_outward
from zhiheng.office.words import _

_SERIES, _BAND = "#0f4c81", "#cfe0ef"
_TARGET = "#8a3b00"

Scale = Callable[[float], float]


@dataclass(frozen=True)
class Target:
    """The line to be reached; ``label`` says it, such as ``目标 ≥ 95%``."""

    value: float
    label: str


@dataclass(frozen=True)
class TrendPoint:
    """One period; a period without an estimate keeps its place on the axis."""

    period: str
    estimate: float | None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class ForestRow:
    """One region (or other unit) with its estimate, interval, verdict code and a short note.

    Without a verdict the estimate is a plain dot: nothing was promised for that region.
    """

    name: str
    estimate: float | None
    lower: float | None
    upper: float | None
    verdict: str | None
    note: str = ""


def trend(
    points: Sequence[TrendPoint], *, title: str, unit: str = "", target: Target | None = None
) -> str:
    """Estimates over time as a line, their intervals as a band, the target as a dashed line."""
    head, top = drawing.heading(title)
    values = [v for p in points for v in (p.estimate, p.lower, p.upper) if v is not None]
    if not values:
        return _nothing(head, top, title)
    if target:
        values.append(target.value)
    marks = drawing.ticks(*drawing.bounds(values, unit))
    labels = [shown(mark, unit) for mark in marks]
    left = max(drawing.text_width(label, SMALL) for label in labels) + 14
    right, low, high = WIDTH - 26, marks[0], marks[-1]
    top, bottom = top + (22 if target else 8), top + 200

    def x(index: float) -> float:
        return (
            (left + right) / 2
            if len(points) == 1
            else (left + 14 + index * (right - left - 14) / (len(points) - 1))
        )

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * (bottom - top)

    body = list(head)
    for mark, label in zip(marks, labels, strict=True):
        body.append(line(left, y(mark), right + 14, y(mark)))
        body.append(text(left - 6, y(mark) + 4, label, anchor="end", size=SMALL, fill=SOFT))
    for run in _runs(points):
        body.append(_band(points, run, x, y))
        body.append(_path([(x(i), y(points[i].estimate or 0.0)) for i in run]))
    if target:
        body.append(line(left, y(target.value), right + 14, y(target.value), _TARGET, 1.8, "7 4"))
        body.append(
            text(right + 14, top - 10, target.label, anchor="end", size=SMALL, fill=_TARGET)
        )
    for index, point in enumerate(points):
        if point.estimate is None:
            continue
        if point.lower is not None and point.upper is not None:
            body.append(line(x(index), y(point.lower), x(index), y(point.upper), _SERIES, 1.4))
        body.append(
            f'<circle cx="{num(x(index))}" cy="{num(y(point.estimate))}" r="4" fill="{_SERIES}"/>'
        )
    last = max(i for i, p in enumerate(points) if p.estimate is not None)
    value = points[last].estimate or 0.0
    body.append(
        text(
            min(x(last), right - 8),
            y(value) - 10,
            estimated(value, unit),
            anchor="middle",
            halo=True,
        )
    )
    body.extend(_periods(points, x, bottom))
    return drawing.root(body, bottom + 30, title, _told(points, unit, target))


def forest(
    rows: Sequence[ForestRow], *, title: str, unit: str = "", target: Target | None = None
) -> str:
    """One strip a row: interval as a bar, estimate as the verdict's sign, target through all.

    The words of a row stand above its strip, so that it reads on a narrow screen.
    """
    body, top = drawing.heading(title)
    values = [v for r in rows for v in (r.estimate, r.lower, r.upper) if v is not None]
    if not values:
        return _nothing(body, top, title)
    if target:
        values.append(target.value)
        body.append(
            text(WIDTH - 10, top + 12, target.label, anchor="end", size=SMALL, fill=_TARGET)
        )
        top += 20
    marks = drawing.ticks(*drawing.bounds(values, unit))
    left, right, low, high = 16.0, WIDTH - 16, marks[0], marks[-1]
    height = 42.0
    bottom = top + height * len(rows) + 4

    def x(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    for mark in marks:
        body.append(line(x(mark), top, x(mark), bottom))
        anchor = "start" if mark == marks[0] else "end" if mark == marks[-1] else "middle"
        body.append(
            text(x(mark), bottom + 16, shown(mark, unit), anchor=anchor, size=SMALL, fill=SOFT)
        )
    for index, row in enumerate(rows):
        strip = top + index * height
        if target:  # beside the marks only, not through the words
            aim = x(target.value)
            body.append(line(aim, strip + 19, aim, strip + 39, _TARGET, 2.2))
        body.extend(_strip(row, strip, x, unit, left, right))
    return drawing.root(body, bottom + 24, title, "；".join(_said(row, unit) for row in rows))


def _said(row: ForestRow, unit: str) -> str:
    words = [verdict_word(row.verdict)] if row.verdict else []
    return f"{row.name}：" + "，".join([*words, _interval(row, unit) or _("没有估计值")])


def _strip(
    row: ForestRow, top: float, x: Scale, unit: str, left: float, right: float
) -> Iterator[str]:
    figures, colour = _interval(row, unit), _SERIES
    end = right
    if row.verdict:
        word, colour = verdict_word(row.verdict), SIGNS[row.verdict].colour
        end = right - drawing.text_width(word) - 20
        yield text(right, top + 15, word, anchor="end", fill=colour, halo=True)
        yield draw_sign(row.verdict, end + 12, top + 10.5, 5)
    room = end - drawing.text_width(figures, SMALL) - left - 6
    yield text(left, top + 15, _fitted(row, room), halo=True)
    yield text(end, top + 15, figures, anchor="end", size=SMALL, fill=SOFT, halo=True)
    middle = top + 29
    yield line(left, middle, right, middle, LINE)
    if row.lower is not None and row.upper is not None:
        yield line(x(row.lower), middle, x(row.upper), middle, colour, 3)
        for end in (row.lower, row.upper):
            yield line(x(end), middle - 5, x(end), middle + 5, colour, 1.6)
    if row.estimate is not None:
        place = x(row.estimate)
        yield draw_sign(row.verdict, place, middle) if row.verdict else _dot(place, middle)


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{num(x)}" cy="{num(y)}" r="5" fill="{_SERIES}"/>'


def _fitted(row: ForestRow, room: float) -> str:
    """Name and note; the name alone, or cut short, where the room is narrow."""
    whole = f"{row.name}　{row.note}" if row.note else row.name
    if drawing.text_width(whole) <= room:
        return whole
    if drawing.text_width(row.name) <= room:
        return row.name
    return drawing.wrapped(row.name, room - drawing.TEXT)[0] + "…"


def _interval(row: ForestRow, unit: str) -> str:
    if row.estimate is None:
        return ""
    if row.lower is None or row.upper is None:
        return estimated(row.estimate, unit)
    ends: Sequence[str] = rounded_outward(row.lower, row.upper, digits=2)
    if unit != "%":
        ends = [shown(float(end)) for end in ends]
    return f"{estimated(row.estimate, unit)}（{'–'.join(ends)}）"


def _runs(points: Sequence[TrendPoint]) -> list[list[int]]:
    """Indices of neighbouring periods that have an estimate."""
    known = groupby(range(len(points)), key=lambda i: points[i].estimate is not None)
    return [list(indices) for has, indices in known if has]


def _band(points: Sequence[TrendPoint], run: list[int], x: Scale, y: Scale) -> str:
    sides = [(i, points[i].lower, points[i].upper) for i in run]
    lower = [(x(i), y(low)) for i, low, high in sides if low is not None and high is not None]
    upper = [(x(i), y(high)) for i, low, high in sides if low is not None and high is not None]
    if len(lower) < 2:
        return ""
    outline = "L".join(f"{num(a)} {num(b)}" for a, b in [*lower, *reversed(upper)])
    return f'<path d="M{outline}Z" fill="{_BAND}" fill-opacity="0.75"/>'


def _path(places: list[tuple[float, float]]) -> str:
    if len(places) < 2:
        return ""
    points = "L".join(f"{num(a)} {num(b)}" for a, b in places)
    return f'<path d="M{points}" fill="none" stroke="{_SERIES}" stroke-width="2.2"/>'


def _periods(points: Sequence[TrendPoint], x: Scale, bottom: float) -> Iterator[str]:
    """Names of the periods, as many as fit, the last one always."""
    widest = max(drawing.text_width(p.period, SMALL) for p in points) + 10
    gap = (x(len(points) - 1) - x(0)) / max(1, len(points) - 1)
    every = 1 if gap == 0 else max(1, int(-(-widest // gap)))
    for index, point in enumerate(points):
        if (len(points) - 1 - index) % every == 0:
            yield line(x(index), bottom, x(index), bottom + 4, SOFT)
            yield text(x(index), bottom + 18, point.period, anchor="middle", size=SMALL, fill=INK)


def _told(points: Sequence[TrendPoint], unit: str, target: Target | None) -> str:
    parts = [target.label] if target else []
    for point in points:
        row = ForestRow("", point.estimate, point.lower, point.upper, "met")
        parts.append(f"{point.period}：{_interval(row, unit) or _('没有估计值')}")
    return "；".join(parts)


def _nothing(head: list[str], top: float, title: str) -> str:
    words = _("没有估计值")
    body = [*head, text(WIDTH / 2, top + 40, words, anchor="middle", fill=SOFT)]
    return drawing.root(body, top + 70, title, words)
