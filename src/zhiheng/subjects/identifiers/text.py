"""One spelling for a code, before any type reads it.

The identifier types accept one spelling only. What people type is brought to it here first:
full-width digits and letters become half-width (NFKC), lower case becomes upper case, and blanks,
dashes, quotes and invisible characters go. Letters that merely look alike (O and 0, I and 1) are
left as they are: a wrong character is shown to its owner, never repaired behind their back.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import polars as pl

_DASHES = "-‐‑‒–—―−－﹣"
_QUOTES = "'\"`‘’“”"
_INVISIBLE = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_ASCII_NOISE = r"[\x00-\x20\x7f\-'\"`]+"


def normalise_code(text: str) -> str:
    """``" ９１６１0133-mab0jpak6n"`` becomes ``"91610133MAB0JPAK6N"``."""
    kept = (
        c
        for c in unicodedata.normalize("NFKC", text)
        if c not in _DASHES and c not in _QUOTES and unicodedata.category(c) not in _INVISIBLE
    )
    # Once more, because taking out a blank may bring a letter and an accent together.
    return unicodedata.normalize("NFKC", "".join(kept).upper())


def normalise_codes(codes: pl.Series) -> pl.Series:
    """`normalise_code` for a whole column; null stays null."""
    ascii_form = pl.col("text").str.replace_all(_ASCII_NOISE, "").str.to_uppercase()
    return map_text(codes, ascii_form, lambda texts: [normalise_code(t) for t in texts])


def map_text(
    column: pl.Series, ascii_form: pl.Expr, others: Callable[[list[str]], list[str]]
) -> pl.Series:
    """Apply a text function to a column: ASCII values by expression, distinct others by Python.

    ``ascii_form`` is an expression over the column ``text`` and must equal ``others`` on every
    ASCII value; Unicode tables are asked of Python alone, so that a column and a single
    value can never be read differently.
    """
    frame = pl.DataFrame({"text": column.cast(pl.String)})
    is_ascii = pl.col("text").str.len_bytes() == pl.col("text").str.len_chars()
    other = frame.filter(~is_ascii).unique()
    if other.is_empty():
        return frame.select(ascii_form).to_series().alias(column.name)
    mapped = pl.Series("mapped", others(other["text"].to_list()), dtype=pl.String)
    return (
        frame.join(other.with_columns(mapped), on="text", how="left", maintain_order="left")
        .select(pl.when(is_ascii).then(ascii_form).otherwise(pl.col("mapped")))
        .to_series()
        .alias(column.name)
    )
