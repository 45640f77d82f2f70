"""Released figures as pages show them: words, signs, a bar. Nothing here computes a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from zhiheng.documents.charts import Target
from zhiheng.documents.signs import verdict_word
from zhiheng.indicators.indicators import ALL
from zhiheng.methods.vocabulary import Verdict
from zhiheng.office.regions import TreeView
from zhiheng.office.words import _
from zhiheng.plans.catalogue import breakdown_word
from zhiheng.plans.rows import level_of
from zhiheng.web.charts import Point
from zhiheng.web.language import language_code
from zhiheng.web.marks import interval_bar
from zhiheng.web.numbers import PERCENT, amount, interval, points, target_words
from zhiheng.web.places import region_name

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One target as a table row shows it."""

    payload: Payload
    link: str
    indicator: str
    region: str
    target: str
    estimate: str
    interval: str
    bar: SafeString
    probability: str

    @property
    def verdict(self) -> str:
        return str(self.payload["verdict"])


def line(payload: Payload, view: TreeView) -> Line:
    """One released verdict in words."""
    unit = unit_of(payload)
    target = target_of(payload)
    beside = {"op": payload["op"], "target": level_of(payload)}
    estimate = amount(payload["estimate"], unit, **beside)
    between = interval(payload["lower"], payload["upper"], unit, **beside)
    return Line(
        payload=payload,
        link=f"/plans/{payload['plan']}/targets/{payload['target']}",
        indicator=indicator_name(payload["indicator"], payload["text"]),
        region=place(payload, view),
        target=target,
        estimate=estimate,
        interval=between,
        bar=_bar(payload, f"{verdict_word(payload['verdict'])}:{estimate} ({between}); {target}"),
        probability=share(payload.get("probability")),
    )


def unit_of(payload: Payload) -> str:
    """Unit in which the figure is shown."""
    return str(payload.get("unit") or "")


def target_of(payload: Payload) -> str:
    """What the target asks, in a few signs."""
    if payload["verdict"] == Verdict.DAMAGED:
        return verdict_word(Verdict.DAMAGED)
    return target_words(
        payload["op"],
        payload["value"],
        payload.get("value_max"),
        unit_of(payload),
        relative=bool(payload.get("relative")),
    )


def share(probability: float | None) -> str:
    """A probability in per cent, never as a certainty."""
    if probability is None:
        return ""
    if probability > 0.999:
        return "> 99.9%"
    return "< 0.1%" if probability < 0.001 else f"{probability * 100:.1f}%"


def indicator_name(code: str, otherwise: str = "") -> str:
    """Name in the language of the page; what only a plan proposed keeps the plan's words."""
    declared = ALL.get(code)
    return declared.title(language_code()) if declared else otherwise or code


def place(payload: Payload, view: TreeView) -> str:
    """The region, with its breakdown where there is one."""
    name = region_name(view, payload["region"])
    parts = [breakdown_word(payload["indicator"], *pair) for pair in payload["by"].items()]
    return " · ".join([name, *parts])


def _bar(payload: Payload, label: str) -> SafeString:
    if payload["estimate"] is None:
        return mark_safe("")
    drawn = interval_bar(
        payload["estimate"],
        payload["lower"],
        payload["upper"],
        level_of(payload),
        payload["verdict"],
        label,
    )
    return mark_safe(drawn)


def counts(payloads: Iterable[Payload]) -> list[tuple[str, int]]:
    """How many of each verdict, in the fixed order, without those that do not occur."""
    found = [str(p["verdict"]) for p in payloads]
    return [(code.value, found.count(code.value)) for code in Verdict if code.value in found]


def trend_points(series: Sequence[Payload], unit: str) -> list[Point]:
    """Estimates by period in their natural unit; a suppressed one keeps its place."""
    return [
        Point(
            e["period"],
            natural(e["estimate"], unit),
            natural(e["lower"], unit),
            natural(e["upper"], unit),
        )
        for e in series
    ]


def natural(value: float | None, unit: str) -> float | None:
    """A pure ratio of an indicator in ``%`` times 100; any other value as it is."""
    return value * 100 if value is not None and unit == PERCENT else value


def target_line(payload: Payload) -> Target | None:
    """The line in a chart; none where the target speaks of a change or is damaged."""
    value = natural(level_of(payload), unit_of(payload))
    return None if value is None else Target(value, _("目标 {words}", words=target_of(payload)))


def declared_unit(indicator: str) -> str:
    """Unit of an indicator of the catalogue; empty for one that only a plan proposed."""
    return ALL[indicator].unit if indicator in ALL else ""


def order_of(indicator: str) -> tuple[int, str]:
    """Place of an indicator in the catalogue; those that only a plan proposed come last."""
    codes = list(ALL)
    return (codes.index(indicator), "") if indicator in ALL else (len(codes), indicator)


@dataclass(frozen=True)
class Measured:
    """One released estimate as a table row shows it."""

    payload: Payload
    indicator: str
    unit: str
    estimate: str
    interval: str


def measured(payload: Payload, about: Payload | None = None) -> Measured:
    """One released estimate in words.

    Args:
        about: a released verdict of the same indicator; it names one that only a plan proposed.
    """
    unit = unit_of(about) if about else declared_unit(payload["indicator"])
    return Measured(
        payload,
        indicator_name(payload["indicator"], about["text"] if about else ""),
        unit,
        amount(payload["estimate"], unit),
        interval(payload["lower"], payload["upper"], unit),
    )


def both_sides(payload: Payload) -> str:
    """The two-sided interval that the measurement kept; empty where there is none."""
    kept = payload["interval"]
    if not kept:
        return ""
    beside = {"op": payload["op"], "target": level_of(payload)}
    return interval(kept["lower"], kept["upper"], unit_of(payload), **beside)


def baseline(payload: Payload) -> tuple[str, str, str] | None:
    """Of a change: the baseline's period, its figure, and the change since with its bounds."""
    base, change = payload["baseline"], payload["change"]
    if not base or not change:
        return None
    unit = unit_of(payload)
    said, *ends = (
        points(change[name], unit, op=payload["op"]) for name in ("estimate", "lower", "upper")
    )
    return (
        base["period"],
        amount(base["estimate"], unit),
        f"{said} ({' – '.join(ends)})" if change["lower"] is not None else said,
    )


def responsible(payload: Payload) -> str:
    """Who leads and who takes part, as the plan names them."""
    named = payload["responsible"]
    return "、".join([*named["lead"], *named["with"]])
