"""From a survey file and a model to the result that is printed, each number with its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.refusals import said
from zhiheng.indicators.satisfaction import advice
from zhiheng.indicators.satisfaction.answers import SurveyAnswers, read_answers
from zhiheng.indicators.satisfaction.model_file import Model, read_models
from zhiheng.indicators.satisfaction.settings import Scales
from zhiheng.methods.arguments import Array, normal_quantile, tail_of
from zhiheng.methods.errors import MethodError
from zhiheng.methods.pls_analysis import Analysis, analyse
from zhiheng.methods.pls_bootstrap import Bootstrap, Signs, bootstrap
from zhiheng.rules.parameters import Trace

_DEFAULT = Scales(np.array(1.0), np.array(10.0))


@dataclass(frozen=True)
class Request:
    """How to estimate; None: as the model says, else centroid and standardised."""

    scheme: str | None = None
    raw: bool | None = None
    replicates: int = 0
    seed: int = 1
    signs: Signs = "construct"


def satisfaction_of(
    file: Path, models: Sequence[str | Path], request: Request, on: date
) -> dict[str, Any]:
    """Estimate a model from a file of answers; the result as `satisfaction --json` prints it.

    Raises: UsageError, ContentError with codes ``satisfaction.…``, ``pls.…`` or ``file.…``.
    """
    findings = Findings()
    model = read_models(models, on)
    answers = read_answers(file, model, findings)
    model, declared = _with_scale(model, answers)
    scheme = request.scheme or model.scheme or "centroid"
    raw = request.raw if request.raw is not None else bool(model.raw)
    scale = None if model.scales is None else (model.scales.lowest, model.scales.highest)
    trace = Trace()
    level = float(advice.RULES.value("interval.confidence", on, trace))
    drawn = None
    try:
        found = analyse(answers.values, model.path_model, scheme=scheme, raw=raw, scale=scale)
        if request.replicates:
            drawn = bootstrap(
                found.answers,
                model.path_model,
                scheme=scheme,
                raw=raw,
                scale=scale,
                replicates=request.replicates,
                seed=request.seed,
                signs=request.signs,
                level=level,
            )
    except MethodError as error:
        raise said(error) from None
    advice.look(found, model, answers, declared, findings, on, trace)
    return {
        "model": {"name": model.name, "source": model.source, "confirmed": model.confirmed},
        "scheme": scheme,
        "standardised": not raw,
        "iterations": int(found.fits.iterations[0]),
        "n": found.answers.n,
        **_estimates(found, drawn),
        "index": _indices(found),
        "index_interval": _index_intervals(found, drawn, level),
        "scale": _scale(model, declared),
        "reliability": _reliability(found),
        "htmt": _htmt(found),
        "missing": {
            "rule": model.missing,
            "answers": int(answers.screens.missing.sum()),
            "respondents_left_out": answers.left_out,
        },
        "bootstrap": _drawn(drawn, request, level),
        "screens": advice.screens(found, answers, on, trace),
        "rules": trace.plain(),
        "warnings": [problem.as_json() for problem in findings.warnings],
    }


def _with_scale(model: Model, answers: SurveyAnswers) -> tuple[Model, bool]:
    """An undeclared scale is taken to be 1 to 10 where the answers say so, else there is none."""
    if model.scales is not None:
        return model, True
    values = answers.values[~np.isnan(answers.values)]
    whole = bool((values == np.round(values)).all())
    if whole and values.min() >= 1 and 7 < values.max() <= 10:
        return replace(model, scales=_DEFAULT), False
    return model, False


def _estimates(found: Analysis, drawn: Bootstrap | None) -> dict[str, Any]:
    model, fits = found.model, found.fits
    owners = [model.names[owner] for owner in model.owner]
    paths = [
        {"from": start, "to": end, "coef": float(coef), **_around(drawn, "paths", number)}
        for number, ((start, end), coef) in enumerate(zip(model.paths, found.paths, strict=True))
    ]
    pairs = list(enumerate(zip(owners, model.items, strict=True)))
    loadings = [
        {
            "construct": owner,
            "item": item,
            "loading": float(fits.loadings[0, number]),
            "communality": float(fits.loadings[0, number] ** 2),
            **_around(drawn, "loadings", number),
        }
        for number, (owner, item) in pairs
    ]
    weights = [
        {
            "construct": owner,
            "item": item,
            "weight": float(fits.weights[0, number]),
            "share": None if found.indices is None else float(found.indices.shares[0, number]),
            **_around(drawn, "weights", number),
        }
        for number, (owner, item) in pairs
    ]
    r2 = {
        name: float(value)
        for name, value in zip(model.names, fits.r2[0], strict=True)
        if not np.isnan(value)
    }
    return {"paths": paths, "r2": r2, "loadings": loadings, "weights": weights}


def _around(drawn: Bootstrap | None, group: str, number: int) -> dict[str, float | None]:
    """The bootstrap's se and intervals of one estimate; all null without a bootstrap."""
    names = ("lower", "upper", "se", "bca_lower", "bca_upper")
    if drawn is None:
        return dict.fromkeys(names)
    spread = drawn.spreads[group]
    return {name: _number(getattr(spread, name)[number]) for name in names}


def _indices(found: Analysis) -> dict[str, float | None]:
    if found.indices is None:
        return dict.fromkeys(found.model.names)
    return dict(zip(found.model.names, map(_number, found.indices.index[0]), strict=True))


def _index_intervals(
    found: Analysis, drawn: Bootstrap | None, level: float
) -> dict[str, dict[str, Any]]:
    """By the bootstrap, else by s/√n with the items' shares taken as known."""
    if found.indices is None:
        return {}
    if drawn is not None:
        return {
            name: {**_around(drawn, "index", number), "method": "bootstrap"}
            for number, name in enumerate(found.model.names)
        }
    index, se = found.indices.index[0], found.indices.se[0]
    margin = normal_quantile(tail_of(level, "two")) * se
    return {
        name: {
            "lower": _number(index[number] - margin[number]),
            "upper": _number(index[number] + margin[number]),
            "se": _number(se[number]),
            "method": "s/sqrt(n)",
        }
        for number, name in enumerate(found.model.names)
    }


def _scale(model: Model, declared: bool) -> dict[str, Any] | None:
    """One pair where all items share a scale, else a pair for each item."""
    if model.scales is None:
        return None
    items = model.path_model.items
    low, high = (np.broadcast_to(end, (len(items),)) for end in model.scales)
    said = {"declared": declared, "method": "range"}
    if len(set(zip(low.tolist(), high.tolist(), strict=True))) == 1:
        return {"lowest": float(low[0]), "highest": float(high[0]), **said}
    ends = {i: [float(a), float(b)] for i, a, b in zip(items, low, high, strict=True)}
    return {"items": ends, **said}


def _reliability(found: Analysis) -> dict[str, dict[str, Any]]:
    figures = found.reliability
    names = ("alpha", "rho", "rho_a", "ave", "communality")
    return {
        construct.name: {
            "mode": construct.mode,
            **{name: _number(getattr(figures, name)[number]) for name in names},
        }
        for number, construct in enumerate(found.model.constructs)
    }


def _htmt(found: Analysis) -> list[dict[str, Any]]:
    names = found.model.names
    return [
        {"between": [names[a], names[b]], "htmt": float(found.htmt[a, b])}
        for a in range(len(names))
        for b in range(a + 1, len(names))
        if not np.isnan(found.htmt[a, b])
    ]


def _drawn(drawn: Bootstrap | None, request: Request, level: float) -> dict[str, Any] | None:
    if drawn is None:
        return None
    return {
        "replicates": drawn.replicates,
        "used": drawn.used,
        "seed": request.seed,
        "generator": "PCG64",
        "signs": request.signs,
        "flipped": drawn.flipped,
        "level": level,
        "interval": "percentile",
    }


def _number(value: Array | float) -> float | None:
    return float(value) if np.isfinite(value) else None
