"""The command that writes reports."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    output: Annotated[
        list[Path], typer.Option("-o", "--output", help="docx、pdf 或 xlsx，可多次 / may repeat")
    ],
    plan: Annotated[str | None, typer.Option(help="只写这一个规划 / only this plan")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="判定日 / judged on")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """写出目标完成情况报告 / write the report on targets."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.reports.actions import write_reports

    day = as_of.date() if as_of else None
    written = [str(p) for p in write_reports(Actor.system(), output, as_of=day, plan=plan)]
    print_json({"written": written}) if json else typer.echo("\n".join(written))
