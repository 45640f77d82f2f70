"""Commands of complaints: hot-line files in, figures out, near duplicates of any file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.acting import AsOption
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    complaint = typer.Typer(help="投诉举报 / complaints and reports", no_args_is_help=True)
    complaint.command("import")(import_)
    complaint.command("template")(template)
    complaint.command("statistics")(statistics)
    complaint.command("publish")(publish)
    complaint.command("duplicates")(duplicates)
    complaint.command("erase")(erase)
    app.add_typer(complaint, name="complaint")


def import_(
    file: Annotated[Path, typer.Argument(help="热线来件表 / rows of a hot-line")],
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """登记热线来件，每行一件；重复的不再立案，改动的补入原案 / take in a hot-line's submissions."""
    open_home(home)
    from zhiheng.complaints.hotline import take_in
    from zhiheng.office.acting import actor_named
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _

    with terminal_progress() as progress:
        done = take_in(actor_named(as_user), file, progress)
    if json:
        print_json(done.as_json())
    else:
        typer.echo(
            _(
                "读取 {read} 行：新立 {opened} 件，此前已立 {repeated} 件"
                "（其中内容有变 {changed} 件，已补入案件），退回 {rejected} 行。",
                read=done.read,
                opened=done.opened,
                repeated=done.repeated,
                changed=done.changed,
                rejected=done.rejected,
            )
        )
        for each in done.problems[:20]:
            typer.echo(
                _(
                    "第 {row} 行 {column}：{message} {fix}",
                    row=each.row,
                    column=each.column,
                    message=each.message,
                    fix=each.fix,
                )
            )
    if done.problems:
        raise typer.Exit(2)


def template(
    file: Annotated[Path, typer.Argument(help="写到哪里（.xlsx）/ where to")],
    json: JsonOption = False,
) -> None:
    """热线来件的 Excel 模板 / the template of a hot-line's file."""
    from zhiheng.complaints.hotline import HANDED_OVER
    from zhiheng.evidence.templates import write_kind_template

    write_kind_template(HANDED_OVER, file)
    print_json({"file": str(file)}) if json else typer.echo(str(file))


def statistics(
    year: Annotated[int | None, typer.Option(help="年份，默认今年 / year")] = None,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """投诉办理统计，件数过少的隐去 / figures of complaint handling, small counts hidden."""
    open_home(home)
    from django.utils import timezone
    from rich.console import Console
    from rich.table import Table

    from zhiheng.complaints import answers, queries
    from zhiheng.office.acting import actor_named
    from zhiheng.office.words import _

    today = timezone.localdate()
    found = queries.statistics(actor_named(as_user), year or today.year, today)
    said = answers.statistics_row(found)
    if json:
        print_json(said)
        return
    table = Table(
        _("区域"), _("收到"), _("按时受理"), _("按时办结"), _("调解成功"), _("重复"), _("满意")
    )
    for line in said["regions"]:
        shares = (
            line[name]
            for name in ("accepted_in_time", "ended_in_time", "mediated", "repeated", "satisfied")
        )
        table.add_row(
            line["region"],
            "*" if line["received"] is None else str(line["received"]),
            *("*" if share is None else f"{share['part']}/{share['whole']}" for share in shares),
        )
    Console().print(table)


def publish(
    period: Annotated[
        str | None, typer.Argument(help="季度，如 2026Q3；默认上一季度 / quarter")
    ] = None,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """提出公布一个季度的投诉统计，由另一人核准 / ask that a quarter's figures be published."""
    open_home(home)
    from django.utils import timezone

    from zhiheng.complaints.bulletins import ask_to_publish, last_quarter
    from zhiheng.office.acting import actor_named
    from zhiheng.office.words import _

    asked = ask_to_publish(actor_named(as_user), period or last_quarter(timezone.localdate()))
    if json:
        print_json({"case": asked.case_id, "period": asked.period, **asked.payload})
        return
    typer.echo(
        _(
            "{period} 投诉统计已提出公布（案件 {case}），"
            "请另一人用 zhiheng case step {case} approve 核准。",
            period=asked.period,
            case=asked.case_id,
        )
    )


def duplicates(
    file: Annotated[Path, typer.Argument(help="任何表格 / any table")],
    column: Annotated[str, typer.Option(help="正文所在列 / column of the text")],
    least: Annotated[
        float | None, typer.Option(help="多像才算（0 到 1）/ how alike, 0 to 1")
    ] = None,
    json: JsonOption = False,
) -> None:
    """找出表里说法几乎一样的留言 / messages of a table that say nearly the same."""
    from datetime import date

    from zhiheng.complaints.limits import RULES
    from zhiheng.complaints.near_duplicates import clusters
    from zhiheng.documents.containers import read_table
    from zhiheng.documents.headers import ROW
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    raw = read_table(file, expected={column})
    if column not in raw.columns:
        raise UsageError(
            "duplicates.column",
            _("文件里没有“{column}”列。", column=column),
            _("文件的列是：{columns}。", columns="、".join(raw.columns)),
        )
    if least is not None and not 0 < least <= 1:
        raise UsageError(
            "duplicates.least",
            _("--least 是 {least}。", least=least),
            _("请填大于 0、不大于 1 的数。"),
        )
    wanted = RULES.value("repeat.similarity", date.today()) if least is None else least  # noqa: DTZ011
    rows = raw.frame[ROW].to_list()
    found = clusters([text or "" for text in raw.frame[column]], wanted)
    groups = [[rows[at] for at in group] for group in found]
    if json:
        print_json({"read": len(rows), "least": wanted, "clusters": groups})
        return
    typer.echo(_("读取 {read} 行，{count} 组几乎一样。", read=len(rows), count=len(groups)))
    for group in groups[:50]:
        typer.echo("、".join(map(str, group)))


def erase(
    case: Annotated[int, typer.Argument(help="案件号（编号的最后一段）/ number of the case")],
    basis: Annotated[str, typer.Option(help="法律依据 / legal basis")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """依法删除一件投诉举报里的个人信息和照片 / erase what a case holds of persons."""
    open_home(home)
    from zhiheng.complaints.actions import erase as run
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _

    done = run(Actor.system(), case, basis)
    print_json({"case": case, **done}) if json else typer.echo(
        _("已删除 {fields} 项个人信息、{photos} 张照片。", **done)
    )
