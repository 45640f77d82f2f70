"""A composite of a file's figures, with its arithmetic and how far it hangs on the choices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from zhiheng.documents.raw_tables import RawTable
from zhiheng.indicators.composites import reading
from zhiheng.indicators.composites.declared import Composite, read_composite
from zhiheng.indicators.desk.problems import Findings
from zhiheng.indicators.refusals import said
from zhiheng.methods import weighting
from zhiheng.methods.arguments import Array, normal_quantile, tail_of
from zhiheng.methods.composite import ratio_of_sums, shares_of, simulate
from zhiheng.methods.errors import MethodError
from zhiheng.office.words import _
from zhiheng.rules import parameters
from zhiheng.rules.errors import ContentError
from zhiheng.rules.parameters import Trace

RULES = parameters.load(Path(__file__).with_name("rules.yaml"))


def composite_of(
    file: Path,
    named: str | Path,
    by: Sequence[str],
    on: date,
    *,
    draws: int | None = None,
    seed: int | None = None,
) -> dict[str, Any]:
    """Compute a composite from a file; the result as ``composite --json`` prints it.

    Raises: UsageError, ContentError with codes ``composite.…``, ``weighting.…`` or ``file.…``.
    """
    findings, trace = Findings(), Trace()
    table = reading.read_file(file)
    try:
        composite = read_composite(named, on, trace)
        level = float(RULES.value("interval.confidence", on, trace))
        if composite.form == "index":
            drawn = draws or int(RULES.value("draws", on, trace))
            start = int(RULES.value("seed", on, trace)) if seed is None else seed
            results = [
                index_of(composite, figures, drawn, start, level)
                for figures in reading.index_figures(table, composite, by, findings)
            ]
        elif composite.form == "ratio":
            results = _ratios(composite, table, by, findings)
        else:
            results = _two_tiers(composite, table, by, level, findings)
    except MethodError as error:
        raise said(error, fix=_("请核对声明与文件中的数。")) from None
    _advise(composite, findings)
    return {
        "model": composite.name,
        "form": composite.form,
        "zh": composite.zh,
        "en": composite.en,
        "unit": composite.unit,
        "official": composite.official,
        "mark": "" if composite.official else _("非官方口径"),
        "source": composite.source,
        "note": composite.note,
        "results": results,
        "rules": trace.plain(),
        "warnings": [problem.as_json() for problem in findings.warnings],
    }


def index_of(
    composite: Composite, figures: reading.Figures, draws: int, seed: int, level: float
) -> dict[str, Any]:
    """One index with its parts. Raises ContentError ``composite.missing``, MethodError."""
    parts, anchors, shares = composite.components, composite.anchors, shares_of(composite.weights)
    if gone := [c for c, v in zip(parts, figures.values, strict=True) if np.isnan(v)]:
        raise ContentError(
            "composite.missing",
            _("{by}缺 {names}。", by=_place(figures.by), names="、".join(c.code for c in gone)),
            _("综合指标不替缺数猜值：请补齐，或在自己的声明里去掉这些指标。"),
        )
    scores = anchors.scores(figures.values)
    value = float(scores @ shares)
    spread = simulate(
        figures.values,
        figures.se,
        anchors,
        composite.weights,
        perturbation=composite.perturbation,
        spread=composite.spread,
        draws=draws,
        seed=seed,
        level=level,
    )
    lines = [
        {
            "code": c.code,
            "zh": c.zh,
            "group": c.group,
            "under": c.under,
            "value": float(figures.values[i]),
            "se": float(figures.se[i]),
            "unit": c.unit,
            "lowest": c.lowest,
            "highest": c.highest,
            "better": "higher" if c.rising else "lower",
            "score": float(scores[i]),
            "weight": float(shares[i]),
            "contribution": float(shares[i] * scores[i]),
            "clipped": not c.lowest <= figures.values[i] <= c.highest,
        }
        for i, c in enumerate(parts)
    ]
    return {
        "by": figures.by,
        "value": value,
        "se": spread.se,
        "lower": spread.lower,
        "upper": spread.upper,
        "level": level,
        "uncertainty": {
            "method": f"monte carlo; weights {composite.perturbation}",
            "spread": composite.spread,
            "draws": draws,
            "seed": seed,
            "mean": spread.mean,
            "by_weights": spread.by_weights,
            "by_inputs": spread.by_inputs,
        },
        "parts": lines,
        "groups": _groups(lines),
        "bands": [{"source": b.source, "band": b.name(value)} for b in composite.bands],
        "arithmetic": " + ".join(f"{p['weight']:.4g}×{p['score']:.4g}" for p in lines)
        + f" = {value:.4f}",
    }


def _groups(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Score of each group and of each subgroup, weighted within it."""
    found = []
    for level in ("group", "under"):
        for name in dict.fromkeys(part[level] for part in parts if part[level]):
            own = [part for part in parts if part[level] == name]
            weight = sum(part["weight"] for part in own)
            total = sum(part["contribution"] for part in own)
            score = total / weight if weight else None
            found.append({"level": level, "name": name, "weight": weight, "score": score})
    return found


def _ratios(
    composite: Composite, table: RawTable, by: Sequence[str], findings: Findings
) -> list[dict[str, Any]]:
    assert composite.base is not None
    base, terms = composite.base, composite.terms
    scale = 100 if composite.unit == "%" else 1
    results = []
    for group, part in reading.grouped(table, by, findings):
        wanted = [(term.column, term.zh) for term in (*terms, base)]
        *columns, denominator = reading.amounts(table, part, wanted, findings)
        findings.stop()
        coefficients = [term.coefficient for term in terms]
        found = ratio_of_sums(np.column_stack(columns), coefficients, denominator)
        lines = [
            {
                "column": term.column,
                "zh": term.zh,
                "coefficient": term.coefficient,
                "sum": float(found.sums[i]),
                "value": float(found.parts[i]) * scale,
            }
            for i, term in enumerate(terms)
        ]
        top = " + ".join(f"{p['coefficient']:g}×{p['sum']:.10g}" for p in lines)
        value = found.value * scale
        results.append(
            {
                "by": group,
                "value": value,
                "n": part.height,
                "numerator": float(found.sums @ np.array(coefficients)),
                "denominator": found.base,
                "parts": lines,
                "arithmetic": f"({top}) / {found.base:.10g} × {scale} = {value:.4f}",
            }
        )
    return results


def _two_tiers(
    composite: Composite, table: RawTable, by: Sequence[str], level: float, findings: Findings
) -> list[dict[str, Any]]:
    if by:
        findings.wrong_call(
            "composite.by",
            _("两级加权的综合指标不按列分组。"),
            _("请去掉 --by；地区列已是第二级。"),
        )
    columns = dict(composite.columns)
    regions = reading.labels(table, "region", columns["region"], findings)
    industries = reading.labels(table, "industry", columns["industry"], findings)
    numbers = ("passed", "tested", "output")
    wanted = [(name, columns[name]) for name in numbers]
    given = reading.amounts(table, table.frame, wanted, findings)
    _refuse_cells(regions, industries, given, findings)
    findings.stop()
    places, kinds = list(dict.fromkeys(regions)), list(dict.fromkeys(industries))
    cells = np.zeros((3, len(places), len(kinds)))
    for at, (region, industry) in enumerate(zip(regions, industries, strict=True)):
        cells[:, places.index(region), kinds.index(industry)] += [column[at] for column in given]
    pools = reading.pools(table)
    found = weighting.output_weighted_rate(*cells, collapse=_collapse(kinds, industries, pools))
    z, scale = normal_quantile(tail_of(level, "two")), 100 if composite.unit == "%" else 1
    lines = [
        {
            "region": place,
            "share": float(found.shares[r]),
            "value": float(found.regions[r]) * scale,
            "se": float(found.regions_se[r]) * scale,
            "tested": float(cells[1, r].sum()),
        }
        for r, place in enumerate(places)
    ]
    value, se = found.overall * scale, found.se * scale
    added = " + ".join(f"{p['share']:.4g}×{p['value']:.6g}" for p in lines)
    return [
        {
            "by": {},
            "value": value,
            "se": se,
            "lower": max(value - z * se, 0.0),
            "upper": min(value + z * se, float(scale)),
            "level": level,
            "n": int(cells[1].sum()),
            "unweighted": float(cells[0].sum() / cells[1].sum()) * scale,
            "pooled": found.collapsed,
            "parts": lines,
            "arithmetic": f"{added} = {value:.4f}",
        }
    ]


def _refuse_cells(
    regions: Sequence[str], industries: Sequence[str], given: Sequence[Array], findings: Findings
) -> None:
    for region, industry, passed, tested in zip(regions, industries, *given[:2], strict=True):
        if passed > tested:
            findings.wrong(
                "weighting.count",
                _(
                    "{region} {industry} 合格 {passed:g} 个，多于检验的 {tested:g} 个。",
                    region=region,
                    industry=industry,
                    passed=passed,
                    tested=tested,
                ),
                _("请核对这一行。"),
            )


def _collapse(
    kinds: Sequence[str], industries: Sequence[str], pools: Sequence[str] | None
) -> list[int] | None:
    """The pool's number of each industry; an industry without one stands alone."""
    if pools is None or not any(pools):
        return None
    of_industry = {i: p or i for i, p in zip(industries, pools, strict=True)}
    names = list(dict.fromkeys(of_industry.values()))
    return [names.index(of_industry[kind]) for kind in kinds]


def _advise(composite: Composite, findings: Findings) -> None:
    if not composite.official:
        findings.warn(
            "composite.unofficial",
            _("{name}是非官方口径：不可当作官方公布的数。", name=composite.zh),
            composite.note,
        )
    if not composite.confirmed:
        findings.warn(
            "composite.unconfirmed",
            _("{name}的权重或上下限未经核对。", name=composite.zh),
            _("请用自己的声明文件改写后再用于比较。"),
        )


def _place(by: dict[str, str]) -> str:
    return "".join(f"{column}={value} " for column, value in by.items())
