"""Satisfaction: ten-point answers on a scale of 0 to 100, by design of the survey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis.expr.types as ir

from zhiheng.evidence.kinds import ALL as KINDS
from zhiheng.indicators.declaration import Indicator
from zhiheng.indicators.designs import Text
from zhiheng.indicators.indicators.shared import DRAWN_POINTS
from zhiheng.indicators.indices import PathIndex


def index(t: ir.Table) -> ir.Value:
    """Ten-point answer x as (x - 1) / 9 x 100."""
    return (t.overall.cast("float64") - 1) / 9 * 100


def _of(domain: str) -> Callable[[ir.Table], ir.Value]:
    def of_domain(t: ir.Table) -> ir.Value:
        return t.domain == domain

    return of_domain


def _of_answers(code: str, domain: str, zh: str, what: str, title: Text, **own: Any) -> Indicator:
    """A mean of one number for each answer of a domain; ``own`` is what tells two from another."""
    return Indicator(
        code=code,
        zh=title.zh,
        en=title.en,
        unit="分",
        better="higher",
        population=Text(f"期内对{zh}作答的受访者", f"Respondents on {what} in the period"),
        kind=KINDS["satisfaction_answer"],
        estimator="mean",
        where=_of(domain),
        design=DRAWN_POINTS,
        within=(0.0, 100.0),
        breakdowns=("sector",),
        minimum_n=250,
        **own,
    )


def _satisfaction(domain: str, zh: str, en: str) -> Indicator:
    return _of_answers(
        f"{domain}_satisfaction",
        domain,
        zh,
        en,
        Text(f"{zh}满意度", f"Satisfaction with {en}"),
        value=index,
        source="GB/T 19039-2009",
        notes=Text(
            "总体满意度一题的均值，按（x−1）/9×100折算；与“满意率”和直接乘以十的算法不同，不可混用。",
            "Mean of the overall question, rescaled as (x-1)/9 x 100; neither a share of satisfied "
            "respondents nor the mean times ten, and never mixed with them.",
        ),
    )


def _path_index(domain: str, zh: str, en: str) -> Indicator:
    return _of_answers(
        f"{domain}_index",
        domain,
        zh,
        en,
        Text(f"{zh}顾客满意度指数", f"Customer satisfaction index of {en}"),
        path_index=PathIndex("ccsi", "Satisfaction"),
        source="GB/T 19038-2009",
        notes=Text(
            "总体、与预期相比、与理想相比三题按路径模型的权重合成；权重由当年全部答卷估计，"
            "区间不含权重本身的抽样误差。只在问卷含模型各题项的年份有数。",
            "The three questions on satisfaction, weighted as a path model of that year's answers "
            "says; the interval leaves out the weights' own sampling error. Only years in which "
            "every item of the model was asked have a figure.",
        ),
    )


_DOMAINS = (
    ("producer_service", "生产性服务业", "producer services"),
    ("consumer_service", "生活性服务业", "consumer services"),
    ("public_service", "公共服务", "public services"),
    ("product", "产品", "products"),
)
INDICATORS = (
    *(_satisfaction(*domain) for domain in _DOMAINS),
    *(_path_index(*domain) for domain in _DOMAINS),
)
