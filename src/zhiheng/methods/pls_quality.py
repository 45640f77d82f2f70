"""How well items measure their constructs: reliability, communality, discriminant validity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zhiheng.methods.arguments import Array
from zhiheng.methods.pls_model import PathModel


@dataclass(frozen=True)
class Reliability:
    """Of each construct, shape (constructs,); nan where the figure has no meaning.

    Of constructs of mode B only the communality is given: items that form a construct need not
    agree with one another. A construct of one item is perfectly reliable by assumption.

    Attributes:
        alpha: Cronbach's α, ``k/(k-1)·(1 - Σvar/var(Σ))`` of the items as they entered.
        rho: composite reliability of Dillon and Goldstein, ``(Σλ)²/((Σλ)² + Σ(1-λ²))``.
        rho_a: consistent reliability of Dijkstra and Henseler (2015).
        ave: average variance extracted, the mean of λ² (Fornell & Larcker 1981).
        communality: the same mean, given for constructs of mode B too.
    """

    alpha: Array
    rho: Array
    rho_a: Array
    ave: Array
    communality: Array


def reliability(
    covariances: Array, weights: Array, loadings: Array, model: PathModel, *, raw: bool = False
) -> Reliability:
    """Reliability of one fit.

    Args:
        covariances: of the items, shape (items, items).
        weights, loadings: shape (items,), as `pls.fit` gives them.
        raw: α from covariances; else from correlations.
    """
    correlations = correlation(covariances)
    spread = np.sqrt(np.diag(covariances))
    figures = np.full((5, len(model.constructs)), np.nan)
    for number, construct in enumerate(model.constructs):
        block = model.block(number)
        inside = np.ix_(block, block)
        lam = loadings[block]
        shared = float(np.mean(lam**2))
        figures[4, number] = shared
        if construct.mode == "A":
            figures[:4, number] = (
                _alpha((covariances if raw else correlations)[inside]),
                np.sum(lam) ** 2 / (np.sum(lam) ** 2 + np.sum(1 - lam**2)),
                _rho_a(correlations[inside], weights[block] * (spread[block] if raw else 1.0)),
                shared,
            )
    return Reliability(*figures)


def htmt(covariances: Array, model: PathModel) -> Array:
    """Heterotrait-monotrait ratios of absolute correlations, shape (constructs, constructs).

    The mean correlation between two constructs' items over the geometric mean of those within; a
    construct of one item counts as 1 within. Above .85 or .90 two constructs are hard to tell
    apart. Diagonal and constructs of mode B are nan.

    Source: Henseler, Ringle & Sarstedt, Journal of the Academy of Marketing Science 43 (2015).
    """
    size = np.abs(correlation(covariances))
    count = len(model.constructs)
    within = np.array([_within(size[np.ix_(b, b)]) for b in map(model.block, range(count))])
    found = np.full((count, count), np.nan)
    for first in range(count):
        for second in range(count):
            if first != second and {model.constructs[i].mode for i in (first, second)} == {"A"}:
                between = size[np.ix_(model.block(first), model.block(second))].mean()
                found[first, second] = between / np.sqrt(within[first] * within[second])
    return found


def correlation(covariances: Array) -> Array:
    spread = np.sqrt(np.diag(covariances))
    return np.asarray(covariances / np.outer(spread, spread), dtype=np.float64)


def _alpha(square: Array) -> float:
    k = len(square)
    if k == 1:
        return 1.0
    return float(k / (k - 1) * (1 - np.trace(square) / square.sum()))


def _rho_a(square: Array, weights: Array) -> float:
    if len(square) == 1:
        return 1.0
    outer = np.outer(weights, weights)
    off = ~np.eye(len(square), dtype=bool)
    below = float(weights @ (outer * off) @ weights)
    if below == 0:
        return float("nan")
    return float(np.sum(weights**2) ** 2 * (weights @ (square * off) @ weights) / below)


def _within(size: Array) -> float:
    k = len(size)
    return 1.0 if k == 1 else float((size.sum() - k) / (k * (k - 1)))
