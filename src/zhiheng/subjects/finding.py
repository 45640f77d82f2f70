"""Finding organisations by parts of a name among hundreds of thousands, by index alone.

A part that many names share says little and would be slow to follow, so the rare parts of a name
are followed first. Which parts are common is remembered: a common part does not become rare.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection
from django.db.models import Q

from zhiheng.office.inserting import insert_missing
from zhiheng.subjects.grams import grams, telling
from zhiheng.subjects.identifiers.uscc import LENGTH
from zhiheng.subjects.models import CODE_END, ORGANISATION_CODE

RARE = 200
"""A part of at most so many names is followed to all of them."""
FOLLOWED = 5_000
"""The rarest part of a name is followed at most so far where all its parts are common."""
SHORT = 60
"""Most organisations that one name is compared with."""

_AMONG = (
    "SELECT organisation_id FROM subjects_namegram WHERE gram IN ({others}) "
    "AND organisation_id IN (SELECT organisation_id FROM subjects_namegram WHERE gram = %s) "
    "GROUP BY organisation_id ORDER BY COUNT(*) DESC, organisation_id LIMIT {limit}"
)
_COUNT = (
    "SELECT CAST(%s AS text), COUNT(*) FROM "
    "(SELECT 1 FROM subjects_namegram WHERE gram = %s LIMIT {limit}) AS part"
)
_ARM = "SELECT * FROM (SELECT {wanted} FROM {table} WHERE {where} LIMIT {limit}) AS part"
_INDEXED = {
    "sqlite": {"part": "SUBSTR(uscc, {}, {}) = %s", "begin": "uscc >= %s AND uscc < %s || '~'"},
    "postgresql": {"part": "SUBSTRING(uscc, {}, {}) = %s", "begin": "uscc LIKE %s || '%%'"},
}
"""Conditions that an index answers, with the places written out: an index over an expression is
used for that very expression alone."""

_BEGINNING = 12
_AT_ONCE = 100

_common: dict[tuple[str, int], set[str]] = {}


def remember(names: Iterable[tuple[int, str]]) -> None:
    """Make organisations findable by the parts of a name: pairs of id and comparison key."""
    pairs = sorted({(gram, number) for number, key in names for gram in grams(key)})
    insert_missing("subjects_namegram", ("gram", "organisation_id"), pairs)


def near_codes(codes: Collection[str]) -> set[int]:
    """Organisations whose code holds one of these organisation codes, or is one slip away.

    A slip leaves the first twelve characters of a code as they are, or the last five.
    """
    indexed = _INDEXED[connection.vendor]
    arms: list[tuple[str, list[str]]] = []
    for code in codes:
        if len(code) == ORGANISATION_CODE[1]:
            arms.append((indexed["part"].format(*ORGANISATION_CODE), [code]))
        if abs(len(code) - LENGTH) <= 1:
            arms.append((indexed["part"].format(*CODE_END), [code[-CODE_END[1] :]]))
            begin = code[:_BEGINNING]
            arms.append((indexed["begin"], [begin] * indexed["begin"].count("%s")))
    wanted = {"wanted": "id", "table": "subjects_organisation", "limit": FOLLOWED}
    return set(_numbers([(_ARM.format(where=where, **wanted), given) for where, given in arms]))


def begins_with(column: str, text: str) -> Q:
    """A condition that the column's index answers on either database."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": text})
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + chr(0x10FFFF)})


def like(keys: Sequence[str]) -> set[int]:
    """Organisations that share the most telling parts with any of these comparison keys."""
    parts = {key: grams(key) for key in keys if key}
    held = _held_by({gram for found in parts.values() for gram in found}, RARE)
    near = _called(parts)
    for found in parts.values():
        rare = [held[gram] for gram in found if gram in held]
        shared = Counter(number for numbers in rare for number in numbers)
        near.update(number for number, _count in shared.most_common(SHORT))
        if not rare:
            near.update(_sharing_common(found))
    return near


def _called(keys: Collection[str]) -> set[int]:
    """Some organisations, or owners of an alias, with exactly these keys."""
    tables = (("subjects_organisation", "id"), ("subjects_organisationname", "organisation_id"))
    arms = [_ARM.format(wanted=id_, table=t, where="key = %s", limit=SHORT) for t, id_ in tables]
    return set(_numbers([(arm, [key]) for arm in arms for key in keys]))


def _numbers(arms: Sequence[tuple[str, list[str]]]) -> Iterator[int]:
    """Ids from many small queries put as few large ones."""
    for start in range(0, len(arms), _AT_ONCE):
        some = arms[start : start + _AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                " UNION ALL ".join(query for query, _given in some),
                [value for _query, given in some for value in given],
            )
            yield from (number for (number,) in cursor.fetchall())


def perhaps_holding(text: str) -> list[int] | None:
    """Organisations whose name may hold a normalised text, by its rarest telling part.

    None where its parts are in so many names that looking through all finds some at once. Within
    a name that is its comparison key: a text of legal form and region alone finds nobody.
    """
    parts = telling(text)
    rarest = _rarest(parts)
    if rarest is not None:
        return _held_by([rarest], FOLLOWED)[rarest]
    return None if parts & _commonly(FOLLOWED) else []


def _sharing_common(parts: Collection[str]) -> list[int]:
    """Of organisations with the rarest of these common parts, those that share most others."""
    rarest = _rarest(parts)
    if rarest is None:
        return []
    others = sorted(set(parts) - {rarest})
    if not others:
        return _held_by([rarest], FOLLOWED)[rarest][:SHORT]
    query = _AMONG.format(others=", ".join(["%s"] * len(others)), limit=SHORT)
    with connection.cursor() as cursor:
        cursor.execute(query, [*others, rarest])
        return [number for (number,) in cursor.fetchall()]


def _rarest(parts: Collection[str]) -> str | None:
    """The part that fewest names have; None where each is in none or in too many to follow.

    The database counts no further than `FOLLOWED`, and tells the counts alone.
    """
    common = _commonly(FOLLOWED)
    counts: dict[str, int] = {}
    wanted = sorted(set(parts) - common)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = " UNION ALL ".join([_COUNT.format(limit=FOLLOWED + 1)] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(query, [value for gram in some for value in (gram, gram)])
            counts.update(cursor.fetchall())
    common.update(gram for gram, count in counts.items() if count > FOLLOWED)
    followed = [(count, gram) for gram, count in counts.items() if 0 < count <= FOLLOWED]
    return min(followed)[1] if followed else None


def _held_by(parts: Collection[str], most: int) -> Mapping[str, list[int]]:
    """For each part the organisations that have it, without parts that more than ``most`` have."""
    common = _commonly(most)
    wanted = sorted(set(parts) - common)
    held: dict[str, list[int]] = {}
    where = "gram = %s ORDER BY organisation_id"
    arm = _ARM.format(
        wanted="gram, organisation_id", table="subjects_namegram", where=where, limit=most + 1
    )
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        query = " UNION ALL ".join([arm] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(query, some)
            for gram, number in cursor.fetchall():
                held.setdefault(gram, []).append(number)
    common.update(gram for gram, numbers in held.items() if len(numbers) > most)
    return {gram: numbers for gram, numbers in held.items() if gram not in common}


def _commonly(most: int) -> set[str]:
    """The parts found to be in more than ``most`` names of this record."""
    return _common.setdefault((str(connection.settings_dict["NAME"]), most), set())
