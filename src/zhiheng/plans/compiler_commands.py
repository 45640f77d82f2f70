"""Commands that read a plan's document; they need no home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhiheng.office.console import JsonOption, print_json
from zhiheng.plans import reading_commands

if TYPE_CHECKING:
    from zhiheng.plans.compiler import Reading

_Files = Annotated[
    list[Path],
    typer.Argument(
        help="规划文件：txt、md、html、docx、pdf / documents of plans", show_default=False
    ),
]
_File = Annotated[Path, typer.Argument(help="规划文件 / document of a plan", show_default=False)]


def read(
    files: _Files,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="另存为待审核的规划 YAML / keep as a plan to review"),
    ] = None,
    code: Annotated[str, typer.Option(help="规划代码，写入 YAML / code of the plan")] = "plan",
    region: Annotated[str, typer.Option(help="规划所属区域，写入 YAML / region")] = "region",
    json: JsonOption = False,
) -> None:
    """读规划文件：目标、责任、任务，逐项附原文位置 / read the document of a plan."""
    from zhiheng.office.words import _
    from zhiheng.plans.documents import read_document
    from zhiheng.rules.errors import UsageError

    if output is not None and len(files) > 1:
        raise UsageError(
            "plan.output",
            _("-o 一次只写一份规划，给了 {count} 个文件。", count=len(files)),
            _("请逐个文件运行。"),
        )
    readings = [read_document(path) for path in files]
    if output is not None:
        reading_commands.keep_draft(readings[0], output, code, region)
    if json:
        said = [reading.as_json() for reading in readings]
        print_json(said[0] if len(said) == 1 else said)
        return
    for reading in readings:
        _print(reading)


def text(file: _File) -> None:
    """打印读取所依据的文字，各项位置均以此为准 / print the text that offsets refer to."""
    from zhiheng.documents.prose import read_prose

    typer.echo(read_prose(file).text, nl=False)


def _print(reading: Reading) -> None:
    from zhiheng.office.words import _
    from zhiheng.plans.asking import asked

    typer.echo(reading.document.title or reading.name)
    counts = _(
        "目标 {targets} 项，责任 {bodies} 处，任务 {tasks} 项，条款 {clauses} 条",
        targets=len(reading.targets),
        bodies=len(reading.responsibilities),
        tasks=len(reading.tasks),
        clauses=len(reading.clauses),
    )
    typer.echo(counts)
    for target in reading.targets:
        typer.echo(f"  [{target.start}:{target.end}]  {target.metric}  {asked(target)}")
    for warning in reading.warnings:
        typer.echo(f"! {warning.message}")
