"""Commands that judge figures given by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from zhiheng.office.console import JsonOption, print_json

TargetOption = Annotated[str, typer.Option(help='目标，例如 ">=0.95" / the target')]
AlphaOption = Annotated[float, typer.Option(help="每一侧允许的错误 / error allowed a side")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(
        help="判定：达标、未达标，还是无法判定 / judge figures against a target",
        invoke_without_command=True,
    )
    group.callback()(judge)
    group.command("plan")(plan)
    group.command("path")(path)
    group.command("measured")(measured)
    app.add_typer(group, name="judge")


def judge(
    context: typer.Context,
    target: Annotated[str | None, typer.Option(help='目标，例如 ">=0.95" / the target')] = None,
    x: Annotated[float | None, typer.Option(help="合格数或次数 / successes or events")] = None,
    n: Annotated[float | None, typer.Option(help="样本量 / sample size")] = None,
    exposure: Annotated[float | None, typer.Option(help="率的基数 / exposure of a rate")] = None,
    estimate: Annotated[float | None, typer.Option(help="估计值 / estimate")] = None,
    se: Annotated[float | None, typer.Option(help="标准误 / standard error")] = None,
    df: Annotated[float | None, typer.Option(help="自由度 / degrees of freedom")] = None,
    kind: Annotated[
        str | None, typer.Option(help="proportion、mean、ratio、rate、total / what it is")
    ] = None,
    census: Annotated[bool, typer.Option("--census", help="全数统计 / all was counted")] = False,
    baseline_x: Annotated[float | None, typer.Option(help="基准的合格数或次数")] = None,
    baseline_n: Annotated[float | None, typer.Option(help="基准的样本量")] = None,
    baseline_exposure: Annotated[float | None, typer.Option(help="基准的基数")] = None,
    baseline_estimate: Annotated[float | None, typer.Option(help="基准的估计值")] = None,
    baseline_se: Annotated[float | None, typer.Option(help="基准的标准误")] = None,
    relative: Annotated[
        bool,
        typer.Option("--relative", help="目标是基准的几倍 / a share of the baseline"),
    ] = False,
    alpha: AlphaOption = 0.05,
    json: JsonOption = False,
) -> None:
    """判定一个数：给 --x --n，或 --estimate --se / judge one figure."""
    if context.invoked_subcommand is not None:
        return
    from zhiheng.indicators.desk.judging import Figure, judge_figure
    from zhiheng.indicators.desk.targets import read_target
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    if target is None:
        raise UsageError("target.missing", _("没有给目标。"), _('请加 --target，例如 ">=0.95"。'))
    found = judge_figure(
        Figure(estimate, se, df, x, n, exposure),
        read_target(target),
        Figure(baseline_estimate, baseline_se, None, baseline_x, baseline_n, baseline_exposure),
        kind=kind,  # type: ignore[arg-type]
        census=census,
        relative=relative,
        alpha=alpha,
    )
    if json:
        print_json(found)
        return
    from zhiheng.indicators.desk.telling import verdict_lines

    for line in verdict_lines(found):
        typer.echo(line)


def plan(
    target: TargetOption,
    power: Annotated[float, typer.Option(help="判为达标的把握 / probability of met")] = 0.8,
    truth: Annotated[
        list[float] | None, typer.Option(help="假定的真值，可多次 / assumed truth, may repeat")
    ] = None,
    deff: Annotated[float, typer.Option(help="设计效应 / design effect")] = 1.0,
    alpha: AlphaOption = 0.05,
    json: JsonOption = False,
) -> None:
    """要抽多少才判得出来 / how many to draw so that a verdict can be reached."""
    from zhiheng.indicators.desk.judging import plan as run
    from zhiheng.indicators.desk.targets import read_target

    found = run(read_target(target), power, truth or [], alpha, deff)
    if json:
        print_json(found)
        return
    from zhiheng.indicators.desk.telling import print_plan

    print_plan(found)


def path(
    file: Annotated[Path, typer.Argument(help="CSV 或 Parquet：每期一行 / one row a period")],
    time: Annotated[str, typer.Option(help="时期列（数）/ time column")],
    value: Annotated[str, typer.Option(help="数值列 / value column")],
    target: TargetOption,
    ends: Annotated[float, typer.Option(help="目标的时期 / when the target is due")],
    se: Annotated[str | None, typer.Option(help="标准误列 / standard error column")] = None,
    level: Annotated[float, typer.Option(help="置信水平 / confidence")] = 0.95,
    json: JsonOption = False,
) -> None:
    """走到哪一步、到期会怎样 / progress along the path, and a forecast."""
    from zhiheng.indicators.desk.paths import follow
    from zhiheng.indicators.desk.targets import read_target

    found: dict[str, Any] = follow(file, time, value, se, read_target(target), ends, level)
    if json:
        print_json(found)
        return
    from zhiheng.indicators.desk.telling import path_lines

    for line in path_lines(found):
        typer.echo(line)


def measured(
    value: Annotated[float, typer.Option(help="测得值 / measured value")],
    uncertainty: Annotated[float, typer.Option(help="标准不确定度 / standard uncertainty")],
    lower: Annotated[float | None, typer.Option(help="下限 / lower limit")] = None,
    upper: Annotated[float | None, typer.Option(help="上限 / upper limit")] = None,
    risk: Annotated[float, typer.Option(help="误判的风险 / risk of a wrong statement")] = 0.05,
    json: JsonOption = False,
) -> None:
    """按测量不确定度判一个测得值 / judge one measured value by its uncertainty."""
    from zhiheng.indicators.desk.judging import measured as run

    found = run(value, uncertainty, lower, upper, risk)
    if json:
        print_json(found)
        return
    from zhiheng.indicators.desk.telling import measured_lines

    for line in measured_lines(found):
        typer.echo(line)
