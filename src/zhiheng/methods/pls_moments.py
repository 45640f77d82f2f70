"""Means and covariances of answers, of the sample itself or of many resamples at once.

A resample is how often each respondent was drawn: its moments are one matrix product of these
counts with the respondents' products of answers, so no row is ever copied. Missing answers count
as the item's mean of the same resample (mean replacement), so that the replacement too is drawn
anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError

ROUNDING = 1e-12


@dataclass(frozen=True)
class Moments:
    """Of each resample: means (r, items) and covariances over n - 1 (r, items, items)."""

    means: Array
    covariances: Array

    def take(self, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Moments:
        return Moments(self.means[keep], self.covariances[keep])


class Answers:
    """Answers of respondents to items, prepared for moments.

    Args:
        values: shape (respondents, items); nan where an answer is missing.

    Raises: MethodError ``pls.answers`` (shape, or an infinite value), ``pls.few``, ``pls.empty``
        (an item nobody answered).
    """

    def __init__(self, values: Array) -> None:
        if values.ndim != 2:
            raise MethodError(
                "pls.answers", f"answers of shape {values.shape}; allowed: (respondents, items)"
            )
        if np.isinf(values).any():
            raise MethodError("pls.answers", "an answer is infinite; allowed: numbers and nan")
        if values.shape[0] < 3:
            n = values.shape[0]
            raise MethodError("pls.few", f"{n} respondents; at least 3 are needed", n=n, wanted=3)
        answered = ~np.isnan(values)
        if not answered.any(axis=0).all():
            numbers = np.flatnonzero(~answered.any(axis=0)).tolist()
            raise MethodError("pls.empty", f"nobody answered items {numbers}")
        self.n, self.items = values.shape
        self.complete = bool(answered.all())
        self._centre = np.asarray(np.nanmean(values, axis=0), dtype=np.float64)
        self._shifted = np.where(answered, values - self._centre, 0.0)
        self._spread = np.mean(self._shifted**2, axis=0)
        self._answered = answered.astype(np.float64)
        self._upper = np.triu_indices(self.items)
        first, second = self._upper
        self._products = self._shifted[:, first] * self._shifted[:, second]
        if not self.complete:
            # Of missing answers the moments also need who answered what together with what.
            self._mixed = (self._answered[:, :, None] * self._shifted[:, None, :]).reshape(
                self.n, -1
            )
            self._both = self._answered[:, first] * self._answered[:, second]

    def moments(self, counts: Array) -> Moments:
        """Moments of resamples; `counts` (r, respondents): how often each one was drawn."""
        size = counts.sum(axis=1)
        products = self._symmetric(counts @ self._products)
        if self.complete:
            shift = (counts @ self._shifted) / size[:, None]
            products -= size[:, None, None] * shift[:, :, None] * shift[:, None, :]
        else:
            with np.errstate(divide="ignore", invalid="ignore"):
                shift = (counts @ self._shifted) / (counts @ self._answered)
            mixed = (counts @ self._mixed).reshape(-1, self.items, self.items)
            crossed = shift[:, :, None] * mixed
            both = self._symmetric(counts @ self._both)
            products -= crossed + crossed.transpose(0, 2, 1)
            products += shift[:, :, None] * shift[:, None, :] * both
        products /= (size - 1)[:, None, None]
        # What rounding leaves of an item that does not vary must not pass for variance.
        still = np.einsum("rii->ri", products) <= ROUNDING * self._spread
        products[still] = 0.0
        return Moments(self._centre + shift, products)

    def own(self) -> Moments:
        """Of the sample itself, shapes (1, items) and (1, items, items)."""
        return self.moments(np.ones((1, self.n)))

    def left_out(self) -> Array:
        """Counts of the jackknife: each respondent left out once."""
        return 1.0 - np.eye(self.n)

    def drawn(self, replicates: int, generator: np.random.Generator) -> Array:
        """Counts of resamples of the sample's size, drawn with replacement."""
        drawn = generator.integers(0, self.n, (replicates, self.n))
        drawn += np.arange(replicates)[:, None] * self.n
        counted = np.bincount(drawn.ravel(), minlength=replicates * self.n)
        return counted.reshape(replicates, self.n).astype(np.float64)

    def _symmetric(self, upper: Array) -> Array:
        found = np.empty((len(upper), self.items, self.items))
        found[:, self._upper[0], self._upper[1]] = upper
        found[:, self._upper[1], self._upper[0]] = upper
        return found
