"""The words of judging: operators of targets, verdicts, the evidence and the judgement."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from zhiheng.methods.errors import MethodError

Kind: TypeAlias = Literal["proportion", "mean", "ratio", "rate", "total", "reported"]
# Wald and Jeffreys are missing on purpose: the first has no width where all passed, the second
# ends below 1 there, so either would decide "100 %" without a reason.
Family: TypeAlias = Literal[
    "clopper_pearson",
    "wilson",
    "korn_graubard",
    "korn_graubard_uncapped",
    "rao_scott_wilson",
    "logit",
    "t",
    "garwood",
]


class Operator(StrEnum):
    """How a target's figure is compared. The last four speak of the change since a baseline."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"
    ABOUT = "~"
    EQUAL = "="
    TREND_UP = "trend_up"
    TREND_DOWN = "trend_down"
    INCREASE_BY = "increase_by"
    DECREASE_BY = "decrease_by"

    @property
    def of_change(self) -> bool:
        return self in CHANGES


CHANGES = frozenset(
    {Operator.TREND_UP, Operator.TREND_DOWN, Operator.INCREASE_BY, Operator.DECREASE_BY}
)


class Verdict(StrEnum):
    """What is said of a target."""

    MET = "met"
    NOT_MET = "not_met"
    UNDETERMINED = "undetermined"
    NO_EVIDENCE = "no_evidence"
    NOT_DUE = "not_due"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class Evidence:
    """One figure and what is known about its precision.

    Attributes:
        estimate: in natural units; a proportion as a fraction 0..1; nan: a cell without content.
        n: rows behind a sampled figure; 0: nothing.
        numerator, denominator: of a proportion or ratio (may be weighted); for a rate the events
            and the exposure.
        se, df: of a design-based estimate; df None means n - 1 (without n: the normal limit).
        n_eff: effective size of a proportion where no se is at hand.
        kind: what the figure is; "reported" is taken as it was reported, without an interval.
        census: the whole population was counted; compared exactly.
        family: interval to use; None: Clopper-Pearson for a proportion of a simple sample,
            Korn-Graubard (capped) for one with se, Garwood for a rate of counts, else t.
        per: unit of a rate, ``estimate = per · numerator / denominator`` (10000: per ten thousand).

    Raises: MethodError ``evidence.kind``, ``evidence.family``, ``evidence.estimate``,
        ``evidence.precision``, ``evidence.rate``.
    """

    estimate: float
    n: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    se: float | None = None
    df: float | None = None
    n_eff: float | None = None
    kind: Kind = "proportion"
    census: bool = False
    family: Family | None = None
    per: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise MethodError(
                "evidence.kind", f"kind is {self.kind!r}; allowed: {', '.join(get_args(Kind))}"
            )
        if self.empty:
            return
        if self.kind == "proportion" and not 0 <= self.estimate <= 1:
            raise MethodError(
                "evidence.estimate",
                f"a proportion of {self.estimate!r}; allowed: a fraction between 0 and 1",
            )
        if math.isinf(self.estimate):
            raise MethodError(
                "evidence.estimate", f"estimate is {self.estimate!r}; a number is needed"
            )
        if not self.exact:
            self._check_precision()

    def _check_precision(self) -> None:
        allowed = (
            ("garwood", "t")
            if self.kind == "rate"
            else tuple(name for name in get_args(Family) if name not in ("garwood", "t"))
            if self.kind == "proportion"
            else ("t",)
        )
        if self.family is not None and self.family not in allowed:
            raise MethodError(
                "evidence.family",
                f"family {self.family!r} for a {self.kind}; allowed: {', '.join(allowed)}",
            )
        if self.se is not None and not self.se >= 0:
            raise MethodError("evidence.precision", f"se is {self.se!r}; allowed: 0 or more")
        if self.kind == "proportion":
            if not (self.n is not None and self.n > 0):
                raise MethodError(
                    "evidence.precision", f"a sampled proportion with n = {self.n!r}; n is needed"
                )
            if self.se is None and self.family in ("rao_scott_wilson", "logit"):
                raise MethodError("evidence.precision", f"{self.family} needs se, which is None")
        elif self.interval_family == "garwood":
            self._check_rate()
        elif self.se is None:
            raise MethodError(
                "evidence.precision",
                f"a sampled {self.kind} without se; give se, or census=True if all was counted",
            )

    def _check_rate(self) -> None:
        events, exposure = self.numerator, self.denominator
        if events is None or exposure is None or not (events >= 0 and exposure > 0):
            raise MethodError(
                "evidence.rate",
                f"a rate of {events!r} events over {exposure!r}; allowed: 0 or more events over an "
                "exposure above 0",
            )
        if not math.isclose(self.estimate, self.per * events / exposure, rel_tol=1e-9):
            raise MethodError(
                "evidence.rate",
                f"estimate {self.estimate!r} is not per·numerator/denominator = "
                f"{self.per * events / exposure!r}",
            )

    @property
    def empty(self) -> bool:
        return math.isnan(self.estimate) or self.n == 0

    @property
    def exact(self) -> bool:
        """Nothing was sampled: compared as it stands."""
        return self.census or self.kind == "reported"

    @property
    def interval_family(self) -> Family:
        if self.family is not None:
            return self.family
        if self.kind == "proportion":
            return "clopper_pearson" if self.se is None else "korn_graubard"
        return "garwood" if self.kind == "rate" and self.se is None else "t"

    @property
    def size(self) -> float | None:
        """What a larger sample has more of: rows, or the exposure of a rate without rows."""
        return self.denominator if self.n is None and self.kind == "rate" else self.n

    def grown(self, size: float) -> Evidence:
        """The same figure from a sample of `size` of the same design."""
        factor = size / self.size if self.size else math.nan

        def times(value: float | None) -> float | None:
            return None if value is None else value * factor

        return replace(
            self,
            n=times(self.n),
            numerator=times(self.numerator),
            denominator=times(self.denominator),
            se=None if self.se is None else self.se / math.sqrt(factor),
            df=times(self.df),
            n_eff=times(self.n_eff),
        )

    def as_fraction(self) -> Fraction:
        """The estimate without rounding: from the counts of a proportion, else as written."""
        if self.kind == "proportion" and self.numerator is not None and self.denominator:
            return Fraction(self.numerator) / Fraction(self.denominator)
        return as_written(self.estimate)


def as_written(value: float) -> Fraction:
    """The decimal number a person wrote, not the binary one beside it (0.93 is 93/100)."""
    return Fraction(str(float(value)))


def tidied(value: float) -> float:
    """The value without the noise of its last digits, so that a bound that falls exactly on the
    target (one failure in one item against 95 %) is seen to do so."""
    return float(f"{value:.12g}")


@dataclass(frozen=True)
class Judgement:
    """A verdict and what it rests on.

    Attributes:
        verdict: see Verdict.
        lower, upper: one-sided bounds at alpha each, of the figure, or of its change since the
            baseline (of the ratio of rates where method is "rate_ratio"). None: exact, unbounded,
            or no evidence.
        probability: that the target is met, given the sample; None where nothing was sampled and
            for "=" (a continuous figure is never exactly anything).
        n_needed: smallest sample size at which, at the present estimate, the verdict would be
            decided; None when it is, or when no size (up to 10⁹) would do.
        method: name of the interval, "exact", or "" without a comparison.
    """

    verdict: Verdict
    lower: float | None = None
    upper: float | None = None
    probability: float | None = None
    n_needed: int | None = None
    method: str = ""
