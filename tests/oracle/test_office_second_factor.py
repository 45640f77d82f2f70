"""One-time passwords: the vectors of RFC 6238 (appendix B) and RFC 4226 (appendix D).

The RFCs give codes of eight digits for the seed 12345678901234567890; ours have six, which are
the last six of the same truncated number.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from zhiheng.office import second_factor

SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_6238 = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]
RFC_4226 = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583"]
RFC_4226 += ["399871", "520489"]


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(("seconds", "code"), RFC_6238)
def test_the_vectors_of_rfc_6238(seconds: int, code: str) -> None:
    assert second_factor.code_at(SECRET, at(seconds)) == code[2:]
    assert second_factor.accepted_step(SECRET, code[2:], at(seconds), 0) == seconds // 30


@pytest.mark.parametrize(("counter", "code"), list(enumerate(RFC_4226)))
def test_the_vectors_of_rfc_4226_one_each_step(counter: int, code: str) -> None:
    assert second_factor.accepted_step(SECRET, code, at(counter * 30 + 5), -1) == counter


def test_a_code_serves_once_and_no_older_one_after_it() -> None:
    now = at(1111111109)
    step = second_factor.accepted_step(SECRET, "081804", now, 0)
    assert step is not None
    assert second_factor.accepted_step(SECRET, "081804", now, step) is None
    earlier = second_factor.code_at(SECRET, at(1111111109 - 30))
    assert second_factor.accepted_step(SECRET, earlier, now, step) is None


@pytest.mark.parametrize(("off", "taken"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_clocks_may_be_one_step_apart(off: int, taken: bool) -> None:
    code = second_factor.code_at(SECRET, at(2000000000 + off))
    assert (second_factor.accepted_step(SECRET, code, at(2000000000), 0) is not None) == taken


@pytest.mark.parametrize("code", ["", "28708", "2870822", "28708２", "abcdef", "000000"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert second_factor.accepted_step(SECRET, code, at(59), 0) is None


def test_a_code_may_be_typed_with_a_blank() -> None:
    assert second_factor.accepted_step(SECRET, "287 082", at(59), 0) == 1


def test_a_sealed_secret_opens_only_with_the_key_of_its_home() -> None:
    sealed = second_factor.seal(SECRET, "one home")
    assert SECRET not in sealed
    assert second_factor.unseal(sealed, "one home") == SECRET
    assert second_factor.unseal(sealed, "another home") is None


def test_recovery_codes_differ_and_are_read_however_they_are_typed() -> None:
    codes = second_factor.recovery_codes(10)
    assert len(set(codes)) == 10
    digest = second_factor.recovery_digest(codes[0], "key")
    assert digest == second_factor.recovery_digest(codes[0].upper().replace("-", " "), "key")
    assert digest != second_factor.recovery_digest(codes[0], "another key")


def test_the_picture_needs_no_style_and_no_script() -> None:
    drawn = second_factor.picture(second_factor.address_of(SECRET, "zhao", "质衡"))
    assert drawn.startswith("<svg")
    assert "style" not in drawn
    assert "<script" not in drawn
