"""What a reviewed plan promises: targets that cannot be built wrong.

Values stand as the plan writes them (95 and "%"); `zhiheng.plans.units` turns them into the
indicator's machine unit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from zhiheng.methods.vocabulary import Operator
from zhiheng.office.words import _

CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,59}\Z")
TARGET_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,19}\Z")
INDICATOR = re.compile(r"[a-z][a-z0-9_]{1,59}\Z")
PERIOD = re.compile(r"\d{4}(Q[1-4]|-(0[1-9]|1[0-2]))?\Z")
TRENDS = frozenset({Operator.TREND_UP, Operator.TREND_DOWN})


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a plan: where, with which value, what is allowed, what to do."""

    target: str
    field: str
    value: str
    allowed: str
    fix: str

    def __str__(self) -> str:
        where = f"{self.target} · {self.field}" if self.target else self.field
        return _(
            "{where}：“{value}”不对；应为{allowed}。{fix}",
            where=where,
            value=self.value,
            allowed=self.allowed,
            fix=self.fix,
        )


class PlanProblems(ValueError):
    """Everything that is wrong with one plan or target."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Scope:
    """Where a target holds: a region, and a breakdown as sorted (dimension, value) pairs."""

    region: str
    by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Baseline:
    """What a change is measured from: a period, and its published value where there is one.

    ``value`` is in the unit of the figure (not of the change); None means our own estimate.
    """

    period: str
    value: float | None = None


@dataclass(frozen=True)
class Responsible:
    """Who leads and who takes part, as the plan names them."""

    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """One promise of a plan.

    Args:
        indicator: a code of the catalogue, or None where the metric has none yet.
        proposes: for such a metric the code ``reported_…`` under which departments report it.
        value: None for a trend and where the text is damaged, nowhere else.
        value_max: upper end of a range such as "1 to 2 points".
        tolerance: for "about", in the same unit as the value; None takes the rule's share.
        deadline: the last year, the last day, or None for "always".
        text: the promise in a few words.
        span: where it stands in the document's text, first character and the one after the last.

    Raises:
        PlanProblems: with every field that is wrong.
    """

    id: str
    scope: Scope
    op: Operator
    value: float | None
    unit: str
    text: str
    indicator: str | None = None
    proposes: str | None = None
    value_max: float | None = None
    tolerance: float | None = None
    deadline: int | date | None = None
    baseline: Baseline | None = None
    clause: str = ""
    damaged: bool = False
    reviewed: bool = True
    responsible: Responsible = Responsible()
    span: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if problems := [Problem(self.id, *what) for what in _target_problems(self)]:
            raise PlanProblems(problems)

    @property
    def code(self) -> str:
        """The indicator that judges it."""
        return self.indicator or self.proposes or ""

    @property
    def relative(self) -> bool:
        """A change in per cent of the baseline; a change in points is absolute."""
        return self.op in {Operator.INCREASE_BY, Operator.DECREASE_BY} and self.unit in {"%", "‰"}

    @property
    def deadline_day(self) -> date | None:
        """The last day on which the promise may be kept."""
        if isinstance(self.deadline, int):
            return date(self.deadline, 12, 31)
        return self.deadline


@dataclass(frozen=True)
class Plan:
    """A reviewed plan: its head and its targets.

    Raises:
        PlanProblems: with everything that is wrong.
    """

    code: str
    title: str
    region: str
    targets: tuple[Target, ...]
    issuer: str = ""
    number: str = ""
    issued_on: date | None = None
    period: tuple[int, int] | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if problems := [Problem(*what) for what in _plan_problems(self)]:
            raise PlanProblems(problems)


def _target_problems(t: Target) -> Iterator[tuple[str, str, str, str]]:
    if not TARGET_ID.match(t.id):
        yield "id", t.id, _("字母、数字、点、横线，至多20个"), _("请改成如 T01 的编号。")
    if not t.text.strip():
        yield "text", t.text, _("目标的简短文字"), _("请写明这一目标。")
    if not t.scope.region:
        yield "scope.region", "", _("区域代码"), _("请写明目标所属区域。")
    yield from _indicator_problems(t)
    yield from _value_problems(t)
    yield from _change_problems(t)
    if t.span is not None and not 0 <= t.span[0] < t.span[1]:
        yield "span", f"{t.span}", _("两个位置，先起后止"), _("请照读取结果填写，或删去。")
    if isinstance(t.deadline, int) and not 1900 <= t.deadline <= 2200:
        yield "deadline", str(t.deadline), _("1900 至 2200 年，或日期"), _("请改成完成年份。")


def _indicator_problems(t: Target) -> Iterator[tuple[str, str, str, str]]:
    if t.indicator is not None and t.proposes is not None:
        yield "proposes", t.proposes, _("空"), _("已有指标代码的目标不必再提新指标。")
    if t.code == "":
        yield (
            "indicator",
            "",
            _("指标代码，或在 proposes 中写 reported_ 开头的新代码"),
            _("请选一个指标，或提出由部门报送的新指标。"),
        )
    elif not INDICATOR.match(t.code):
        yield "indicator", t.code, _("小写字母、数字和下划线"), _("请照指标目录填写代码。")
    elif t.proposes is not None and not t.proposes.startswith("reported_"):
        yield "proposes", t.proposes, _("以 reported_ 开头的代码"), _("请加上 reported_ 前缀。")


def _value_problems(t: Target) -> Iterator[tuple[str, str, str, str]]:
    numbers = {"value": t.value, "value_max": t.value_max, "tolerance": t.tolerance}
    for name, number in numbers.items():
        if number is not None and not math.isfinite(number):
            yield name, str(number), _("有限的数"), _("请填写数字。")
    if t.damaged and t.value is not None:
        yield "value", f"{t.value:g}", _("空（原文缺字，不猜）"), _("请删去数值或取消 damaged。")
    if t.value is None and not t.damaged and t.op not in TRENDS:
        yield "value", "", _("数字"), _("请填写目标值；原文缺字的请标 damaged: true。")
    if t.value is not None and t.op in TRENDS:
        yield (
            "value",
            f"{t.value:g}",
            _("空（趋势目标不带数值）"),
            _("请删去数值或改用 increase_by。"),
        )
    if t.value_max is not None and (t.value is None or t.value_max <= t.value):
        yield "value_max", f"{t.value_max:g}", _("大于 value 的数"), _("请按从小到大填写区间。")
    if t.tolerance is not None and (t.op is not Operator.ABOUT or t.tolerance <= 0):
        yield "tolerance", f"{t.tolerance:g}", _("空，或“~”目标的正数"), _("请改用“~”或删去容差。")


def _change_problems(t: Target) -> Iterator[tuple[str, str, str, str]]:
    if t.baseline is not None:
        if not PERIOD.match(t.baseline.period):
            yield (
                "baseline",
                t.baseline.period,
                _("如 2024、2024Q3、2024-09 的时期"),
                _("请改正基期。"),
            )
        if not t.op.of_change:
            yield "baseline", t.baseline.period, _("空"), _("只有增减和趋势目标才有基期。")
    elif t.op.of_change and not t.damaged:
        yield "baseline", "", _("基期"), _("增减和趋势目标须写明与哪一期相比。")
    if (
        t.op in {Operator.INCREASE_BY, Operator.DECREASE_BY}
        and t.value is not None
        and t.value <= 0
    ):
        yield "value", f"{t.value:g}", _("正数"), _("请写增减的幅度，方向由 op 表示。")


def _plan_problems(p: Plan) -> Iterator[tuple[str, str, str, str, str]]:
    if not CODE.match(p.code):
        yield (
            "",
            "plan.code",
            p.code,
            _("小写字母、数字和横线"),
            _("请改成如 hengchuan-2026 的代码。"),
        )
    for name in ("title", "region"):
        if not getattr(p, name).strip():
            yield "", f"plan.{name}", "", _("不能为空"), _("请补上。")
    if p.period is not None and p.period[0] > p.period[1]:
        yield "", "plan.period", f"{p.period}", _("两个年份，先起后止"), _("请把两个年份对调。")
    seen: set[str] = set()
    for target in p.targets:
        if target.id in seen:
            yield target.id, "id", target.id, _("计划内不重复的编号"), _("请给后一个目标换编号。")
        seen.add(target.id)
