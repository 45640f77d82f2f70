"""The analyst's commands: a file in, figures out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from zhiheng.indicators.desk import judge_commands, league_commands
from zhiheng.office.console import JsonOption, print_json

_FIGURES = ("estimate", "se", "df", "deff", "lower", "upper", "n")


def register(app: typer.Typer) -> None:
    app.command("estimate")(estimate)
    judge_commands.register(app)
    league_commands.register(app)


def estimate(
    file: Annotated[Path, typer.Argument(help="CSV 或 Parquet 文件 / the file")],
    stat: Annotated[str, typer.Option(help="mean、total、ratio、proportion、quantile")],
    y: Annotated[str, typer.Option(help="要估计的列 / the column")],
    over: Annotated[str | None, typer.Option(help="比率的分母列 / denominator")] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="分类列，可多次 / breakdown, may repeat")
    ] = None,
    weights: Annotated[str | None, typer.Option(help="权数列 / weights")] = None,
    strata: Annotated[str | None, typer.Option(help="分层列 / strata")] = None,
    clusters: Annotated[
        str | None, typer.Option(help="各级抽样单元的列，逗号分开 / clusters of each stage")
    ] = None,
    fpc: Annotated[
        str | None,
        typer.Option(help="各级总体数（或抽样比）的列，逗号分开 / population sizes or fractions"),
    ] = None,
    with_replacement: Annotated[
        bool, typer.Option("--with-replacement", help="放回抽样，不作有限总体修正")
    ] = False,
    interval: Annotated[
        str | None,
        typer.Option(help="wald、logit、wilson、beta；比例默认 beta，其余默认 wald"),
    ] = None,
    level: Annotated[float, typer.Option(help="置信水平 / confidence")] = 0.95,
    quantile: Annotated[float, typer.Option(help="第几分位（0 到 1）/ which quantile")] = 0.5,
    poststrata: Annotated[
        str | None, typer.Option(help="事后分层：列=总体数文件 / post-stratification")
    ] = None,
    rake: Annotated[
        list[str] | None, typer.Option(help="边际校准：列=总体数文件，可多次 / raking margin")
    ] = None,
    lonely: Annotated[
        str, typer.Option(help="只有一个单元的层：fail、certainty、remove、adjust、average")
    ] = "fail",
    replicates: Annotated[
        str | None, typer.Option(help="重复权数：jackknife 或 bootstrap / replicate weights")
    ] = None,
    repeats: Annotated[int, typer.Option(help="bootstrap 的次数 / bootstrap replicates")] = 500,
    seed: Annotated[int, typer.Option(help="bootstrap 的种子 / its seed")] = 1,
    json: JsonOption = False,
) -> None:
    """按抽样设计估计一个文件里的数 / design-based estimates of a file."""
    from zhiheng.indicators.desk.asked import Asked, columns_of, margin_of
    from zhiheng.indicators.desk.estimating import estimate as run
    from zhiheng.indicators.desk.problems import Findings

    findings = Findings()
    stratified = margin_of(poststrata, findings) if poststrata else None
    margins = [margin_of(text, findings) for text in rake or []]
    findings.stop()
    answer = run(
        Asked(
            file=file,
            stat=stat,
            y=y,
            over=over,
            by=tuple(by or ()),
            weights=weights,
            strata=strata,
            clusters=columns_of(clusters),
            fpc=columns_of(fpc),
            with_replacement=with_replacement,
            interval=interval or "",
            level=level,
            quantile=quantile,
            lonely=lonely,  # type: ignore[arg-type]
            poststrata=stratified,
            rake=tuple(margin for margin in margins if margin),
            replicates=replicates,
            repeats=repeats,
            seed=seed,
        )
    )
    print_json(answer) if json else _print_answer(answer)


def _print_answer(answer: dict[str, Any]) -> None:
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from zhiheng.indicators.desk.telling import figure
    from zhiheng.office.words import _

    design = answer["design"]
    console = Console()
    console.print(
        _(
            "{rows} 行，{strata} 层，{units} 个抽样单元；方差：{variance}；"
            "区间：{interval}，{level:.10g}",
            **{key: design[key] for key in ("rows", "strata", "units", "variance", "interval")},
            level=design["level"],
        )
    )
    table = Table(box=SIMPLE, padding=(0, 1, 0, 0))
    for name in answer["estimates"][0]["by"] if answer["estimates"] else ():
        table.add_column(name, overflow="fold")
    if design["stat"] == "proportion":
        table.add_column(design["y"], overflow="fold")
    for title in (_("估计值"), _("标准误"), _("自由度"), _("设计效应"), _("下限"), _("上限"), "n"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in answer["estimates"]:
        names = [*row["by"].values()]
        if design["stat"] == "proportion":
            names.append(row["category"])
        table.add_row(*map(str, names), *(figure(row[name]) for name in _FIGURES))
    console.print(table)
    for warning in answer["warnings"]:
        console.print(f"[{warning['code']}] {warning['message']}{warning['fix']}", markup=False)
