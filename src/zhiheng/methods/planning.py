"""Before and between judgements: how many to draw, and how far along the way a target is."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import special

from zhiheng.methods.errors import MethodError
from zhiheng.methods.vocabulary import tidied

# Beyond it no quality sample is drawn; the search must end somewhere.
LARGEST_PLAN = 10**7


def smallest_sample(target: float, failures: int, *, alpha: float = 0.05) -> int:
    """Smallest n at which `failures` failures still give "met" for a share of at least `target`.

    The Clopper-Pearson lower bound reaches the target, that is, P(F <= failures | n, 1 - target)
    <= alpha. Source: inversion of Clopper & Pearson (1934).

    Raises: MethodError ``plan.target``, ``plan.failures``, ``plan.alpha``, ``plan.size`` (more
        than 10⁷ would be needed).
    """
    _check(target, alpha)
    if failures < 0:
        raise MethodError("plan.failures", f"failures is {failures!r}; allowed: 0 or more")

    def enough(n: int) -> bool:
        return bool(_at_most(failures, n, 1 - target) <= alpha)

    if not enough(LARGEST_PLAN):
        raise MethodError(
            "plan.size",
            f"target {target!r} with {failures} failures needs more than {LARGEST_PLAN} items",
        )
    low, high = failures, LARGEST_PLAN
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def fewest_failures(target: float, n: int, *, alpha: float = 0.05) -> int | None:
    """Fewest failures among `n` that give "not met" for a share of at least `target`.

    The Clopper-Pearson upper bound falls below the target, that is, P(F >= failures | n,
    1 - target) < alpha. None where even n failures would not.

    Raises: MethodError ``plan.target``, ``plan.size``, ``plan.alpha``.
    """
    _check(target, alpha)
    if not 1 <= n <= LARGEST_PLAN:
        raise MethodError("plan.size", f"n is {n!r}; allowed: 1 to {LARGEST_PLAN}")
    if not _at_least(n, n, 1 - target) < alpha:
        return None
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _at_least(middle, n, 1 - target) < alpha else (middle, high)
    return high


@dataclass(frozen=True)
class SamplePlan:
    """How many to draw: `size` items, of which at most `failures` may fail for "met"; `power` is
    the probability of "met" that this gives."""

    size: int
    failures: int
    power: float


def sample_for_power(
    target: float, truth: float, power: float, *, alpha: float = 0.05
) -> SamplePlan:
    """Smallest sample that says "met" with at least `power` where the true share is `truth`.

    For a share of at least `target`, judged by the Clopper-Pearson lower bound: for each number of
    failures allowed, the smallest n is `smallest_sample`, and no larger n serves better with as
    many; the first of these with P(F <= failures | n, 1 - truth) >= power. For "at most" ask with
    the complements.

    Raises: MethodError ``plan.target``, ``plan.truth`` (not above the target), ``plan.power``,
        ``plan.alpha``, ``plan.size``.
    """
    _check(target, alpha)
    if not target < truth <= 1:
        raise MethodError(
            "plan.truth",
            f"truth is {truth!r}; allowed: above the target {target!r}, at most 1",
        )
    if not 0 < power < 1:
        raise MethodError("plan.power", f"power is {power!r}; allowed: between 0 and 1")
    failures = 0
    while True:
        size = smallest_sample(target, failures, alpha=alpha)
        reached = _at_most(failures, size, 1 - truth)
        if reached >= power:
            return SamplePlan(size, failures, reached)
        failures += max(1, failures // 400)


def progress(current: float, start: float, target: float) -> float:
    """Share of the way from `start` to `target` that is done: ``(x - x0)/(T - x0)``.

    Below 0: moved away; above 1: beyond the target. Raises MethodError ``plan.path``.
    """
    if target == start:
        raise MethodError(
            "plan.path", f"start and target are both {start!r}; there is no way to go"
        )
    return (current - start) / (target - start)


def expected(start: float, target: float, begins: float, ends: float, at: float) -> float:
    """Where a linear path from `start` at `begins` to `target` at `ends` stands `at` a time.

    Times in any one unit (years, ordinal days). The path waits at `start` before it begins and
    stays at `target` afterwards. Raises MethodError ``plan.path``.
    """
    if not ends > begins:
        raise MethodError("plan.path", f"the path ends at {ends!r}; allowed: after {begins!r}")
    share = min(max((at - begins) / (ends - begins), 0.0), 1.0)
    return start + (target - start) * share


def _check(target: float, alpha: float) -> None:
    if not 0 < target < 1:
        raise MethodError("plan.target", f"target is {target!r}; allowed: between 0 and 1")
    if not 0 < alpha < 0.5:
        raise MethodError("plan.alpha", f"alpha is {alpha!r}; allowed: above 0, below 0.5")


def _at_most(count: int, n: int, share: float) -> float:
    return 1.0 if count >= n else tidied(float(special.betainc(n - count, count + 1, 1 - share)))


def _at_least(count: int, n: int, share: float) -> float:
    return 1.0 if count <= 0 else tidied(float(special.betainc(count, n - count + 1, share)))
