"""A reading as one page that needs nothing else: the document, and all that was read in place.

What was read is marked by line and by number as well as by colour; pointing at a mark shows its
entry in the list and the other way round, and every number is a link, so that it works without
script, too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from zhiheng.office.words import _
from zhiheng.plans.asking import asked
from zhiheng.plans.compiler.model import Reading, Target


@dataclass(frozen=True)
class Mark:
    """A span of the text: ``key`` is its anchor, ``kind`` one of target, duty, task, warning."""

    key: str
    kind: str
    start: int
    end: int


def reading_page(reading: Reading) -> str:
    """The page as HTML text; style and script are in it, and it asks no server for anything."""
    style, script = (
        files("zhiheng.plans").joinpath("page", name).read_text(encoding="utf-8")
        for name in ("reading.css", "reading.js")
    )
    title = escape(reading.document.title or reading.name)
    marks = list(_marks(reading))
    return f"""<!doctype html>
<html lang="{_language()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1>{_head(reading)}{_legend()}</header>
<div class="columns">
<main aria-label="{_("原文")}"><div class="text">{_marked(reading.text, marks)}</div></main>
<aside aria-label="{_("读出的内容")}">{_lists(reading)}</aside>
</div>
<script>{script}</script>
</body>
</html>
"""


def _language() -> str:
    from django.conf import settings

    if not settings.configured:
        return "zh-Hans"
    from django.utils.translation import get_language

    return "en" if (get_language() or "").startswith("en") else "zh-Hans"


def _marks(reading: Reading) -> Iterator[Mark]:
    groups: list[tuple[str, str, Iterable[object]]] = [
        ("t", "target", reading.targets),
        ("r", "duty", reading.responsibilities),
        ("k", "task", reading.tasks),
        ("w", "warning", reading.warnings),
    ]
    for prefix, kind, items in groups:
        for number, item in enumerate(items, 1):
            start, end = item.start, item.end  # type: ignore[attr-defined]
            if end > start:
                yield Mark(f"{prefix}{number}", kind, start, end)


def _marked(text: str, marks: list[Mark]) -> str:
    """The text with every mark around its span; where marks overlap, a piece bears them all."""
    edges = sorted({0, len(text), *(m.start for m in marks), *(m.end for m in marks)})
    begins: dict[int, list[Mark]] = {}
    for mark in marks:
        begins.setdefault(mark.start, []).append(mark)
    pieces: list[str] = []
    live: list[Mark] = []
    for start, end in itertools.pairwise(edges):
        live = [m for m in live if m.end > start] + begins.get(start, [])
        pieces += [_anchor(mark) for mark in begins.get(start, [])]
        piece = escape(text[start:end])
        if live:
            kinds = " ".join(sorted({m.kind for m in live}))
            keys = " ".join(m.key for m in live)
            piece = f'<mark class="{kinds}" data-keys="{keys}">{piece}</mark>'
        pieces.append(piece)
    return "".join(pieces)


def _anchor(mark: Mark) -> str:
    signs = {"target": _("目标"), "duty": _("责任"), "task": _("工作任务"), "warning": "！"}
    label = f"{signs[mark.kind]}{mark.key[1:]}"
    return (
        f'<a class="sign {mark.kind}" id="in-{mark.key}" href="#{mark.key}" '
        f'data-keys="{mark.key}">{label}</a>'
    )


def _head(reading: Reading) -> str:
    head = reading.document
    period = f"{head.period[0]}–{head.period[1]}" if head.period else None
    facts = [
        (_("文号"), head.number),
        (_("发文机关"), "、".join(head.issuers) or head.issuer),
        (_("日期"), head.issued_on),
        (_("规划期"), period),
    ]
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts if value
    )
    return f"<dl>{rows}</dl>" if rows else ""


def _legend() -> str:
    kinds = {
        "target": _("目标：实线和“目标”编号"),
        "duty": _("责任：点线和“责任”编号"),
        "task": _("任务：左侧竖线和“工作任务”编号"),
        "warning": _("疑问：波浪线和“！”"),
    }
    items = "".join(
        f'<li><mark class="{k}">{escape(said)}</mark></li>' for k, said in kinds.items()
    )
    return f'<ul class="legend">{items}</ul>'


def _lists(reading: Reading) -> str:
    parts = [
        (_("目标"), "t", [_target(target) for target in reading.targets]),
        (
            _("责任"),
            "r",
            [_bodies(r.lead, r.support) for r in reading.responsibilities],
        ),
        (
            _("工作任务"),
            "k",
            [
                f"{escape(' '.join(t.text.split()))}<small>{_bodies(t.lead, t.support)}</small>"
                for t in reading.tasks
            ],
        ),
        (_("疑问"), "w", [escape(w.message) for w in reading.warnings]),
    ]
    return "".join(_list(name, prefix, items) for name, prefix, items in parts)


def _list(name: str, prefix: str, items: list[str]) -> str:
    if not items:
        return f"<h2>{name}</h2><p>{_('没有读到。')}</p>"
    rows = "".join(
        f'<li id="{prefix}{n}" data-keys="{prefix}{n}">'
        f'<a href="#in-{prefix}{n}" aria-label="{_("到原文")} {name} {n}">{n}</a> {item}</li>'
        for n, item in enumerate(items, 1)
    )
    return f"<h2>{name} <small>{len(items)}</small></h2><ol>{rows}</ol>"


def _target(target: Target) -> str:
    lines = [f"<strong>{escape(target.metric)}</strong> {escape(asked(target))}"]
    if target.damaged:
        lines.append(_("原文缺字，没有取值"))
        if target.inferred_value is not None:
            lines.append(_("推断为 {value:.12g}，请对照原件", value=target.inferred_value))
    if target.indicator:
        lines.append(_("指标 {code}", code=target.indicator))
    elif target.link and target.link.proposes:
        lines.append(_("没有现成指标，拟由部门报送：{code}", code=target.link.proposes))
    first, *rest = lines
    return first + "".join(f"<small>{escape(line)}</small>" for line in rest)


def _bodies(lead: tuple[str, ...], support: tuple[str, ...]) -> str:
    said = "、".join(lead)
    if support:
        said += _("；配合：{bodies}", bodies="、".join(support))
    return escape(said)
