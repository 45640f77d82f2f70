"""One-sided bounds of a figure, or of its change, by the family that fits the evidence."""

from __future__ import annotations

import math
from typing import NamedTuple

from zhiheng.methods import intervals
from zhiheng.methods.arguments import Bounds, floats
from zhiheng.methods.differences import mover, newcombe, rate_ratio, welch
from zhiheng.methods.errors import MethodError
from zhiheng.methods.vocabulary import Evidence


class Bounded(NamedTuple):
    """`lower` and `upper` each leave alpha outside; -inf and inf where nothing is bounded."""

    lower: float
    upper: float
    method: str


def effective_counts(evidence: Evidence, level: float) -> tuple[float, float]:
    """(successes, size) of a sampled proportion, at the size that its interval works with."""
    p, n = evidence.estimate, evidence.n or 0.0
    if evidence.se is not None:
        if evidence.family in ("wilson", "rao_scott_wilson"):
            size = intervals.effective_size(p, evidence.se, n)
        else:
            capped = evidence.family != "korn_graubard_uncapped"
            size = intervals.korn_graubard_size(
                p, evidence.se, n, evidence.df, level=level, capped=capped
            )
        return p * float(size), float(size)
    if evidence.n_eff is not None:
        return p * evidence.n_eff, evidence.n_eff
    if evidence.numerator is not None and evidence.denominator == n:
        return evidence.numerator, n
    return p * n, n


def degrees(evidence: Evidence) -> float | None:
    if evidence.df is None and evidence.n is not None:
        return evidence.n - 1
    return evidence.df


def figure_bounds(evidence: Evidence, alpha: float) -> Bounded:
    """Bounds of the figure itself; `evidence` is sampled."""
    level, family = 1 - 2 * alpha, evidence.interval_family
    if family == "garwood":
        return _bounded(_rate_bounds(evidence, level), family)
    if family == "t":
        # A sample that does not vary says nothing about its own precision.
        if not evidence.se:
            return Bounded(-math.inf, math.inf, family)
        found = intervals.t_interval(evidence.estimate, evidence.se, degrees(evidence), level=level)
        return _bounded(found, family)
    if family == "logit":
        found = intervals.logit(
            evidence.estimate, evidence.se or 0.0, degrees(evidence), level=level
        )
        return _bounded(found, family)
    x, n = effective_counts(evidence, level)
    score = family in ("wilson", "rao_scott_wilson")
    interval = intervals.wilson if score else intervals.clopper_pearson
    return _bounded(interval(x, n, level=level), family)


def change_bounds(now: Evidence, before: Evidence, alpha: float) -> Bounded:
    """Bounds of ``now - before``; at least one of them is sampled, the other may be exact.

    Proportions: Newcombe (at effective sizes); rates of counts: MOVER on Garwood bounds; all else:
    Welch's t.

    Raises: MethodError ``verdict.baseline`` where two samples measure different kinds of figure.
    """
    level = 1 - 2 * alpha
    sampled = [side for side in (now, before) if not side.exact]
    kinds = {side.kind for side in sampled}
    if len(kinds) > 1:
        raise MethodError(
            "verdict.baseline",
            f"a {now.kind} compared with a {before.kind}; both samples must measure the same kind",
        )
    if kinds == {"proportion"}:
        if len(sampled) == 2:
            (x1, n1), (x2, n2) = effective_counts(now, level), effective_counts(before, level)
            return _bounded(newcombe(x1, n1, x2, n2, level=level), "newcombe")
        return _moved(now, _score(now, level), before, _score(before, level), "newcombe")
    if all(side.interval_family == "garwood" for side in sampled):
        return _moved(now, _rate_bounds(now, level), before, _rate_bounds(before, level), "mover")
    if not all(side.se for side in sampled):
        return Bounded(-math.inf, math.inf, "welch")
    found = welch(
        now.estimate,
        _se(now),
        before.estimate,
        _se(before),
        math.inf if now.exact else degrees(now),
        math.inf if before.exact else degrees(before),
        level=level,
    )
    return _bounded(found, "welch")


def ratio_bounds(now: Evidence, before: Evidence, alpha: float) -> Bounded:
    """Exact bounds of the ratio of two sampled rates of counts."""
    found = rate_ratio(
        now.numerator or 0.0,
        (now.denominator or 0.0) / now.per,
        before.numerator or 0.0,
        (before.denominator or 0.0) / before.per,
        level=1 - 2 * alpha,
    )
    return _bounded(found, "rate_ratio")


def both_counted(now: Evidence, before: Evidence) -> bool:
    """Both are sampled rates known by their events, so that their ratio has an exact interval."""
    return all(
        not side.exact and side.kind == "rate" and side.interval_family == "garwood"
        for side in (now, before)
    )


def _rate_bounds(evidence: Evidence, level: float) -> Bounds:
    if evidence.exact:
        return _point(evidence)
    exposure = (evidence.denominator or 0.0) / evidence.per
    return intervals.poisson_rate(evidence.numerator or 0.0, exposure, level=level)


def _score(evidence: Evidence, level: float) -> Bounds:
    if evidence.exact:
        return _point(evidence)
    return intervals.wilson(*effective_counts(evidence, level), level=level)


def _point(evidence: Evidence) -> Bounds:
    found = floats(evidence.estimate)
    return found, found


def _se(evidence: Evidence) -> float:
    return 0.0 if evidence.exact else evidence.se or 0.0


def _moved(now: Evidence, one: Bounds, before: Evidence, two: Bounds, method: str) -> Bounded:
    return _bounded(mover(now.estimate, one, before.estimate, two), method)


def _bounded(found: Bounds, method: str) -> Bounded:
    return Bounded(float(found[0]), float(found[1]), method)
