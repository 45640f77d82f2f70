"""How a department knows the organisations: with which code and under which name.

A department's address book is wrong in its own constant way, so that the same firm is written
alike in all its files: about one code in fifty has a wrong check character, some are missing, and
names are shortened or punctuated otherwise.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from zhiheng.sample_city.codes import spoil
from zhiheng.sample_city.draws import stream

WRONG_CODES = 0.02
MISSING_CODES = 0.015
_HOTLINE_MISSING = 0.15
"""Whoever complains on the telephone rarely knows a code."""

_NAMES = (("registered", 0.84), ("trading", 0.05), ("short", 0.04), ("city", 0.03), ("blank", 0.04))


def address_book(population: pl.DataFrame, party: str, seed: int) -> pl.DataFrame:
    """Columns org, subject_code (null where unknown), subject_name, code_state."""
    rng = stream(seed, "address book", party)
    count = population.height
    missing = _HOTLINE_MISSING if party == "rxb" else MISSING_CODES
    state = rng.choice(3, count, p=(1 - WRONG_CODES - missing, WRONG_CODES, missing))
    code = population["uscc"].to_numpy().astype(str)
    written = pl.Series(np.where(state == 1, spoil(code), code))
    # Typed by hand: small letters and blanks, which intake reads as the same code.
    by_hand = pl.Series(rng.random(count) < 0.02)
    lower = written.str.to_lowercase().str.replace(r"^(.{8})", "$1 ")
    written = written.zip_with(~by_hand, lower)
    return population.select(
        "org",
        written.set(pl.Series(state == 2), None).alias("subject_code"),
        _names(population, rng).alias("subject_name"),
        pl.Series("code_state", np.array(["right", "wrong", "missing"])[state]),
    )


def _names(population: pl.DataFrame, rng: np.random.Generator) -> pl.Series:
    name = population["name"]
    forms = {
        "registered": name,
        "trading": population["trading_name"],
        "short": name.str.replace("有限公司", "公司", literal=True),
        "city": name.str.replace(r"^衡川市?", "衡川市"),
        "blank": name.str.replace(r"^衡川", "衡川 "),
    }
    which = rng.choice(len(_NAMES), population.height, p=[share for _form, share in _NAMES])
    written = name
    for at, (form, _share) in enumerate(_NAMES):
        written = written.zip_with(pl.Series(which != at), forms[form])
    return written
