"""One path model on one table of answers: everything estimated, everything unusable refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array, floats
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls import MOST_ITERATIONS, SINGULAR, Fits, Scheme, fit
from zhiheng.methods.pls_index import Indices, indices
from zhiheng.methods.pls_model import PathModel
from zhiheng.methods.pls_moments import Answers, Moments
from zhiheng.methods.pls_quality import Reliability, correlation, htmt, reliability


@dataclass(frozen=True)
class Analysis:
    """The estimates of one sample; arrays over the model's items, constructs or paths.

    Attributes:
        fits: one fit (arrays with a first axis of length 1).
        paths: coefficients in the model's order, shape (paths,).
        htmt: shape (constructs, constructs).
        indices: None where no scale was given.
    """

    model: PathModel
    answers: Answers
    moments: Moments
    fits: Fits
    paths: Array
    reliability: Reliability
    htmt: Array
    indices: Indices | None


def analyse(
    values: npt.ArrayLike,
    model: PathModel,
    *,
    scheme: Scheme | str = Scheme.CENTROID,
    raw: bool = False,
    scale: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
) -> Analysis:
    """Estimate `model` from answers, shape (respondents, items) in the order of ``model.items``.

    Args:
        values: nan where an answer is missing; it counts as the item's mean. Whoever wants
            incomplete respondents left out leaves them out before.
        scheme, raw: as `pls.fit`. scale: as `pls_index.indices`.

    Raises: MethodError of `pls_moments.Answers`, `pls.fit`, `pls_index.indices`, and ``pls.few``,
        ``pls.constant``, ``pls.collinear`` (items), ``pls.confounded`` (constructs),
        ``pls.unrelated``, ``pls.converge``.
    """
    table = floats(values)
    if table.ndim != 2 or table.shape[1] != len(model.items):
        raise MethodError(
            "pls.answers",
            f"answers of shape {table.shape}; allowed: (respondents, {len(model.items)})",
        )
    answers = Answers(table)
    moments = answers.own()
    _refuse(answers.n, moments.covariances[0], model)
    fits = fit(moments.covariances, model, scheme=scheme, raw=raw)
    if not fits.sound[0]:
        _refuse_unsound(fits, model)
    covariances, weights = moments.covariances[0], fits.weights[0]
    place = {name: number for number, name in enumerate(model.names)}
    found = None
    if scale is not None:
        found = indices(
            moments.means,
            moments.covariances,
            fits.weights,
            answers.n,
            model,
            scale[0],
            scale[1],
            raw=raw,
        )
    return Analysis(
        model=model,
        answers=answers,
        moments=moments,
        fits=fits,
        paths=np.array([fits.paths[0, place[a], place[b]] for a, b in model.paths]),
        reliability=reliability(covariances, weights, fits.loadings[0], model, raw=raw),
        htmt=htmt(covariances, model),
        indices=found,
    )


def _refuse(n: int, covariances: Array, model: PathModel) -> None:
    constructs = range(len(model.constructs))
    formed = [len(c.items) for c in model.constructs if c.mode == "B"]
    wanted = max([len(model.predecessors(i)) for i in constructs] + formed) + 2
    if n < wanted:
        raise MethodError(
            "pls.few",
            f"{n} respondents; this model cannot be estimated from fewer than {wanted}",
            n=n,
            wanted=wanted,
        )
    variances = np.diag(covariances)
    constant = [item for item, v in zip(model.items, variances, strict=True) if v == 0]
    if constant:
        raise MethodError(
            "pls.constant",
            f"every answer to {', '.join(constant)} is the same; take it out of the model",
            items=constant,
        )
    for number, construct in enumerate(model.constructs):
        block = model.block(number)
        square = correlation(covariances)[np.ix_(block, block)]
        if construct.mode == "B" and np.linalg.eigvalsh(square)[0] <= SINGULAR:
            together = _together(square, construct.items)
            raise MethodError(
                "pls.collinear",
                f"items {', '.join(together)} of {construct.name!r} determine one another; take "
                "one out, or use mode A",
                items=together,
                name=construct.name,
            )


def _together(square: Array, names: tuple[str, ...]) -> list[str]:
    """Who takes part in the combination that does not vary."""
    combination = np.linalg.eigh(square)[1][:, 0]
    return [name for name, part in zip(names, combination, strict=True) if abs(part) > 1e-6]


def _refuse_unsound(fits: Fits, model: PathModel) -> None:
    lost = np.isnan(fits.weights[0]) @ model.membership > 0
    if lost.any():
        gone = [name for name, is_lost in zip(model.names, lost, strict=True) if is_lost]
        raise MethodError(
            "pls.unrelated",
            f"the weights of {', '.join(gone)} became undetermined: its items are unrelated to "
            "those of the constructs that a path joins it with",
            names=gone,
        )
    if fits.iterations[0] >= MOST_ITERATIONS:
        raise MethodError(
            "pls.converge",
            f"the weights still change after {MOST_ITERATIONS} iterations; try another scheme, "
            "and look for constructs whose items hardly relate to their neighbours",
            iterations=MOST_ITERATIONS,
        )
    for number, construct in enumerate(model.constructs):
        before = model.predecessors(number)
        square = fits.correlations[0][np.ix_(before, before)]
        if before.size > 1 and np.linalg.eigvalsh(square)[0] <= SINGULAR:
            names = _together(square, tuple(model.names[i] for i in before))
            raise MethodError(
                "pls.confounded",
                f"constructs {', '.join(names)}, which lead to {construct.name!r}, determine one "
                "another; leave out one of their paths",
                names=names,
                name=construct.name,
            )
