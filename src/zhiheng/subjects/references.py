"""The text by which evidence names a subject before anybody has said who it is.

``uscc:<18>`` for a valid code, ``<scheme>:<value>`` for an identifier of another declared scheme,
else ``name:<normalised name>@<region>``, else ``code:<what was written>``. Equal texts name one
subject *reference*; whether two references are one organisation is a judgement (see `actions`).
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

import polars as pl
from stdnum.cn import ric

from zhiheng.office.words import _
from zhiheng.rules.errors import UsageError
from zhiheng.subjects.identifiers.text import map_text, normalise_codes
from zhiheng.subjects.identifiers.uscc import uscc_valid
from zhiheng.subjects.names import normalise_names

USCC = "uscc"
UNRESOLVED = ("name", "code")
"""Schemes that identify nobody: such a reference waits for a person's judgement."""

LONGEST = 200
_IDENTITY_DIGITS = 17
_IDENTITY_BYTES = 18
_SCHEME = re.compile(r"[a-z][a-z0-9-]{0,39}")


def reference(
    code: str | None, name: str | None, region: str | None, scheme: str = USCC
) -> str | None:
    """The reference text of one subject, None if nothing names it; see `build_references`."""
    row = {"subject_code": [code], "subject_name": [name], "region": [region]}
    built = build_references(pl.DataFrame(row, schema=dict.fromkeys(row, pl.String)), scheme)
    found: str | None = built[0]
    return found


def build_references(frame: pl.DataFrame, scheme: str = USCC) -> pl.Series:
    """Reference texts of a frame with text columns subject_code, subject_name, region.

    A missing column counts as null. A code that fails the scheme's check is no error of the
    row: the reference falls back to the name, and to ``code:`` where there is no name. A
    resident identity number typed where a code belongs is personal and is never used.

    Raises:
        UsageError: ``scheme.shape``, the scheme's name is not usable.
    """
    require_scheme(scheme)
    code = _identifying(_text_column(frame, "subject_code"), scheme)
    valid = uscc_valid(code) if scheme == USCC else code.is_not_null()
    name = normalise_names(_text_column(frame, "subject_name"))
    parts = pl.DataFrame(
        {
            "code": _bounded(code),
            "valid": valid,
            "name": _bounded(name.set((name == "").fill_null(False), None)),
            "region": _text_column(frame, "region").fill_null(""),
        }
    )
    return parts.select(
        reference=pl.when("valid")
        .then(pl.format("{}:{}", pl.lit(scheme), "code"))
        .when(pl.col("name").is_not_null())
        .then(pl.format("name:{}@{}", "name", "region"))
        .when(pl.col("code").is_not_null())
        .then(pl.format("code:{}", "code"))
    ).to_series()


def reference_frame(
    frame: pl.DataFrame, scheme: str = USCC, references: pl.Series | None = None
) -> pl.DataFrame:
    """What `actions.register_references` takes: ref, raw_code, raw_name, region, raw_address.

    One row for each distinct reference, keeping what was written where it was first seen;
    a resident identity number is kept nowhere. An address comes from the column
    subject_address, where a frame has one. ``references`` are those of the frame's rows, where
    they were built before.
    """
    said = (
        pl.DataFrame(
            {
                "ref": build_references(frame, scheme) if references is None else references,
                "raw_code": _text_column(frame, "subject_code"),
                "raw_name": _text_column(frame, "subject_name"),
                "region": _text_column(frame, "region"),
                "raw_address": _text_column(frame, "subject_address"),
            }
        )
        .drop_nulls("ref")
        .unique("ref", keep="first", maintain_order=True)
    )
    code = said["raw_code"]
    return said.with_columns(code.set(personal_codes(normalise_codes(code)), None))


def split_reference(text: str) -> tuple[str, str, str]:
    """Scheme, value and region (empty but for ``name:``) of a reference text."""
    scheme, _colon, value = text.partition(":")
    if scheme == "name":
        value, _at, region = value.rpartition("@")
        return scheme, value, region
    return scheme, value, ""


def require_scheme(scheme: str) -> None:
    if not _SCHEME.fullmatch(scheme) or scheme in UNRESOLVED:
        raise UsageError(
            "scheme.shape",
            _("“{scheme}”不能作为主体代码体系的名称。", scheme=scheme),
            _("应以小写字母开头，只含小写字母、数字和连字符，且不是 name 或 code。"),
        )


def tidy_values(values: pl.Series) -> pl.Series:
    """Values of a foreign scheme: half-width, no control characters, no blanks at the ends."""
    ascii_form = pl.col("text").str.replace_all(r"[\x00-\x1f\x7f]+", "").str.strip_chars(" ")
    return map_text(values, ascii_form, lambda texts: [_tidy_value(text) for text in texts])


def _tidy_value(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    return "".join(c for c in text if unicodedata.category(c) != "Cc").strip()


def _identifying(written: pl.Series, scheme: str) -> pl.Series:
    """Codes in one spelling; null for a blank and for a resident identity number.

    A credit code of nothing but zeros says that there is none; another scheme may number from 0.
    """
    code = normalise_codes(written) if scheme == USCC else tidy_values(written)
    empty = "^0*$" if scheme == USCC else "^$"
    useless = code.str.contains(empty).fill_null(True) | personal_codes(code)
    return code.set(useless, None)


def personal_codes(codes: pl.Series) -> pl.Series:
    """Which codes are resident identity numbers (GB 11643: place, birth date, check)."""
    shaped = codes.str.contains(r"^[1-9][0-9]{16}[0-9X]$").fill_null(False)
    suspects = codes.filter(shaped).unique()
    return codes.is_in([code for code in suspects if ric.is_valid(code)]).fill_null(False)


def mentions_person(texts: pl.Series) -> pl.Series:
    """Which texts are a resident identity number, in whatever spelling.

    No spelling has fewer bytes than the number has characters, so that shorter texts need no look.
    """
    suspects = texts.filter(texts.str.len_bytes() >= _IDENTITY_BYTES).unique()
    # Seventeen of its places are digits in any spelling.
    suspects = suspects.filter(suspects.str.count_matches(r"\p{N}") >= _IDENTITY_DIGITS)
    persons = suspects.filter(personal_codes(normalise_codes(suspects)))
    if persons.is_empty():
        return pl.repeat(False, len(texts), eager=True)
    return texts.is_in(persons.implode()).fill_null(False)


def _text_column(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns:
        return frame[name].cast(pl.String)
    return pl.Series(name, [None] * frame.height, dtype=pl.String)


def _bounded(texts: pl.Series) -> pl.Series:
    """Texts that fit a database index: the rare longer one keeps its head and a digest."""
    if (texts.str.len_chars().max() or 0) <= LONGEST:  # type: ignore[operator]
        return texts
    return pl.Series([t and _with_digest(t) for t in texts], dtype=pl.String)


def _with_digest(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST - 17]}~{hashlib.sha256(text.encode()).hexdigest()[:16]}"
