"""A derivation as lines of text, for a terminal and for an annex."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zhiheng.office.words import _


def told(said: dict[str, Any]) -> Iterator[str]:
    """The lines that say what `zhiheng.indicators.explain.explain` found."""
    figure = said["estimate"]
    yield f"{said['name']}（{figure['indicator']}）  {figure['region']}  {figure['period']}"
    for column, value in figure["by"].items():
        yield f"  {column} = {value}"
    yield _("估计值：{value}", value=_figures(figure))
    yield _("总体：{text}", text=said["population"])
    if said["notes"]:
        yield _("说明：{text}", text=said["notes"])
    yield _("依据：{text}", text=said["source"])
    yield _("证据种类：{text}", text="、".join(said["reads"]))
    yield _("条件：")
    yield from (f"  {name}: {sql}" for name, sql in said["conditions"].items())
    if said["sums"]:
        yield _("各层合计：")
        yield from (f"  {_numbers(stratum)}" for stratum in said["sums"])
    yield _("步骤：")
    for number, step in enumerate(said["steps"], 1):
        yield f"  {number}. {step['what']}  {step['formula']}"
        for name, value in step["numbers"].items():
            if isinstance(value, list):
                yield from (f"       {_numbers(part)}" for part in value)
            elif value is not None:
                yield f"       {name} = {_number(value)}"
    yield _("方法：{text}", text=said["design"])
    yield _("区域树与证据：{text}", text=_numbers(said["detail"]))
    ledger = said["ledger"]
    yield _("台账：日志 {size} 条，根 {root}", size=ledger["log_size"], root=ledger["root"])
    yield _("程序版本：{text}", text=said["measured"]["code_version"])
    for rule in said["measured"]["rules"]:
        said_of = {k: rule[k] for k in ("name", "value", "source")}
        yield _("规则：{name} = {value}（{source}）", **said_of)
    if said["agrees"]:
        yield _("已按现有证据复算，相符。")
    elif ledger["now"]["log_size"] != ledger["log_size"]:
        yield _("测算之后又有新的证据，现在复算结果不同；请重新测算。")
    else:
        yield _("按同一台账复算结果不同：指标声明已改，或数据有损；请运行 zhiheng verify 查验。")
    yield _("复算命令：{text}", text=said["command"])
    yield _(
        "证据共 {count} 行；列出：{text}", count=said["rows"]["count"], text=said["rows"]["list"]
    )
    for row in said["rows"].get("listed", []):
        yield f"  {_numbers(row)}"


def _figures(figure: dict[str, Any]) -> str:
    names = ("estimate", "se", "lower", "upper", "n")
    return _numbers({name: figure[name] for name in names if figure[name] is not None})


def _numbers(values: dict[str, Any]) -> str:
    return "  ".join(f"{k}={_number(v)}" for k, v in values.items() if v is not None)


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, float) else str(value)
