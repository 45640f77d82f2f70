"""The reference of indicators, generated from their declarations.

``python -m zhiheng.indicators.reference`` writes ``docs/reference/indicators.md``; a test keeps
the committed file equal to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.estimate import method_text
from zhiheng.indicators.indicators import ALL

_HEAD = """# Indicators / 指标

Generated from the declarations in `src/zhiheng/indicators/indicators/`; do not edit.
由声明生成,请勿手改。

`%` figures are kept and exchanged as pure ratios (0.943) and shown times 100. A rule of thumb for
reading a section: *sample* says which rows were drawn, *where* which of them were judged,
*success* or *value* what is counted; `as_at` is the day to which the evidence reaches.
"""


def indicator_row(indicator: Indicator) -> dict[str, Any]:
    """An indicator in a list, as JSON says it."""
    names = ("zh", "en", "unit", "better")
    said = {name: getattr(indicator, name) for name in names}
    return {"indicator": indicator.code, **said}


def facts(indicator: Indicator) -> dict[str, Any]:
    """The declaration as plain values."""
    return {
        **indicator_row(indicator),
        "population": indicator.population._asdict(),
        "kinds": [kind.code for kind in indicator.kinds],
        "estimator": indicator.estimator,
        "per": indicator.per,
        "method": method_text(indicator),
        "conditions": indicator.conditions,
        "breakdowns": list(indicator.breakdowns),
        "minimum_n": indicator.minimum_n,
        "source": indicator.source,
        "notes": indicator.notes._asdict(),
        "code_version": indicator.code_version,
    }


def section(indicator: Indicator) -> str:
    """One indicator in Markdown."""
    return "\n".join(_lines(indicator))


def page() -> str:
    """The whole reference."""
    parts = [_HEAD, "| code | 指标 | indicator | unit | better | estimator | reads |"]
    parts.append("|---|---|---|---|---|---|---|")
    for i in ALL.values():
        kinds = ", ".join(f"`{kind.code}`" for kind in i.kinds)
        anchor = f"[`{i.code}`](#{i.code})"
        parts.append(
            f"| {anchor} | {i.zh} | {i.en} | {i.unit} | {i.better} | {i.estimator} | {kinds} |"
        )
    parts.append("")
    parts += [section(indicator) for indicator in ALL.values()]
    return "\n".join(parts)


def _lines(i: Indicator) -> Iterator[str]:
    yield f"## {i.code}"
    yield ""
    yield f"**{i.zh}** · {i.en} · {i.unit}"
    yield ""
    yield f"- 总体 / population: {i.population.zh}。{i.population.en}."
    yield f"- 估计 / estimator: {i.estimator}; {method_text(i)}"
    if i.per is not None:
        yield f"- 每 / per: {i.per:,}"
    yield f"- 证据 / reads: {', '.join(f'`{kind.code}`' for kind in i.kinds)}"
    for name, condition in i.conditions.items():
        yield f"- {name}: `{condition}`"
    if i.breakdowns:
        yield f"- 分类 / breakdowns: {', '.join(f'`{name}`' for name in i.breakdowns)}"
    if i.estimator != "reported" and not i.design.census:
        yield f"- 样本不足 / thin below n = {i.minimum_n}"
    yield f"- 依据 / source: {i.source}"
    if i.notes.zh:
        yield f"- 说明 / note: {i.notes.zh} {i.notes.en}"
    yield ""


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[3]
    (root / "docs" / "reference" / "indicators.md").write_text(page(), encoding="utf-8")
