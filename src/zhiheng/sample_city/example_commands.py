"""The command that runs an example over a folder of real data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    app.command("example")(example)


def example(
    name: Annotated[str, typer.Argument(help="chicago、uk-food-hygiene 或 cn-food")],
    data: Annotated[Path, typer.Argument(help="数据所在目录 / folder of the data")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """用真实数据走一遍全程 / take real data through the whole line."""
    opened = open_home(home, create=True)
    from zhiheng.office.actors import Actor
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _
    from zhiheng.sample_city.examples import run

    with terminal_progress() as progress:
        result = run(Actor.system(), opened, name, data, progress)
    if json:
        print_json(result)
        return
    for outcome in result["imports"]:
        typer.echo(
            _(
                "{file}：读取 {read} 行，新收 {accepted}，更正 {corrected}，重复 {repeated}，"
                "退回 {rejected}",
                **{
                    k: outcome[k]
                    for k in ("file", "read", "accepted", "corrected", "repeated", "rejected")
                },
            )
        )
    typer.echo(_("测算了 {count} 个数", count=result["estimates"]))
    for path in result["reports"]:
        typer.echo(_("报告：{path}", path=path))
