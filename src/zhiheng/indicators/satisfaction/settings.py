"""What a model's author declares about the answers: their scale, and what a gap means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from zhiheng.indicators.satisfaction.forms import refused
from zhiheng.office.words import _

RULES = ("mean", "listwise")
_LOW = ("lowest", "minimum", "min", "low", "from", "最低", "最低分")
_HIGH = ("highest", "maximum", "max", "high", "to", "最高", "最高分")


class Scales(NamedTuple):
    """Lowest and highest answer of each item, shape (items,)."""

    lowest: npt.NDArray[np.float64]
    highest: npt.NDArray[np.float64]


def read_scale(content: Mapping[Any, Any], items: Sequence[str]) -> Scales | None:
    """``scale: [1, 10]``, ``1-10``, ``{lowest: 1, highest: 10}``, or by item; None where unsaid.

    Raises ContentError ``satisfaction.model``.
    """
    said = content.get("scale")
    if said is None and _pair(content) is None:
        return None
    if said is None:
        said = content
    pair = _pair(said)
    if pair is not None:
        return _scales([pair] * len(items))
    if isinstance(said, Mapping) and set(items) <= set(map(str, said)):
        pairs = [_pair(said[item]) for item in items]
        if all(pair is not None for pair in pairs):
            return _scales([pair for pair in pairs if pair is not None])
    raise refused(
        _(
            "量表“{said}”不能识别；可写 scale: [1, 10]，或逐题写 题项: [1, 10]。",
            said=str(said)[:60],
        )
    )


def read_missing(said: Any, content: Mapping[Any, Any]) -> tuple[str, tuple[float, ...]]:
    """The rule for missing answers, and the numbers that stand for one.

    ``missing: mean``, ``missing: listwise``, ``missing: {rule: mean, codes: [99]}``,
    ``missing_value: 99``. Raises ContentError ``satisfaction.model``.
    """
    rule, codes = "mean", content.get("missing_values", content.get("missing_value"))
    if isinstance(said, Mapping):
        rule = str(said.get("rule", rule))
        codes = next((said[k] for k in ("codes", "code", "values", "value") if k in said), codes)
    elif isinstance(said, str):
        rule = said
    elif said is not None:
        codes = said
    aliases = {"mean_replacement": "mean", "mean replacement": "mean", "casewise": "listwise"}
    rule = aliases.get(rule, rule)
    if rule not in RULES:
        raise refused(
            _("缺答规则“{rule}”不能识别；可用：{rules}。", rule=rule, rules="、".join(RULES))
        )
    if codes is None:
        return rule, ()
    listed = codes if isinstance(codes, list) else [codes]
    if not all(isinstance(code, int | float) and not isinstance(code, bool) for code in listed):
        raise refused(_("缺答代码“{codes}”不是数字。", codes=str(codes)))
    return rule, tuple(float(code) for code in listed)


def _pair(said: Any) -> tuple[float, float] | None:
    if isinstance(said, Mapping):
        low = next((said[name] for name in _LOW if name in said), None)
        high = next((said[name] for name in _HIGH if name in said), None)
        return _numbers(low, high)
    if isinstance(said, list) and len(said) == 2:
        return _numbers(*said)
    if isinstance(said, int | float) and not isinstance(said, bool):
        return _numbers(1, said)
    if isinstance(said, str):
        found = re.fullmatch(
            r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|—|~|to|至|到|\.\.+)\s*(\d+(?:\.\d+)?)\s*", said
        )
        return _numbers(*map(float, found.groups())) if found else None
    return None


def _numbers(low: Any, high: Any) -> tuple[float, float] | None:
    for value in (low, high):
        if not isinstance(value, int | float) or isinstance(value, bool):
            return None
    if not low < high:
        raise refused(_("量表从 {low} 到 {high}：最高分须大于最低分。", low=low, high=high))
    return float(low), float(high)


def _scales(pairs: list[tuple[float, float]]) -> Scales:
    lowest, highest = np.array(pairs, dtype=np.float64).T
    return Scales(lowest, highest)
