"""Commands of the office: a home, its regions, people and background worker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("worker")(worker)
    region = typer.Typer(help="区域 / regions", no_args_is_help=True)
    region.command("load")(load_regions)
    app.add_typer(region, name="region")
    user = typer.Typer(help="账号 / accounts", no_args_is_help=True)
    user.command("add")(add_user)
    app.add_typer(user, name="user")


def init(home: HomeOption = None) -> None:
    """建立数据目录（已有的不受影响） / make a home."""
    from zhiheng.office.words import _

    made = open_home(home, create=True)
    typer.echo(_("数据目录已就绪：{path}", path=made.path))


def load_regions(
    file: Annotated[Path, typer.Argument(help="区域表：csv、xlsx、parquet 或 json")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """载入带有效期的区域 / load dated regions."""
    open_home(home)
    from zhiheng.office import actions
    from zhiheng.office.actors import Actor
    from zhiheng.office.region_files import read_regions
    from zhiheng.office.words import _

    count = actions.load_regions(Actor.system(), read_regions(file))
    print_json({"versions": count}) if json else typer.echo(_("已载入 {count} 条", count=count))


def add_user(
    username: str,
    name: Annotated[str, typer.Option(help="姓名 / name")],
    party: Annotated[str, typer.Option(help="所属单位代码 / party key")],
    role: Annotated[list[str], typer.Option(help="角色 / role, may repeat")],
    party_name: Annotated[str, typer.Option(help="单位名称 / party name")] = "",
    region: Annotated[str | None, typer.Option(help="单位辖区 / region key")] = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
    home: HomeOption = None,
) -> None:
    """添加账号或重设其口令与角色 / add a person."""
    open_home(home)
    from zhiheng.office import actions
    from zhiheng.office.actors import Actor
    from zhiheng.office.models import Party

    system = Actor.system()
    unit = Party.objects.filter(key=party).first()
    if unit is None:
        unit = actions.add_party(system, party, "unit", party_name or party, region)
    actions.add_user(system, username, name, unit, role, password)


def worker(home: HomeOption = None) -> None:
    """运行后台任务 / run background jobs until stopped."""
    open_home(home)
    from django.core.management import call_command
    from django.utils.module_loading import autodiscover_modules

    # A room registers its jobs where it declares its actions.
    autodiscover_modules("actions")
    call_command("db_worker", interval=0.5, verbosity=0)
