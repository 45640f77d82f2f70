"""A path model: constructs measured by items, and the paths between constructs.

The structure alone, checked once, so that the algorithm never meets a model it cannot work with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from zhiheng.methods.arguments import Array
from zhiheng.methods.errors import MethodError

Mode: TypeAlias = Literal["A", "B"]
Ints: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Construct:
    """A latent variable and the items that measure it.

    Attributes:
        mode: how the outer weights follow from the items' relation to the inner estimate: ``A``
            (covariances, for items that reflect the construct) or ``B`` (regression coefficients,
            for items that form it).
    """

    name: str
    items: tuple[str, ...]
    mode: Mode = "A"


@dataclass(frozen=True)
class PathModel:
    """Constructs in their order, and paths (from, to) between them.

    Raises: MethodError ``pls.construct`` (fewer than two), ``pls.items`` (none), ``pls.mode``,
        ``pls.twice``, ``pls.item`` (one item twice), ``pls.path`` (unknown end), ``pls.self``,
        ``pls.cycle``, ``pls.unconnected``.
    """

    constructs: tuple[Construct, ...]
    paths: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        self._check_constructs()
        self._check_paths()
        if left := self._left_in_cycle():
            raise MethodError(
                "pls.cycle",
                f"the paths between {', '.join(left)} run in a circle; take one of them out",
                names=left,
            )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(construct.name for construct in self.constructs)

    @property
    def items(self) -> tuple[str, ...]:
        """All items, construct by construct; the order of every array over items."""
        return tuple(item for construct in self.constructs for item in construct.items)

    @cached_property
    def owner(self) -> Ints:
        """The construct's number of each item, shape (items,)."""
        sizes = [len(construct.items) for construct in self.constructs]
        return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)

    @cached_property
    def membership(self) -> Array:
        """1 where an item belongs to a construct, shape (items, constructs)."""
        found = self.owner[:, None] == np.arange(len(self.constructs))[None, :]
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def adjacency(self) -> npt.NDArray[np.bool_]:
        """True at [from, to], shape (constructs, constructs)."""
        place = {name: number for number, name in enumerate(self.names)}
        found = np.zeros((len(place), len(place)), dtype=np.bool_)
        for start, end in self.paths:
            found[place[start], place[end]] = True
        return found

    def predecessors(self, construct: int) -> Ints:
        return np.asarray(np.flatnonzero(self.adjacency[:, construct]), dtype=np.int64)

    def block(self, construct: int) -> Ints:
        """Numbers of the construct's items."""
        return np.asarray(np.flatnonzero(self.owner == construct), dtype=np.int64)

    def _check_constructs(self) -> None:
        count = len(self.constructs)
        if count < 2:
            raise MethodError(
                "pls.construct", f"{count} constructs; at least 2 are needed", count=count
            )
        if name := _twice(self.names):
            raise MethodError("pls.twice", f"construct {name!r} is declared twice", name=name)
        for construct in self.constructs:
            name, mode = construct.name, construct.mode
            if not construct.items:
                raise MethodError("pls.items", f"construct {name!r} has no items", name=name)
            if mode not in ("A", "B"):
                raise MethodError(
                    "pls.mode",
                    f"construct {name!r} has mode {mode!r}; allowed: A, B",
                    name=name,
                    mode=mode,
                )
        if item := _twice(self.items):
            raise MethodError(
                "pls.item",
                f"item {item!r} is named twice; an item measures one construct",
                item=item,
            )

    def _check_paths(self) -> None:
        known = ", ".join(self.names)
        for start, end in self.paths:
            for name in (start, end):
                if name not in self.names:
                    raise MethodError(
                        "pls.path",
                        f"path {start} → {end}: no construct {name!r}; constructs: {known}",
                        path=f"{start} → {end}",
                        name=name,
                        known=self.names,
                    )
            if start == end:
                raise MethodError("pls.self", f"a path from {start!r} to itself", name=start)
        if path := _twice([f"{start} → {end}" for start, end in self.paths]):
            raise MethodError("pls.twice", f"path {path} is declared twice", name=path)
        joined = {name for path in self.paths for name in path}
        if alone := [name for name in self.names if name not in joined]:
            raise MethodError(
                "pls.unconnected",
                f"no path begins or ends at {', '.join(alone)}; a construct needs at least one",
                names=alone,
            )

    def _left_in_cycle(self) -> list[str]:
        """What remains when constructs that nothing leads to are taken away again and again."""
        left = list(self.names)
        while True:
            led = {end for start, end in self.paths if start in left}
            kept = [name for name in left if name in led]
            if len(kept) == len(left):
                break
            left = kept
        while True:
            leads = {start for start, end in self.paths if end in left}
            kept = [name for name in left if name in leads]
            if len(kept) == len(left):
                return left
            left = kept


def _twice(names: Sequence[str]) -> str | None:
    """The first name that occurs a second time."""
    return next((name for number, name in enumerate(names) if name in names[:number]), None)
