"""Commands that save a home and bring it back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    file: Annotated[Path, typer.Argument(help="备份文件 / the archive to write")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """把整个数据目录备份成一个文件，不必停止服务 / save the home in one archive."""
    open_home(home)
    from zhiheng.evidence.backup import back_up
    from zhiheng.office.actors import Actor
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _

    with terminal_progress() as progress:
        done = back_up(Actor.system(), file.resolve(), progress)
    if json:
        print_json(done)
        return
    typer.echo(_("已备份 {rows} 条到 {path}。日志根：{root}", **done))


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件 / the archive")],
    home: HomeOption = None,
    json: JsonOption = False,
) -> None:
    """由备份恢复成一个新的数据目录，并全部复算 / make a home from an archive and verify it.

    设置了 DATABASE_URL 时恢复到那个空的 PostgreSQL 数据库，否则恢复到 SQLite。
    """
    from zhiheng.evidence.unpacking import unpack
    from zhiheng.office.home import locate
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.setup import configure
    from zhiheng.office.words import _

    wanted = locate(home)
    configure(unpack(file, wanted))
    from zhiheng.evidence.backup import restore as run

    with terminal_progress() as progress:
        done = run(wanted, progress)
    if json:
        print_json(done)
        return
    typer.echo(_("已恢复 {rows} 条到 {home}，复算全部相符。日志根：{root}", **done))
