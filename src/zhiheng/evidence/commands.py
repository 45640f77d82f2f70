"""Commands of the evidence room."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from zhiheng.evidence import backup_commands, firm_commands
from zhiheng.evidence.kind_commands import kind_list, kind_show, kind_template
from zhiheng.evidence.verify_commands import lake_rebuild, prove, verify
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("nothing")(nothing)
    app.command("verify")(verify)
    app.command("prove")(prove)
    app.command("erase")(erase)
    backup_commands.register(app)
    firm_commands.register(app)
    kind = typer.Typer(help="证据种类 / kinds of evidence", no_args_is_help=True)
    kind.command("list")(kind_list)
    kind.command("show")(kind_show)
    kind.command("template")(kind_template)
    app.add_typer(kind, name="kind")
    lake = typer.Typer(help="数据湖 / the lake", no_args_is_help=True)
    lake.command("rebuild")(lake_rebuild)
    app.add_typer(lake, name="lake")
    retention = typer.Typer(help="保留期限 / retention", no_args_is_help=True)
    retention.command("run")(retention_run)
    app.add_typer(retention, name="retention")


def import_(
    file: Annotated[Path, typer.Argument(help="xlsx、csv、parquet 或 json")],
    kind: Annotated[str, typer.Option(help="证据种类，见 kind list / kind of evidence")],
    mapping: Annotated[Path | None, typer.Option(help="映射文件（YAML）")] = None,
    mode: Annotated[
        str, typer.Option(help="rollback：有错全退；proceed：收下无错的行")
    ] = "rollback",
    source: Annotated[str | None, typer.Option(help="来源单位代码 / source party")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """导入一个文件 / bring a file in."""
    open_home(home)
    from zhiheng.evidence.actions import import_file
    from zhiheng.office.actors import Actor
    from zhiheng.office.progress import terminal_progress

    with terminal_progress() as progress:
        outcome = import_file(
            Actor.system(),
            file,
            kind,
            mapping=mapping,
            mode=mode,  # type: ignore[arg-type]
            source=source,
            progress=progress,
        )
    print_json(outcome) if json else _print_outcome(outcome)
    if outcome["problems"] and outcome["batch"] is None and not outcome["repeated"]:
        raise typer.Exit(2)


def _print_outcome(outcome: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from zhiheng.office.words import _

    console = Console()
    console.print(
        _(
            "读取 {read} 行：新收 {accepted}，更正 {corrected}，重复 {repeated}，退回 {rejected}。",
            **{k: outcome[k] for k in ("read", "accepted", "corrected", "repeated", "rejected")},
        )
    )
    for notice in outcome["notices"]:
        console.print(notice)
    if not outcome["problems"]:
        return
    table = Table(_("行"), _("列"), _("值"), _("问题"), _("怎样改"))
    for problem in outcome["problems"][:20]:
        table.add_row(
            str(problem["row"]), *(problem[k] for k in ("column", "value", "message", "fix"))
        )
    console.print(table)
    if outcome["problem_count"] > 20:
        sorts = Table(_("列"), _("问题数"), _("首次出现的行"), _("怎样改"))
        for sort in outcome["problem_summary"]:
            count, row = f"{sort['count']:,}", str(sort["first_row"])
            sorts.add_row(sort["column"], count, row, sort["fix"])
        console.print(sorts)
    if (more := outcome["problem_count"] - 20) > 0:
        console.print(_("另有 {more} 个问题，见标注文件。", more=more))
    if outcome["marked_file"]:
        console.print(_("已标注的文件：{path}", path=outcome["marked_file"]))
    if outcome["problems_file"]:
        console.print(_("全部问题的清单：{path}", path=outcome["problems_file"]))


def nothing(
    kind: Annotated[str, typer.Option(help="证据种类")],
    region: Annotated[str, typer.Option(help="区域")],
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="起")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="止")],
    note: Annotated[str | None, typer.Option(help="说明")] = None,
    source: Annotated[str | None, typer.Option(help="来源单位代码")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """申报某期间无可报告 / report that there was nothing to report."""
    open_home(home)
    from zhiheng.evidence.actions import report_nothing
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _

    days = (date(since.year, since.month, since.day), date(until.year, until.month, until.day))
    outcome = report_nothing(Actor.system(), kind, region, *days, note=note, source=source)
    print_json(outcome) if json else typer.echo(
        _("已登记。") if outcome["batch"] else _("此前已登记。")
    )


def erase(
    row: Annotated[int, typer.Argument(help="记录号 / ledger row")],
    basis: Annotated[str, typer.Option(help="法律依据 / legal basis")],
    column: Annotated[list[str] | None, typer.Option(help="列，可多次；默认全部")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """依法删除一行里的个人信息 / erase personal values of a row."""
    open_home(home)
    from zhiheng.evidence.actions import erase as run
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _

    count = run(Actor.system(), row, column, basis)
    if json:
        print_json({"row": row, "erased": count})
        return
    typer.echo(_("已删除 {count} 项个人信息，证明仍然有效。", count=count))


def retention_run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只清点，不删除 / count, remove nothing")
    ] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """删除超过保留期限的内容 / remove what has outlived its term."""
    open_home(home)
    from zhiheng.evidence import retention
    from zhiheng.office.actors import Actor

    applied = [rule.as_json() for rule in retention.run(Actor.system(), dry_run=dry_run)]
    print_json({"dry_run": dry_run, "rules": applied}) if json else print_retention(applied)


def print_retention(applied: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    from zhiheng.office.words import _

    titles = (_("内容"), _("天数"), _("早于"), _("超期"), _("已删除"), _("依据"))
    table = Table(*titles)
    for rule in applied:
        days = _("不限") if rule["days"] is None else str(rule["days"])
        source = rule["source"] if rule["confirmed"] else f"{rule['source']} *"
        counts = (str(rule["found"]), str(rule["removed"]))
        table.add_row(rule["what"], days, rule["before"] or "", *counts, source)
    Console().print(table)
    Console().print(_("* 期限尚未经核定"))
