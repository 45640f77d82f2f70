"""JSON as a table: an array of objects, or one object a line."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from zhiheng.documents.areas import refuse_sparse
from zhiheng.documents.headers import refuse_reserved
from zhiheng.documents.workbooks import canonical_text
from zhiheng.office.words import _
from zhiheng.rules.errors import ContentError


def read_records(data: bytes, name: str, row: str) -> pl.DataFrame:
    """Column ``row`` with the record's number (place in the array, or line), then all keys.

    Numbers stay as they are written, so that 1.50 does not become 1.5; a nested value becomes
    its JSON text; a missing key and null become null.

    Args:
        data: UTF-8 text.
        name: of the file, for messages.
        row: name of the number column.

    Raises:
        ContentError: ``file.kind`` if it is something else; ``file.header_duplicate`` if an
            object names a key twice; ``file.area``;
            ``file.header_reserved``.
    """
    records = list(_numbered(data, name))
    keys = dict.fromkeys(key for _number, record in records for key in record)
    refuse_reserved(keys)
    refuse_sparse(len(records), len(keys), len(data))
    return pl.DataFrame(
        [
            pl.Series(row, [number for number, _record in records], dtype=pl.Int64),
            *(
                pl.Series(key, [_text(record.get(key)) for _n, record in records], dtype=pl.String)
                for key in keys
            ),
        ]
    )


def _numbered(data: bytes, name: str) -> list[tuple[int, dict[str, Any]]]:
    line = 0
    try:
        if data.lstrip()[:1] == b"[":
            numbered = list(enumerate(_parse(data), start=1))
        else:
            numbered = []
            for line, text in enumerate(data.split(b"\n"), start=1):
                if text.strip():
                    numbered.append((line, _parse(text)))
    except (json.JSONDecodeError, RecursionError) as error:
        at = line or getattr(error, "lineno", 1)
        raise ContentError(
            "file.kind",
            _("文件 {name} 第 {line} 行不是完好的 JSON。", name=name, line=at),
            _("可交由对象组成的数组，或每行一个对象。"),
        ) from None
    for number, record in numbered:
        if not isinstance(record, dict):
            raise ContentError(
                "file.kind",
                _("文件 {name} 第 {number} 条不是对象。", name=name, number=number),
                _("可交由对象组成的数组，或每行一个对象。"),
            )
    return numbered


def _parse(text: bytes) -> Any:
    return json.loads(text, parse_float=str, parse_int=str, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _value in pairs]
        twice = "、".join(sorted({key for key in keys if keys.count(key) > 1}))
        raise ContentError(
            "file.header_duplicate",
            _("同一对象里有重复的键：{keys}。", keys=twice),
            _("每个键只能出现一次。"),
        )
    return result


def _text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return canonical_text(value)
