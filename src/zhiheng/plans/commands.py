"""Commands of plans: load them, judge them, ask that the verdicts be published."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiheng.office.acting import AsOption, actor_named
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json
from zhiheng.plans import compiler_commands, reading_commands
from zhiheng.publication.commands import publish

if TYPE_CHECKING:
    from zhiheng.plans.queries import Row, VerdictTable

_PlanOption = Annotated[str | None, typer.Option(help="规划代码，默认全部 / plan, all by default")]
_DayOption = Annotated[
    str | None, typer.Option("--as-of", help="判定日，如 2026-12-31，默认今天 / day of judgement")
]


def register(app: typer.Typer) -> None:
    plan = typer.Typer(help="规划与目标 / plans and targets", no_args_is_help=True)
    plan.command("load")(load)
    plan.command("list")(list_plans)
    plan.command("read")(compiler_commands.read)
    plan.command("text")(compiler_commands.text)
    plan.command("show")(reading_commands.show)
    plan.command("compare")(reading_commands.compare)
    app.add_typer(plan, name="plan")
    app.command("verdicts")(verdicts)
    publish.command("request")(request)


def load(
    file: Annotated[Path | None, typer.Argument(help="审核过的规划（YAML）/ reviewed plan")] = None,
    seeds: Annotated[
        bool, typer.Option("--seeds", help="载入五地公开文件的数值目标 / the published targets")
    ] = False,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """载入规划；内容有变即为新版本 / load a plan."""
    open_home(home)
    from zhiheng.office.words import _
    from zhiheng.plans import actions
    from zhiheng.rules.errors import UsageError

    if (file is None) is not seeds:
        raise UsageError(
            "plan.which", _("没有指明载入什么。"), _("请给出规划文件，或加 --seeds，二者取一。")
        )
    actor = actor_named(as_user)
    records = [actions.load_plan(actor, file)] if file else actions.load_seeds(actor)
    rows = [{"plan": r.code, "version": r.version, "targets": r.targets.count()} for r in records]
    if json:
        print_json(rows)
        return
    for row in rows:
        said = _("{plan} 第 {version} 版，目标 {targets} 项", **row)
        typer.echo(said)


def list_plans(home: HomeOption = None, json: JsonOption = False) -> None:
    """列出现行规划 / list the plans in force."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.plans import queries

    found = list(queries.plans(Actor.system()))
    if json:
        print_json([queries.plan_head(record) for record in found])
        return
    for record in found:
        typer.echo(f"{record.code}  {record.version}  {record.region}  {record.title}")


def verdicts(
    as_of: _DayOption = None,
    plan: _PlanOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """判定每个目标 / judge every target."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.plans import queries

    table = queries.verdict_table(Actor.system(), _day(as_of), plan=plan)
    print_json(table.as_json()) if json else _print(table)


def request(
    title: Annotated[str, typer.Option(help="标题 / title")],
    plan: _PlanOption = None,
    as_of: _DayOption = None,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """提请发布最近一次测算的判定 / ask that the last verdicts be published."""
    open_home(home)
    from zhiheng.office.words import _
    from zhiheng.plans import actions
    from zhiheng.publication import queries

    actor = actor_named(as_user)
    made = actions.publish_verdicts(actor, title=title, as_of=_day(as_of), plan=plan)
    if json:
        print_json(queries.release_row(queries.release(actor, made.id)))
        return
    typer.echo(_("已提出发布 {id}，请另一人运行 zhiheng publish approve {id}", id=made.id))


def _day(text: str | None) -> date | None:
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(
            "date.unreadable", _("“{text}”不是日期。", text=text), _("请写成 2026-12-31 的样子。")
        ) from None


def _print(table: VerdictTable) -> None:
    """One table a plan; figures rounded away from what the target wants."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from zhiheng.documents.signs import verdict_word
    from zhiheng.office.queries import region_tree
    from zhiheng.office.words import _

    console, view = Console(), region_tree().as_of(table.as_of)
    for plan in table.plans:
        shown = Table(title=f"{plan.title}（{table.as_of}）", box=SIMPLE, title_justify="left")
        for title in (_("目标"), _("内容"), _("要求"), _("估计值"), _("误差范围"), "n", _("判定")):
            shown.add_column(title, overflow="fold", no_wrap=title == _("目标"))
        for row in table.of(plan.code):
            region = row.target.scope.region
            shown.add_row(*_cells(row, [] if region == plan.region else [view.name(region)]))
        console.print(shown)
    found = [row.judged.verdict.value for row in table.rows]
    counts = [f"{verdict_word(code)} {found.count(code)}" for code in dict.fromkeys(found)]
    console.print("，".join(counts) or _("还没有规划。"))


def _cells(row: Row, place: list[str]) -> list[str]:
    from zhiheng.plans.catalogue import breakdown_words
    from zhiheng.plans.rows import level_of
    from zhiheng.web.numbers import amount, interval, target_words

    said = row.plain()
    beside = {"op": said["op"], "target": level_of(said)}
    estimate = amount(said["estimate"], said["unit"], **beside)
    asked = target_words(
        said["op"], said["value"], said["value_max"], said["unit"], relative=said["relative"]
    )
    return [
        said["target"],
        " · ".join([said["text"], *place, *breakdown_words(row.target)]),
        f"{asked}（{said['deadline']}）" if said["deadline"] else asked,
        f"{estimate}（{said['period']}）" if said["period"] else estimate,
        interval(said["lower"], said["upper"], said["unit"], **beside),
        "" if said["n"] is None else str(said["n"]),
        _verdict(said),
    ]


def _verdict(row: dict[str, Any]) -> str:
    """The word, and for an open question how likely the target is met and what would tell."""
    from zhiheng.documents.signs import verdict_word
    from zhiheng.office.words import _

    said = [verdict_word(row["verdict"])]
    if row["verdict"] == "undetermined" and row["probability"] is not None:
        said.append(_("达标可能性 {share}%", share=f"{row['probability'] * 100:.0f}"))
    if row["n_needed"]:
        said.append(_("约需样本 {n}", n=row["n_needed"]))
    return "，".join(said)
