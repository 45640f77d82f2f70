"""Random streams of the sample city: one for each concern, so that a new one moves no other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """The generator of a concern, e.g. ``stream(seed, "complaints", 2025)``."""
    return np.random.default_rng([seed, *(zlib.crc32(str(n).encode()) for n in names)])


def pick(
    rng: np.random.Generator,
    values: Sequence[str],
    count: int,
    weights: Sequence[float] | None = None,
) -> npt.NDArray[np.str_]:
    """``count`` of the values, with repetition."""
    shares = None if weights is None else np.array(weights) / np.sum(weights)
    return np.array(values)[rng.choice(len(values), count, p=shares)]


def days_between(
    rng: np.random.Generator, first: date, last: date, count: int
) -> npt.NDArray[np.datetime64]:
    """Uniform days, both ends included."""
    span = (last - first).days + 1
    return np.datetime64(first) + rng.integers(0, span, count).astype("timedelta64[D]")


def working_days_between(
    rng: np.random.Generator, first: date, last: date, count: int
) -> npt.NDArray[np.datetime64]:
    """Uniform over the days from Monday to Friday."""
    days = np.arange(np.datetime64(first), np.datetime64(last) + 1)
    return rng.choice(days[np.is_busday(days)], count)


def numbers(prefix: str, count: int, width: int = 6, start: int = 1) -> npt.NDArray[np.str_]:
    """``P-000001``, ``P-000002``, …"""
    digits = np.char.zfill(np.arange(start, start + count).astype(str), width)
    return np.char.add(prefix, digits)
