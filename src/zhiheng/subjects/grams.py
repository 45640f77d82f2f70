"""Parts of a name by which it is found among many without reading them all.

Of Chinese characters every neighbouring pair, and every pair with one character between, so that
a name with one character wrong still shares parts with the right one. Of words in other letters
the word and its first three letters.
"""

from __future__ import annotations

import re

_RUNS = re.compile(r"[0-9A-Za-z]+|[^\W\d_a-zA-Z]+")
_ASCII = re.compile(r"[0-9A-Za-z]")
LONGEST_WORD = 12
_STEM = 3


def grams(key: str) -> set[str]:
    """Parts of a comparison key (`names.comparison_key`); empty for an empty key."""
    found: set[str] = set()
    for run in _RUNS.findall(key):
        found |= _of_word(run) if _ASCII.match(run) else _of_characters(run)
    return found


def telling(text: str) -> set[str]:
    """Of `grams` those that a name has wherever it holds this text.

    Pairs of neighbours, and the first letters of a word: a word is found from its beginning.
    """
    found: set[str] = set()
    for run in _RUNS.findall(text):
        if _ASCII.match(run):
            found |= {run[:_STEM]} if len(run) >= _STEM else set()
        else:
            found |= _pairs(run)
    return found


def _of_characters(run: str) -> set[str]:
    if len(run) == 1:
        return {run}
    return _pairs(run) | {f"{run[i]}_{run[i + 2]}" for i in range(len(run) - 2)}


def _pairs(run: str) -> set[str]:
    return {run[i : i + 2] for i in range(len(run) - 1)}


def _of_word(word: str) -> set[str]:
    return {word[:LONGEST_WORD], word[:_STEM]}
