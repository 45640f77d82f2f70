"""Commands of cases: working lists, one case, and acting on it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiheng.office.acting import AsOption, actor_named
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json

if TYPE_CHECKING:
    from zhiheng.procedures.models import Event

_Case = Annotated[str, typer.Argument(help="案件编号，如 XK-2026-17 / number of the case")]
_Day = Annotated[
    datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="办理日期，默认今天 / day")
]
_Moment = Annotated[
    datetime | None,
    typer.Option("--at", formats=["%Y-%m-%dT%H:%M"], help="时刻，期限按小时计的才要 / moment"),
]
_Fields = Annotated[
    list[str] | None, typer.Option("--field", help="名称=值，可重复 / name=value, may repeat")
]
_Key = Annotated[str, typer.Option(help="同一编号只办一次 / the same key acts once")]


def register(app: typer.Typer) -> None:
    case = typer.Typer(help="案件 / cases", no_args_is_help=True)
    case.command("list")(list_cases)
    case.command("show")(show_case)
    case.command("open")(open_case)
    case.command("step")(step)
    case.command("assign")(assign)
    case.command("correct")(correct)
    case.command("erase-personal")(erase_personal)
    app.add_typer(case, name="case")


def list_cases(
    which: Annotated[
        str, typer.Option("--list", help="mine、unit、overdue、week 或 all / which list")
    ] = "all",
    procedure: Annotated[str | None, typer.Option(help="程序代码 / procedure")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="最多几件 / how many")] = 50,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """列出案件：我的、本单位、逾期、本周到期或全部 / a working list."""
    open_home(home)
    from zhiheng.procedures import queries, worklists

    actor = actor_named(as_user)
    found = worklists.worklist(actor, which, procedure=procedure, limit=limit)
    rows = [queries.case_row(case) for case in found]
    if json:
        print_json(rows)
        return
    for row in rows:
        late = "!" if row["overdue"] else " "
        due = row["due_on"] or "—"
        typer.echo(f"{late} {row['number']:14} {due!s:10} {row['state']:12} {row['title']}")


def show_case(
    number: _Case, as_user: AsOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """显示一案的经过、期限和可办步骤 / one case with its timeline."""
    open_home(home)
    from zhiheng.procedures import queries
    from zhiheng.procedures.rows import case_facts
    from zhiheng.web.language import language_code

    actor = actor_named(as_user)
    facts = case_facts(actor, queries.by_number(actor, number), language_code())
    if json:
        print_json(facts)
        return
    typer.echo(f"{facts['number']}  {facts['state']}  {facts['title']}")
    for event in facts["timeline"]:
        typer.echo(f"  {event['number']:3} {event['day']}  {event['title']}  {event['by']}")
    for clock in facts["clocks"]:
        typer.echo(f"  {clock['clock']}: {clock['going']} {clock['due_on'] or ''}")


def open_case(
    procedure: Annotated[str, typer.Argument(help="程序代码 / procedure")],
    region: Annotated[str, typer.Option(help="区域代码 / region")],
    unit: Annotated[str, typer.Option(help="承办单位代码 / unit in charge")],
    field: _Fields = None,
    title: Annotated[str, typer.Option(help="简称，不写个人信息 / short title")] = "",
    on: _Day = None,
    at: _Moment = None,
    key: _Key = "",
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """登记一案 / open a case."""
    open_home(home)
    from zhiheng.procedures import actions, queries

    case = actions.open_case(
        actor_named(as_user), procedure, _answers(field), region=region, unit=unit,
        title=title, day=_date(on), moment=at, key=key,
    )  # fmt: skip
    row = queries.case_row(case)
    print_json(row) if json else typer.echo(f"{row['number']}  {row['state']}")


def step(
    number: _Case,
    code: Annotated[str, typer.Argument(metavar="STEP", help="步骤代码 / step")],
    field: _Fields = None,
    on: _Day = None,
    at: _Moment = None,
    party: Annotated[str | None, typer.Option(help="移交给哪个单位 / hand over to")] = None,
    into: Annotated[str | None, typer.Option(help="并入哪一案 / join to")] = None,
    key: _Key = "",
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """办理一步 / take a step."""
    open_home(home)
    from zhiheng.procedures import actions, queries

    actor = actor_named(as_user)
    case = queries.by_number(actor, number)
    target = queries.by_number(actor, into).pk if into else None
    event = actions.take_step(
        actor,
        case.pk,
        code,
        _answers(field),
        day=_date(on),
        moment=at,
        key=key,
        party=party,
        into=target,
    )
    _say(event, json)


def assign(
    number: _Case,
    username: Annotated[str, typer.Argument(help="承办人账号 / account")],
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """确定承办人 / put a person in charge."""
    open_home(home)
    from zhiheng.procedures import actions, queries

    actor = actor_named(as_user)
    _say(actions.assign(actor, queries.by_number(actor, number).pk, username), json)


def correct(
    number: _Case,
    event: Annotated[int, typer.Argument(help="事件序号 / number of the event")],
    reason: Annotated[str, typer.Option(help="更正理由 / why")],
    field: _Fields = None,
    on: _Day = None,
    at: _Moment = None,
    void: Annotated[bool, typer.Option("--void", help="作废这一步 / it does not count")] = False,
    key: _Key = "",
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """以新的事件更正办错的一步 / correct a wrong step by a new event."""
    open_home(home)
    from zhiheng.procedures import actions, queries

    actor = actor_named(as_user)
    case = queries.by_number(actor, number)
    made = actions.correct(
        actor,
        case.pk,
        event,
        reason,
        answers=_answers(field),
        day=_date(on),
        moment=at,
        void=void,
        key=key,
    )
    _say(made, json)


def erase_personal(
    number: _Case,
    basis: Annotated[str, typer.Option(help="法律依据 / legal basis")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """依法删除一案的个人信息及其附带的照片 / erase what a case holds of persons."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.procedures import persons, queries
    from zhiheng.procedures.holding import number_of

    actor = Actor.system()
    case = queries.by_number(actor, number)
    count = persons.erase_personal(actor, case.pk, basis)
    said = {"case": case.pk, "number": number_of(case), "fields": count}
    print_json(said) if json else typer.echo(_("已删除 {count} 项个人信息。", count=count))


def _say(event: Event, json: bool) -> None:
    from zhiheng.procedures.queries import event_words
    from zhiheng.procedures.rows import event_row
    from zhiheng.web.language import language_code

    if json:
        print_json(event_row(event))
    else:
        typer.echo(event_words(event, language_code()))


def _date(given: datetime | None) -> date | None:
    return given.date() if given else None


def _answers(fields: list[str] | None) -> dict[str, Any]:
    """Raises UsageError for what is not ``name=value``."""
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    found = {}
    for text in fields or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise UsageError(
                "field.unreadable", _("看不懂“{text}”。", text=text), _("请写成 名称=值。")
            )
        found[name.strip()] = value
    return found
