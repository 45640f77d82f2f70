"""Arguments and quantiles shared by the interval estimators: checked once, in one place."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from zhiheng.methods.errors import MethodError

Array: TypeAlias = npt.NDArray[np.float64]
Bounds: TypeAlias = tuple[Array, Array]
Side: TypeAlias = Literal["two", "lower", "upper"]


def tail_of(level: float, side: Side) -> float:
    if not 0 < level < 1:
        raise MethodError("interval.level", f"level is {level!r}; allowed: between 0 and 1")
    if side not in ("two", "lower", "upper"):
        raise MethodError("interval.side", f"side is {side!r}; allowed: two, lower, upper")
    return (1 - level) / 2 if side == "two" else 1 - level


def one_side(lower: Array, upper: Array, side: Side, least: float, most: float) -> Bounds:
    if side == "lower":
        upper = np.where(np.isnan(lower), np.nan, most)
    if side == "upper":
        lower = np.where(np.isnan(upper), np.nan, least)
    return np.asarray(lower, dtype=np.float64), np.asarray(upper, dtype=np.float64)


def beta_quantile(a: Array, b: Array, share: float) -> Array:
    return np.asarray(special.betaincinv(a, b, share), dtype=np.float64)


def normal_quantile(tail: float) -> float:
    return float(-special.ndtri(tail))


def student_quantile(tail: float, df: Array) -> Array:
    # stdtrit knows neither df = 0 (no bound at all) nor df = inf (the normal limit).
    finite = np.where((df > 0) & np.isfinite(df), df, 1.0)
    t = np.where(np.isposinf(df), normal_quantile(tail), -special.stdtrit(finite, tail))
    return np.where(df > 0, t, np.where(np.isnan(df), np.nan, np.inf))


def quantile(df: npt.ArrayLike | None, level: float, side: Side) -> Array:
    tail = tail_of(level, side)
    return floats(normal_quantile(tail)) if df is None else student_quantile(tail, floats(df))


def floats(value: npt.ArrayLike) -> Array:
    return np.asarray(value, dtype=np.float64)


def broadcast(*arrays: Array) -> tuple[Array, ...]:
    return tuple(np.broadcast_arrays(*arrays))


def counts(x: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Array, Array]:
    successes, count = broadcast(floats(x), floats(n))
    refuse(count < 0, count, "interval.count", "n must be 0 or more")
    refuse(successes < 0, successes, "interval.count", "x must be 0 or more")
    over = successes > count
    refuse(over, successes, "interval.count", "x must not exceed n")
    return successes, count


def proportion(value: npt.ArrayLike) -> Array:
    p = floats(value)
    refuse((p < 0) | (p > 1), p, "interval.proportion", "a proportion lies between 0 and 1")
    return p


def standard_error(value: npt.ArrayLike) -> Array:
    s = floats(value)
    refuse(s < 0, s, "interval.se", "a standard error is 0 or more")
    return s


def refuse(wrong: npt.NDArray[np.bool_], values: Array, code: str, allowed: str) -> None:
    if np.any(wrong):
        at = int(np.flatnonzero(wrong)[0])
        raise MethodError(code, f"value {float(values.flat[at])!r} at position {at}: {allowed}")
