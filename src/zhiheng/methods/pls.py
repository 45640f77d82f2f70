"""Partial least squares path modelling, from covariances and for many samples at once.

Wold's algorithm needs nothing but the items' covariances: with S of the items and outer weights w,
the covariances of items with scores are S·w, those of scores with scores wᵀ·S·w. So a bootstrap of
thousands of resamples is one run over a stack of small matrices.

Source: Wold 1982; Lohmöller 1989; Tenenhaus, Vinzi, Chatelin & Lauro, PLS path modeling,
Computational Statistics & Data Analysis 48 (2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls_model import Ints, PathModel

TOLERANCE = 1e-10
"""Largest change of a weight at which the iteration ends."""
MOST_ITERATIONS = 300
SINGULAR = 1e-10
"""Least eigenvalue of a correlation matrix that is still solved."""


class Scheme(StrEnum):
    """How neighbours enter a construct's inner estimate.

    CENTROID: with the sign of their correlation. FACTORIAL: with their correlation. PATH:
    predecessors with their regression coefficients, successors with their correlation.
    """

    CENTROID = "centroid"
    FACTORIAL = "factorial"
    PATH = "path"


@dataclass(frozen=True)
class Fits:
    """One fit for each covariance matrix, along the first axis.

    Attributes:
        weights: of the items such that scores have variance 1, shape (r, items); they belong to
            standardised items, or to items as they are if raw.
        loadings: correlations of items with their construct's score, shape (r, items).
        correlations: of the scores, shape (r, constructs, constructs).
        paths: regression coefficients at [from, to], 0 elsewhere, (r, constructs, constructs).
        r2: shape (r, constructs); nan for a construct that no path leads to.
        iterations: shape (r,).
        sound: converged, and no matrix on the way was singular, shape (r,).
    """

    weights: Array
    loadings: Array
    correlations: Array
    paths: Array
    r2: Array
    iterations: Ints
    sound: npt.NDArray[np.bool_]


def fit(
    covariances: Array,
    model: PathModel,
    *,
    scheme: Scheme | str = Scheme.CENTROID,
    raw: bool = False,
    tolerance: float = TOLERANCE,
) -> Fits:
    """PLS estimates from covariances of the items, shape (r, items, items).

    Args:
        raw: items enter with their own variances; else all with variance 1.

    A construct's sign is such that its loadings add up to 0 or more. A sample in which an item
    does not vary, or which does not converge, is marked in ``sound`` and its numbers mean nothing.

    Raises: MethodError ``pls.scheme``.
    """
    try:
        chosen = Scheme(scheme)
    except ValueError:
        raise MethodError(
            "pls.scheme", f"scheme is {scheme!r}; allowed: {', '.join(Scheme)}", given=scheme
        ) from None
    variances = np.einsum("rii->ri", covariances)
    varied = np.isfinite(covariances).all(axis=(1, 2)) & (variances > 0).all(axis=1)
    spread = np.sqrt(np.where(varied[:, None], variances, 1.0))
    identity = np.eye(covariances.shape[1])
    correlations = covariances / (spread[:, :, None] * spread[:, None, :])
    correlations = np.where(varied[:, None, None], correlations, identity)
    moments = np.where(varied[:, None, None], covariances, identity) if raw else correlations
    weights, iterations, sound = _iterate(moments, model, chosen, tolerance)
    weights, scored = _unit(moments, weights, model.membership)
    own = np.take_along_axis(scored, model.owner[None, :, None], axis=2)[:, :, 0]
    loadings = own / spread if raw else own
    flip = np.where(loadings @ model.membership < 0, -1.0, 1.0)
    turned = flip[:, model.owner]
    inner = _between(scored, weights, model.membership) * flip[:, :, None] * flip[:, None, :]
    paths, r2 = regressions(inner, model)
    return Fits(
        weights * turned,
        loadings * turned,
        inner,
        paths,
        r2,
        iterations,
        sound & varied & _separate(inner, model),
    )


def regressions(correlations: Array, model: PathModel) -> tuple[Array, Array]:
    """Coefficients at [from, to] and R² of every construct on its predecessors.

    Args:
        correlations: of the scores, shape (r, constructs, constructs).
    """
    paths = np.zeros_like(correlations)
    r2 = np.full(correlations.shape[:2], np.nan)
    for construct in range(len(model.constructs)):
        before = model.predecessors(construct)
        if before.size:
            with_it = correlations[:, before, construct]
            square = correlations[:, before[:, None], before[None, :]]
            # Where elimination meets a zero, numpy would refuse the whole stack.
            known = np.asarray(np.isfinite(square).all(axis=(1, 2)), dtype=np.bool_)
            square = np.where(known[:, None, None], square, 0.0)
            fine = np.asarray(np.linalg.det(square) != 0, dtype=np.bool_)
            square = np.where(fine[:, None, None], square, np.eye(before.size))
            found = np.linalg.solve(square, with_it[:, :, None])[:, :, 0]
            paths[:, before, construct] = found
            r2[:, construct] = (found * with_it).sum(axis=1)
    return paths, r2


def _iterate(
    moments: Array, model: PathModel, scheme: Scheme, tolerance: float
) -> tuple[Array, Ints, npt.NDArray[np.bool_]]:
    """Outer weights with scores of variance 1; iterations; whether they came to rest.

    Samples that have come to rest are taken out, the others go on.
    """
    samples, items = moments.shape[:2]
    members = model.membership
    blocks = _inverse_blocks(moments, model)
    final = np.ones((samples, items))
    iterations = np.full(samples, MOST_ITERATIONS, dtype=np.int64)
    sound = np.zeros(samples, dtype=np.bool_)
    going = np.arange(samples)
    left = moments
    weights, scored = _unit(left, np.ones((samples, items)), members)
    for step in range(1, MOST_ITERATIONS + 1):
        inner = _inner(_between(scored, weights, members), model, scheme)
        outer = (scored * inner.transpose(0, 2, 1)[:, model.owner, :]).sum(axis=2)
        for construct, inverse in blocks.items():
            block = model.block(construct)
            outer[:, block] = np.einsum("rij,rj->ri", inverse[going], outer[:, block])
        before = weights
        weights, scored = _unit(left, outer, members)
        rest = np.abs(weights - before).max(axis=1) < tolerance
        if rest.any():
            done = going[rest]
            final[done], iterations[done], sound[done] = weights[rest], step, True
            going, left = going[~rest], left[~rest]
            weights, scored = weights[~rest], scored[~rest]
            if not going.size:
                break
    final[going] = weights
    return final, iterations, sound & np.isfinite(final).all(axis=1)


def _inner(correlations: Array, model: PathModel, scheme: Scheme) -> Array:
    """Weight of the score of construct i in the inner estimate of construct j, at [i, j]."""
    neighbours = model.adjacency | model.adjacency.T
    if scheme is Scheme.CENTROID:
        return np.sign(correlations) * neighbours
    found = correlations * neighbours
    if scheme is Scheme.PATH:
        paths, _r2 = regressions(correlations, model)
        found = np.where(model.adjacency, paths, found)
    return found


def _between(scored: Array, weights: Array, members: Array) -> Array:
    """Covariances of scores with scores, shape (r, constructs, constructs)."""
    return np.asarray(members.T @ (weights[:, :, None] * scored), dtype=np.float64)


def _unit(moments: Array, weights: Array, members: Array) -> tuple[Array, Array]:
    """The weights rescaled so that every score has variance 1, and the covariances of items with
    those scores, shape (r, items, constructs)."""
    spread = weights[:, :, None] * members
    scored = moments @ spread
    variances = (spread * scored).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 / np.sqrt(variances)
        return weights * (scale @ members.T), scored * scale[:, None, :]


def _inverse_blocks(moments: Array, model: PathModel) -> dict[int, Array]:
    """Of each construct of mode B the inverse of its items' covariances; nan where singular."""
    found = {}
    for number, construct in enumerate(model.constructs):
        if construct.mode == "B":
            block = model.block(number)
            square = moments[:, block[:, None], block[None, :]]
            fine = _regular(square)
            kept = np.where(fine[:, None, None], square, np.eye(len(block)))
            found[number] = np.where(fine[:, None, None], np.linalg.inv(kept), np.nan)
    return found


def _separate(correlations: Array, model: PathModel) -> npt.NDArray[np.bool_]:
    """Whether no construct's predecessors are collinear."""
    found = np.ones(len(correlations), dtype=np.bool_)
    for construct in range(len(model.constructs)):
        before = model.predecessors(construct)
        if before.size > 1:
            found &= _regular(correlations[:, before[:, None], before[None, :]])
    return found


def _regular(square: Array) -> npt.NDArray[np.bool_]:
    scale = np.sqrt(np.einsum("rii->ri", square))
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = square / (scale[:, :, None] * scale[:, None, :])
    known = np.isfinite(scaled).all(axis=(1, 2))
    scaled = np.where(known[:, None, None], scaled, np.eye(square.shape[1]))
    least = np.linalg.eigvalsh(scaled)[:, 0]
    return np.asarray(known & (least > SINGULAR), dtype=np.bool_)
