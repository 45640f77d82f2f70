"""Verdicts of the desk in words and tables for a terminal."""

from __future__ import annotations

from typing import Any

from zhiheng.office.words import _


def verdict_lines(found: dict[str, Any]) -> list[str]:
    """What ``judge`` says in words."""
    names = {
        "met": _("达标"),
        "not_met": _("未达标"),
        "undetermined": _("无法判定"),
        "no_evidence": _("无证据"),
    }
    said = names.get(found["verdict"], found["verdict"])
    lines = [_("{verdict}：估计值 {estimate}", verdict=said, estimate=figure(found["estimate"]))]
    if found["lower"] is not None or found["upper"] is not None:
        lines.append(
            _(
                "单侧 {level:.0%} 界限：{lower} 至 {upper}（{method}）",
                level=found["level"],
                lower=figure(found["lower"]),
                upper=figure(found["upper"]),
                method=found["method"],
            )
        )
    if found["probability"] is not None:
        lines.append(_("达标的可能性：{share:.1%}", share=found["probability"]))
    if found["n_needed"] is not None:
        lines.append(_("按现在的估计值，样本量到 {n} 可以判定。", n=found["n_needed"]))
    return lines


def path_lines(found: dict[str, Any]) -> list[str]:
    """What ``judge path`` says in words."""
    ahead = found["forecast"]
    return [
        _(
            "现在 {now}，按直线应到 {expected}：{place}。已走 {progress:.0%}。",
            now=figure(found["now"]["value"]),
            expected=figure(found["expected"]),
            place=_("在路径上") if found["on_path"] else _("落后于路径"),
            progress=found["progress"],
        ),
        _(
            "{ends} 预计 {estimate}（{level:.0%} 区间 {lower} 至 {upper}），"
            "达标的可能性 {share:.0%}。",
            ends=figure(found["ends"]),
            estimate=figure(ahead["estimate"]),
            level=ahead["level"],
            lower=figure(ahead["lower"]),
            upper=figure(ahead["upper"]),
            share=ahead["probability"],
        ),
        _("预计假定走势照旧，是直线外推，不是承诺。"),
    ]


def measured_lines(found: dict[str, Any]) -> list[str]:
    """What ``judge measured`` says in words."""
    names = {
        "pass": _("合格"),
        "conditional_pass": _("有条件合格：在限内，但测量不够准，不能肯定"),
        "conditional_fail": _("有条件不合格：超限，但测量不够准，不能肯定"),
        "fail": _("不合格"),
    }
    return [
        names[found["conformity"]],
        _(
            "真值在限内的可能性 {share:.2%}；保护带 {guard}；接受区间 {low} 至 {high}",
            share=found["probability"],
            guard=figure(found["guard"]),
            low=figure(found["accept_from"]),
            high=figure(found["accept_to"]),
        ),
    ]


def print_plan(found: dict[str, Any]) -> None:
    """What ``judge plan`` prints: sizes by assumed truth, then the two planning tables."""
    from rich.console import Console

    console = Console()
    plans = found["plans"]
    title = _("要有 {power:.0%} 的把握判为达标", power=found["power"])
    columns = (_("假定的真值"), _("样本量"), _("最多不合格"), _("实际把握"))
    rows: list[tuple[Any, ...]] = [
        (figure(p["truth"]), p["n"], figure(p["failures"]), f"{p['power']:.3f}") for p in plans
    ]
    console.print(_table(title, columns, rows))
    rows = [(row["failures"], row["n"]) for row in found["met"]]
    console.print(_table(_("判为达标的最小样本量"), (_("不合格数"), _("样本量")), rows))
    rows = [(row["n"], figure(row["failures"])) for row in found["not_met"]]
    console.print(_table(_("判为未达标的最少不合格数"), (_("样本量"), _("不合格数")), rows))


def print_league(found: dict[str, Any]) -> None:
    """What ``league`` prints."""
    from rich.console import Console

    places = {
        "below_alarm": _("远低于"),
        "below_warning": _("偏低"),
        "inside": _("正常波动"),
        "above_warning": _("偏高"),
        "above_alarm": _("远高于"),
        None: "–",
    }
    columns = ("", "n", _("估计值"), _("下限"), _("上限"), _("收缩估计"), _("漏斗"), _("名次范围"))
    rows = [
        (
            row["unit"],
            figure(row["n"]),
            *(figure(row[k]) for k in ("estimate", "lower", "upper")),
            figure(row["shrunken"]["estimate"] if row["shrunken"] else None),
            places[row["funnel"]],
            "–" if row["rank"] is None else f"{row['rank_best']}–{row['rank_worst']}",
        )
        for row in found["units"]
    ]
    console = Console()
    console.print(_table("", columns, rows))
    for warning in found["warnings"]:
        console.print(f"[{warning['code']}] {warning['message']}{warning['fix']}", markup=False)


def _table(title: str, columns: Any, rows: Any) -> Any:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(*columns, title=title or None, box=SIMPLE, title_justify="left")
    for row in rows:
        table.add_row(*map(str, row))
    return table


def figure(value: float | int | None) -> str:
    """Six digits, a dash for none."""
    return "–" if value is None else f"{value:.6g}"
