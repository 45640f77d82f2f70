"""A satisfaction result as tables on the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from zhiheng.office.words import _


def told(found: dict[str, Any]) -> None:
    """Print indices, paths, items and what to watch."""
    console = Console()
    kind = _("标准化") if found["standardised"] else _("原始值")
    console.print(
        _(
            "模型 {name}：{n} 份答卷，{scheme} 加权，{kind}，迭代 {iterations} 次",
            name=found["model"]["name"],
            n=found["n"],
            scheme=found["scheme"],
            kind=kind,
            iterations=found["iterations"],
        )
    )
    console.print(_constructs(found))
    console.print(_paths(found))
    console.print(_items(found))
    for warning in found["warnings"]:
        console.print(f"[yellow]{warning['message']}[/yellow] {warning['fix']}")


def _constructs(found: dict[str, Any]) -> Table:
    table = _table(_("变量"), _("指数"), _("区间"), "R²", "α", "ρ", "ρA", "AVE")
    for name, index in found["index"].items():
        around = found["index_interval"].get(name, {})
        figures = found["reliability"][name]
        table.add_row(
            name,
            _shown(index, 3),
            _interval(around, 1),
            _shown(found["r2"].get(name), 4),
            *(_shown(figures[key], 3) for key in ("alpha", "rho", "rho_a", "ave")),
        )
    return table


def _paths(found: dict[str, Any]) -> Table:
    table = _table(_("路径"), _("系数"), _("区间"), _("区间（BCa）"))
    for path in found["paths"]:
        bca = {"lower": path["bca_lower"], "upper": path["bca_upper"]}
        name = f"{path['from']} → {path['to']}"
        table.add_row(name, _shown(path["coef"], 4), _interval(path, 4), _interval(bca, 4))
    return table


def _items(found: dict[str, Any]) -> Table:
    table = _table(_("题项"), _("变量"), _("载荷"), _("权重"), _("占比"))
    for loading, weight in zip(found["loadings"], found["weights"], strict=True):
        table.add_row(
            loading["item"],
            loading["construct"],
            _shown(loading["loading"], 4),
            _shown(weight["weight"], 4),
            _shown(weight["share"], 4),
        )
    return table


def _table(*titles: str) -> Table:
    table = Table()
    for number, title in enumerate(titles):
        table.add_column(title, justify="left" if number == 0 else "right")
    return table


def _interval(around: dict[str, Any], digits: int) -> str:
    if around.get("lower") is None:
        return ""
    return f"{around['lower']:.{digits}f} – {around['upper']:.{digits}f}"


def _shown(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"
