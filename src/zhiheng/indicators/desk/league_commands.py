"""The command that sets units side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import JsonOption, print_json


def register(app: typer.Typer) -> None:
    app.command("league")(league)


def league(
    file: Annotated[Path, typer.Argument(help="CSV 或 Parquet：每个单位一行 / one row a unit")],
    unit: Annotated[str, typer.Option(help="单位列 / unit column")],
    x: Annotated[str | None, typer.Option(help="合格数列 / successes")] = None,
    n: Annotated[str | None, typer.Option(help="样本量列 / sample size")] = None,
    estimate: Annotated[str | None, typer.Option(help="估计值列 / estimate")] = None,
    se: Annotated[str | None, typer.Option(help="标准误列 / standard error")] = None,
    reference: Annotated[
        float | None, typer.Option(help="漏斗的参照比例，默认合计 / centre of the funnel")
    ] = None,
    min_n: Annotated[
        float, typer.Option(help="样本量不足的不排名 / below it a unit is not ranked")
    ] = 30,
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="越低越好 / low figures are good")
    ] = False,
    level: Annotated[float, typer.Option(help="置信水平 / confidence")] = 0.95,
    json: JsonOption = False,
) -> None:
    """各单位并列：区间、收缩估计、漏斗界限、名次范围 / units side by side, without false ranks."""
    from zhiheng.indicators.desk.league import Columns
    from zhiheng.indicators.desk.league import league as run

    found = run(
        file,
        Columns(unit, x, n, estimate, se),
        reference=reference,
        minimum=min_n,
        level=level,
        higher_is_better=not lower_is_better,
    )
    if json:
        print_json(found)
        return
    from zhiheng.indicators.desk.telling import print_league

    print_league(found)
