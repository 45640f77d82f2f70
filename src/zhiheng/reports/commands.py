"""Commands that write reports, and hand out what is held about somebody."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from zhiheng.office.acting import AsOption, actor_named
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json
from zhiheng.subjects.commands import subject


def register(app: typer.Typer) -> None:
    app.command("report")(report)
    subject.command("export")(export_subject)
    person = typer.Typer(help="个人 / persons", no_args_is_help=True)
    person.command("export")(export_person)
    app.add_typer(person, name="person")


_Output = Annotated[
    Path, typer.Option("-o", "--output", help="目录，或以 .zip 结尾的文件 / a folder, or a .zip")
]


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


def export_subject(
    number: Annotated[int, typer.Argument(help="主体编号 / number of the organisation")],
    output: _Output,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """导出保存的关于一个组织的全部信息 / all that is held about an organisation."""
    open_home(home)
    from zhiheng.reports.actions import export_organisation

    _say(export_organisation(actor_named(as_user), number, output), json)


def export_person(
    value: Annotated[str, typer.Argument(help="姓名、电话等 / name, phone or the like")],
    output: _Output,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """导出保存的关于一个人的全部信息 / all that is held about a person."""
    open_home(home)
    from zhiheng.reports.actions import export_person as run

    _say(run(actor_named(as_user), value, output), json)


def _say(done: dict[str, Any], json: bool) -> None:
    print_json(done) if json else typer.echo("\n".join(done["written"]))
