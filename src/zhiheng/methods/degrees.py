"""Degrees of freedom of a variance that is put together of parts of its own each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import floats

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


LEAST_WORKING = 8.0
"""Fewer degrees of freedom than these make an estimate one to look at (Parker et al., NCHS Vital
and Health Statistics 2(175), 2017); no weights take an interval further down than this."""


def domain_df(
    held: npt.ArrayLike, sampled: npt.ArrayLike, share: npt.ArrayLike | float = 0.0
) -> Floats:
    """What the squares of one stratum are worth in a domain: ``k - k/m - (1 - k/m)·B_h/B``.

    ``k`` (held) of the ``m`` clusters sampled in the stratum have rows in the domain. Where the
    domain is the whole stratum, taking the stratum's mean off costs one: ``k - 1``. Where it is a
    small part, the mean over m clusters is near 0 and costs nothing, but the residuals are taken
    from a ratio that they made themselves, each stratum by its ``share`` B_h/B of the denominator
    (0 for a total). All arguments have the same shape.
    """
    k, part = floats(held), floats(held) / floats(sampled)
    return floats(k - part - (1 - part) * floats(share))


def satterthwaite(cell: Ints, parts: npt.ArrayLike, df: npt.ArrayLike, n_cells: int) -> Floats:
    """``(Σ v_h)² / Σ (v_h² / ν_h)`` of every cell, shape (n_cells,); nan where Σ v_h is 0.

    Args:
        cell: of each part, 0..n_cells-1. ``parts``: v_h ≥ 0, ``df``: ν_h, each as long as cell.

    A part without degrees of freedom leaves the cell none, unless it is 0 itself. Source:
    Satterthwaite, Biometrics Bulletin 2 (1946) 110-114; Cochran, Sampling Techniques, 3rd ed.
    (1977), 5.16. Two strata of equal weight give Welch's degrees of freedom.
    """
    v, nu = floats(parts), floats(df)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(v > 0, v * v / np.maximum(nu, 0.0), 0.0)
        total = np.bincount(cell, weights=v, minlength=n_cells)
        return floats(
            np.where(
                total > 0, total**2 / np.bincount(cell, weights=shares, minlength=n_cells), np.nan
            )
        )


def bounded_df(effective: npt.ArrayLike, least: float, plain: npt.ArrayLike) -> Floats:
    """``effective`` between ``least`` and ``plain`` (clusters less strata), and where both cannot
    be, or nothing varies (nan), ``plain``."""
    found, most = floats(effective), floats(plain)
    return floats(np.where(np.isnan(found), most, np.minimum(most, np.maximum(found, least))))
