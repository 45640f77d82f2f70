"""A composite as tables on the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from zhiheng.office.words import _


def told(found: dict[str, Any]) -> None:
    """Print each result with its parts and its arithmetic."""
    console = Console()
    mark = f"（{found['mark']}）" if found["mark"] else ""
    for result in found["results"]:
        place = " ".join(f"{c}={v}" for c, v in result["by"].items())
        console.print(f"{found['zh']}{mark} {place}".rstrip())
        console.print(_parts(found["form"], result))
        console.print(result["arithmetic"])
        if result.get("lower") is not None:
            console.print(
                _(
                    "{level:.0%} 区间 {lower:.2f} – {upper:.2f}",
                    level=result["level"],
                    lower=result["lower"],
                    upper=result["upper"],
                )
            )
        for band in result.get("bands", ()):
            console.print(f"{band['source']}：{band['band']}")
    for warning in found["warnings"]:
        console.print(f"[yellow]{warning['message']}[/yellow] {warning['fix']}")


def _parts(form: str, result: dict[str, Any]) -> Table:
    titles = {
        "index": (_("指标"), _("值"), _("下限"), _("上限"), _("得分"), _("权重"), _("贡献")),
        "ratio": (_("项目"), _("系数"), _("合计"), _("贡献")),
        "output_weighted": (_("地区"), _("占比"), _("值"), _("标准误"), "n"),
    }[form]
    keys = {
        "index": ("zh", "value", "lowest", "highest", "score", "weight", "contribution"),
        "ratio": ("zh", "coefficient", "sum", "value"),
        "output_weighted": ("region", "share", "value", "se", "tested"),
    }[form]
    table = Table()
    for number, title in enumerate(titles):
        table.add_column(title, justify="left" if number == 0 else "right")
    for part in result["parts"]:
        first, *others = keys
        table.add_row(part[first], *(f"{part[key]:.6g}" for key in others))
    return table
