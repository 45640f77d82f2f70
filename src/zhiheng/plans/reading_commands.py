"""Commands over a reading: show it, compare it with another, keep it as a draft; no home needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiheng.office.console import JsonOption, print_json

if TYPE_CHECKING:
    from zhiheng.plans.comparison import Promise
    from zhiheng.plans.compiler import Reading

_File = Annotated[Path, typer.Argument(help="规划文件 / document of a plan", show_default=False)]
_Either = Annotated[
    Path, typer.Argument(help="规划文件或规划 YAML / document or plan file", show_default=False)
]


def show(
    file: _File,
    html: Annotated[
        Path | None, typer.Option("--html", help="写成一个网页，离线可用 / write one page")
    ] = None,
) -> None:
    """把读到的内容列成表，或标在原文上 / a table of what was read, or a page with it in place."""
    from zhiheng.office.words import _
    from zhiheng.plans.documents import read_document

    reading = read_document(file)
    if html is None:
        _print_reading(reading)
        return
    from zhiheng.plans.reading_page import reading_page

    html.write_text(reading_page(reading), encoding="utf-8")
    typer.echo(_("已写入 {path}", path=html))


def compare(old: _Either, new: _Either, json: JsonOption = False) -> None:
    """逐个目标比较两份规划：不变、改动、新增、取消 / what changed, target by target."""
    from zhiheng.plans.comparison import compare as run

    changes = run(_promises(old), _promises(new))
    counts = {
        status: sum(c.status == status for c in changes)
        for status in ("same", "changed", "added", "removed")
    }
    if json:
        said = [change.as_json() for change in changes]
        print_json({"old": old.name, "new": new.name, "counts": counts, "changes": said})
        return
    _print_changes(changes, counts)


def keep_draft(reading: Reading, path: Path, code: str, region: str) -> None:
    """Write the reading as a plan file; see `zhiheng.plans.drafts`."""
    from zhiheng.office.words import _
    from zhiheng.plans.catalogue import units
    from zhiheng.plans.drafts import draft_content, draft_text, open_points

    declared = units()
    path.write_text(draft_text(reading, code, region, declared), encoding="utf-8")
    left = len(open_points(draft_content(reading, code, region), declared))
    typer.echo(
        _(
            "已写入 {path}：目标 {count} 项，待补 {left} 处。",
            path=path,
            count=len(reading.targets),
            left=left,
        ),
        err=True,
    )


def _promises(path: Path) -> list[Promise]:
    from zhiheng.plans.comparison import promises_of_plan, promises_of_reading

    if path.suffix.lower() in {".yaml", ".yml"}:
        from zhiheng.plans.files import read_plan

        return promises_of_plan(read_plan(path))
    from zhiheng.plans.documents import read_document

    return promises_of_reading(read_document(path))


def _print_reading(reading: Reading) -> None:
    from rich.console import Console

    from zhiheng.office.words import _
    from zhiheng.plans.asking import asked

    head = reading.document
    console = Console()
    console.print(head.title or reading.name, style="bold", markup=False)
    facts = [head.number, "、".join(head.issuers) or head.issuer, head.issued_on]
    if said := "  ".join(fact for fact in facts if fact):
        console.print(said, markup=False)
    columns = ("#", _("指标"), _("要求"), _("指标代码"), _("条款"), _("位置"))
    rows = [
        (
            str(number),
            t.metric,
            asked(t),
            t.indicator or (t.link.proposes if t.link else "") or "",
            t.clause or "",
            f"{t.start}–{t.end}",
        )
        for number, t in enumerate(reading.targets, 1)
    ]
    console.print(_table(_("目标"), columns, rows))
    bodies = [
        ("、".join(r.lead), "、".join(r.support), r.clause or "", f"{r.start}–{r.end}")
        for r in reading.responsibilities
    ]
    if bodies:
        console.print(_table(_("责任"), (_("牵头"), _("配合"), _("条款"), _("位置")), bodies))
    for warning in reading.warnings:
        console.print(f"! {warning.message}", markup=False)


def _print_changes(changes: list[Any], counts: dict[str, int]) -> None:
    from rich.console import Console

    from zhiheng.office.words import _
    from zhiheng.plans.asking import asked

    names = {
        "same": _("不变"),
        "changed": _("改动"),
        "added": _("新增"),
        "removed": _("取消"),
        "tightened": _("加严"),
        "loosened": _("放宽"),
    }
    console = Console()
    console.print("  ".join(f"{names[status]} {count}" for status, count in counts.items()))
    rows = [
        (
            names[c.direction or c.status],
            (c.new or c.old).metric,
            *(asked(promise) if promise else "–" for promise in (c.old, c.new)),
        )
        for c in changes
        if c.status != "same"
    ]
    console.print(_table("", (_("变化"), _("指标"), _("原来"), _("现在")), rows))


def _table(title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Any:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=title or None, box=SIMPLE, title_justify="left", padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
