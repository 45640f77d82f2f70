"""Verdicts at the analyst's desk: figures given by hand, no home and no record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.desk.targets import Target
from zhiheng.indicators.refusals import said
from zhiheng.methods.errors import MethodError
from zhiheng.methods.guard_bands import judge_measured
from zhiheng.methods.planning import fewest_failures, sample_for_power, smallest_sample
from zhiheng.methods.relative import judge_relative
from zhiheng.methods.verdicts import judge
from zhiheng.methods.vocabulary import Evidence, Kind, Operator
from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError

FAILURES = range(6)
SIZES = (30, 50, 100, 200, 500)
SHARES_OF_THE_WAY = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Figure:
    """What was typed of one figure; see the options of ``judge``."""

    estimate: float | None = None
    se: float | None = None
    df: float | None = None
    x: float | None = None
    n: float | None = None
    exposure: float | None = None

    @property
    def given(self) -> bool:
        return any(v is not None for v in (self.estimate, self.x, self.exposure))

    def evidence(self, name: str, kind: Kind | None, *, census: bool) -> Evidence:
        """Raises UsageError: ``figure.missing``, ``figure.counts``; MethodError."""
        if self.exposure is not None and self.x is not None:
            rate = self.x / self.exposure if self.exposure > 0 else math.nan
            return Evidence(
                rate, n=self.n, numerator=self.x, denominator=self.exposure, kind="rate",
                census=census,
            )  # fmt: skip
        if self.x is not None:
            if self.n is None or not 0 <= self.x <= self.n or self.n <= 0:
                raise UsageError(
                    "figure.counts",
                    _("{name}：合格数 {x}，总数 {n}。", name=name, x=self.x, n=self.n),
                    _("请同时给 --x 和 --n，且 0 ≤ x ≤ n。"),
                )
            return Evidence(
                self.x / self.n, n=self.n, numerator=self.x, denominator=self.n, se=self.se,
                df=self.df, census=census,
            )  # fmt: skip
        if self.estimate is None:
            raise UsageError(
                "figure.missing",
                _("没有给{name}。", name=name),
                _("请给 --x 和 --n，或 --estimate 和 --se。"),
            )
        share = self.se is None or self.n is not None
        kind = kind or ("proportion" if share and 0 <= self.estimate <= 1 else "mean")
        return Evidence(self.estimate, n=self.n, se=self.se, df=self.df, kind=kind, census=census)


def judge_figure(
    figure: Figure,
    target: Target,
    baseline: Figure,
    *,
    kind: Kind | None,
    census: bool,
    relative: bool,
    alpha: float,
) -> dict[str, Any]:
    """The verdict as the command prints it.

    Raises: UsageError: under the code of whatever the mathematics refuses.
    """
    try:
        now = figure.evidence(_("现值"), kind, census=census)
        before = baseline.evidence(_("基准"), kind, census=census) if baseline.given else None
        if relative:
            if before is None or target.value is None:
                raise UsageError(
                    "figure.baseline", _("相对目标要有基准。"), _("请给 --baseline-estimate 等。")
                )
            found = judge_relative(now, target.operator, target.value, before, alpha=alpha)
        else:
            found = judge(
                now, target.operator, target.value,
                tolerance=target.tolerance, baseline=before, alpha=alpha,
            )  # fmt: skip
    except MethodError as error:
        raise said(error, UsageError) from None
    return {
        "target": target.as_json(),
        "verdict": str(found.verdict),
        "estimate": now.estimate,
        "lower": found.lower,
        "upper": found.upper,
        "level": 1 - alpha,
        "probability": found.probability,
        "n_needed": found.n_needed,
        "method": found.method,
    }


def plan(
    target: Target, power: float, truths: Sequence[float], alpha: float, deff: float
) -> dict[str, Any]:
    """Sample sizes for judging a share; see the command ``judge plan``.

    Raises: UsageError: ``plan.operator``, ``plan.deff``, and what the mathematics refuses.
    """
    findings = Findings()
    if target.operator not in (Operator.AT_LEAST, Operator.AT_MOST) or target.value is None:
        findings.wrong_call(
            "plan.operator",
            _("不能为“{target}”计划样本量。", target=target),
            _("请给“>=”或“<=”和一个比例，例如 >=0.95。"),
        )
    if not (math.isfinite(deff) and deff > 0):
        findings.wrong_call(
            "plan.deff", _("设计效应 {deff} 不对。", deff=deff), _("请给大于 0 的数。")
        )
    findings.stop()
    assert target.value is not None
    mirrored = target.operator is Operator.AT_MOST

    def turned(share: float) -> float:
        return round(1 - share, 12) if mirrored else share

    wanted = turned(target.value)
    try:
        assumed = [turned(truth) for truth in truths] or [
            wanted + (1 - wanted) * share for share in SHARES_OF_THE_WAY
        ]
        plans = [(truth, sample_for_power(wanted, truth, power, alpha=alpha)) for truth in assumed]
        return {
            "target": target.as_json(),
            "alpha": alpha,
            "power": power,
            "deff": deff,
            "plans": [
                {
                    "truth": turned(truth),
                    "n": math.ceil(found.size * deff),
                    "failures": found.failures if deff == 1 else None,
                    "power": found.power,
                }
                for truth, found in plans
            ],
            "met": [
                {"failures": c, "n": math.ceil(smallest_sample(wanted, c, alpha=alpha) * deff)}
                for c in FAILURES
            ],
            "not_met": [
                {"n": n, "failures": fewest_failures(wanted, n, alpha=alpha)} for n in SIZES
            ],
        }
    except MethodError as error:
        raise said(error, UsageError) from None


def measured(
    value: float, uncertainty: float, lower: float | None, upper: float | None, risk: float
) -> dict[str, Any]:
    """One measured value against its limits; raises UsageError as the mathematics refuses."""
    try:
        found = judge_measured(value, uncertainty, lower, upper, risk=risk)
    except MethodError as error:
        raise said(error, UsageError) from None
    return {
        "conformity": str(found.conformity),
        "probability": found.probability,
        "accept_from": found.accept_from,
        "accept_to": found.accept_to,
        "guard": found.guard,
    }
