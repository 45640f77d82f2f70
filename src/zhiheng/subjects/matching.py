"""Who could an unresolved reference be? Candidates among known organisations, each with reasons.

A score is a sum of points, each with its reason; `POINTS` is the whole model. Without a code that
nearly fits, a score stays below fifty: names and places propose, they never decide, and nothing
here merges anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt
import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from zhiheng.office.words import _
from zhiheng.subjects.identifiers.text import normalise_code
from zhiheng.subjects.names import comparison_key, normalise_name

POINTS = {
    "code_embedded": 55.0,
    "code_one_off": 50.0,
    "name_same": 30.0,
    "name_key": 24.0,
    "name_similar": 20.0,
    "address": 8.0,
    "region": 7.0,
}
"""Most points each reason may give; one code reason and one name reason at most count."""

_SIMILAR_FROM = 60.0
# A slip within the legal form or the region leaves it in the key; whole names, which share those
# with many others, must be much more alike before that says something.
_SPELLED_SIMILAR_FROM = 85.0
_ADDRESS_FROM = 60.0
_FINALISTS = 40
_AT_ONCE = 32

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """What was written about a subject that nobody has recognised yet."""

    code: str = ""
    name: str = ""
    region: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score; ``code`` is a key of `POINTS`."""

    code: str
    points: float
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that the reference might be, with the reasons its score is the sum of."""

    organisation: int
    score: float
    reasons: tuple[Reason, ...]


class Known:
    """Organisations to compare with.

    Args:
        organisations: columns organisation (int), uscc, region, address (text or null).
        names: columns organisation (int), name (normalised), key (`comparison_key`), alias
            (bool); at least one row for each organisation.
    """

    def __init__(self, organisations: pl.DataFrame, names: pl.DataFrame) -> None:
        organisations = organisations.sort("organisation")
        names = names.sort("organisation", maintain_order=True)
        self.ids: list[int] = organisations["organisation"].to_list()
        self.codes: list[str] = organisations["uscc"].fill_null("").to_list()
        self.regions = np.array(organisations["region"].fill_null("").to_list(), dtype=object)
        self.addresses = organisations["address"].fill_null("").to_list()
        self.names: list[str] = names["name"].to_list()
        self.keys: list[str] = names["key"].to_list()
        self.is_alias: list[bool] = names["alias"].to_list()
        owners = names["organisation"].to_numpy()
        self.first_name = np.searchsorted(owners, np.array(self.ids, dtype=owners.dtype))

    @cached_property
    def normal_addresses(self) -> list[str]:
        return [normalise_name(address) for address in self.addresses]

    @cached_property
    def embedded(self) -> npt.NDArray[np.object_]:
        """The organisation code inside each unified social credit code."""
        return np.array([code[8:17] for code in self.codes], dtype=object)

    @cached_property
    def has_code(self) -> npt.NDArray[np.bool_]:
        return np.array([bool(code) for code in self.codes])

    def names_of(self, at: int) -> range:
        """Which name rows belong to the organisation at this position."""
        last = at + 1 == len(self.ids)
        return range(self.first_name[at], len(self.names) if last else self.first_name[at + 1])


def find_candidates(
    references: Sequence[Unresolved], known: Known, limit: int = 5
) -> list[list[Candidate]]:
    """For each reference the best ``limit`` candidates, highest score first.

    An organisation without any likeness of code or name is no candidate, however near it lies.
    """
    found: list[list[Candidate]] = []
    waiting = iter(references)
    while batch := list(islice(waiting, _AT_ONCE)):
        found.extend(_candidates_of_batch(batch, known, limit) if known.ids else [[]] * len(batch))
    return found


def _candidates_of_batch(
    batch: list[Unresolved], known: Known, limit: int
) -> Iterator[list[Candidate]]:
    codes = [normalise_code(reference.code) for reference in batch]
    names = [normalise_name(reference.name) for reference in batch]
    code_points = _code_points(codes, known)
    likeness = code_points + _name_points(names, known)
    for at, reference in enumerate(batch):
        region = known.regions == reference.region if reference.region else False
        total = np.where(likeness[at] > 0, likeness[at] + POINTS["region"] * region, 0)
        best = np.argsort(-total, kind="stable")[:_FINALISTS]
        best = best[total[best] > 0]
        places = _with_addresses(reference, known, best, total[best], limit)
        scored = [_explain(reference, codes[at], names[at], known, place) for place in places]
        yield sorted(scored, key=lambda c: (-c.score, c.organisation))[:limit]


def _with_addresses(
    reference: Unresolved, known: Known, best: npt.NDArray[np.int64], points: Floats, limit: int
) -> list[int]:
    """Of the finalists those that may be among the first: words are made for no others.

    A tenth is what a score may lose by rounding, of each of two reasons.
    """
    if normalise_name(reference.address):
        added = [_address_reason(reference, known, int(place)) for place in best]
        points = points + np.array([a.points if a else 0.0 for a in added], dtype=np.float32)
    last = np.sort(points)[-limit] if len(points) > limit else 0
    return [int(place) for place in best[points >= last - 0.2]]


def _code_points(codes: list[str], known: Known) -> Floats:
    points = np.zeros((len(codes), len(known.ids)), dtype=np.float32)
    if any(codes):
        distance = process.cdist(
            codes, known.codes, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8
        )
        points[distance <= 1] = POINTS["code_one_off"]
        for at, code in enumerate(codes):
            points[at, known.embedded == code] = POINTS["code_embedded"]
        points[np.array([not code for code in codes])] = 0
        points[:, ~known.has_code] = 0
    return points


def _name_points(names: list[str], known: Known) -> Floats:
    """Name points, references down, organisations across: the best of an organisation's names."""
    keys = [comparison_key(name) if name else "" for name in names]
    similarity = np.maximum(
        _similarities(keys, known.keys, _SIMILAR_FROM),
        _similarities(names, known.names, _SPELLED_SIMILAR_FROM),
    )
    points = np.where(similarity > 0, _similar_points(similarity), 0)
    points[similarity == 100] = POINTS["name_key"]
    for at, name in enumerate(names):
        if not name:
            points[at] = 0
            continue
        for place in np.flatnonzero(similarity[at] == 100):
            if known.names[place] == name:
                points[at, place] = POINTS["name_same"]
    best: Floats = np.maximum.reduceat(points.astype(np.float32), known.first_name, axis=1)
    return best


def _similarities(ours: list[str], theirs: list[str], cutoff: float) -> Floats:
    """Per cent of likeness, 0 below the cutoff."""
    return process.cdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float32)


def _similar_points(similarity: Floats) -> Floats:
    share = (similarity - _SIMILAR_FROM) / (100 - _SIMILAR_FROM)
    return np.asarray(POINTS["name_similar"] * np.maximum(share, 0.05), dtype=np.float32)


def _explain(reference: Unresolved, code: str, name: str, known: Known, place: int) -> Candidate:
    """The same points again, one organisation at a time, with their reasons in words."""
    parts = (
        _code_reason(code, known, place),
        _name_reason(name, known, place),
        _region_reason(reference, known, place),
        _address_reason(reference, known, place),
    )
    reasons = tuple(reason for reason in parts if reason is not None)
    score = round(sum(reason.points for reason in reasons), 1)
    return Candidate(known.ids[place], score, reasons)


def _code_reason(code: str, known: Known, place: int) -> Reason | None:
    theirs = known.codes[place]
    if not code or not theirs:
        return None
    if code == known.embedded[place]:
        text = _("组织机构代码 {code} 与其统一社会信用代码第9至17位相同", code=code)
        return Reason("code_embedded", POINTS["code_embedded"], text)
    if code == theirs:
        return Reason("code_one_off", POINTS["code_one_off"], _("代码 {code} 相同", code=code))
    if OSA.distance(code, theirs, score_cutoff=1) > 1:
        return None
    text = _("代码 {code} 与其代码 {theirs} 只差一处", code=code, theirs=theirs)
    return Reason("code_one_off", POINTS["code_one_off"], text)


def _name_reason(name: str, known: Known, place: int) -> Reason | None:
    if not name:
        return None
    key = comparison_key(name)
    reasons = [_one_name_reason(name, key, known, row) for row in known.names_of(place)]
    return max(
        (reason for reason in reasons if reason is not None),
        key=lambda reason: reason.points,
        default=None,
    )


def _one_name_reason(name: str, key: str, known: Known, row: int) -> Reason | None:
    theirs = known.names[row]
    called = (
        _("别名“{name}”", name=theirs) if known.is_alias[row] else _("名称“{name}”", name=theirs)
    )
    if name == theirs:
        return Reason("name_same", POINTS["name_same"], _("与其{called}相同", called=called))
    similarity = max(
        fuzz.ratio(key, known.keys[row], score_cutoff=_SIMILAR_FROM),
        fuzz.ratio(name, theirs, score_cutoff=_SPELLED_SIMILAR_FROM),
    )
    if similarity == 100:
        text = _("除地域和组织形式外，与其{called}相同", called=called)
        return Reason("name_key", POINTS["name_key"], text)
    if similarity == 0:
        return None
    points = float(_similar_points(np.array([similarity], dtype=np.float32))[0])
    text = _("与其{called}相似 {percent}%", called=called, percent=round(similarity))
    return Reason("name_similar", round(points, 1), text)


def _region_reason(reference: Unresolved, known: Known, place: int) -> Reason | None:
    if not reference.region or known.regions[place] != reference.region:
        return None
    return Reason("region", POINTS["region"], _("在同一地区"))


def _address_reason(reference: Unresolved, known: Known, place: int) -> Reason | None:
    ours, theirs = normalise_name(reference.address), known.normal_addresses[place]
    if not ours or not theirs:
        return None
    similarity = fuzz.token_sort_ratio(ours, theirs, score_cutoff=_ADDRESS_FROM)
    if similarity == 0:
        return None
    text = _("地址相似 {percent}%", percent=round(similarity))
    return Reason("address", round(POINTS["address"] * similarity / 100, 1), text)
