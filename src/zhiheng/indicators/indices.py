"""Figures made of figures: indices weighted by a path model, and composites of other indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from zhiheng.evidence.declaration import Kind, Type
from zhiheng.indicators.composites.declared import read_composite
from zhiheng.indicators.satisfaction.model_file import shipped
from zhiheng.rules.errors import UsageError
from zhiheng.rules.parameters import Trace

if TYPE_CHECKING:
    from zhiheng.indicators.declaration import Indicator


@dataclass(frozen=True)
class PathIndex:
    """The index of a construct of a shipped path model; its items are columns of the kind.

    The items' weights are estimated anew from each calendar year's answers, all regions together,
    so that the figures of one year are comparable with one another.
    """

    model: str
    construct: str

    def problem(self, kind: Kind) -> str | None:
        """Why it cannot be measured on this kind; None if it can."""
        try:
            model = shipped(self.model, date.max).path_model
        except UsageError as error:
            return str(error)
        if self.construct not in model.names:
            known = ", ".join(model.names)
            return f"{self.model} has no construct {self.construct!r}; it has {known}"
        numbers = {c.name for c in kind.plain_columns if c.type is Type.NUMBER}
        if unasked := [item for item in model.items if item not in numbers]:
            items = ", ".join(unasked)
            return f"{kind.code} has no number columns {items}, which are items of {self.model}"
        return None


@dataclass(frozen=True)
class CompositeOf:
    """A shipped composite index over other indicators, each by its component's code."""

    model: str
    parts: tuple[tuple[str, Indicator], ...]

    def problem(self, kind: Kind) -> str | None:
        """Why it cannot be composed, or is not of this kind; None if all is well."""
        try:
            components = read_composite(self.model, date.max, Trace()).components
        except UsageError as error:
            return str(error)
        wanted = {component.code: component.unit for component in components}
        given = {code: part.unit for code, part in self.parts}
        if given != wanted or len(self.parts) != len(given):
            return f"{self.model} wants {wanted} (by unit), not {given}"
        first = self.parts[0][1].kind
        return None if kind is first else f"its kind is that of its first part, {first.code}"
