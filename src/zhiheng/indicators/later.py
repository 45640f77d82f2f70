"""Indicators that other rooms' procedures bring, made only once somebody asks for indicators."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhiheng.indicators.declaration import Indicator

Make = Callable[[], Iterable["Indicator"]]

_waiting: list[Make] = []
_into: list[dict[str, Indicator]] = []


def add(make: Make) -> None:
    """Have indicators made: now where the others are there already, else with them."""
    _waiting.append(make)
    for known in _into:
        flow_into(known)


def flow_into(known: dict[str, Indicator]) -> None:
    """Make what waits, into the indicators by code; refuses two of one code or name."""
    from zhiheng.indicators.declaration import register

    _into[:] = [known]
    while _waiting:
        made = _waiting.pop(0)()
        known.update(register([*known.values(), *made]))
