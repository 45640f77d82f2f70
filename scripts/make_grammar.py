"""Write docs/plan-grammar.md from the spec tables of the plan compiler.

Run it after changing a table: ``.venv/bin/python scripts/make_grammar.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
TABLES = ROOT / "tests" / "spec" / "plan_grammar"
PAGE = ROOT / "docs" / "plan-grammar.md"
ORDER = (
    *("numerals", "operators", "lists", "counts", "shares", "time", "not_targets", "tables"),
    *("completion", "responsibilities", "head", "clauses", "damage", "spelling"),
)


def phenomena() -> dict[str, dict[str, Any]]:
    """The spec tables by name, in the order of the manual; every file is in it."""
    found = {file.stem: file for file in TABLES.glob("*.yaml")}
    if set(found) != set(ORDER):
        raise ValueError(f"ORDER and {TABLES.name}/ differ: {sorted(set(found) ^ set(ORDER))}")
    return {name: yaml.safe_load(found[name].read_text(encoding="utf-8")) for name in ORDER}


def page() -> str:
    """The manual: a section a phenomenon, a row a sentence."""
    lines = [
        "# 规划文法 / Grammar of plans",
        "",
        "`zhiheng plan read` 怎样读规划。例句都是自拟的，由规格测试逐条检验。",
        "",
        "How `zhiheng plan read` reads a plan. The sentences are invented; a spec test holds each.",
        "",
    ]
    for table in phenomena().values():
        lines += [
            f"## {table['zh']} / {table['en']}",
            "",
            table["rule_zh"],
            "",
            table["rule_en"],
            "",
        ]
        lines += ["| 原文 / text | 读出 / read |", "|---|---|"]
        lines += [f"| {_cell(case['say'])} | {_read(case)} |" for case in table["cases"]]
        lines.append("")
    return "\n".join(lines)


def _read(case: dict[str, Any]) -> str:
    said = []
    inferred = case.get("inferred", [])
    for i, (metric, op, value, unit, deadline) in enumerate(case["targets"]):
        number = "–".join(map(str, value)) if isinstance(value, list) else value
        shown = "缺字 / lost" if value is None else f"{number}{unit}"
        beside = f"（{inferred[i]}?）" if inferred and inferred[i] is not None else ""
        said.append(f"{metric} `{op}` {shown}{beside} · {deadline or '—'}")
    for lead, support in case.get("responsible", []):
        said.append("牵头 / lead: " + "、".join(lead))
        said += ["配合 / with: " + "、".join(support)] if support else []
    if head := case.get("head"):
        said += [f"{key}: {_plain(value)}" for key, value in head.items() if value is not None]
    said += [f"`{step}` {title}" for step, title in case.get("clauses", [])]
    said += [f"警告 / warning: `{code}`" for code in case.get("warnings", [])]
    return "<br>".join(_cell(line) for line in said) or "—"


def _plain(value: Any) -> str:
    return "–".join(map(str, value)) if isinstance(value, list) else str(value)


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("\n", "<br>")


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
