"""Commands about kinds and what is kept of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import JsonOption, print_json


def kind_list(json: JsonOption = False) -> None:
    """列出证据种类 / list the kinds."""
    from zhiheng.evidence.kinds import ALL
    from zhiheng.evidence.rows import kind_row

    if json:
        print_json([kind_row(kind) for kind in ALL.values()])
        return
    for kind in ALL.values():
        typer.echo(f"{kind.code:26} {kind.zh} / {kind.en}")


def kind_show(code: str, json: JsonOption = False) -> None:
    """显示一个种类的各列 / show a kind's columns."""
    from rich.console import Console
    from rich.table import Table

    from zhiheng.evidence.kinds import known_kind
    from zhiheng.evidence.rows import kind_columns
    from zhiheng.office.words import _

    kind = known_kind(code)
    if json:
        print_json(kind_columns(kind))
        return
    titles = (_("列"), _("中文名"), _("英文名"), _("类型"), _("必填"), _("可填"))
    table = Table(*titles, title=kind.zh)
    for c in kind.columns:
        allowed = "、".join(f"{x.zh}({x.code})" for x in c.choices) or c.unit
        table.add_row(c.name, c.zh, c.en, c.type.value, "✓" if c.required else "", allowed)
    Console().print(table)


def kind_template(
    code: str,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="保存为 / save as")] = None,
) -> None:
    """写出填报用的 Excel 模板 / write the Excel template."""
    from zhiheng.evidence.kinds import known_kind
    from zhiheng.evidence.templates import write_kind_template

    kind = known_kind(code)
    path = output or Path(f"{kind.code}.xlsx")
    write_kind_template(kind, path)
    typer.echo(str(path))
