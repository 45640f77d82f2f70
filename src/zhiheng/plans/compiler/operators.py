"""The comparator of a figure: from the words before it, the word after it, and the metric."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from zhiheng.plans.compiler.lexicon import pattern, words
from zhiheng.plans.compiler.quantities import Quantity

_ROLES = (
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "about",
    "increase",
    "decrease",
    "each",
    "filler",
)
_OPS = {"at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<", "about": "~"}
_NOT_EACH = re.compile(r"[平年人月日户亩次单]均$")
_BEYOND = re.compile(r"高于|高出|快于|优于|低于")
_NO_VERB = re.compile(
    r"(?:[提增]高率|增长率|下降率|减少率|降低率|知晓率|率增|质量提升|能力提升|产值增)$"
)


@dataclass(frozen=True)
class Lead:
    """The words between a metric and its figure; ``roles`` from the figure outwards."""

    start: int
    roles: tuple[str, ...]

    @property
    def compares(self) -> bool:
        """True if one of them is a comparator or a change."""
        return any(role in _OPS or role in {"increase", "decrease"} for role in self.roles)

    @property
    def changes(self) -> bool:
        return any(role in {"increase", "decrease"} for role in self.roles)

    @property
    def each(self) -> bool:
        return "each" in self.roles


@cache
def _vocabulary(cut: bool) -> dict[str, list[tuple[str, str]]]:
    """Last character to (word, role), longest first; ``cut``: also words that lost their end."""
    table: dict[str, list[tuple[str, str]]] = {}
    for role in _ROLES:
        for word in words(f"before.{role}"):
            forms = {word}
            if cut and len(word) >= 2 and role != "filler":
                forms.add(word[:-1])
            for form in forms:
                table.setdefault(form[-1], []).append((form, role))
    for entries in table.values():
        # A whole word outranks one that is only the beginning of another; 提 alone is 提高.
        entries.sort(
            key=lambda entry: (
                -len(entry[0]),
                entry[0] not in words(f"before.{entry[1]}"),
                entry[1] not in {"increase", "decrease"},
            )
        )
    return table


def lead_before(text: str, at: int, floor: int, *, damaged: bool) -> Lead:
    """The comparators that stand directly before ``at``, not reaching beyond ``floor``."""
    roles: list[str] = []
    start = at
    cut, said = damaged, ""
    while start > floor:
        entry = _ending(text, start, floor, cut)
        if entry is None:
            break
        word, role = entry
        # 年均增长保持在6%: a change that is kept at a level is a metric of its own.
        if role in {"increase", "decrease"} and roles and said in words("before.level"):
            break
        said = word
        start -= len(word)
        roles.append(role)
        cut = False
    return Lead(start, tuple(roles))


def operator(lead: Lead, q: Quantity, metric: str, *, falls: bool = False) -> str:
    """The comparator in one sign.

    Args:
        falls: the clause says earlier that the metric is to be brought down (压缩……至).
    """
    if q.unit == "番":
        return "multiply"
    direct = next((r for r in lead.roles if r not in {"filler", "each"}), None)
    change = next((r for r in lead.roles if r in {"increase", "decrease"}), None)
    if change:
        return "increase_by" if change == "increase" else "decrease_by"
    if q.after:
        return {"at_least": ">=", "at_most": "<=", "about": "~"}[q.after]
    named = [_OPS[r] for r in lead.roles if r in _OPS]
    said = next((op for op in named if op != "~"), None)
    if direct == "about" and said in {None, ">="}:
        return "~"
    if said is None and (beyond := _BEYOND.search(metric)) and q.unit == "个百分点":
        return "<" if beyond[0].startswith("低") else ">"
    if said is None or (said == ">=" and falls):
        said = "<=" if falls or _less(metric, q) else ">="
    if said == ">=" and q.unit == "%" and (q.value == 100 or (q.damaged and q.only_hundred)):
        return "="
    return said


def _less(metric: str, q: Quantity) -> bool:
    return lesser_is_better(metric) or (q.is_time and bool(pattern("{waits}$").search(metric)))


def lesser_is_better(metric: str) -> bool:
    """True of deaths, emissions, complaints, but not of the rate at which they are remedied."""
    if pattern("{remedy_rates}$|^{remedy_verbs}").search(metric):
        return False
    return pattern("{less_is_better}").search(metric) is not None


def _ending(text: str, at: int, floor: int, cut: bool) -> tuple[str, str] | None:
    for word, role in _vocabulary(cut).get(text[at - 1], ()):
        begin = at - len(word)
        if begin < floor or not text.startswith(word, begin):
            continue
        if word == "均" and _NOT_EACH.search(text[max(0, begin - 1) : at]):
            continue
        if _NO_VERB.search(text[max(0, at - 4) : at]):
            continue
        return word, role
    return None
