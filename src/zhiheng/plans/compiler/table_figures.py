"""The figures of a table's rows as promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from zhiheng.plans.compiler.operators import Lead, lead_before, operator
from zhiheng.plans.compiler.quantities import Quantity, quantities
from zhiheng.plans.compiler.rows import Row

_UNIT_IN_NAME = re.compile(r"\(([^()]{1,8})\)$")
_CHANGE = re.compile(r"(?:累计)?(提高|增长|增加|上升|提升|降低|下降|减少)$")
_ROLES = {"提": "increase", "增": "increase", "上": "increase"}


@dataclass(frozen=True)
class Figure:
    """A value of a row; offsets into the document."""

    start: int
    end: int
    metric: str
    op: str
    quantity: Quantity
    year: int | None


def figures(row: Row) -> Iterator[Figure]:
    """The targets of a row; its unit stands in a column, in the cell, or behind the name.

    A row that names only a unit has none.
    """
    metric, unit = row.name.text, row.unit
    if not unit and (found := _UNIT_IN_NAME.search(metric)):
        unit, metric = found[1], metric[: found.start()]
    if not metric.strip():
        return
    change = _CHANGE.search(metric)
    role = _ROLES.get(change[1][0], "decrease") if change else ""
    for cell, year in row.values:
        text = re.sub(r"^[〔\[(]|[〕\])]$", "", cell.text)
        read = quantities(text)
        if len(read) != 1 or not read[0].said:
            continue
        q = _with_unit(read[0], unit)
        lead = lead_before(text, q.start, 0, damaged=q.damaged)
        if change and q.unit in {"%", "个百分点", "‰"}:
            lead = Lead(lead.start, (role,))
            said = metric[: change.start()] or metric
        else:
            said = metric
        start, end = min(row.name.start, cell.start), max(row.name.end, cell.end)
        yield Figure(start, end, said, operator(lead, q, said), q, year)


def _with_unit(q: Quantity, unit: str) -> Quantity:
    """万件 in the unit column counts in single pieces, as in running text."""
    if q.unit or not unit or unit in {"-", "—", "/", "无"}:
        return q
    factor = 1
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        if unit.startswith(sign) and len(unit) > 1:
            factor, unit = size, unit[1:]
            break
    value = None if q.value is None else q.value * factor
    return replace(q, unit="个百分点" if unit == "百分点" else unit, value=value)
