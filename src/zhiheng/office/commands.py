"""Commands of the office: a home, its regions, people and background worker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office import account_commands, calendar_commands
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("worker")(worker)
    region = typer.Typer(help="区域 / regions", no_args_is_help=True)
    region.command("load")(load_regions)
    app.add_typer(region, name="region")
    user = typer.Typer(help="账号 / accounts", no_args_is_help=True)
    user.command("add")(add_user)
    account_commands.register(app, user)
    app.add_typer(user, name="user")
    calendar_commands.register(app)
    token = typer.Typer(help="接口访问令牌 / tokens for the API", no_args_is_help=True)
    token.command("add")(add_token)
    token.command("list")(list_tokens)
    token.command("revoke")(revoke_token)
    app.add_typer(token, name="token")


def init(home: HomeOption = None) -> None:
    """建立数据目录，或把旧版本的更新到本版本 / make a home, or bring an older one up to date."""
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
    email: Annotated[str, typer.Option(help="邮箱，用于收通知 / e-mail for notices")] = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """添加账号或重设其口令与角色 / add a person."""
    open_home(home)
    from zhiheng.office import accounts, actions
    from zhiheng.office.actors import Actor
    from zhiheng.office.models import Party

    system = Actor.system()
    unit = Party.objects.filter(key=party).first()
    if unit is None:
        unit = actions.add_party(system, party, "unit", party_name or party, region)
    user = actions.add_user(system, username, name, unit, role, password, email)
    row = accounts.user_row(user)
    print_json(row) if json else typer.echo(f"{row['username']}  {row['party']}")


def add_token(
    username: Annotated[str, typer.Argument(help="账号 / account")],
    name: Annotated[str, typer.Option(help="用途 / what it is for")],
    days: Annotated[int, typer.Option(help="有效天数 / days until it expires")] = 90,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """为账号建立访问令牌，只显示这一次 / make a token; it is shown only once."""
    open_home(home)
    from zhiheng.office import actions
    from zhiheng.office.actors import Actor
    from zhiheng.office.queries import account
    from zhiheng.office.words import _

    token, secret = actions.add_token(Actor.system(), account(username), name, days)
    if json:
        print_json({"token": token.id, "secret": secret, "expires_at": token.expires_at})
        return
    typer.echo(secret)
    until = token.expires_at.date().isoformat()
    typer.echo(_("有效至 {until}；请立即保存，此后不再显示。", until=until), err=True)


def list_tokens(home: HomeOption = None, json: JsonOption = False) -> None:
    """列出访问令牌 / list the tokens."""
    open_home(home)
    from zhiheng.office import queries
    from zhiheng.office.actors import Actor

    rows = [queries.token_row(token) for token in queries.tokens(Actor.system())]
    if json:
        print_json(rows)
        return
    for row in rows:
        typer.echo("  ".join(str(row[key]) for key in ("token", "user", "name", "state")))


def revoke_token(
    number: Annotated[int, typer.Argument(help="令牌编号 / number of the token")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """废止访问令牌 / revoke a token."""
    open_home(home)
    from zhiheng.office import actions, queries
    from zhiheng.office.actors import Actor

    row = queries.token_row(actions.revoke_token(Actor.system(), number))
    print_json(row) if json else typer.echo(f"{row['token']}  {row['state']}")


def worker(
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="标准输入关闭时停止 / stop when stdin closes")
    ] = False,
    home: HomeOption = None,
) -> None:
    """运行后台任务 / run background jobs until stopped."""
    open_home(home)
    from zhiheng.office.worker import work

    work(with_parent=with_parent)
