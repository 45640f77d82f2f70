"""The command that serves the portal."""

from __future__ import annotations

from typing import Annotated

import typer

from zhiheng.office.console import HomeOption, open_home


def register(app: typer.Typer) -> None:
    app.command("serve")(serve)


def serve(
    home: HomeOption = None,
    host: Annotated[str, typer.Option(help="监听地址 / address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口 / port", min=1, max=65535)] = 8000,
) -> None:
    """打开门户和后台任务，按 Ctrl-C 停止 / serve the portal and run background jobs."""
    opened = open_home(home)
    from zhiheng.office.words import _
    from zhiheng.portal.server import run

    typer.echo(
        _("门户地址：http://{host}:{port}（按 Ctrl-C 停止）", host=_shown(host), port=port),
        err=True,
    )
    run(opened, host, port)


def _shown(host: str) -> str:
    """The address a browser on this machine can open."""
    if host in {"0.0.0.0", "::"}:
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
