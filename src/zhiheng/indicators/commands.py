"""Commands of the indicators room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json

if TYPE_CHECKING:
    from zhiheng.indicators.models import EstimateRow

_RegionOption = Annotated[str | None, typer.Option(help="区域代码、名称或路径 / region")]
_SHOWN = 60
_PeriodOption = Annotated[str | None, typer.Option(help="期间，如 2026、2026Q3、2026-09 / period")]


def register(app: typer.Typer) -> None:
    app.command("measure")(measure)
    app.command("explain")(explain)
    indicator = typer.Typer(help="指标 / indicators", no_args_is_help=True)
    indicator.command("list")(list_indicators)
    indicator.command("show")(show_indicator)
    app.add_typer(indicator, name="indicator")


def measure(
    indicator: Annotated[
        list[str] | None, typer.Option(help="指标代码，可多次；默认全部 / indicator, may repeat")
    ] = None,
    region: _RegionOption = None,
    period: _PeriodOption = None,
    engine: Annotated[str, typer.Option(help="计算引擎：duckdb 或 spark / engine")] = "duckdb",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """测算指标并保存每个估计值 / measure and keep every estimate."""
    open_home(home)
    from zhiheng.indicators import queries
    from zhiheng.indicators.actions import measure as run
    from zhiheng.office.actors import Actor
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _

    operator = Actor.system()
    with terminal_progress() as progress:
        measurement = run(operator, indicator, region, period, progress, engine)
    found = queries.estimates(operator, measurement)
    if json:
        for row in found.iterator(chunk_size=2000):
            print_json(queries.as_json(row))
        return
    _print_table(list(found[:_SHOWN]))
    typer.echo(
        _(
            "第 {number} 次测算：{count} 个估计值，日志 {size} 条，根 {root}",
            number=measurement.id,
            count=measurement.estimates,
            size=measurement.log_size,
            root=measurement.root,
        )
    )
    if measurement.estimates > _SHOWN:
        typer.echo(_("只列出前 {count} 个；全部请加 --json。", count=_SHOWN))


def explain(
    indicator: Annotated[str, typer.Argument(help="指标代码 / indicator")],
    region: Annotated[str, typer.Option(help="区域代码、名称或路径 / region")],
    period: Annotated[str, typer.Option(help="期间 / period")],
    by: Annotated[
        list[str] | None, typer.Option(help="分类，写成 列=值 / breakdown, column=value")
    ] = None,
    rows: Annotated[int, typer.Option(help="列出多少行证据 / rows to list")] = 0,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """说明一个数是怎么来的 / explain how a figure came about."""
    open_home(home)
    from django.utils.translation import get_language

    from zhiheng.indicators import explain as explaining
    from zhiheng.indicators import queries
    from zhiheng.indicators.actions import find_region
    from zhiheng.indicators.lookup import known_indicator
    from zhiheng.indicators.telling import told
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    operator = Actor.system()
    code = known_indicator(indicator).code
    broken = dict(pair.split("=", 1) for pair in by or [] if "=" in pair)
    row = queries.latest(operator, code, find_region(operator, region), period, broken)
    if row is None:
        raise UsageError(
            "estimate.none",
            _(
                "“{code}”在 {region} {period} 没有测算结果。",
                code=code,
                region=region,
                period=period,
            ),
            _("请先运行 zhiheng measure；测算后仍没有，说明没有相应证据。"),
        )
    said = explaining.explain(operator, row, get_language() or "zh")
    if rows:
        said["rows"]["listed"] = explaining.rows_behind(operator, row, rows)
    print_json(said) if json else typer.echo("\n".join(told(said)))


def list_indicators(json: JsonOption = False) -> None:
    """列出全部指标 / list the indicators."""
    from zhiheng.indicators.indicators import ALL
    from zhiheng.indicators.reference import indicator_row

    if json:
        print_json([indicator_row(indicator) for indicator in ALL.values()])
        return
    for i in ALL.values():
        typer.echo(f"{i.code:38} {i.unit:8} {i.zh} / {i.en}")


def show_indicator(code: str, json: JsonOption = False) -> None:
    """显示一个指标的声明 / show a declaration."""
    from zhiheng.indicators.lookup import known_indicator
    from zhiheng.indicators.reference import facts, section

    indicator = known_indicator(code)
    print_json(facts(indicator)) if json else typer.echo(section(indicator))


def _print_table(found: list[EstimateRow]) -> None:
    from rich.console import Console
    from rich.table import Table

    from zhiheng.indicators.indicators import ALL
    from zhiheng.office.words import _

    titles = (_("指标"), _("区域"), _("期间"), _("分类"), _("估计值"), _("区间"), "n", _("方法"))
    table = Table(*titles)
    for row in found:
        scale = ALL[row.indicator].scale
        by = row.by if row.by != "{}" else ""
        bounds = _bounds(row, scale)
        value = f"{_shown(row.estimate, scale)} {ALL[row.indicator].unit}"
        table.add_row(
            row.indicator,
            row.region,
            row.period,
            by,
            value,
            bounds,
            str(row.n),
            row.method.split(";")[0],
        )
    Console().print(table)


def _bounds(row: EstimateRow, scale: int) -> str:
    from zhiheng.methods.rounding import rounded_outward

    if row.lower is None or row.upper is None:
        return ""
    return " – ".join(rounded_outward(row.lower, row.upper, digits=2, scale=scale))


def _shown(value: float | None, scale: int) -> Any:
    return "" if value is None else f"{value * scale:.2f}"
