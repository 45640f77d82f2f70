"""Commands about parties and the people who act for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhiheng.office.actors import Actor
    from zhiheng.office.models import User

UserArgument = Annotated[str, typer.Argument(help="用户名 / user name")]


def register(app: typer.Typer, user: typer.Typer) -> None:
    party = typer.Typer(help="单位 / parties", no_args_is_help=True)
    party.command("add")(add_party)
    party.command("list")(list_parties)
    app.add_typer(party, name="party")
    user.command("list")(list_users)
    user.command("deactivate")(deactivate)
    user.command("activate")(activate)
    user.command("unlock")(unlock)
    user.command("reset-password")(reset_password)
    user.command("reset-second-factor")(reset_second_factor)
    user.command("bind-login")(bind_login)


def add_party(
    key: Annotated[str, typer.Argument(help="单位代码 / key")],
    name: Annotated[str, typer.Option(help="名称 / name")],
    kind: Annotated[str, typer.Option(help="unit、organisation 或 body")] = "unit",
    region: Annotated[str | None, typer.Option(help="辖区 / region key")] = None,
    evidence: Annotated[
        list[str] | None, typer.Option(help="可报送的证据种类，可重复 / kinds it may file")
    ] = None,
    organisation: Annotated[
        int | None, typer.Option(help="企业账号所属主体编号 / subject of a firm's account")
    ] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """添加或更新单位 / add or update a party."""
    open_home(home)
    from zhiheng.office import actions
    from zhiheng.office.actors import Actor

    made = actions.add_party(
        Actor.system(), key, kind, name, region, evidence or None, organisation
    )
    row = actions.party_row(made)
    print_json(row) if json else _print(row)


def list_parties(home: HomeOption = None, json: JsonOption = False) -> None:
    """列出单位 / list the parties."""
    open_home(home)
    from zhiheng.office import actions
    from zhiheng.office.models import Party

    rows = [actions.party_row(party) for party in Party.objects.order_by("key")]
    if json:
        print_json(rows)
        return
    for row in rows:
        _print(row)


def list_users(home: HomeOption = None, json: JsonOption = False) -> None:
    """列出账号 / list the accounts."""
    open_home(home)
    from zhiheng.office.accounts import user_row
    from zhiheng.office.models import User

    rows = [user_row(user) for user in User.objects.select_related("party").order_by("username")]
    if json:
        print_json(rows)
        return
    for row in rows:
        _print(row)


def deactivate(user: UserArgument, home: HomeOption = None, json: JsonOption = False) -> None:
    """停用账号，所有登录随即退出 / let somebody in no more."""
    open_home(home)
    from zhiheng.office import accounts

    _change(user, accounts.deactivate, json)


def activate(user: UserArgument, home: HomeOption = None, json: JsonOption = False) -> None:
    """恢复账号 / let somebody in again."""
    open_home(home)
    from zhiheng.office import accounts

    _change(user, accounts.activate, json)


def unlock(user: UserArgument, home: HomeOption = None, json: JsonOption = False) -> None:
    """解除锁定 / forget the failures of an account."""
    open_home(home)
    from zhiheng.office import accounts

    _change(user, accounts.unlock, json)


def reset_second_factor(
    user: UserArgument, home: HomeOption = None, json: JsonOption = False
) -> None:
    """清除遗失的第二因素 / forget a lost authenticator."""
    open_home(home)
    from zhiheng.office import accounts

    _change(user, accounts.reset_second_factor, json)


def reset_password(user: UserArgument, home: HomeOption = None, json: JsonOption = False) -> None:
    """重设口令，只显示这一次，登录后须更换 / a fresh password, shown only once."""
    open_home(home)
    from zhiheng.office import accounts
    from zhiheng.office.actors import Actor

    password = accounts.reset_password(Actor.system(), accounts.known_user(user))
    print_json({"username": user, "password": password}) if json else typer.echo(password)


def bind_login(
    user: UserArgument,
    subject: Annotated[
        str, typer.Option(help="统一身份认证里的编号，空则解除 / number at the city's login")
    ],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """把账号与统一身份认证绑定 / bind an account to the city's own login."""
    opened = open_home(home)
    from zhiheng.office import accounts
    from zhiheng.office.actors import Actor
    from zhiheng.office.configuration import configuration
    from zhiheng.office.words import _
    from zhiheng.rules.errors import UsageError

    login = configuration(opened).login
    if login is None:
        raise UsageError("login.none", _("本站没有接入统一身份认证。"))
    found = accounts.known_user(user)
    accounts.bind_login(Actor.system(), found, login.issuer, subject)
    _show(found, json)


def _change(username: str, verb: Callable[[Actor, User], None], json: bool) -> None:
    from zhiheng.office.accounts import known_user
    from zhiheng.office.actors import Actor

    found = known_user(username)
    verb(Actor.system(), found)
    _show(found, json)


def _show(user: User, json: bool) -> None:
    from zhiheng.office.accounts import user_row

    row = user_row(user)
    print_json(row) if json else _print(row)


def _print(row: dict[str, Any]) -> None:
    typer.echo("  ".join(f"{name}={value}" for name, value in row.items() if value is not None))
