"""Tables that more than one page shows, or that have much to say in a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from zhiheng.evidence import objections
from zhiheng.evidence.declaration import Column as Declared
from zhiheng.evidence.declaration import Kind
from zhiheng.evidence.kinds import ALL
from zhiheng.evidence.kinds.objections import OBJECTION
from zhiheng.evidence.shown_rows import Filed
from zhiheng.office.queries import party_names
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.portal.figures import Line
from zhiheng.web.language import language_code
from zhiheng.web.marks import verdict_mark
from zhiheng.web.markup import Column, filled, link, pairs, table, tag
from zhiheng.web.places import region_name
from zhiheng.web.units import unit_word


def verdicts(lines: Sequence[Line], *, regions: bool = True) -> SafeString:
    """Targets with their figure and verdict; ``regions`` names where each is judged."""
    columns = [
        Column(_("目标"), heads=True),
        *([Column(_("区域"))] if regions else []),
        Column(_("目标要求"), "num"),
        Column(_("现值"), "num"),
        Column(_("判定界")),
        Column(_("期限"), "keep"),
        Column(_("判定")),
    ]
    small = small_number()
    rows = (
        (
            link(each.link, f"{each.payload['target']} {each.indicator}"),
            *([each.region] if regions else []),
            each.target,
            small if each.payload["suppressed"] else filled("<strong>{}</strong>", each.estimate),
            each.bar,
            each.payload["deadline"] or "–",
            verdict_mark(each.verdict),
        )
        for each in lines
    )
    return table(columns, rows)


def small_number() -> SafeString:
    """What stands in the place of a number that is not let out."""
    return tag(_("小数目，不公开"))


def evidence(rows: Sequence[Filed], view: TreeView, *, own: bool) -> SafeString:
    """Rows of evidence, each with its proof; ``own``: a firm that may object to them."""
    columns = [
        Column(_("发生日期"), "keep"),
        Column(_("类别"), "keep"),
        Column(_("编号与来源"), says=_("编号")),
        Column(_("记录内容"), "block-label"),
        Column(_("状态")),
        Column(_("证明"), "keep"),
    ]
    language = language_code()
    proof, object_, words = _("证明"), _("提出异议"), _standings()
    regions = {row.region: region_name(view, row.region) if row.region else "" for row in rows}
    parties = party_names({row.source for row in rows})
    cells = (
        (
            row.occurred_on.isoformat(),
            ALL[row.kind].title(language),
            filled(
                '<span class="mono mark">{}</span><br><span class="note">{}</span>',
                row.external_id,
                " · ".join(filter(None, (parties[row.source], regions[row.region]))),
            ),
            pairs(said(ALL[row.kind], row.values)),
            SafeString(f"{_state(row, words)}{_to_object(row, object_) if own else ''}"),
            filled(
                '<a href="/desk/proofs/{}.json" download aria-label="{} {}">{}</a>',
                *(row.id, proof, row.external_id, proof),
            ),
        )
        for row in rows
    )
    return table(columns, cells, {n for n, row in enumerate(rows) if row.superseded_by})


def _standings() -> dict[str, SafeString]:
    return {
        "superseded": tag(_("已被更正"), "warn"),
        "void": tag(_("作废"), "bad"),
        "correction": tag(_("更正后"), "good"),
        "standing": tag(_("现行")),
    }


def _state(row: Filed, words: Mapping[str, SafeString]) -> SafeString:
    """How the row stands, and any objection to it."""
    if row.superseded_by:
        standing = words["superseded"]
    elif row.record_type == "void":
        standing = words["void"]
    else:
        standing = words["correction" if row.supersedes else "standing"]
    return filled("{} {}", standing, objection(row.objection)) if row.objection else standing


def objection(state: str | None) -> SafeString:
    """Where an objection stands; nothing where there is none."""
    words = {
        objections.OPEN: (_("异议处理中"), "warn"),
        objections.UPHELD: (_("异议成立"), "bad"),
        objections.REJECTED: (_("异议不成立"), ""),
        objections.WITHDRAWN: (_("异议已撤回"), ""),
    }
    return tag(*words[state]) if state in words else SafeString("")


def _to_object(row: Filed, words: str) -> SafeString:
    if not may_object(row):
        return SafeString("")
    return filled(
        '<br><a href="/desk/own/rows/{}/object" aria-label="{} {}">{}</a>',
        *(row.id, words, row.external_id, words),
    )


def may_object(row: Filed) -> bool:
    """Whether an objection to this row would be taken."""
    contested = row.objection in {objections.OPEN, objections.UPHELD}
    counts = row.record_type != "void" and row.kind != OBJECTION.code
    return counts and not (row.superseded_by or contested)


def said(kind: Kind, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Titles and values of what the row says beyond whom, where and when; empty ones left out."""
    language = language_code()
    told = _objection_told(values) if kind == OBJECTION else values
    return [
        (column.title(language), _value(column, told[column.name], language))
        for column in kind.columns
        if column.role is None and told.get(column.name) is not None
    ]


def _objection_told(values: Mapping[str, Any]) -> dict[str, Any]:
    """What an objection says, by names; the leaf of the row stands in that row's proof."""
    told = {name: value for name, value in values.items() if name != "about_leaf"}
    if told.get("about_kind") in ALL:
        told["about_kind"] = ALL[told["about_kind"]].title(language_code())
    if by := told.get("decided_by"):
        told["decided_by"] = party_names([by])[by]
    return told


def _value(column: Declared, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    for choice in column.choices:
        if choice.code == value:
            return choice.en if language == "en" else choice.zh
    unit = unit_word(column.unit)
    return f"{value} {unit}" if unit.isascii() and unit.isalpha() else f"{value}{unit}"


def release_state(state: str) -> SafeString:
    """Where a release stands."""
    words = {
        "approved": (_("已公开"), "good"),
        "refused": (_("已退回"), "bad"),
        "withdrawn": (_("已撤回"), "bad"),
    }
    return tag(*words.get(state, (_("等待核准"), "warn")))
