"""On whose behalf a command acts: the machine's operator, or the account that ``--as`` names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zhiheng.office.actors import Actor

AsOption = Annotated[
    str | None,
    typer.Option("--as", help="以哪个账号行事，默认本机操作者 / act as this account"),
]


def actor_named(username: str | None) -> Actor:
    """The account's actor; without a name the operator of the machine.

    Raises:
        UsageError: there is no such account, or it is closed.
    """
    from zhiheng.office.actors import Actor
    from zhiheng.office.queries import account, actor_of

    return Actor.system() if username is None else actor_of(account(username))
