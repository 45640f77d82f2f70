"""The reference page of the kinds of evidence, written from their declarations."""

from __future__ import annotations

from collections.abc import Iterable

from zhiheng.evidence.declaration import Column, Kind

_NOBODY = "不收文件，由系统内办理产生 not filed: made by what people do in the system"
_PARTIES = {
    "unit": "政府部门 unit",
    "organisation": "单位 organisation",
    "body": "技术机构 body",
    "public": "公众 public",
}


def kinds_page(kinds: Iterable[Kind]) -> str:
    """Markdown: one section a kind, one row a column, code lists below."""
    declared = list(kinds)
    index = [
        f"- [{kind.zh} {kind.en}](#{kind.code}) ({len(kind.columns)} 列 columns)"
        for kind in declared
    ]
    return "\n".join(["# 证据种类 / Kinds of evidence", "", *index, *map(_section, declared), ""])


def _section(kind: Kind) -> str:
    lines = [
        "",
        f'## <a id="{kind.code}"></a>{kind.zh} {kind.en} `{kind.code}`',
        "",
        f"报送 / reported by: {', '.join(_PARTIES[party] for party in kind.may_report) or _NOBODY}",
    ]
    if kind.source:
        lines += ["", f"依据 / source: {kind.source}"]
    lines += [
        "",
        "| 列 column | English | code | 类型 type | 必填 required | 示例 example | 说明 note |",
        "|---|---|---|---|---|---|---|",
        *map(_row, kind.columns),
    ]
    coded = [column for column in kind.columns if column.choices]
    if coded:
        lines += ["", "| 列 column | code | 中文 | English |", "|---|---|---|---|"]
        lines += [
            f"| {column.zh} | `{choice.code}` | {choice.zh} | {choice.en} |"
            for column in coded
            for choice in column.choices
        ]
    orders = [
        f"- {kind.column(order.first).zh} ≤ {kind.column(order.second).zh}" for order in kind.orders
    ]
    return "\n".join([*lines, *(["", *orders] if orders else [])])


def _row(column: Column) -> str:
    cells = (
        column.zh,
        column.en,
        f"`{column.name}`",
        _type(column),
        "是 yes" if column.required else "",
        column.example,
        "; ".join(filter(None, (column.note, "个人信息 personal" if column.personal else ""))),
    )
    return f"| {' | '.join(cells)} |"


def _type(column: Column) -> str:
    bounds = "".join(
        f" {sign} {bound:g}"
        for sign, bound in (("≥", column.least), ("≤", column.most))
        if bound is not None
    )
    return f"{column.type.value}{f' ({column.unit})' if column.unit else ''}{bounds}"
