"""Commands of the sample city: its files alone, or the whole demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhiheng.office import role_titles
from zhiheng.office.console import HomeOption, JsonOption, open_home, print_json
from zhiheng.sample_city import example_commands

if TYPE_CHECKING:
    from zhiheng.sample_city.demo import Demo

_SeedOption = Annotated[int, typer.Option(help="种子；相同的种子给出相同的城市 / seed", min=0)]
_ScaleOption = Annotated[
    float,
    typer.Option(help="规模；1 约为 2,000 家单位、60,000 行 / scale", min=0.02, max=200),
]


def register(app: typer.Typer) -> None:
    app.command("sample-city")(sample_city)
    app.command("demo")(demo)
    example_commands.register(app)


def sample_city(
    folder: Annotated[Path, typer.Argument(help="写到哪个目录 / folder to write into")],
    seed: _SeedOption = 1,
    scale: _ScaleOption = 1.0,
    json: JsonOption = False,
) -> None:
    """写出样例城市各部门的文件和真值 / write the sample city's files and its truth."""
    from zhiheng.office.progress import terminal_progress
    from zhiheng.office.words import _
    from zhiheng.sample_city.generate import write_city

    with terminal_progress() as progress:
        manifest = write_city(folder, seed=seed, scale=scale, progress=progress)
    if json:
        print_json({"folder": str(folder), "files": len(manifest.entries), "rows": manifest.rows})
        return
    typer.echo(
        _(
            "已写出 {files} 个文件、{rows} 行，到 {folder}",
            files=len(manifest.entries),
            rows=f"{manifest.rows:,}",
            folder=folder,
        )
    )


def demo(
    home: HomeOption = None,
    seed: _SeedOption = 1,
    scale: _ScaleOption = 1.0,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="完成后打开门户 / serve the portal")
    ] = True,
    port: Annotated[int, typer.Option(help="端口 / port", min=1, max=65535)] = 8000,
) -> None:
    """生成样例城市并走完全程：导入、测算、判定、发布、报告 / the sample city, the whole way."""
    opened = open_home(home, create=True)
    from zhiheng.office.progress import terminal_progress
    from zhiheng.plans.commands import verdicts
    from zhiheng.portal.commands import serve as open_portal
    from zhiheng.sample_city.demo import build
    from zhiheng.sample_city.generate import AS_OF

    with terminal_progress() as progress:
        built = build(opened, seed=seed, scale=scale, progress=progress)
    _print_deliveries(built)
    verdicts(as_of=AS_OF.isoformat(), home=opened.path)
    _print_summary(built, opened.path)
    if serve:
        open_portal(home=opened.path, port=port)


def _print_deliveries(built: Demo) -> None:
    """The files that did not simply go through, and the sum of the others."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from zhiheng.office.words import _

    shown = Table(title=_("各部门报送"), box=SIMPLE, title_justify="left")
    names = ("read", "accepted", "corrected", "repeated", "rejected")
    for title in (_("文件"), _("读取"), _("新收"), _("更正"), _("重复"), _("退回"), _("说明")):
        shown.add_column(title, overflow="fold")
    sums = dict.fromkeys(names, 0)
    for entry, outcome in built.outcomes:
        if outcome is None:
            continue
        for name in names:
            sums[name] += outcome[name]
        if entry.note:
            shown.add_row(entry.file, *(f"{outcome[n]:,}" for n in names), entry.note)
    total = _("合计 {files} 个文件", files=len(built.outcomes))
    shown.add_row(total, *(f"{sums[n]:,}" for n in names), "")
    Console().print(shown)


def _print_summary(built: Demo, home: Path) -> None:
    """Where the results lie, how long each stage took, and the accounts to sign in with."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table

    from zhiheng.office.words import _
    from zhiheng.sample_city.demo import REPORTS, VERDICTS

    console = Console()
    took = ",".join(f"{name} {seconds:.0f}s" for name, seconds in built.seconds.items())
    console.print(_("用时：{took}", took=took))
    refused = [o for _e, o in built.outcomes if o and o["marked_file"] and o["batch"] is None]
    for outcome in refused:
        console.print(_("退回的文件已标注问题：{file}", file=outcome["marked_file"]))
    for name in (*REPORTS, VERDICTS):
        console.print(f"  {home / name}", highlight=False)
    shown = Table(title=_("演示账号（口令每次新设）"), box=SIMPLE, title_justify="left")
    shown.add_column(
        _("账号"), no_wrap=True, min_width=max(len(a.username) for a in built.accounts)
    )
    shown.add_column(
        _("口令"), no_wrap=True, min_width=max(len(a.password) for a in built.accounts)
    )
    shown.add_column(_("姓名"), overflow="fold")
    shown.add_column(_("角色"), overflow="fold")
    for account in built.accounts:
        shown.add_row(
            account.username,
            account.password,
            account.name,
            "、".join(role_titles.title(role) for role in account.roles),
        )
    console.print(shown)
