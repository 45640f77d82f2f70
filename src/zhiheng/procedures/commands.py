"""Commands of procedures: what there is, and filing the evidence of steps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json
from zhiheng.procedures import case_commands


def register(app: typer.Typer) -> None:
    procedure = typer.Typer(help="程序 / procedures", no_args_is_help=True)
    procedure.command("list")(list_procedures)
    procedure.command("show")(show_procedure)
    procedure.command("draw")(draw_procedure)
    procedure.command("file")(file_evidence)
    procedure.command("check")(check_declarations)
    app.add_typer(procedure, name="procedure")
    case_commands.register(app)


def list_procedures(home: HomeOption = None, json: JsonOption = False) -> None:
    """列出全部程序 / list the procedures."""
    open_home(home)
    from zhiheng.procedures.catalogue import ALL
    from zhiheng.procedures.rows import procedure_row

    rows = [procedure_row(procedure) for procedure in ALL.values()]
    if json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['procedure']:26} {row['prefix']:5} {row['zh']} / {row['en']}")


def show_procedure(code: str, home: HomeOption = None, json: JsonOption = False) -> None:
    """显示一项程序的状态、步骤和期限 / show a declaration."""
    open_home(home)
    from zhiheng.procedures.catalogue import known
    from zhiheng.procedures.reference import page
    from zhiheng.procedures.rows import procedure_facts

    procedure = known(code)
    print_json(procedure_facts(procedure)) if json else typer.echo(page([procedure]))


def draw_procedure(
    code: str,
    out: Annotated[Path | None, typer.Option(help="写入的 SVG 文件 / file to write")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """画出程序的流程图（SVG） / draw a procedure."""
    open_home(home)
    from zhiheng.procedures.catalogue import known
    from zhiheng.procedures.diagram import draw
    from zhiheng.web.language import language_code

    drawing = draw(known(code), language_code())
    if out is not None:
        out.write_text(drawing, encoding="utf-8")
    if json:
        print_json({"procedure": code, "file": str(out) if out else None, "svg": drawing})
    else:
        typer.echo(str(out) if out else drawing)


def check_declarations(home: HomeOption = None, json: JsonOption = False) -> None:
    """检查程序的声明：彼此相符，与已有案件相符 / hold declarations to one another and to cases."""
    open_home(home)
    from zhiheng.office.words import _
    from zhiheng.procedures import catalogue
    from zhiheng.procedures.declarations import harmful_changes

    problems = [f"{p.code}: {c.said}" for p in catalogue.ALL.values() for c in harmful_changes(p)]
    problems += catalogue.check()
    if json:
        print_json({"problems": problems})
    else:
        typer.echo("\n".join(problems) or _("没有问题。"))
    if problems:
        raise typer.Exit(1)


def file_evidence(home: HomeOption = None, json: JsonOption = False) -> None:
    """立即把办理步骤归入证据（平时由后台按时归入） / file the evidence of steps now."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _
    from zhiheng.procedures.filing import file_evidence as run

    with terminal_progress(shown=not json) as progress:
        count = run(Actor.system(), progress)
    print_json({"rows": count}) if json else typer.echo(_("已归入 {count} 行", count=count))
