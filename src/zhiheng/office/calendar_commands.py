"""Commands of the working calendar: load a year, show one, reckon a limit."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json

_Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="起算事件之日 / day of event")]


def register(app: typer.Typer) -> None:
    calendar = typer.Typer(help="工作日历 / working days", no_args_is_help=True)
    calendar.command("load")(load)
    calendar.command("show")(show)
    calendar.command("add")(add)
    app.add_typer(calendar, name="calendar")


def load(
    file: Annotated[Path, typer.Argument(help="日历表：day、kind（off 或 work）、name")],
    source: Annotated[str, typer.Option(help="发布通知及文号 / the notice that published it")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """载入新公布的放假调休安排 / load a year's published calendar."""
    open_home(home)
    from zhiheng.office.actors import Actor
    from zhiheng.office.words import _
    from zhiheng.office.working_calendar import load_days, read_days

    years = load_days(Actor.system(), read_days(file), source)
    said = "、".join(map(str, years))
    print_json({"years": years}) if json else typer.echo(_("已载入：{years} 年", years=said))


def show(
    year: Annotated[int, typer.Argument(help="年份 / year")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """列出一年的放假和调休 / list a year's days off and make-up work days."""
    open_home(home)
    from zhiheng.office.words import _
    from zhiheng.office.working_calendar import working_calendar

    calendar = working_calendar()
    named = calendar.named(year)
    days = [{"day": day, "kind": "work" if works else "off"} for day, works in named.items()]
    if json:
        print_json({"year": year, "published": year in calendar.years, "days": days})
        return
    if year not in calendar.years:
        typer.echo(_("{year} 年的安排尚未公布，期限按周一至周五暂定。", year=year))
    for day, works in named.items():
        typer.echo(f"{day}  {_('班') if works else _('休')}")


def add(
    day: _Day,
    days: Annotated[int, typer.Argument(min=1, max=3660, help="天数 / how many days")],
    calendar_days: Annotated[
        bool, typer.Option("--calendar-days", help="按自然日 / count calendar days")
    ] = False,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """自某日起若干工作日的最后一天，当日不计 / the last day of a limit after a day."""
    open_home(home)
    from zhiheng.office.words import _
    from zhiheng.office.working_calendar import working_calendar

    start: date = day.date()
    last = working_calendar().after(start, days, "calendar" if calendar_days else "working")
    if json:
        print_json({"day": last.day, "provisional": last.provisional})
    else:
        typer.echo(f"{last.day}" + (_("（暂定）") if last.provisional else ""))
