"""Commands of publication: what waits, what was decided, and deciding it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.acting import AsOption, actor_named
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json

publish = typer.Typer(help="发布：一人提出，另一人核准 / publication", no_args_is_help=True)

_Number = Annotated[int, typer.Argument(help="发布编号 / number of the release")]
_Reason = Annotated[str, typer.Option(help="理由，公开可见 / reason, shown to readers")]


def register(app: typer.Typer) -> None:
    publish.command("list")(list_releases)
    publish.command("approve")(approve)
    publish.command("refuse")(refuse)
    publish.command("withdraw")(withdraw)
    app.add_typer(publish, name="publish")


def list_releases(
    as_user: AsOption = None, home: HomeOption = None, json: JsonOption = False
) -> None:
    """列出发布及其状态 / list the releases."""
    open_home(home)
    from zhiheng.office.words import _
    from zhiheng.publication import queries

    rows = [queries.release_row(r) for r in queries.releases(actor_named(as_user))]
    if json:
        print_json(rows)
        return
    for row in rows:
        said = _("{id}  {state}  {title}（判定日 {as_of}，{name} 提出）", id=row["release"],
                 state=_state(row["state"]), title=row["title"], as_of=row["as_of"],
                 name=row["requested_by"])  # fmt: skip
        typer.echo(said)


def approve(
    number: _Number,
    reason: Annotated[str, typer.Option(help="说明 / note")] = "",
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """核准一次发布；提出者本人不能核准 / let a release out."""
    _decide("approve", number, reason, as_user, home, json)


def refuse(
    number: _Number,
    reason: _Reason,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """退回一次发布 / refuse a release."""
    _decide("refuse", number, reason, as_user, home, json)


def withdraw(
    number: _Number,
    reason: _Reason,
    as_user: AsOption = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """撤回已公布的发布，公开页面改为说明理由 / take a release back."""
    _decide("withdraw", number, reason, as_user, home, json)


def _decide(
    decision: str, number: int, reason: str, as_user: str | None, home: Path | None, json: bool
) -> None:
    open_home(home)
    from zhiheng.publication import actions, queries

    actor = actor_named(as_user)
    event = actions.decide(actor, queries.release(actor, number), decision, reason)
    row = queries.decision_row(event)
    print_json(row) if json else typer.echo(f"{row['release']}  {_state(row['state'])}")


def _state(code: str) -> str:
    from zhiheng.publication.procedures import RELEASE
    from zhiheng.web.language import language_code

    return RELEASE.state_of[code].title(language_code())
