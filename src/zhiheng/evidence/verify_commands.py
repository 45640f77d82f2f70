"""Commands that hold the record to its log."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def verify(
    every_row: Annotated[
        bool, typer.Option("--every-row", help="逐行重算，不只核对封存的字节 / recompute each row")
    ] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """核对全部台账、数据湖与日志 / hold ledger, lake and log to what was sealed."""
    open_home(home)
    from zhiheng.evidence.verification import verify as run
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _

    with terminal_progress() as progress:
        found = run(progress, every_row=every_row)
    if json:
        print_json(found.as_json())
    elif found.ok:
        typer.echo(
            _(
                "{batches} 批 {rows} 行全部相符。日志根：{root}",
                batches=found.batches,
                rows=found.rows,
                root=found.root,
            )
        )
        if found.lake_pending:
            batches = "、".join(map(str, found.lake_pending))
            typer.echo(_("数据湖还没有批次 {batches}，下次读取前自动补写。", batches=batches))
    else:
        where = found.first_bad or {}
        typer.echo(
            _(
                "不符：批次 {batch}，行 {row}：{reason}",
                batch=where["batch"],
                row=where["row"],
                reason=found.reason,
            )
        )
        if "file" in where:
            typer.echo(_("文件：{path}", path=where["file"]))
            typer.echo(_("台账无误时，可用 zhiheng lake rebuild 由台账重建数据湖。"))
    if not found.ok:
        raise typer.Exit(1)


def prove(
    row: Annotated[int | None, typer.Argument(help="记录号 / ledger row")] = None,
    kind: Annotated[str | None, typer.Option(help="证据种类")] = None,
    number: Annotated[str | None, typer.Option(help="编号 / external id")] = None,
    source: Annotated[str | None, typer.Option(help="来源单位代码")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="打开个人信息")] = False,
    verifier: Annotated[Path | None, typer.Option(help="另存独立验证程序")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="证明文件")] = None,
    home: HomeOption = None,
) -> None:
    """给出一行的存在证明 / prove that a row is in the ledger."""
    open_home(home)
    from zhiheng.evidence import queries
    from zhiheng.evidence import standalone_verifier as program
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    operator = Actor.system()
    if row is None:
        if kind is None or number is None:
            raise UsageError(
                "prove.which", _("没有指明哪一行。"), _("请给出记录号，或 --kind 和 --number。")
            )
        row = queries.row_id(operator, kind, number, source)
    text = jsonlib.dumps(
        queries.proof(operator, row, personal=personal), ensure_ascii=False, indent=1
    )
    if verifier is not None:
        verifier.write_bytes(Path(program.__file__).read_bytes())
    output.write_text(text + "\n", encoding="utf-8") if output else typer.echo(text)


def lake_rebuild(home: HomeOption = None) -> None:
    """由台账重建数据湖 / rebuild the lake from the ledger."""
    opened = open_home(home)
    from zhiheng.evidence.lake import rebuild
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _

    with terminal_progress() as progress:
        count = rebuild(opened, progress)
    typer.echo(_("已重建 {count} 批。", count=count))
