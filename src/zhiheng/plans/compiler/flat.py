"""Tables flattened to one run of characters a row: heads, and digits shared out among columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zhiheng.plans.compiler.lexicon import pattern

_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:\.\d+)?")


def flat_heads(line: str) -> list[str]:
    """The heads of columns that stand without a gap, empty if the line is anything else."""
    if len(line) > 60:
        return []
    head = pattern(
        r"(?:19|20)\d\d年?(?:目标值|基期值|现状值|目标|预期值|规划值)?|{columns.name}|{columns.unit}"
        r"|{columns.value}|{columns.base}|{columns.other}"
    )
    heads, at = [], 0
    while at < len(line):
        found = head.match(line, at)
        if found is None or found.end() == at:
            return []
        heads.append(found[0])
        at = found.end()
    return heads


def only_reading(digits: str, count: int, *, percent: bool) -> list[tuple[int, int]] | None:
    """Where the digits are cut into ``count`` numbers, None unless exactly one way exists.

    Args:
        percent: no number may be above 100.
    """
    readings: list[list[tuple[int, int]]] = []
    for reading in _readings(digits, 0, count, percent):
        readings.append(reading)
        if len(readings) > 1:
            return None
    return readings[0] if readings else None


def _readings(digits: str, at: int, count: int, percent: bool) -> Iterator[list[tuple[int, int]]]:
    if count == 0:
        if at == len(digits):
            yield []
        return
    for end in range(at + 1, len(digits) - count + 2):
        piece = digits[at:end]
        if _NUMBER.fullmatch(piece) and not (percent and float(piece) > 100):
            for rest in _readings(digits, end, count - 1, percent):
                yield [(at, end), *rest]
