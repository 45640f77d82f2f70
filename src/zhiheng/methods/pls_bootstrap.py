"""Bootstrap of a path model: standard errors and intervals of every estimate at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

from zhiheng.methods.arguments import Array, tail_of
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls import Fits, Scheme, fit
from zhiheng.methods.pls_index import indices
from zhiheng.methods.pls_model import PathModel
from zhiheng.methods.pls_moments import Answers

Signs: TypeAlias = Literal["construct", "individual", "none"]
CHUNK = 500
"""Resamples worked on at a time, so that their matrices stay near the processor."""
REPLICATE_TOLERANCE = 1e-7
"""Largest change of a weight at which the iteration of a resample ends."""
MOST = 100_000
_NAMES = ("paths", "loadings", "weights", "r2", "index")


@dataclass(frozen=True)
class Spread:
    """What the bootstrap says of one group of estimates; every array has the estimates' shape.

    Attributes:
        se: standard deviation over the resamples.
        lower, upper: percentile interval.
        bca_lower, bca_upper: bias-corrected and accelerated interval.
    """

    se: Array
    lower: Array
    upper: Array
    bca_lower: Array
    bca_upper: Array


@dataclass(frozen=True)
class Bootstrap:
    """Spreads of paths (in the model's order), loadings, weights, r2 and index (if a scale is
    given); and how many resamples were used out of how many drawn."""

    spreads: dict[str, Spread]
    replicates: int
    used: int
    flipped: int


def bootstrap(
    answers: Answers,
    model: PathModel,
    *,
    scheme: Scheme | str = Scheme.CENTROID,
    raw: bool = False,
    scale: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    replicates: int = 5000,
    seed: int = 1,
    signs: Signs = "construct",
    level: float = 0.95,
) -> Bootstrap:
    """Resample respondents with replacement, estimate anew, and read off intervals.

    Args:
        scale: lowest and highest answer, as `pls_index.indices` takes them.
        seed: of numpy's PCG64; the same seed gives the same numbers.
        signs: scores are determined up to their sign. ``construct``: a construct is turned when
            its loadings then lie nearer to the sample's; ``individual``: every loading, weight
            and path takes the sign it has in the sample (intervals then never reach across 0);
            ``none``: as they come.

    A resample in which an item does not vary or the iteration does not end is left out and shows
    in ``used``. BCa: Efron, JASA 82 (1987), the acceleration by the jackknife.

    Raises: MethodError ``pls.replicates``, ``pls.signs``, ``pls.resamples`` (fewer than half were
        usable), ``interval.level``.
    """
    if not 2 <= replicates <= MOST:
        raise MethodError(
            "pls.replicates",
            f"{replicates} resamples; allowed: 2 to {MOST}",
            given=replicates,
            most=MOST,
        )
    if signs not in ("construct", "individual", "none"):
        raise MethodError("pls.signs", f"signs is {signs!r}; allowed: construct, individual, none")
    tail = tail_of(level, "two")

    def estimate(counts: Array, tolerance: float) -> tuple[dict[str, Array], Fits]:
        moments = answers.moments(counts)
        fits = fit(moments.covariances, model, scheme=scheme, raw=raw, tolerance=tolerance)
        return _estimates(
            answers, model, moments.means, moments.covariances, fits, raw, scale
        ), fits

    original, own = estimate(np.ones((1, answers.n)), REPLICATE_TOLERANCE)
    generator = np.random.default_rng(seed)
    drawn: dict[str, list[Array]] = {name: [] for name in original}
    flipped = 0
    for start in range(0, replicates, CHUNK):
        counts = answers.drawn(min(CHUNK, replicates - start), generator)
        found, fits = estimate(counts, REPLICATE_TOLERANCE)
        flipped += _correct(found, original, fits, own, model, signs)
        for name, values in found.items():
            drawn[name].append(values[fits.sound])
    kept = {name: np.concatenate(parts) for name, parts in drawn.items()}
    used = len(kept["paths"])
    if used < max(2, replicates / 2):
        raise MethodError(
            "pls.resamples",
            f"only {used} of {replicates} resamples could be estimated; too few respondents, or "
            "answers that hardly vary",
            used=used,
            drawn=replicates,
        )
    left_out, fits = estimate(answers.left_out(), REPLICATE_TOLERANCE)
    _correct(left_out, original, fits, own, model, signs)
    spreads = {
        name: _spread(kept[name], original[name][0], left_out[name][fits.sound], tail)
        for name in original
    }
    return Bootstrap(spreads, replicates, used, flipped)


def _estimates(
    answers: Answers,
    model: PathModel,
    means: Array,
    covariances: Array,
    fits: Fits,
    raw: bool,
    scale: tuple[npt.ArrayLike, npt.ArrayLike] | None,
) -> dict[str, Array]:
    place = {name: number for number, name in enumerate(model.names)}
    start, end = (np.array([place[path[i]] for path in model.paths]) for i in (0, 1))
    found = {
        "paths": fits.paths[:, start, end],
        "loadings": fits.loadings,
        "weights": fits.weights,
        "r2": fits.r2,
    }
    if scale is not None:
        found["index"] = indices(
            means, covariances, fits.weights, answers.n, model, *scale, raw=raw
        ).index
    return found


def _correct(
    found: dict[str, Array],
    original: dict[str, Array],
    fits: Fits,
    own: Fits,
    model: PathModel,
    signs: Signs,
) -> int:
    """Turn signs in place; how many constructs (or loadings) were turned."""
    if signs == "individual":
        turned = int((found["loadings"] * original["loadings"] < 0)[fits.sound].sum())
        for name in ("paths", "loadings", "weights"):
            found[name] = np.abs(found[name]) * np.sign(original[name])
        return turned
    if signs == "none":
        return 0
    flip = np.where((own.loadings * fits.loadings) @ model.membership < 0, -1.0, 1.0)
    place = {name: number for number, name in enumerate(model.names)}
    for name in ("loadings", "weights"):
        found[name] = found[name] * flip[:, model.owner]
    for number, (start, end) in enumerate(model.paths):
        found["paths"][:, number] *= flip[:, place[start]] * flip[:, place[end]]
    return int((flip < 0)[fits.sound].sum())


def _spread(values: Array, original: Array, left_out: Array, tail: float) -> Spread:
    ordered = np.sort(values, axis=0)
    z = special.ndtri(np.array([tail, 1 - tail]))[:, None]
    shares = (values < original).mean(axis=0) + (values == original).mean(axis=0) / 2
    least = 0.5 / len(values)
    bias = special.ndtri(np.clip(shares, least, 1 - least))
    apart = left_out.mean(axis=0) - left_out
    squares = (apart**2).sum(axis=0)
    # What is left of equal estimates is rounding, not skewness.
    varied = squares > 1e-20 * len(left_out)
    skew = np.where(varied, (apart**3).sum(axis=0) / (6 * np.where(varied, squares, 1) ** 1.5), 0)
    levels = special.ndtr(bias + (bias + z) / (1 - skew * (bias + z)))
    plain = np.broadcast_to(np.array([[tail], [1 - tail]]), levels.shape)
    lower, upper = _at(ordered, plain)
    bca_lower, bca_upper = _at(ordered, levels)
    return Spread(values.std(axis=0, ddof=1), lower, upper, bca_lower, bca_upper)


def _at(ordered: Array, levels: Array) -> Array:
    """Quantiles of each column at its own levels (2, columns), interpolated linearly."""
    known = np.where(np.isnan(levels), 0.5, levels)
    at = known * (len(ordered) - 1)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    column = np.arange(ordered.shape[1])
    low, high = ordered[below, column], ordered[above, column]
    return np.asarray(low + (high - low) * (at - below), dtype=np.float64)
