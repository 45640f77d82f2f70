"""Where each figure of a report comes from: one numbered entry a figure, and how to redo it."""

from __future__ import annotations

import json
from typing import Any

from zhiheng.documents.model import Entry, Figure
from zhiheng.indicators.indicators import ALL
from zhiheng.indicators.models import EstimateRow
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.plans.rows import level_of
from zhiheng.web.numbers import amount, interval, target_words


class Derivations:
    """Numbers the figures of one report in the order in which they are first shown."""

    def __init__(self, view: TreeView) -> None:
        self._view = view
        self._rows: dict[tuple[Any, ...], tuple[int, dict[str, Any]]] = {}

    def figure(self, row: dict[str, Any]) -> Figure | str:
        """The row's estimate as a figure with its reference; a dash where there is none.

        Args:
            row: a full verdict row (see `zhiheng.plans.rows.full_row`).
        """
        if row["estimate"] is None:
            return "–"
        text = amount(row["estimate"], row["unit"], op=row["op"], target=_held_to(row))
        key = (row["indicator"], row["region"], row["period"], tuple(sorted(row["by"].items())))
        number, _kept = self._rows.setdefault(key, (len(self._rows) + 1, row))
        return Figure(text, number)

    def measured(self, row: EstimateRow) -> Figure | str:
        """An estimate that no target asks for, as a figure with its reference."""
        around = ("numerator", "denominator", "se", "lower", "upper", "level", "method")
        said = {
            "indicator": row.indicator,
            "region": row.region,
            "period": row.period,
            "by": json.loads(row.by),
            "estimate": row.estimate,
            "unit": ALL[row.indicator].unit,
            "op": None,
            "value": None,
            "n": row.n,
            "interval": {name: getattr(row, name) for name in around},
            "log_size": row.part.log_size,
            "root": row.part.root,
        }
        return self.figure(said)

    def entries(self) -> list[Entry]:
        return [Entry(number, self._lines(row)) for number, row in self._rows.values()]

    def _lines(self, row: dict[str, Any]) -> tuple[str, ...]:
        found = row["interval"] or {}
        where = self._view.name(row["region"])
        parts = [f"{name}={value}" for name, value in row["by"].items()]
        lines = [
            _(
                "指标 {indicator}；区域 {region}；期间 {period}；样本 {n}",
                indicator=row["indicator"],
                region=" ".join([f"{where}（{row['region']}）", *parts]),
                period=row["period"],
                n=row["n"],
            )
        ]
        if found.get("denominator"):
            lines.append(
                _(
                    "分子 {numerator:.6g}，分母 {denominator:.6g}，标准误 {se}",
                    numerator=found["numerator"],
                    denominator=found["denominator"],
                    se="–" if found["se"] is None else f"{found['se']:.4g}",
                )
            )
        if found.get("lower") is not None:
            lines.append(
                _(
                    "{level:.0%} 区间 {interval}（{method}）",
                    level=found["level"],
                    interval=interval(
                        found["lower"],
                        found["upper"],
                        row["unit"],
                        op=row["op"],
                        target=_held_to(row),
                    ),
                    method=found["method"],
                )
            )
        elif found:
            lines.append(_("方法 {method}，不设区间", method=found["method"]))
        lines.append(_("台账长度 {size}，日志根 {root}", size=row["log_size"], root=row["root"]))
        lines.append(
            _("复算：{command}", command=recompute(row["indicator"], row["region"], row["period"]))
        )
        return tuple(lines)


def _held_to(row: dict[str, Any]) -> float | None:
    return None if row["op"] is None else level_of(row)


def recompute(indicator: str, region: str, period: str) -> str:
    """The command that prints the figure again."""
    return f"zhiheng measure --indicator {indicator} --region {region} --period {period} --json"


def asked(row: dict[str, Any]) -> str:
    """What a full verdict row's target asks, in a few signs."""
    return target_words(
        row["op"], row["value"], row["value_max"], row["unit"], relative=row["relative"]
    )
